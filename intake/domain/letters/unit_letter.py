"""Which letter a unit is owed, and what stands in it: pure, from the ledger to a view.

The views bear no number yet; the letterhead gives it when the letter is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.findings import CLOUD_LINK, remedy
from intake.domain.campaign.wording import CHECK_NAMES, RESULT_NAMES, RETURNED_CURE
from intake.domain.letters.disclosure import UNNAMED, Disclosure, curable, is_withheld, name_of, ranked
from intake.domain.letters.quota_tables import quotas_of, rankings_of
from intake.domain.letters.views import (
    AnswerView,
    DecisionLine,
    DecisionView,
    DefectLine,
    EnquiryView,
    LetterView,
    NominationLine,
)
from intake.domain.mail.links import CloudLink
from intake.domain.model.document import Role
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.mail import LetterKind
from intake.domain.model.nomination import Action, Case, State, Unit
from intake.domain.text.calendar import local
from intake.domain.text.names import compact


@dataclass(frozen=True, slots=True)
class Answered:
    """The messages that one letter answers: when the newest came, and the files that were only filed.

    `links` are the files that these messages offer by a link and did not bring.
    """

    received_at: datetime
    loose: tuple[str, ...]
    links: tuple[CloudLink, ...] = ()


def letter_for(
    unit: Unit,
    nominations: Sequence[Disclosure],
    answered: Answered,
    campaign: Campaign,
    now: datetime,
) -> LetterView:
    """The one letter that a unit is owed for a round: a receipt, or a notice of all defects at once."""
    live = [item for item in nominations if item.state not in CLOSED]
    own = [item for item in live if item.case.unit.key == unit.key]
    defects = _defects(live, campaign)
    rankings = rankings_of(unit, own, campaign)
    head = campaign.campaign
    return LetterView(
        kind=LetterKind.DEFICIENCY if defects or rankings else LetterKind.RECEIPT,
        reference="",
        campaign_title=head.title,
        addressee=unit.name,
        received_at=answered.received_at,
        deadline_at=head.deadline_at,
        supplement_until=head.supplement_until,
        nominations=tuple(_line(item, campaign) for item in live),
        defects=defects,
        rankings=rankings,
        quotas=quotas_of(unit, own, campaign),
        loose=answered.loose,
        office=campaign.office,
        signed_on=local(now).date(),
        linked=_linked(live, answered.links),
    )


def still_lacking(nominations: Sequence[Disclosure], campaign: Campaign) -> tuple[Disclosure, ...]:
    """The nominations of which a unit may be reminded: what lacks can be told, and only that."""
    return tuple(item for item in nominations if item.state is State.DEFICIENT and _defects([item], campaign))


def still_to_rank(
    unit: Unit, nominations: Sequence[Disclosure], campaign: Campaign
) -> tuple[Disclosure, ...]:
    """The nominations that a unit may be reminded to rank: none once staff have given away the places."""
    own = [item for item in nominations if item.case.unit.key == unit.key]
    if not rankings_of(unit, own, campaign):
        return ()
    return tuple(item for item in own if ranked(item.state, item.findings))


def reminder_for(
    unit: Unit,
    lacking: Sequence[Disclosure],
    to_rank: Sequence[Disclosure],
    received_at: datetime,
    campaign: Campaign,
    now: datetime,
) -> LetterView:
    """The reminder of what still lacks and what is still to be ranked; what is in order is not spoken of.

    `to_rank` are all nominations of the unit where some are still to be ranked, else none.
    """
    head = campaign.campaign
    return LetterView(
        kind=LetterKind.REMINDER,
        reference="",
        campaign_title=head.title,
        addressee=unit.name,
        received_at=received_at,
        deadline_at=head.deadline_at,
        supplement_until=head.supplement_until,
        nominations=tuple(_line(item, campaign) for item in lacking),
        defects=_defects(lacking, campaign),
        rankings=rankings_of(unit, to_rank, campaign),
        quotas=(),
        loose=(),
        office=campaign.office,
        signed_on=local(now).date(),
    )


def decision_letter(
    unit: Unit,
    decided: Sequence[tuple[Case, Action, str]],
    campaign: Campaign,
    now: datetime,
) -> DecisionView:
    """What a person decided about nominations of a unit: each with the action and what is said of it."""
    return DecisionView(
        reference="",
        campaign_title=campaign.campaign.title,
        addressee=unit.name,
        lines=tuple(
            DecisionLine(
                number=case.number or "",
                category=campaign.category_name(case.category),
                nominee=case.nominee or UNNAMED,
                result=RESULT_NAMES[action],
                said=said,
                asks=action is Action.RETURN,
            )
            for case, action, said in decided
        ),
        supplement_until=campaign.campaign.supplement_until,
        office=campaign.office,
        signed_on=local(now).date(),
    )


def enquiry_receipt(campaign: Campaign, received_at: datetime, now: datetime) -> EnquiryView:
    """The plain receipt for a question that came at `received_at`."""
    return EnquiryView("", campaign.campaign.title, received_at, campaign.office, local(now).date())


def unverified_receipt(campaign: Campaign, received_at: datetime, now: datetime) -> EnquiryView:
    """The plain receipt for material of an unverified sender that came at `received_at`."""
    return replace(enquiry_receipt(campaign, received_at, now), unverified=True)


def answer_letter(words: str, campaign: Campaign, received_at: datetime, now: datetime) -> AnswerView:
    """A clerk's words, a paragraph a line, in answer to a question that came at `received_at`."""
    paragraphs = tuple(line.strip() for line in words.splitlines() if line.strip())
    return AnswerView("", received_at, paragraphs, campaign.office, local(now).date())


