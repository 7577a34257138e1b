"""What clerks correct: the words that they say of papers, what follows from these, and doing it.

Open `corrector.py` first.
"""
