"""What a rule sees, and how it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Protocol

from intake.domain.campaign.campaign import Campaign, HonouredRow
from intake.domain.campaign.findings import DOUBTFUL, CatalogueEntry
from intake.domain.campaign.terms import Words
from intake.domain.documents.roles import is_called_otherwise, may_be_form, may_be_scan
from intake.domain.documents.unopenable import is_shut
from intake.domain.mail.links import CloudLink
from intake.domain.model.certainty import SHIPPED, Basis, Certainty, may_be_told
from intake.domain.model.correction import NO_CORRECTIONS, Corrections
from intake.domain.model.document import Document
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Case, CaseDocument, Finding, Severity, State, Unit
from intake.domain.rules.namesakes import Namesake
from intake.domain.rules.offered_files import NOTHING_OFFERED, Offered
from intake.domain.secrecy.mail_marks import Maybe


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What judging a unit needs beside its cases; the stage that reads the mails makes it.

    `honoured` are the earlier years' lists; `states` the present states by number (a withdrawn nomination
    frees its place);
    `links` are the files that the unit's mails offer by a link, by message row; `left_out` names the files
    that a limit kept out of them; `doubtful_times` tells why a time of record is in doubt, `doubtful_marks`
    where a mail may bear a mark of a state secret.
    `unit_names` are the spellings of the unit's name, the official one first; `registered` the official names
    of all units of the registry; `near_units` those of them that a unit unknown to it may mean;
    `others_of_kind` counts nominations of other units that share a total; `namesakes` are live nominations,
    by whomever, among them those that put the same nominees forward.
    `beside` are the unit's nominations of other senders, `correspondents` the addresses that write for it, as
    far as they are not this sender's.  `corrections` are what people said of papers.
    """

    campaign: Campaign
    honoured: Sequence[HonouredRow] = ()
    states: Mapping[str, State] = field(default_factory=dict)
    links: Mapping[int, Sequence[CloudLink]] = field(default_factory=dict)
    left_out: Mapping[int, Sequence[str]] = field(default_factory=dict)
    doubtful_times: Mapping[int, str] = field(default_factory=dict)
    doubtful_marks: Mapping[int, Sequence[Maybe]] = field(default_factory=dict)
    unit_names: Sequence[str] = ()
    registered: Sequence[str] = ()
    near_units: Sequence[str] = ()
    others_of_kind: int = 0
    namesakes: Sequence[Namesake] = ()
    beside: Sequence[Case] = ()
    correspondents: Sequence[str] = ()
    corrections: Corrections = NO_CORRECTIONS
    certainty: Certainty = SHIPPED

    def state_of(self, case: Case) -> State | None:
        """The present state of a nomination; None for a new one."""
        return self.states.get(case.number or "")


@dataclass(frozen=True, slots=True)
class Scene:
    """A case with everything that a rule may hold against it.

    `known` is what was known of its unit; what it says of mails and others stands here as it bears on this
    case: `siblings` are the unit's other live cases; `loose` its documents that belong to no case; `offered`
    the cloud links that are, or may be, what this case lacks; `kept_out` the files that a limit kept out of
    the mails and that may be its papers;
    `linked` what was sent by links and may be a better scan; `formless` the scans of the unit's nominations
    that have no form of their own and may be of this one's nominee;
    `used` counts the unit's (or kind's) nominations per category that stand against
    the quota, this one included, `firm` those of them that a readable form proves,
    and `limit` is the quota.  `nominees` are the names of all the unit's live nominees;
    `namesakes` are the live nominations, by whomever, that may put the same nominee forward.
    """

    case: Case
    known: Circumstances
    loose: tuple[Document, ...] = ()
    siblings: tuple[Case, ...] = ()
    offered: Offered = NOTHING_OFFERED
    kept_out: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    formless: tuple[Document, ...] = ()
    doubtful_times: tuple[str, ...] = ()
    doubtful_marks: tuple[Maybe, ...] = ()
    used: int = 0
    firm: int = 0
    limit: int | None = None
    nominees: tuple[str, ...] = ()
    namesakes: tuple[Namesake, ...] = ()

    @property
    def campaign(self) -> Campaign:
        """The campaign's data."""
        return self.known.campaign

    @property
    def certainty(self) -> Certainty:
        """From which score on a guess may be told."""
        return self.known.certainty

    @property
    def words(self) -> Words:
        """The campaign's terms, as for a nomination of this category."""
        return self.campaign.words_for(self.case.category)


