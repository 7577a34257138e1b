"""Mails that come as files: `.eml`, Outlook's `.msg` and `winmail.dat`, signed mail.

In goes a file, out come the members that it encloses. Open `eml.py` first.
"""
