"""Who sealed an OFD document: names, makers and validity of seals (GB/T 33190 §18).

A seal's structure is that of GB/T 38540-2020, or of GM/T 0031-2014 before it.  Nothing is verified: a root
that the office trusts is not at hand, and no network.  Whether the pages are as they were sealed is told by
the digests that the signature states of its parts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from intake.domain.model.facts import PdfSignature
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.common.signers import certificate_in, signers, subject
from parsers.common.text import clean
from parsers.common.xml import attribute, parsed
from parsers.ofd.parts import FORMAT, OfdPackage

_VALUE = "signedvalue.dat"
_MOST = 10
"""Seals that are looked at: a form passes through a few hands."""
_LARGEST = limits.MIB
"""Bytes of one signed value: a seal's picture has some ten thousand, and what is larger names nobody."""
_MOST_PARTS = 100
"""Children of one structure that are looked at: the standard has up to six."""
_CHINA = timezone(timedelta(hours=8))
_DIGESTS = {
    "1.2.156.10197.1.401": "sm3",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "md5": "md5",
    "": "md5",  # what the standard takes where nothing is stated
    "sha1": "sha1",
    "sm3": "sm3",
    "sha256": "sha256",
}
_BIT_STRING, _OCTET_STRING, _UTF8_STRING, _TIMES = 3, 4, 12, (23, 24)


@dataclass(frozen=True, slots=True)
class _Node:
    """One value of ASN.1: its universal tag (-1 for any other class), its content, and all of it."""

    tag: int
    content: bytes
    whole: bytes


@dataclass(frozen=True, slots=True)
class _Seal:
    """What the structure of a seal says; `digest` is that of the signature's description."""

    names: tuple[str, ...]
    maker: str
    valid_from: date | None
    valid_to: date | None
    digest: bytes


def signatures(parts: OfdPackage, lists: Sequence[str], shown: Set[str]) -> tuple[PdfSignature, ...]:
    """The seals and signatures that the lists name; where none is left, those whose values are there.

    `shown` are the parts that the pages were read from.
    """
    listed = [(path, _items(parts, path)) for path in lists if path]
    described = [
        path
        for each, items in listed
        for item in items or ()
        if (path := parts.find(each, attribute(item, "BaseLoc")))
    ]
    found = [_described(parts, path, shown) for path in dict.fromkeys(described[:_MOST])]
    if not found:
        values = [name for name in parts.names if name.endswith(f"/{_VALUE}")]
        found = [_told(_value(parts, path), None) for path in values[:_MOST]]
    # A damaged list, or one that names what is not there, stands for a seal whose owner nobody knows.
    unread = any(items is None or items for _, items in listed)
    return tuple(found or [PdfSignature((), None)] * unread)


def _items(parts: OfdPackage, path: str) -> list[Any] | None:
    """The signatures that a list names; None where it is damaged."""
    root = _root(_body(parts, path))
    return None if root is None else list(root.iter("{*}Signature"))


def _described(parts: OfdPackage, path: str, shown: Set[str]) -> PdfSignature:
    """A signature by its description, which names the value and states the digests of what was signed.

    Where that is damaged, the value that lies beside it says at least whose it is.
    """
    body = _body(parts, path)
    root = _root(body)
    if root is None:
        return _told(_value(parts, parts.find(path, _VALUE)), None)
    value = _value(parts, parts.find(path, root.findtext("{*}SignedValue")))
    return _told(value, _is_whole(parts, root, body, _seal(value), shown))


def _value(parts: OfdPackage, path: str) -> bytes:
    value = _body(parts, path)
    return value if len(value) <= _LARGEST else b""


def _body(parts: OfdPackage, path: str) -> bytes:
    """A part of a seal; b"" where it cannot be had: that costs the seal, and not the document."""
    try:
        return parts.body(path) or b""
    except Unreadable:
        return b""


