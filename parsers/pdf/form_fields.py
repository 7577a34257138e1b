"""What was filled into a fillable PDF: AcroForm fields (ISO 32000-1 §12.7) and XFA data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from parsers.common import limits
from parsers.pdf.tree import Budget, decoded, entry, items, text

_FIRST_OF_ITS_NAME = re.compile(r"\[0\]")
_PUSH_BUTTON = 1 << 16
_XFA_DATA = "{*}data"


def fields(reader: Any) -> tuple[tuple[str, str], ...]:
    """Name and value of each field, empty ones too; XFA's data first.

    The name is the one shown to whoever fills it in (/TU) where there is one, else the
    dotted path of names. A check box has the name of its state ("Off").
    """
    form = entry(entry(reader.trailer, "/Root"), "/AcroForm")
    found: list[tuple[str, str]] = []
    left = limits.PDF_CHARACTERS
    for name, value in islice(_all(form), limits.PDF_FIELDS):
        pair = name[: limits.NAME_CHARACTERS], value.strip()[: min(limits.PDF_FIELD_CHARACTERS, left)]
        left -= len(pair[1])
        found.append(pair)
    return tuple(dict.fromkeys(found))


def _all(form: Any) -> Iterator[tuple[str, str]]:
    yield from _xfa(entry(form, "/XFA"))
    yield from _acro(form)


def _acro(form: Any) -> Iterator[tuple[str, str]]:
    """Terminal fields in their order; a kid without a name is only its parent's place on a page."""
    budget = Budget()
    waiting: list[tuple[Any, str, dict[str, Any]]] = [
        (field, "", {}) for field in reversed(list(items(entry(form, "/Fields"))))
    ]
    while waiting:
        node, path, inherited = waiting.pop()
        if not budget.takes(node):
            continue
        own = text(entry(node, "/T"))
        path = ".".join(part for part in (path, own) if part)
        known = {key: entry(node, key) for key in ("/FT", "/V", "/Ff", "/TU")}
        known = {**inherited, **{key: value for key, value in known.items() if value is not None}}
        kids = [kid for kid in items(entry(node, "/Kids")) if entry(kid, "/T") is not None]
        if kids:
            waiting += [(kid, path, known) for kid in reversed(kids)]
        elif path and not _is_button(known):
            yield text(known.get("/TU")) or _FIRST_OF_ITS_NAME.sub("", path), _value(known.get("/V"))


def _is_button(known: dict[str, Any]) -> bool:
    """True for what holds no value: a push button, or a signature, whose value is a dictionary."""
    kind, flags = known.get("/FT"), known.get("/Ff")
    return kind == "/Sig" or (kind == "/Btn" and isinstance(flags, int) and bool(flags & _PUSH_BUTTON))


def _value(value: Any) -> str:
    from pypdf.generic import ArrayObject, NameObject, StreamObject

    if isinstance(value, ArrayObject):
        return "、".join(text(item) for item in items(value))
    if isinstance(value, StreamObject):
        return text(decoded(value) or b"")
    return text(value).removeprefix("/") if isinstance(value, NameObject) else text(value)


def _xfa(xfa: Any) -> Iterator[tuple[str, str]]:
    """The leaves of the datasets packet: a stream of its own, or part of the one that holds all."""
    from pypdf.generic import ArrayObject

    if isinstance(xfa, ArrayObject):
        parts = list(items(xfa))
        packets = [part for name, part in zip(parts[::2], parts[1::2], strict=False) if name == "datasets"]
    else:
        packets = [xfa] if xfa is not None else []
    for packet in packets:
        yield from _leaves(decoded(packet) or b"")


def _leaves(xml: bytes) -> Iterator[tuple[str, str]]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    data = next(root.iter(_XFA_DATA), None) if root is not None else None
    if data is None:
        return
    for element in data.iter("{*}*"):
        if len(element) == 0 and element is not data:
            names = [_bare(up.tag) for up in (element, *element.iterancestors())]
            depth = names.index("data", 1)
            yield ".".join(reversed(names[:depth])), text(element.text or "")


def _bare(tag: object) -> str:
    """The name without its namespace, or without a prefix that the file never declares."""
    return str(tag).rpartition("}")[2].rpartition(":")[2]
