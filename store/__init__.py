"""The store: one schema on SQLite and Postgres, and the content-addressed archive.

Functions take a `Connection` so that the caller says what is one transaction;
frozen values go in and come out, and no row object leaves.
"""
