"""Shouwen (收文): takes in what people send to a submission mailbox.

The service in seven verbs: poll, read, assemble, decide, compose, deliver,
digest.  `docs/architecture.md` says how they fit together.
"""
