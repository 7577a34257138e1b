"""Signed mail and files (S/MIME, .p7m), and what is locked with a key."""

from __future__ import annotations

import re
from pathlib import Path

from intake.domain.model.facts import ContainerFacts, OpaqueFacts
from parsers.archives.members import Members
from parsers.common import cms, magic
from parsers.common.contract import Unreadable
from parsers.mailfiles import eml

_MIME_ENTITY = re.compile(rb"\s*(?:content-[a-z-]+|mime-version):", re.IGNORECASE)


class SealedParser:
    """CMS files (smime.p7m, smime.p7s, 推荐表.pdf.p7m) and OpenPGP armour."""

    name = "sealed"
    version = 1

    def recognises(self, head: bytes, path: Path) -> bool:
        """True when the first bytes are a signature's or an encrypted file's."""
        return magic.kind(head) == "sealed"

    def parse(self, path: Path, scratch: Path) -> ContainerFacts | OpaqueFacts:
        """What a signature encloses: a mail's text and files, or one file; else that it is a signature.

        Raises `Unreadable` ("encrypted") for what only a key opens.
        """
        data = path.read_bytes()
        kind = cms.kind(data)
        if kind == "encrypted":
            raise Unreadable("encrypted", "smime", "encrypted for a key that is not here")
        if kind == "signature":
            return OpaqueFacts("signature")
        content = cms.signed_content(data)
        if content is None:
            # Without content it is as short as its certificates; longer, it may hide the very paper sought.
            return OpaqueFacts("signature" if cms.is_detached(data) else "message")
        if _MIME_ENTITY.match(content):
            return eml.opened(content, scratch)
        members = Members(scratch, len(data))
        members.add(None, [content], len(content))
        return ContainerFacts("signed", members.attachments())
