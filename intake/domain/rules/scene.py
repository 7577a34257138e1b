"""What a rule sees, and how it speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from intake.domain.campaign import Campaign, HonouredRow
from intake.domain.facts import ImageFacts, PdfFacts
from intake.domain.linked import NOTHING_OFFERED, Offered
from intake.domain.model import Case, CaseDocument, Document, Finding, Role, Severity, Unit
from intake.domain.roles import may_be_form, may_be_scan
from intake.domain.words import Words


@dataclass(frozen=True, slots=True)
class Scene:
    """A case with everything that a rule may hold against it.

    `siblings` are the unit's other live cases; `loose` its documents that belong to
    no case; `offered` the cloud links that are, or may be, what this case lacks; `kept_out`
    the files that a limit kept out of the mails and that may be its papers; `linked` what was sent by
    links and may be a better scan;
    `used` counts the unit's (or kind's) nominations per category that stand against
    the quota, this one included, `firm` those of them that a readable form proves,
    and `limit` is the quota.  `unit_names` are the spellings of the unit's name, the official one first;
    `near_units` the registry's names that the name of an unknown unit may mean.
    """

    campaign: Campaign
    case: Case
    loose: tuple[Document, ...] = ()
    offered: Offered = NOTHING_OFFERED
    kept_out: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    doubtful_times: tuple[str, ...] = ()
    used: int = 0
    firm: int = 0
    limit: int | None = None
    near_units: tuple[str, ...] = ()
    honoured: tuple[HonouredRow, ...] = ()
    unit_names: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        """The campaign's terms, as for a nomination of this category."""
        return self.campaign.words_for(self.case.category)


class Rule(Protocol):
    """One thing to look at; `code` is the finding's code in contract and campaign file."""

    code: ClassVar[str]

    def see(self, scene: Scene) -> Iterator[Finding]:
        """The findings of this rule, none when all is well."""
        ...


def found(
    scene: Scene, code: str, severity: Severity, evidence: str, document: str | None = None, source: str = ""
) -> Finding:
    """A finding, its severity lowered or raised where the campaign file says so; never up to curable."""
    wanted = scene.campaign.severity.get(code, severity)
    if wanted is Severity.CURABLE and severity is not Severity.CURABLE:
        wanted = severity
    return Finding(code, wanted, evidence, document, source)


def current_scan(case: Case) -> CaseDocument | None:
    """The scan that counts, where it is a PDF or a picture that could be opened."""
    for item in case.documents:
        if item.role is Role.SCAN and item.current and not item.page:
            return item if isinstance(item.document.facts, PdfFacts | ImageFacts) else None
    return None


def hidden_papers(scene: Scene, *, form: bool, pictures: bool = True) -> list[str]:
    """Names of files that may be what seems to be missing; `pictures` false leaves pictures out."""
    papers = [item.document for item in scene.case.documents if item.role in (Role.FORM, Role.SCAN)]
    attached = [item.document for item in scene.case.documents if item.role not in (Role.FORM, Role.SCAN)]
    # A paper in its place may still hold files that could not be taken out of it.
    asked = [*(d for d in papers if getattr(d.facts, "left_out", ())), *attached, *scene.loose]
    may_be = may_be_form if form else may_be_scan
    names = [
        document.filename
        for document in asked
        if may_be(document) and (pictures or not isinstance(document.facts, ImageFacts))
    ]
    return list(dict.fromkeys((*names, *scene.kept_out)))


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