def _linked(live: Sequence[Disclosure], links: Sequence[CloudLink]) -> tuple[str, ...]:
    """The links that no defect tells: only that their file did not come, whatever it may be."""
    told = {finding.evidence for item in live for finding in curable(item) if finding.code == CLOUD_LINK.code}
    unseen = (link.told for link in links if not any(said.startswith(link.told) for said in told))
    return tuple(dict.fromkeys(unseen))


def _line(item: Disclosure, campaign: Campaign) -> NominationLine:
    case = item.case
    form, scan = case.current(Role.FORM), case.current(Role.SCAN)
    others = [paper.document.filename for paper in case.attachments if paper.current]
    return NominationLine(
        number=case.number or "",
        category=campaign.category_name(case.category),
        nominee=name_of(case),
        form=form.filename if form else None,
        scan="、".join(file.filename for file in (scan, *scan.joined)) if scan else None,
        others=tuple(others),
        received_at=case.received_at,
        check=item.check or CHECK_NAMES[State.REVIEW if is_withheld(item) else item.state],
    )


def _defects(live: Sequence[Disclosure], campaign: Campaign) -> tuple[DefectLine, ...]:
    lines = []
    for item in live:
        lines += _returned(item, campaign.words.material)
        for finding in curable(item):
            said = remedy(
                finding.code, finding.evidence, campaign.wording, campaign.words_for(item.case.category)
            )
            lines.append(
                DefectLine(
                    number=item.case.number or "",
                    subject=name_of(item.case),
                    document=finding.document or "",
                    problem=said.problem,
                    cure=said.cure,
                )
            )
    return tuple(lines)


def _returned(item: Disclosure, material: str) -> list[DefectLine]:
    """What a person asked for, in the person's words, where the unit is to hear them."""
    decision = item.decision
    if item.state is not State.DEFICIENT or decision is None or decision.action is not Action.RETURN:
        return []
    if not decision.told:
        return []
    subject, number = item.case.nominee or UNNAMED, item.case.number or ""
    return [DefectLine(number, subject, material, decision.told, RETURNED_CURE)]


def copies(names: Sequence[str], filed: Sequence[str]) -> tuple[str, ...]:
    """The names of attachments that stand in no nomination's row, each once."""
    told = {compact(name) for name in filed}
    return tuple(dict.fromkeys(name for name in names if compact(name) not in told))
