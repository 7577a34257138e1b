"""Marks of state secrets, sure and doubtful, in mails, forms and scans.

In go words, filenames and recognised lines, out comes a mark or none. A sure mark stops the reading; a
doubtful one is for a person. Open `mark.py`, which knows what a mark looks like.
"""
