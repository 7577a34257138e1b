"""From all documents of one unit, out of however many mails, to its nominations.

In go documents, mails and what the ledger already holds; out come cases with their numbers, papers and
doubts. The same code serves the first run and every replay. Open `assembly.py`, the list of steps.
"""
