"""Who signed a PDF electronically: what its signatures say of their signers (ISO 32000-1 §12.8).

A signature is a CMS structure (RFC 5652) or, from seal programs made to GM/T 0031 and GB/T 38540, a structure
of seal and certificate.  Nothing is verified: a root that the office trusts is not at hand, and no network.
Only whether the file is the one that was signed can be told, by its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from intake.domain.model.facts import PdfSignature
from parsers.common import limits
from parsers.common.signers import signers
from parsers.pdf.tree import Budget, entry, items, text

_MOST = 10
"""Signatures that are looked at: a form passes through a few hands, and each digest reads the whole file."""

_LARGEST = limits.MIB
"""Bytes of one signature: a seal's picture has some ten thousand, and what is larger names nobody."""

_DIGESTS = {"sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}


def signatures(reader: Any, data: bytes) -> tuple[PdfSignature, ...]:
    """The signatures of a document, in the order of its fields; `reader` is pypdf's, `data` the file."""
    form = entry(entry(reader.trailer, "/Root"), "/AcroForm")
    found = []
    for value in _values(form):
        contents = _bytes_of(value)
        told = text(entry(value, "/Name"))
        names = dict.fromkeys(name for name in (*signers(contents), told) if name)
        found.append(PdfSignature(tuple(names)[: limits.PDF_FIELDS], _is_whole(value, contents, data)))
        if len(found) == _MOST:
            break
    return tuple(found)


def _values(form: Any) -> Iterator[Any]:
    """The values of the signature fields that are signed; a kid may have its field's kind from its parent."""
    budget = Budget()
    waiting = [(field, None) for field in reversed(list(items(entry(form, "/Fields"))))]
    while waiting:
        node, above = waiting.pop()
        if not budget.takes(node):
            continue
        kind = entry(node, "/FT") or above
        value = entry(node, "/V")
        if kind == "/Sig" and value is not None:
            yield value
        waiting += [(kid, kind) for kid in reversed(list(items(entry(node, "/Kids"))))]


def _bytes_of(value: Any) -> bytes:
    contents = entry(value, "/Contents")
    raw = getattr(contents, "original_bytes", contents)
    return bytes(raw) if isinstance(raw, bytes) and len(raw) <= _LARGEST else b""


def _is_whole(value: Any, contents: bytes, data: bytes) -> bool | None:
    """Whether the file is as it was signed, by the digest of what /ByteRange names; None where not known."""
    from asn1crypto import cms

    ranges = [number for number in items(entry(value, "/ByteRange")) if isinstance(number, int)]
    if len(ranges) != 4 or min(ranges) < 0 or ranges[2] + ranges[3] > len(data):
        return None
    try:
        info = cms.ContentInfo.load(contents)["content"]["signer_infos"][0]
        name = _DIGESTS.get(info["digest_algorithm"]["algorithm"].native)
        stated = [a["values"][0].native for a in info["signed_attrs"] if a["type"].native == "message_digest"]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return None
    if name is None or not stated:
        return None
    start, length, further, rest = ranges
    digest = hashlib.new(name, data[start : start + length], usedforsecurity=False)
    digest.update(data[further : further + rest])
    return bool(digest.digest() == stated[0])
