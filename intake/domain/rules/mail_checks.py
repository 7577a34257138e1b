"""Rules on whether a mail is from whom it says (RFC 8601).

The rule on what may be marked as a state secret; what surely is never comes as far as a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from intake.domain.campaign import findings
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.findings import CatalogueEntry, catalogued
from intake.domain.documents.unopenable import is_sealed
from intake.domain.model.certainty import Basis
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Case, CaseDocument, Finding, Footing, Severity, State
from intake.domain.rules.case_view import Scene, counts, doubtful, found
from intake.domain.text.calendar import moment


@dataclass(frozen=True, slots=True)
class SenderVerified:
    """The papers that count came from senders whom the mailbox's provider did not question."""

    entry: ClassVar[CatalogueEntry] = findings.SENDER_UNVERIFIED

    def see(self, scene: Scene) -> Iterator[Finding]:
        """A person asks the unit first; one finding a mail, since it is the mail that is in doubt."""
        papers = scene.case.papers
        doubted = {item.document.message.id: item for item in reversed(papers) if _is_in_doubt(item)}
        for item in reversed(doubted.values()):
            ref = item.document.message
            said = (
                f"{moment(ref.received_at)}收到的邮件（发件人{ref.claimed_from or '不明'}）"
                f"未通过发件人身份验证（{ref.unverified.replace(', ', '，')}），请先与{scene.words.unit}核实"
            )
            kept = [
                f"“{other.document.filename}”"
                for other in papers
                if other.role is item.role and not other.current and not other.document.message.unverified
            ]
            if kept:
                said += f"；经其他邮件报送的{'、'.join(dict.fromkeys(kept))}仍在案"
            yield found(scene, self.entry, Severity.REVIEW, said, item.document.filename, basis=Basis.MAIL)


def _is_in_doubt(item: CaseDocument) -> bool:
    return item.current and bool(item.document.message.unverified)


@dataclass(frozen=True, slots=True)
class SenderKnown:
    """The nomination and all that is for it came from an address that may speak for the unit."""

    entry: ClassVar[CatalogueEntry] = findings.SENDER_NEW

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person: who put it forward is nobody's known correspondent, or others sent papers for it.

        What others sent changes nothing of the nomination itself (`Basis.SENDER`).
        """
        case, unit = scene.case, scene.words.unit
        if case.footing is not Footing.KNOWN:
            new = is_new(case)
            others = "、".join(scene.known.correspondents) or "不明地址"
            said = (
                f"本件由{case.sender}报送，该地址未经确认；{unit}的联系地址为{others}，请先与{unit}核实"
                if new
                else f"本件由{case.sender}报送；此前以该{unit}名义来信的为{others}，均未经确认"
            )
            yield found(scene, self.entry, Severity.REVIEW if new else Severity.NOTE, said, basis=Basis.MAIL)
        for item in case.beside:
            seen = found(
                scene,
                catalogued(item.code),
                Severity.REVIEW,
                item.said,
                item.document,
                basis=Basis.SENDER,
            )
            yield replace(seen, kind=item.kind)


def is_new(case: Case) -> bool:
    """True for a nomination of an unconfirmed address for a unit that has a correspondent."""
    return case.footing is Footing.NEW


def is_unproven(case: Case) -> bool:
    """True where every form and scan came from unverified senders: anybody may have made it up."""
    return bool(case.papers) and all(item.document.message.unverified for item in case.papers)


def takes_place(case: Case, state: State | None, campaign: Campaign) -> bool:
    """True for a nomination that uses up quota: in time, no correction of another, and no stranger's.

    Nor does a file that nobody could open yet: nobody knows how many nominations lie in it.

    One that is unproven, or of a new sender, takes no place before a person has accepted it: a forged
    mail must not put a unit over its quota.  `state` is its present one.
    """
    if case.corrects or is_sealed(case) or not counts(case, campaign.campaign.deadline_at):
        return False
    if state is State.COMPLETE:
        return True
    doubts = ((findings.SENDER_UNVERIFIED, is_unproven(case)), (findings.SENDER_NEW, is_new(case)))
    return not any(
        holds and campaign.severity.get(entry.code) is not Severity.NOTE for entry, holds in doubts
    )


@dataclass(frozen=True, slots=True)
class NotMarked:
    """No mail that brought papers may bear a mark of a state secret."""

    entry: ClassVar[CatalogueEntry] = findings.DOUBTFUL

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, who looks into the mail itself, or at the page of the scan."""
        for mark in scene.doubtful_marks:
            yield doubtful(
                scene,
                DoubtKind.PERHAPS_MARKED,
                f"{mark.said}，请核对是否涉密",
                document=mark.document,
                basis=mark.basis,
                confidence=mark.confidence,
            )
