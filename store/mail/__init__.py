"""Archived messages and what was read from them: documents, readings, inspections, marks.

In and out go frozen values of the domain. Open `messages.py` first.
"""
