"""Text as people write it: names, numbers, counts, durations, dates, placeholders, misread characters.

In goes a string from a form, a mail or a page; out comes its value, its bare form, or whether two
strings may be one. Knows no campaign and no document. Open `names.py` first.
"""
