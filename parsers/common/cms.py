"""Signed and encrypted files (CMS, RFC 5652; OpenPGP armour, RFC 9580): what they are and what they hold.

Nothing is verified or decrypted: a signature says who sent a file, which here the
mailbox's provider says, and a key is never asked for.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["signed", "encrypted", "signature", ""]

_LONGEST_START = 64
_OBJECT = rb"\x30(?:\x80|[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)"
_SIGNED = re.compile(_OBJECT + rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", re.DOTALL)
_ENVELOPED = re.compile(
    _OBJECT + rb"\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x03\x06]"
    rb"|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17)",
    re.DOTALL,
)
"""envelopedData, encryptedData, authEnvelopedData."""


def kind(head: bytes) -> Kind:
    """What the first bytes of a file say: signed data, encrypted data, a signature by itself, or "".

    Whether signed data really has its content within is only known when it is read.
    """
    if _SIGNED.match(head[:_LONGEST_START]):
        return "signed"
    start = head.lstrip()
    if _ENVELOPED.match(head[:_LONGEST_START]) or start.startswith(b"-----BEGIN PGP MESSAGE-----"):
        return "encrypted"
    return "signature" if start.startswith(b"-----BEGIN PGP SIGNATURE-----") else ""


def signed_content(data: bytes) -> bytes | None:
    """The content that a signature encloses; None where it encloses none, or cannot be read."""
    content = _content(data)
    return content if isinstance(content, bytes) else None


def is_detached(data: bytes) -> bool:
    """True for a sound signature that encloses nothing: what it signs lies elsewhere."""
    return _content(data) is None


def _content(data: bytes) -> bytes | Literal["damaged"] | None:
    if kind(data) != "signed":
        return "damaged"
    from asn1crypto import cms

    try:
        content = cms.ContentInfo.load(data)["content"]["encap_content_info"]["content"].native
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - asn1crypto raises whatever a damaged structure leads it to
        return "damaged"
    return content if content is None or isinstance(content, bytes) else "damaged"
