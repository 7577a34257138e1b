"""A sample campaign to see the service at work: believable mail, and servers to hold it.

Open `scenario.py` for what the mailbox holds, `truth.py` for what must come of it.
"""
