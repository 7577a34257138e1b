"""The benchmark: the whole service on some hundred nominations, beside the bare library calls.

`make bench`, or `python -m bench --help`.  `docs/performance.md` says what the numbers mean.
"""
