"""A person's name as it may stand in a text: 于洁, 于 洁, 于　洁; and not within a longer name.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAST = 2
"""Characters of a name that can be looked for: one alone stands everywhere."""


class PersonName:
    """One name to look for.  `others` are the names on record: those that hold it are not meant."""

    def __init__(self, name: str, others: Iterable[str] = ()) -> None:
        self.name = "".join(name.split())
        if len(self.name) < LEAST:
            raise ValueError(f"a name has {LEAST} characters at least")
        longer = {"".join(other.split()) for other in others}
        longer = {other for other in longer if self.name in other and other != self.name}
        parts = [f"(?P<longer>{'|'.join(map(_spaced, sorted(longer, key=len, reverse=True)))})|"]
        self._pattern = re.compile(f"{parts[0] if longer else ''}(?P<name>{_spaced(self.name)})")

    def is_in(self, text: str) -> bool:
        """True where the name stands in the text."""
        return any(found["name"] for found in self._pattern.finditer(text))

    def is_of(self, nominee: str | None) -> bool:
        """True where a nominee bears exactly this name."""
        return "".join((nominee or "").split()) == self.name

    def replaced(self, text: str, stand_in: str) -> str:
        """The text with something else in the name's place."""
        return self._pattern.sub(lambda found: stand_in if found["name"] else found[0], text)


def _spaced(name: str) -> str:
    # At most a few blanks: two characters are often written as wide as three.
    return r"\s{0,4}".join(map(re.escape, name))
