"""The mails of the sample campaign, byte by byte as mail programs and machines write them.

In go papers and postings, out come raw messages. Open `posting.py` first, then `programs.py`.
"""
