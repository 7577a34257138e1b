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

_QUOTES = re.compile(r"[\"'“”‘’《》「」\s]+")


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


def squeeze(text: str) -> str:
    """Half width, without white space and quotes: what titles are compared by."""
    return _QUOTES.sub("", unicodedata.normalize("NFKC", text))


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
    for entry in entries:
        if any(field.name == "category" for field in entry.label.fields):
            strong += _named(entry.text, entry.place, campaign)
    for text, place in loose:
        strong += [CategoryEvidence(found, text, place) for found in ticked_categories(text, campaign)]
    by_label = _by_nominee_label(entries)
    named = {evidence.category for evidence in strong}
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


def ticked_categories(text: str, campaign: Campaign) -> list[str]:
    """The categories whose box is ticked in a text that offers several."""
    if not any(mark in text for mark in TICKED):
        return []
    folded = re.sub(rf"[(\[【][{TICKED}][)\]】]", "☑", squeeze(text))
    folded = re.sub(r"\(_*\)|\[\]|【】", "□", folded)
    places = categories_in(folded, campaign)
    if len(places) < 2:
        return []
    # Whether the boxes stand before or after their names shows at the first name.
    before = any(mark in folded[: places[0][1]] for mark in TICKED + UNTICKED)
    found = []
    for index, (category, start, end) in enumerate(places):
        left = places[index - 1][2] if index else 0
        right = places[index + 1][1] if index + 1 < len(places) else len(folded)
        marks = [c for c in (folded[left:start] if before else folded[end:right]) if c in TICKED + UNTICKED]
        if marks and (marks[-1] if before else marks[0]) in TICKED:
            found.append(category)
    return list(dict.fromkeys(found))


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
