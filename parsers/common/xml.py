"""XML parts of packages, read so that nothing in them can cost more than their size."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from parsers.common import limits
from parsers.common.contract import Unreadable


def local_name(element: Any) -> str:
    """The element's name without its namespace; "" for a comment or an entity reference."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    return name.rpartition("}")[2]


def attribute(element: Any, name: str) -> str:
    """The attribute of that local name, whatever its namespace; "" where it is absent."""
    for key, value in element.items():
        if _local(key) == name:
            return str(value)
    return ""


def parsed(data: bytes, claimed_format: str) -> Any:
    """The root of an XML part; entities stay unresolved and nothing is fetched.

    Raises `Unreadable`: "too-large" for one over a limit of size or depth, "unreadable" for one that
    is not well-formed, which the programs of the format refuse as well.
    """
    from lxml import etree

    if len(data) > limits.WORD_XML_BYTES:
        raise Unreadable("too-large", claimed_format, f"an XML part of {len(data)} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        # libxml2 has limits of its own against bombs: 256 levels, 10 MB in one text.
        over = re.search(r"depth|huge|limit|amplification", str(fault), re.IGNORECASE)
        raise Unreadable("too-large" if over else "unreadable", claimed_format, f"XML: {fault}") from fault
