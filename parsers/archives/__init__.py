"""Archives: zip, 7z, rar, tar and what is compressed.

In goes a file, out come members written to a scratch folder within the limits, and the names of those left
out. Open `archive.py` first, then `members.py`.
"""
