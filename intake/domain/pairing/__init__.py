"""Which scan belongs to which form.

In go the forms and scans of one unit with what is shown, how files are named and how they came; out come
pairs, each certain or not, and what is left over. Open `pairing.py`, whose passes stand in their order;
`evidence.py` weighs each pair, `assignment.py` chooses among them, `mail_pairs.py` knows what only a mail
ties together, `ambiguity.py` what else would be possible.
"""
