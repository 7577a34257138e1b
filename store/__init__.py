"""The store: one schema on SQLite and Postgres, and the content-addressed archive.

Functions take a `Connection` so that the caller says what is one transaction;
frozen values go in and come out, and no row object leaves.
Open `database/schema.py` for what is kept, `reports.py` for how it is told.
"""