class Rule(Protocol):
    """One thing to look at; `entry` says in the catalogue what most of its findings are."""

    entry: ClassVar[CatalogueEntry]

    def see(self, scene: Scene) -> Iterator[Finding]:
        """The findings of this rule, none when all is well."""
        ...


def found(
    scene: Scene,
    entry: CatalogueEntry,
    severity: Severity,
    evidence: str,
    document: str | None = None,
    source: str = "",
    *,
    basis: Basis | None = None,
    confidence: float | None = None,
    fields: tuple[str, ...] = (),
) -> Finding:
    """A finding, its severity lowered or raised where the campaign file says so; never up to curable.

    Whatever a rule proposes, only what rests on a basis that may be told goes into a notice.
    """
    wanted = scene.campaign.severity.get(entry.code, severity)
    if wanted is Severity.CURABLE and severity is not Severity.CURABLE:
        wanted = severity
    if wanted is Severity.CURABLE and not may_be_told(basis, confidence, scene.certainty):
        wanted = Severity.REVIEW
    return Finding(entry.code, wanted, evidence, document, source, basis, confidence, fields)


def doubtful(
    scene: Scene,
    kind: DoubtKind,
    evidence: str,
    document: str | None = None,
    source: str = "",
    *,
    basis: Basis,
    confidence: float | None = None,
    fields: tuple[str, ...] = (),
) -> Finding:
    """The finding that the evidence is not conclusive, for a person; `kind` says why."""
    told = found(
        scene,
        DOUBTFUL,
        Severity.REVIEW,
        evidence,
        document,
        source,
        basis=basis,
        confidence=confidence,
        fields=fields,
    )
    return replace(told, kind=kind)


def current_scan(case: Case) -> CaseDocument | None:
    """The scan that counts, where it is a PDF or a picture that could be opened."""
    item = case.scan
    return item if item and item.document.facts.page_count else None


def hidden_papers(scene: Scene, *, form: bool, pictures: bool = True) -> list[str]:
    """Names of files that may be what seems to be missing; `pictures` false leaves pictures out.

    A file that is damaged or locked is not: as it is, it can be nobody's paper.  Nor is a letter (推荐函)
    that came with other nominations of the unit, and not with this one.
    """
    papers = [item.document for item in scene.case.papers]
    attached = [item.document for item in scene.case.attachments]
    # A paper in its place may still hold files that could not be taken out of it.
    asked = [*(d for d in papers if getattr(d.facts, "left_out", ())), *attached, *scene.loose]
    if not asked:
        return list(dict.fromkeys(scene.kept_out))
    elsewhere = _mails_of_others(scene)
    may_be = may_be_form if form else may_be_scan
    names = [
        document.filename
        for document in asked
        if may_be(document)
        and not is_shut(document)
        and not (document.message.id in elsewhere and is_called_otherwise(document, scene.campaign))
        and (pictures or not document.facts.is_picture)
    ]
    return list(dict.fromkeys((*names, *scene.kept_out)))


def _mails_of_others(scene: Scene) -> set[int]:
    """The mails that brought papers of the unit's other nominations, and none of this one's."""
    return {mail for other in scene.siblings for mail in _mails_of(other)} - _mails_of(scene.case)


def _mails_of(case: Case) -> set[int]:
    return {item.document.message.id for item in case.papers}


def name_of(document: Document | None) -> str | None:
    """The filename that a finding speaks of."""
    return document.filename if document else None


def counts(case: Case, deadline_at: datetime) -> bool:
    """True for a nomination that uses up quota: one that came in time."""
    return case.received_at < deadline_at


def limit_of(unit: Unit, campaign: Campaign) -> int | None:
    """The unit's quota: its own where the registry gives one, else its kind's; None for an unknown unit."""
    quota = campaign.quotas.get(unit.kind or "")
    if quota is None:
        return None
    return (
        unit.quota if unit.quota is not None else (quota.per_category if quota.total is None else quota.total)
    )
