"""The papers of the sample campaign: Word forms, stamped scans, exported PDFs, and the pictures in them.

In goes what a nomination says (`content.py`), out come files as offices make them. Open `sheet.py` first.
"""
