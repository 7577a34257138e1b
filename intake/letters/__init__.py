"""Writing and sending letters: rounds, receipts, decisions, reminders, corrections, alerts.

In goes what the ledger owes, out go rows of the outbox and, by `deliver.py`, mails. `letterhead.py` is the
one writer; the others say when, what and under which key. Open `letterhead.py` first.
"""
