"""Seals on pages: rings voted for by colour, confirmed by ring, star and text.

In goes a `PageImage`, out come seals with how sure each is. Open `detect.py` first.
"""
