"""OFD, the national format of electronic documents (版式文件, GB/T 33190-2016): text and seals, no pictures.

Open `ofd.py` first: it goes through the package (`parts.py`) page by page (`page.py`), and reads who
sealed it (`seals.py`).  It gives the facts of a PDF.

No library fits: easyofd (Apache-2.0, one author) needs PyMuPDF (AGPL) and reportlab, unpacks whatever it is
given into the working folder, and reads of a seal its picture alone; ofdrw is Java.
"""
