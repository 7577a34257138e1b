"""PDF files as documents: text, form fields, enclosed files, structure.

In goes a PDF, out come its facts without pixels. Open `document.py` first.
"""
