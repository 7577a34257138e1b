"""One RFC 5322 message, from its raw bytes: header, body, parts, names.

In go bytes, out come `Message` facts and the bytes of each attachment. Our own walk, since libraries lose
raw names and nameless parts. Open `message.py` first.
"""
