"""The two wires to the mail provider (IMAP, SMTP) and the mail we compose.

Bytes go in and out; no decision is taken here.  Open `imap.py` for what comes, `message.py` for what goes.
"""
