"""TODO"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from intake.domain.documents.unopenable import is_archive
from intake.domain.model.document import Document

_ANSWERS = re.compile(r"重新(?:发|报|打包|压缩|扫描)|重发|再发一|再次发|密码|解压|加密|打不开|无法打开|损坏")
_ADDS = re.compile(r"补充|补正|补交|补报|补发|补上|重新|再次")


@dataclass(frozen=True, slots=True)
class Asked:
    """What ties an answer to what was asked, beside sender and names.

    `replies`: by document row, the rows of messages that answer a letter on a nomination that holds it;
    `saying`: the rows of messages whose own words say that something is sent again; `adding`: of those
    that bring what lacked.
    """

    replies: Mapping[int, Collection[int]] = field(default_factory=dict)
    saying: Collection[int] = ()
    adding: Collection[int] = ()

    def answered_by(self, files: Sequence[Document], paper: Document) -> bool:
        """True for a paper in a mail that answers our letter on the files, or says they are sent again.

        What merely follows, be it from the same sender, may be a further nomination.
        """
        mail = paper.message
        if any(mail.id in self.replies.get(document.id, ()) for document in files):
            return True
        said = mail.id in self.saying or (mail.id in self.adding and not any(map(is_archive, files)))
        return said and mail.claimed_from == files[0].message.claimed_from


NOTHING_ASKED = Asked()


def says_again(subject: str, body: str) -> bool:
    """True for words that speak of sending again, or of a password."""
    return _ANSWERS.search(f"{subject}\n{body}") is not None


def says_it_adds(subject: str, body: str) -> bool:
    """True for words that speak of supplementing."""
    return _ADDS.search(f"{subject}\n{body}") is not None
