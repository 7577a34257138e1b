"""One unit's material by who sent it: each sender's put together by itself, then held beside one another.

What one address sent is never mixed with what another did, so that nobody's files can complete, replace
or confuse another's.  What would belong together if both wrote for the unit is asked of the assembly of
all: it is laid beside the nomination that was there first, and waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from intake.domain.assembly.assembly import Assembled
from intake.domain.assembly.correspondents import KNOWN, Correspondents, address_of
from intake.domain.assembly.requests import Statement
from intake.domain.campaign.doubts import doubt_sentence
from intake.domain.campaign.findings import DOUBTFUL, SENDER_NEW, WITHDRAWAL_ASKED
from intake.domain.campaign.terms import Words
from intake.domain.model.correction import NO_CORRECTIONS, Corrections
from intake.domain.model.document import Document, MessageRef, Role, in_order
from intake.domain.model.nomination import Beside, Case, Footing
from intake.domain.text.calendar import moment
from intake.domain.text.names import compact

_PAPERS = (Role.FORM, Role.SCAN)

Assemble = Callable[[Sequence[Document]], Assembled]
"""Puts documents of the unit together (`assembly.assemble_unit` with all but the documents given)."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What one sender brought for a unit; `sender` is `KNOWN` for its correspondents."""

    sender: str
    assembled: Assembled


def assemble_senders(
    documents: Sequence[Document],
    who: Correspondents,
    assemble: Assemble,
    corrections: Corrections = NO_CORRECTIONS,
) -> tuple[Brought, ...]:
    """The unit's material by sender, the correspondents' first, then as they came; at least one.

    Of a single sender it is what `assemble` makes of it.  A scan that a person called a form's lies with it,
    whoever sent it.
    """
    parts = _beside_their_forms(who.by_sender(documents), corrections)
    if not parts:
        return (Brought(KNOWN, assemble(())),)
    alone = [Brought(sender, assemble(part)) for sender, part in parts.items()]
    first = alone[0].sender
    footed = [_footed(item, _footing(item.sender, first, who)) for item in alone]
    if len(footed) == 1:
        return tuple(footed)
    together = assemble([document for part in parts.values() for document in part])
    return _Laying(who, footed).laid(together.cases)


def _beside_their_forms(
    parts: Mapping[str, Sequence[Document]], corrections: Corrections
) -> Mapping[str, Sequence[Document]]:
    """The senders' documents, chosen scans moved to the first who sent one of their forms."""
    owners = {document.paper: sender for sender, part in reversed(list(parts.items())) for document in part}
    moved: dict[str, list[Document]] = {sender: [] for sender in parts}
    for sender, part in parts.items():
        for document in part:
            chosen = [owners[form] for form in corrections.forms_of(document.paper) if form in owners]
            moved[chosen[0] if chosen else sender].append(document)
    return {sender: part for sender, part in moved.items() if part}


def _footing(sender: str, first: str, who: Correspondents) -> Footing:
    if sender == KNOWN:
        return Footing.KNOWN
    if who.named:
        return Footing.NEW
    return Footing.KNOWN if sender == first else Footing.FURTHER


def _footed(item: Brought, footing: Footing) -> Brought:
    cases = tuple(replace(case, sender=item.sender, footing=footing) for case in item.assembled.cases)
    return replace(item, assembled=replace(item.assembled, cases=cases))


class _Laying:
    """The senders' cases while papers of one are laid beside the nominations of another."""

    def __init__(self, who: Correspondents, brought: Sequence[Brought]) -> None:
        self._who = who
        self._brought = brought
        self._cases = {item.sender: list(item.assembled.cases) for item in brought}

    def laid(self, together: Sequence[Case]) -> tuple[Brought, ...]:
        """The senders' material, given how all of it would lie together."""
        for whole in together:
            owner, others = self._owner(whole)
            if not others or (target := self._place(owner, whole)) is None:
                continue
            for sender in others:
                self._lay(owner, target, sender, whole)
        return tuple(
            replace(item, assembled=replace(item.assembled, cases=tuple(self._cases[item.sender])))
            for item in self._brought
        )

    def _owner(self, whole: Case) -> tuple[str, list[str]]:
        """Who put the nomination forward, a correspondent before all, then who came first; and the rest."""
        papers = in_order([item.document for item in whole.papers])
        senders = list(dict.fromkeys(self._who.sender_of(document.message) for document in papers))
        senders.sort(key=lambda sender: sender != KNOWN)
        return (senders[0], senders[1:]) if senders else (KNOWN, [])

    def _place(self, sender: str, whole: Case) -> int | None:
        """Which of the sender's own cases holds papers of the whole one."""
        keys = {item.document.key for item in whole.papers}
        for place, case in enumerate(self._cases[sender]):
            if any(item.document.key in keys for item in case.documents):
                return place
        return None

    def _lay(self, owner: str, target: int, sender: str, whole: Case) -> None:
        """Lays a sender's case beside the owner's; one that does not itself name the nominee stays apart.

        Else its sender would learn from us whose it is.
        """
        case = self._cases[owner][target]
        place = self._place(sender, whole)
        if place is None:
            return
        other = self._cases[sender][place]
        said = tuple(_said(item.document, case) for item in other.papers)
        case = _with(case, said)
        if _names(other, case.nominee):
            del self._cases[sender][place]
            waiting = (*(replace(item, current=False) for item in other.documents), *other.waiting)
            case = _with(replace(case, waiting=(*case.waiting, *waiting)), other.beside)
        self._cases[owner][target] = case


