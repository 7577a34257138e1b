"""What came with a unit's mails beside the papers themselves, as far as it bears on the judgement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from intake.domain.assembly.assembly import Assembled
from intake.domain.mail.links import CloudLink, cloud_links, still_open
from intake.domain.mail.received_time import two_times
from intake.domain.model.document import Document, MessageRef
from intake.domain.model.facts import ContainerFacts
from intake.domain.secrecy.doubtful_marks import maybe_marked
from intake.domain.secrecy.mail_marks import Maybe
from store.mail.material import Mail


def left_out(mails: Sequence[Mail], row: int, item: Assembled) -> dict[int, tuple[str, ...]]:
    """Files that were kept out of the unit's mails, and of mails that brought it anything."""
    brought = {document.message.id for document in _documents(item)}
    return {
        mail.ref.id: mail.left_out
        for mail in mails
        if mail.left_out and (mail.unit_id == row or mail.ref.id in brought)
    }


def links(mails: Sequence[Mail], row: int, item: Assembled) -> dict[int, tuple[CloudLink, ...]]:
    """Files that the unit's mails, and mails enclosed in them, offer by a link and have not brought."""
    documents = _documents(item)
    offered = {mail.ref.id: list(mail.links) for mail in mails if mail.unit_id == row}
    for document in documents:
        if isinstance(document.facts, ContainerFacts) and document.facts.body:
            found = cloud_links(document.facts.body, document.message.received_at)
            offered.setdefault(document.message.id, []).extend(found)
    arrived = {document.filename for document in documents}
    return {message: still_open(found, arrived) for message, found in offered.items()}


def offered(mails: Sequence[Mail], row: int) -> list[tuple[MessageRef, str]]:
    """Mails given to the unit that offer files by a link, or of which a limit kept some out; which files."""
    found = []
    for mail in mails:
        names = [*(link.told for link in mail.links), *mail.left_out] if mail.unit_id == row else []
        if names:
            found.append((mail.ref, f"“{'”“'.join(names)}”"))
    return found


def doubtful_times(mails: Sequence[Mail], deadline: datetime) -> dict[int, str]:
    """Mails whose two witnesses of arrival disagree, and what staff are told of it."""
    times = ((mail.ref.id, mail.provider_received_at, mail.internal_date) for mail in mails)
    return {row: said for row, one, two in times if (said := two_times(one, two, deadline))}


def doubtful_marks(
    mails: Sequence[Mail], item: Assembled, own: Sequence[str] = ()
) -> dict[int, tuple[Maybe, ...]]:
    """Mails that may bear a mark of a state secret, or one of the campaign's `own`, and where it stands."""
    return maybe_marked([(mail.ref, mail.body) for mail in mails], _documents(item), own)


def _documents(item: Assembled) -> list[Document]:
    """The unit's documents, in their places and loose."""
    return [*item.loose, *(entry.document for case in item.cases for entry in case.documents)]
