"""The ledger: nominations, units, duplicates, and whose a message is.

In and out go frozen values of the domain; no row leaves. Open `nominations.py` first.
"""