def _said(document: Document, case: Case) -> Beside:
    """What staff read of a file that another address sent: both addresses."""
    ref = document.message
    own = "、".join(dict.fromkeys(address_of(i.document.message) for i in case.documents))
    doubt = f"，且未通过发件人身份验证（{ref.unverified.replace(', ', '，')}）" if ref.unverified else ""
    said = (
        f"{moment(ref.received_at)}收到{ref.claimed_from or '不明地址'}发来的“{document.filename}”{doubt}，"
        f"可能属于本件；本件由{own or '不明地址'}报送，该发件人未经确认，其材料暂不采用"
    )
    return Beside(SENDER_NEW.code, said, document.filename)


def _names(case: Case, nominee: str | None) -> bool:
    """True where the sender's own papers, their names or his subject name the nominee."""
    wanted = compact(nominee or "")
    if not wanted:
        return False
    written = [case.nominee or ""]
    for item in case.documents:
        written += [item.document.filename, item.document.folder, item.document.message.subject]
    return any(wanted in compact(text) for text in written)


def taken_beside(case: Case, others: Sequence[Case]) -> list[Case]:
    """Of these nominations those of other senders that stand against the quota beside this one.

    None where a correspondent put it forward, or the first who wrote for a unit that has none:
    nobody's material takes a place from theirs.
    """
    return [] if case.footing is Footing.KNOWN else [one for one in others if one.sender != case.sender]


def heed_senders(
    cases: Sequence[Case],
    mails: Sequence[Statement],
    sender_of: Callable[[str, MessageRef], str],
    heed: Callable[[Sequence[Case], Sequence[Statement]], Sequence[Case]],
    words: Words,
) -> list[Case]:
    """The cases with what the mails ask of them: a sender's words are heeded for his own alone.

    Of what others ask staff hear beside it.  `sender_of` tells whose material a mail brings for the unit of
    that key; `heed` is `requests.heed` with all but cases and mails given, `words` are the campaign's terms.
    """
    result = list(cases)
    reached: dict[tuple[int, ...], list[Statement]] = {}
    keys = {case.unit.key for case in cases}
    for mail in mails:
        whose = {key: sender_of(key, mail.message) for key in keys}
        own = tuple(place for place, case in enumerate(cases) if whose[case.unit.key] == case.sender)
        reached.setdefault(own, []).append(mail)
    for own, said in reached.items():
        for place, case in zip(own, heed([result[place] for place in own], said), strict=True):
            result[place] = case
        others = sorted(set(range(len(cases))) - set(own))
        for place, heard in zip(others, heed([cases[place] for place in others], said), strict=True):
            asked = [Beside(WITHDRAWAL_ASKED.code, what) for what in heard.withdrawals]
            asked += [
                Beside(DOUBTFUL.code, doubt_sentence(what, words), kind=what.kind)
                for what in heard.doubts
                if what not in cases[place].doubts
            ]
            result[place] = _with(result[place], asked)
    return result


def offered_beside(cases: Sequence[Case], mails: Sequence[tuple[MessageRef, str]]) -> list[Case]:
    """The cases, told of what mails of other senders offer otherwise than as a file; where a paper lacks."""
    said = [
        Beside(
            SENDER_NEW.code,
            f"{moment(ref.received_at)}收到{ref.claimed_from or '不明地址'}来信提供{what}，该发件人未经确认",
        )
        for ref, what in mails
    ]
    return [
        _with(case, said) if any(case.current(role) is None for role in _PAPERS) else case for case in cases
    ]


def _with(case: Case, beside: Sequence[Beside]) -> Case:
    return replace(case, beside=tuple(dict.fromkeys((*case.beside, *beside)))) if beside else case
