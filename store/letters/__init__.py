"""Letters and all that keeps one from going twice: outbox, notices, decisions told, caps, bounces.

In and out go frozen values of the domain. Open `outbox.py` first.
"""
