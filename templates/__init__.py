"""The letters as jinja2 templates: a folder a letter, with subject.txt, body.txt and body.html.

Files that begin with an underscore are parts that several letters share.  A
template sees `view` (`intake/domain/letters/views.py`) and `next_section()`, which gives
一, 二, 三 … in turn.  In body.txt one line is one paragraph: the composer breaks it.
"""
