"""The stages of the journey, one verb each: gather, ask the domain once, record.

In goes what the stage before left in archive and database, out comes what the next one takes; no stage calls
another. Open `poll.py` and follow the order in `intake/service/pipeline.py`.
"""
