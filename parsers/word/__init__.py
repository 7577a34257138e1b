"""Word files, by their XML or through a converter.

In goes a `.docx`, `.doc`, `.wps`, `.rtf` or `.odt`, out come tables and paragraphs with their cells' places.
Open `docx.py` first.
"""
