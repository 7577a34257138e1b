"""text/plain; format=flowed (RFC 3676): lines that end with a blank go on in the next one."""

from __future__ import annotations

import re

_QUOTE_MARKS = re.compile(r">*")


def unflow(text: str, delsp: bool) -> str:
    """The paragraphs of a flowed text, each one line; quoted ones keep their marks.

    With `delsp` the blank at the end only marks the break (§4.2): Chinese has no blanks.
    """
    lines: list[str] = []
    open_depth: int | None = None
    for raw in text.split("\n"):
        marks = _QUOTE_MARKS.match(raw)
        depth = marks.end() if marks else 0
        content = raw[depth:].removeprefix(" ")
        is_signature = content == "-- "
        if open_depth == depth and not is_signature:
            lines[-1] += content
        else:
            lines.append(">" * depth + (" " if depth else "") + content)
        open_depth = None
        if content.endswith(" ") and not is_signature:
            open_depth = depth
            if delsp:
                lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
