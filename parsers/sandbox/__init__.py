"""Where untrusted bytes are read: children of a fork server, with limits.

In goes a parser's name and a file, out come its facts, `Unreadable`, a fault or an outage, never an
exception of a library. Open `pool.py` first.
"""
