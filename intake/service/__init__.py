"""The service: how parts are put together and when the stages run.

`bootstrap.py` is the only place that chooses concrete parts; `pipeline.py` walks the stages once; `daemon.py`
does so by schedule; `dry_run.py` on a copy. Open `pipeline.py` first.
"""
