"""The database itself: engine, schema, migrations' columns, audit, a private copy.

In goes an address, out come connections within which the other folders read and write. Open `engine.py`,
then `schema.py`.
"""