def _root(body: bytes) -> Any:
    try:
        return parsed(body, FORMAT) if body else None
    except Unreadable:
        return None


def _told(value: bytes, whole: bool | None) -> PdfSignature:
    seal = _seal(value)
    if seal is None:
        names = dict.fromkeys(name for name in signers(value) if name)
        return PdfSignature(tuple(names)[: limits.PDF_FIELDS], whole)
    return PdfSignature(seal.names, whole, seal.maker, seal.valid_from, seal.valid_to)


def _seal(value: bytes) -> _Seal | None:
    """The structure SES_Signature of either standard; None for any other value, or a damaged one."""
    try:
        signature = _children(_children(value)[0].content)
        signed = _children(signature[0].content)
        seal = _children(signed[1].content)
        told = _children(_children(seal[0].content)[2].content)
        if told[1].tag != _UTF8_STRING:
            return None
        # The newer standard puts a certificate beside what it signs, the older one into it.
        signer = _first_names(signature[1:]) or _first_names(signed[2:])
        maker = _first_names(seal[1:]) or _first_names(_children(seal[1].content))
        _, begin, end, *_ = (*(_date(node) for node in told if node.tag in _TIMES), None, None, None)
        name = clean(told[1].content.decode("utf-8", "replace")).strip()[: limits.NAME_CHARACTERS]
        names = tuple(dict.fromkeys(each for each in (*signer, name) if each))
        digest = signed[3].content[1:] if signed[3].tag == _BIT_STRING else b""
    except IndexError:
        return None
    return _Seal(names, next(iter(maker), ""), begin, end, digest)


def _children(data: bytes) -> list[_Node]:
    """The values that stand in `data` one after another, as far as it is sound."""
    from asn1crypto import parser

    found: list[_Node] = []
    while data and len(found) < _MOST_PARTS:
        try:
            kind, _, tag, head, content, tail = parser.parse(data, strict=False)
        except (ValueError, TypeError):
            break
        whole = len(head) + len(content) + len(tail)
        found.append(_Node(tag if kind == 0 else -1, content, data[:whole]))
        data = data[max(whole, 1) :]
    return found


def _first_names(nodes: Sequence[_Node]) -> tuple[str, ...]:
    """The names in the first certificate among values, where it stands within octets."""
    for node in nodes:
        certificate = certificate_in(node.content) if node.tag == _OCTET_STRING else None
        if certificate is not None:
            return tuple(name for name in subject(certificate) if name)
    return ()


def _date(node: _Node) -> date | None:
    """The day in China; None for what is no time."""
    from asn1crypto import core

    kind = core.UTCTime if node.tag == _TIMES[0] else core.GeneralizedTime
    try:
        at = kind.load(node.whole).native
        return at.astimezone(_CHINA).date() if isinstance(at, datetime) else None
    except (ValueError, TypeError, OverflowError):
        return None


def _is_whole(parts: OfdPackage, root: Any, body: bytes, seal: _Seal | None, shown: Set[str]) -> bool | None:
    """Whether the parts that were read are as they were signed; None where the digests do not tell."""
    references = root.find("{*}SignedInfo/{*}References")
    method = "" if references is None else attribute(references, "CheckMethod").strip().lower()
    name = _DIGESTS.get(method)
    if references is None or name is None or name not in hashlib.algorithms_available:
        return None
    stated: dict[str, bytes] = {}
    for item in references.iterfind("{*}Reference"):
        path = parts.find("", attribute(item, "FileRef"))
        value = _decoded(item.findtext("{*}CheckValue"))
        # A later seal adds itself to the list of seals.
        if path.endswith("signatures.xml"):
            continue
        if parts.digest(path, name) != value:
            return False
        stated[path] = value
    described = hashlib.new(name, body, usedforsecurity=False).digest()
    if seal is None or seal.digest != described:
        return None
    return True if shown <= stated.keys() else None


def _decoded(text: str | None) -> bytes | None:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return None
