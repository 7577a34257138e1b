"""A page as it was read from pixels: where lines stand, which are labels, which cell holds which value.

In go recognised lines with their places, out come cells, ticks, figures, the text round a seal, and whether
each equals what the Word form says. Nothing here knows a nomination. Open `comparison.py`, which puts the one
question that matters, then `cells.py`, which lays a page out from `geometry.py`, `page_labels.py` and
`cell_lines.py`.
"""
