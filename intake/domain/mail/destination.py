"""Which campaign a mail is for, where several are served from one mailbox; pure.

What a mail brings says more than what it says, and what it says more than who sent it.  Where no evidence,
or as much for two, is found, a person says which.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.category import squeeze
from intake.domain.documents.recognition import text_sheet
from intake.domain.documents.roles import read_parts
from intake.domain.mail.intent import LONGEST, letter_references, nomination_numbers
from intake.domain.model.document import Role
from intake.domain.model.facts import Facts, MessageFacts, PdfFacts, WordFacts

CATEGORY_COUNTS = 50
"""By how many labels a form's category outweighs: two campaigns of one office have most labels alike."""

TITLE_PIECE = 6
"""Characters of a campaign's title that are enough to speak of it: few write it out."""

SHORTEST_WORD = 4
"""Characters of a category's name that speaks for its campaign; shorter ones stand in many a text."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store of a campaign knows of a mail.

    `letters`: the mail stands in the exchange of a letter that went out; `nominees`: names in the ledger;
    `sender`: this address has sent material before.
    """

    letters: bool = False
    nominees: Collection[str] = ()
    sender: bool = False


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """A file of the mail."""

    filename: str
    facts: Facts


class Mixed(Exception):
    """Papers of one mail are forms of different campaigns."""


def destination(
    facts: MessageFacts,
    papers: Sequence[BroughtFile],
    at: datetime,
    campaigns: Mapping[str, Campaign],
    known: Mapping[str, Memory],
) -> str | None:
    """The id of the campaign that the mail is for, or None where a person has to say it.

    `at` is the mail's time of record; `known` is what each campaign's store knows of the mail.
    """
    try:
        forms = _forms(papers, campaigns)
    except Mixed:
        return None
    names = [paper.filename for paper in papers]
    words = "\n".join((facts.subject, *names, facts.body[:LONGEST], facts.quoted[:LONGEST]))
    folded = squeeze(words)
    evidence = (
        forms,
        {key: int(known[key].letters) for key in campaigns},
        {key: _numbers(words, campaign) for key, campaign in campaigns.items()},
        {key: _named(known[key].nominees, folded) for key in campaigns},
        {key: _words(folded, campaign) for key, campaign in campaigns.items()},
        {key: int(known[key].sender) for key in campaigns},
    )
    left = _strongest([*campaigns], evidence)
    if len(left) == 1 or not any(any(weights.values()) for weights in evidence):
        return left[0] if len(left) == 1 else None
    running = [key for key in left if _runs(campaigns[key], at)]
    return running[0] if len(running) == 1 else None


def _strongest(left: list[str], evidence: Sequence[Mapping[str, int]]) -> list[str]:
    """The campaigns for which the evidence speaks most, kind by kind, until one is left."""
    for weights in evidence:
        most = max(weights[key] for key in left)
        if most:
            left = [key for key in left if weights[key] == most]
        if most and len(left) == 1:
            break
    return left


def _forms(papers: Sequence[BroughtFile], campaigns: Mapping[str, Campaign]) -> dict[str, int]:
    """How strongly the papers are forms of each campaign; raises `Mixed`."""
    total = dict.fromkeys(campaigns, 0)
    owners: set[str] = set()
    for paper in papers:
        weights = {key: _form(paper, campaign) for key, campaign in campaigns.items()}
        most = max(weights.values())
        best = [key for key, weight in weights.items() if weight == most]
        if most and len(best) == 1:
            owners.add(best[0])
        for key, weight in weights.items():
            total[key] += weight
    if len(owners) > 1:
        raise Mixed
    return {key: total[key] if not owners or key in owners else 0 for key in campaigns}


def _form(paper: BroughtFile, campaign: Campaign) -> int:
    """How strongly a file is a form of the campaign: its labels, its category, the campaign's title in it."""
    facts = paper.facts
    if isinstance(facts, WordFacts):
        return sum(
            len(form.fields) + CATEGORY_COUNTS * bool(form.category)
            for role, form in read_parts(facts, paper.filename, campaign)
            if role is Role.FORM and form
        )
    if isinstance(facts, PdfFacts) and not facts.is_scan:
        if read_parts(facts, paper.filename, campaign)[0][0] is not Role.SCAN:
            return 0
        sheet = text_sheet(facts.text, campaign)
        return len(sheet.names()) + CATEGORY_COUNTS * _words(squeeze(facts.text[:LONGEST]), campaign)
    return 0


def _numbers(words: str, campaign: Campaign) -> int:
    """How many numbers of nominations and of letters of this campaign are named."""
    numbers = nomination_numbers(words, campaign.campaign.number_prefix)
    return len(set(numbers)) or len(set(letter_references(words, campaign.office.short_name)))


def _named(nominees: Collection[str], folded: str) -> int:
    return sum(1 for name in nominees if len(name) > 1 and name in folded)


def _words(folded: str, campaign: Campaign) -> int:
    """How many names of the campaign are spoken of: its title, or a good piece of it, and its categories'."""
    title = squeeze(campaign.campaign.title)
    pieces = (title[start : start + TITLE_PIECE] for start in range(len(title) - TITLE_PIECE + 1))
    names = {squeeze(name) for item in campaign.category for name in (item.name, *item.aliases)}
    spoken = sum(1 for name in names if len(name) >= SHORTEST_WORD and name in folded)
    return spoken + any(piece in folded for piece in pieces)


def _runs(campaign: Campaign, at: datetime) -> bool:
    head = campaign.campaign
    return head.opens_at <= at < max(head.deadline_at, head.supplement_until)
