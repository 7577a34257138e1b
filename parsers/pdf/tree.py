"""Walking what pypdf reads of a hostile PDF: trees that may be endless, entries that may be anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsers.common import limits
from parsers.common.text import clean, guess

_CHINESE = re.compile("[\u4e00-\u9fff]")


def entry(node: Any, key: str) -> Any:
    """The value of `key`, references followed; None where it is missing, null or broken."""
    from pypdf.generic import DictionaryObject

    return _followed(node.raw_get(key)) if isinstance(node, DictionaryObject) and key in node else None


def items(value: Any) -> Iterator[Any]:
    """The values of an array, references followed; nothing for what is no array or broken."""
    return (item for item in slots(value) if item is not None)


def slots(value: Any) -> Iterator[Any]:
    """The same with None for a value that is missing, null or broken, where places count."""
    from pypdf.generic import ArrayObject

    if isinstance(value, ArrayObject):
        yield from map(_followed, list.__iter__(value[: limits.PDF_NODES]))


def kids(node: Any) -> Iterator[Any]:
    """What a node of a tree names as its children; None for one that is lost."""
    from pypdf.generic import ArrayObject, NullObject

    named = entry(node, "/Kids")
    if isinstance(named, ArrayObject):
        for item in list.__iter__(named[: limits.PDF_NODES]):
            if not isinstance(item, NullObject):
                yield _followed(item)


def _followed(value: Any) -> Any:
    from pypdf.generic import NullObject

    try:
        value = value.get_object() if value is not None else None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pypdf raises whatever a damaged object leads it to
        return None
    return None if isinstance(value, NullObject) else value


def decoded(stream: Any) -> bytes | None:
    """A stream's content; None where it is damaged or beyond pypdf's limits."""
    try:
        return bytes(stream.get_data())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return None


def text(value: Any) -> str:
    """A string or a name as clean text; "" for anything else.

    Some Chinese programs write GBK where PDF knows only its own encoding and UTF-16.
    """
    if isinstance(value, bytes):
        return clean(guess(bytes(value)))
    if not isinstance(value, str):
        return ""
    if getattr(value, "autodetect_pdfdocencoding", False) and not value.isascii():
        otherwise = guess(getattr(value, "original_bytes", b""))
        if _CHINESE.search(otherwise) and "\ufffd" not in otherwise:
            return clean(otherwise)
    return clean(str(value))


class Budget:
    """How many nodes may still be visited, and which were: a tree that bites its tail ends."""

    def __init__(self) -> None:
        self.is_spent = False
        """True once a node had to be passed over."""
        self._left = limits.PDF_NODES
        self._seen: set[int] = set()
        self._held: list[Any] = []

    def takes(self, node: Any) -> bool:
        """True the first time a node is met, until the limit is reached."""
        if self._left <= 0 or id(node) in self._seen:
            self.is_spent = self.is_spent or id(node) not in self._seen
            return False
        self._left -= 1
        self._seen.add(id(node))
        self._held.append(node)  # alive, or another node might get its identity
        return True
