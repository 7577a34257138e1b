"""From the facts of a file to a form: which labels it has, what stands in them, which role it plays.

In go tables and paragraphs with the campaign's labels, out come `Form` values whose fields name their
cell, and the role of the document: form, scan, other, or one that cannot be opened. Open `roles.py`, which
asks the others in turn, then `form.py`.
"""
