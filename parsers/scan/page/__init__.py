"""Pages as pictures: drawn, decoded, turned upright, measured for colour and paper.

In goes a file and a page's number, out comes a `PageImage`. Open `pages.py` first.
"""
