"""Text on pages: lines found, recognised, read until what is expected was seen.

In goes a `PageImage` and what is looked for, out come lines with places and scores. Open `reading.py` first.
"""
