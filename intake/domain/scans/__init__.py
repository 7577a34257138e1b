"""A file of pages as somebody's scan: what to look at next, whose it is, where one form ends and one begins.

In go documents and inspections, out come requests for a closer look, scans cut apart or joined, and how well
each matches a form. Open `inspection_plan.py` first for what is looked at, then `splitting.py` for what
counts as one scan, `form_match.py` for whose it is.
"""
