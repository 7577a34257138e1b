"""The archive: every message, every attachment, every picture of what was seen, under the hash of its bytes.

In go bytes, out comes their hash, and later the same bytes or `Damaged`: it loses nothing without a word.
Its shelves are a folder, or a bucket of an object store with copies in a cache of this machine. Open
`archive.py` first.
"""
