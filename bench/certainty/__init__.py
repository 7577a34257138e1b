"""The certainty benchmark: what each threshold of judgement trades, on samples whose truth is known.

Run by `python -m bench.certainty`. Open `samples.py` for what is posted, `judge.py` for how it is judged.
"""
