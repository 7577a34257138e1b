"""Shouwen (收文): takes in what people send to a submission mailbox.

The verbs of the service (poll, read, inspect, assemble, decide, compose, deliver, digest) and how they fit
together stand in `docs/architecture.md`; `service/pipeline.py` walks them.
"""
