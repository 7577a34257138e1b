"""The scan benchmark: what looking at scans costs and how well it sees, beside OCRmyPDF with Tesseract.

Run by `python -m bench.scans`. Open `rounds.py` first.
"""
