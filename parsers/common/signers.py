"""Who signed: the names in a CMS signature (RFC 5652), in a seal's structure, and in their certificates.

Nothing is verified; asn1crypto reads what is there, and whatever is damaged names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from parsers.common import limits
from parsers.common.text import clean

_MOST_NODES = 2_000
"""Parts of one signature that are looked at."""

_DEEPEST = 40
"""Structures within each other that are opened: a seal's certificate lies about ten deep."""

_LARGEST_CERTIFICATE = 64 * limits.KIB
"""Bytes of a structure that is tried as a certificate: one has 1 to 4 KiB."""

_NAMES = ("common_name", "organization_name", "organizational_unit_name")
"""Of a certificate's subject, what may be a body's name."""


def signers(contents: bytes) -> Iterator[str]:
    """The names in the signer's certificate; of a CMS with several, the one that its signer info names."""
    from asn1crypto import cms, x509

    try:
        signed = cms.ContentInfo.load(contents)["content"]
        signer = signed["signer_infos"][0]["sid"].chosen
        for choice in signed["certificates"]:
            certificate = choice.chosen
            if isinstance(certificate, x509.Certificate) and _is_of(certificate, signer):
                yield from subject(certificate)
                return
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - asn1crypto raises whatever a damaged structure leads it to
        yield from _sealers(contents)


def _is_of(certificate: Any, signer: Any) -> bool:
    if hasattr(signer, "native") and isinstance(signer.native, bytes):
        return bool(certificate.key_identifier == signer.native)
    return bool(certificate.serial_number == signer["serial_number"].native)


def subject(certificate: Any) -> Iterator[str]:
    """The names of a certificate's subject that may be a body's."""
    told = certificate.subject.native
    for key in _NAMES:
        value = told.get(key)
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str):
                yield clean(name)[: limits.NAME_CHARACTERS]


def _sealers(contents: bytes) -> Iterator[str]:
    """The names in a seal structure: the seal's own, which is text, and those of its certificates."""
    from asn1crypto import core, parser

    wrappers = (core.OctetString.tag, core.BitString.tag)
    waiting, left = [(contents, 0)], _MOST_NODES
    while waiting and left > 0:
        data, depth = waiting.pop()
        while data and left > 0:
            left -= 1
            try:
                kind, method, tag, head, content, _ = parser.parse(data, strict=False)
            except (ValueError, TypeError):
                break
            whole = len(head) + len(content)
            if kind == 0 and tag == core.UTF8String.tag:
                yield clean(content.decode("utf-8", "replace"))[: limits.NAME_CHARACTERS]
            elif method and (certificate := certificate_in(data[:whole])) is not None:
                yield from subject(certificate)
            elif depth < _DEEPEST and (method or (kind == 0 and tag in wrappers)):
                within = content.lstrip(b"\0") if tag == core.BitString.tag else content
                waiting.append((within, depth + 1))
            data = data[max(whole, 1) :]


def certificate_in(data: bytes) -> Any:
    """A certificate whose subject can be read; None for any other structure."""
    from asn1crypto import x509

    if len(data) > _LARGEST_CERTIFICATE:
        return None
    try:
        certificate = x509.Certificate.load(data, strict=True)
        return certificate if certificate.subject.native and certificate.serial_number is not None else None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return None
