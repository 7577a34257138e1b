"""What a letter, an alert or the digest says, before it is rendered.

In goes what was judged and decided, out come views that templates print; what may be told to whom is decided
here. Open `unit_letter.py` for the letter to a unit, `digest.py` for staff.
"""
