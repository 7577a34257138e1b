"""What all parsers need: their contract, limits, magic numbers, text decoding, zip packages.

A parser takes a file and gives facts, or raises `Unreadable` where the sender's file is at fault. Open
`contract.py` first.
"""
