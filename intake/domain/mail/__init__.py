"""What one mail is: its kind, when it came, who truly sent it, what its words want, where its links lead.

In go the facts of a message, out come values that stages record. No other mail and no ledger is asked.
Open `kind.py` first.
"""
