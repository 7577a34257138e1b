"""Scans to what they show: pages, seals and lines of text, by the parts of the extra `shouwen[ocr]`.

In goes a file and a request, out comes an `Inspection`. Open `reader.py`, which is what others call, then
`cascade.py`; `page` makes pixels, `seal` finds seals in them, `text` reads lines.
"""
