"""Rules on whether a mail is from whom it says (RFC 8601).

The rule on what may be marked as a state secret; what surely is never comes as far as a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.campaign import findings
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.documents.unopenable import is_sealed
from intake.domain.model.certainty import Basis
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Case, CaseDocument, Finding, Severity, State
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


def is_unproven(case: Case) -> bool:
    """True where every form and scan came from unverified senders: anybody may have made it up."""
    return bool(case.papers) and all(item.document.message.unverified for item in case.papers)


def takes_place(case: Case, state: State | None, campaign: Campaign) -> bool:
    """True for a nomination that uses up quota: in time, no correction of another, and no stranger's.

    Nor does a file that nobody could open yet: nobody knows how many nominations lie in it.

    One that is unproven takes no place before a person has accepted it: a forged mail must not
    put a unit over its quota.  `state` is its present one.
    """
    if case.corrects or is_sealed(case) or not counts(case, campaign.campaign.deadline_at):
        return False
    believed = campaign.severity.get(findings.SENDER_UNVERIFIED.code) is Severity.NOTE
    return believed or state is State.COMPLETE or not is_unproven(case)


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
