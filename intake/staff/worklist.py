"""What needs a person, as the desk lists it in the digest's words, and what a search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection

from intake.config.campaign_file import LoadedCampaign
from intake.domain.campaign.campaign import UnitRow
from intake.domain.model.mail import LetterState
from store import listing

# Loaded where what needs a person is gathered: a search does without.
if TYPE_CHECKING:
    from intake.domain.letters.views import DigestView

MOST_FOUND = 20
"""Rows of each kind that a search shows."""


EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any mail: what waits is listed for as long as it waits."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What bears a text: nominations with how many there are, units of the registry, mails, letters."""

    nominations: Sequence[Mapping[str, Any]]
    count: int
    units: Sequence[UnitRow]
    mails: Sequence[Mapping[str, Any]]
    letters: Sequence[Mapping[str, Any]]


def besides(cn: Connection, loaded: LoadedCampaign, as_of: datetime) -> DigestView:
    """All but nominations that needs a person now: the digest without them, and without its end of a week.

    Nothing leaves it by time alone.
    """
    from intake.domain.letters.digest import Material, day_before, digest_view
    from store.database import audit
    from store.letters import decisions, echoes, questions, returns
    from store.mail import attention, damage, secrecy

    since = day_before(as_of)
    untold = [
        {**row, "category": loaded.campaign.category_name(row["category"])}
        for row in decisions.untold_rows(cn, as_of)
    ]
    material = Material(
        nominations=(),
        letters=listing.letters(cn, states=(LetterState.HELD, LetterState.DEAD)),
        enquiries=questions.unsettled(cn, EVER, as_of),
        linked=attention.linked(cn),
        left_out=attention.left_out(cn, EVER),
        returned=returns.returned(cn),
        marked=secrecy.marked(cn),
        repeated=echoes.repeated(cn, EVER, as_of),
        recalls=attention.recalls(cn, EVER),
        unanswerable=attention.unanswerable(cn),
        quarantined=attention.quarantined(cn),
        unfetched=damage.unfetched(cn),
        damaged=damage.told(cn),
        units=(),
        reported=(),
        untold=untold,
        faults=audit.troubles(cn, since, as_of),
    )
    return digest_view(material, loaded.campaign, as_of, since)


def find(cn: Connection, loaded: LoadedCampaign, text: str, most: int = MOST_FOUND) -> SearchResult:
    """What bears every word of a text: by number, nominee, unit, address, subject; nothing for no word."""
    words = text.split()
    if not words:
        return SearchResult((), 0, (), (), ())
    rows, count = listing.nominations(cn, listing.ListFilter(text=text), 0, most)
    units = [unit for unit in loaded.units if all(_names(unit, word.casefold()) for word in words)]
    return SearchResult(
        rows, count, units[:most], listing.mails(cn, text, most), listing.letters(cn, text=text, most=most)
    )


def _names(unit: UnitRow, word: str) -> bool:
    return any(word in name.casefold() for name in (unit.name, *unit.aliases, *unit.addresses, unit.phone))
