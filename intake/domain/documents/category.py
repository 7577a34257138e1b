"""Which category a form speaks of: its title, the box that is ticked, the name of its first label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.domain.campaign.campaign import Campaign, CategoryData
from intake.domain.documents.field_values import is_blank
from intake.domain.documents.inline_labels import Entry
from intake.domain.text.counts import TICKED, UNTICKED
from intake.domain.text.ticks import QUOTES, ticked

SEVERAL_TICKED = "category: several are ticked: "
"""Begins the conflict of a form in which one text ticks several categories, their Chinese names behind it."""


@dataclass(frozen=True, slots=True)
class CategoryEvidence:
    """A category that something in the form names: the words, where they stand."""

    category: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class CategoryReading:
    """The form's category, or None; `evidence` is what named it, `conflicts` what spoke against."""

    category: str | None
    evidence: CategoryEvidence | None = None
    conflicts: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def squeeze(text: str) -> str:
    """Half width, without white space and quotes: what titles are compared by."""
    return QUOTES.sub("", unicodedata.normalize("NFKC", text))


def categories_in(text: str, campaign: Campaign) -> list[tuple[str, int, int]]:
    """Categories that a squeezed text names, with where; full names first, aliases only without any."""
    for names, pattern in _spoken(campaign.category):
        found = [(names[m[0]], m.start(), m.end()) for m in pattern.finditer(text)]
        if found:
            return found
    return []


@lru_cache(maxsize=8)
def _spoken(categories: tuple[CategoryData, ...]) -> list[tuple[dict[str, str], re.Pattern[str]]]:
    """The full names with their categories and a pattern for them, the longest first; then the aliases."""
    both = (
        {squeeze(c.name): c.id for c in categories},
        {squeeze(alias): c.id for c in categories for alias in c.aliases},
    )
    ordered = [(names, sorted(filter(None, names), key=len, reverse=True)) for names in both]
    return [(names, re.compile("|".join(map(re.escape, longest)))) for names, longest in ordered if longest]


def read_category(
    titles: Sequence[tuple[str, str]],
    entries: Sequence[Entry],
    loose: Sequence[tuple[str, str]],
    campaign: Campaign,
) -> CategoryReading:
    """Weighs the evidence of a form.

    `titles` are what may be its title, the likeliest first, and `loose` texts that
    may hold ticked boxes, each with its place.  Title, 推荐类别 and ticks weigh alike: where
    they differ the category is None.  The label of the nominee decides only where
    nothing else does.
    """
    strong = next(filter(None, (_titled(text, place, campaign) for text, place in titles)), [])
    unclear = False
    for entry in entries:
        if any(field.name == "category" for field in entry.label.fields):
            strong += _named(entry.text, entry.place, campaign)
            unclear = unclear or ticked_categories(entry.text, campaign) is None
    for text, place in loose:
        ticked = ticked_categories(text, campaign)
        unclear = unclear or ticked is None
        strong += [CategoryEvidence(found, text, place) for found in ticked or ()]
    if not strong and unclear:
        return CategoryReading(None, None, ("category: it cannot be told which one is ticked",))
    return _weighed(strong, _by_nominee_label(entries), campaign)


def _weighed(
    strong: Sequence[CategoryEvidence], by_label: CategoryEvidence | None, campaign: Campaign
) -> CategoryReading:
    named = {evidence.category for evidence in strong}
    if len(named) > 1 and len({(evidence.text, evidence.place) for evidence in strong}) == 1:
        names = "、".join(
            campaign.category_name(category) for category in campaign.categories if category in named
        )
        return CategoryReading(None, None, (f"{SEVERAL_TICKED}{names}",))
    if len(named) > 1:
        words = "; ".join(f"{e.place or 'text'} says {e.category}" for e in strong)
        return CategoryReading(None, None, (f"category: {words}",))
    if strong:
        conflict = by_label is not None and by_label.category not in named
        words = (
            f"category: {strong[0].category}, but the nominee's label is {by_label.text}" if by_label else ""
        )
        return CategoryReading(strong[0].category, strong[0], (words,) if conflict else ())
    return CategoryReading(by_label.category if by_label else None, by_label)


def ticked_categories(text: str, campaign: Campaign) -> list[str] | None:
    """The categories that are ticked in a text that offers several; None where it cannot be told which.

    A mark belongs to the name that it touches, or to the nearer one.  Between two names as near as
    each other it is told only where every name has its box, on the same side.
    """
    return ticked(text, lambda squeezed: categories_in(squeezed, campaign))


def _titled(title: str, place: str, campaign: Campaign) -> list[CategoryEvidence]:
    if any(mark in title for mark in TICKED + UNTICKED):
        return []
    named = {category for category, _, _ in categories_in(squeeze(title), campaign)}
    # A title that names several categories is that of the whole campaign.
    return [CategoryEvidence(named.pop(), title, place)] if len(named) == 1 else []


def _named(text: str, place: str, campaign: Campaign) -> list[CategoryEvidence]:
    """What a cell 推荐类别 says: a ticked box, a name, or the tail of one ("服务点")."""
    if is_blank(text):
        return []
    ticked = ticked_categories(text, campaign)
    if ticked:
        return [CategoryEvidence(category, text, place) for category in ticked]
    folded = re.sub(rf"[{TICKED}]", "", squeeze(text))
    named = {category for category, _, _ in categories_in(folded, campaign)}
    if not named and len(folded) >= 2:
        named = {
            c.id for c in campaign.category if any(squeeze(n).endswith(folded) for n in (c.name, *c.aliases))
        }
    return [CategoryEvidence(named.pop(), text, place)] if len(named) == 1 else []


def _by_nominee_label(entries: Sequence[Entry]) -> CategoryEvidence | None:
    """The category whose own name for the nominee (组织名称, 项目名称) stands in the form.

    A label of several categories says nothing; nor does 姓名 beside another, since
    a person stands in every form.
    """
    found: dict[str, Entry] = {}
    for entry in entries:
        owners = {c for field in entry.label.fields if field.name == "nominee" for c in field.categories}
        if len(owners) == 1:
            found.setdefault(owners.pop(), entry)
    if len(found) > 1:
        found = {category: entry for category, entry in found.items() if entry.label.text != "姓名"}
    if len(found) != 1:
        return None
    category, entry = next(iter(found.items()))
    return CategoryEvidence(category, entry.label.text, entry.place)
