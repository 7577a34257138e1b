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
_MARKS = re.compile(rf"[{TICKED}{UNTICKED}]+")
_TICKED_BOX = re.compile(
    rf"[(\[【]\s?[{TICKED}vV]\s?[)\]】]|_{{1,20}}[{TICKED}]_{{0,20}}|[{TICKED}]_{{1,20}}"
)
_EMPTY_BOX = re.compile(r"\([\s_]{0,20}\)|\[\s{0,20}\]|【\s{0,20}】|_{2,20}")
_VARIANTS = re.compile("[\ufe00-\ufe0f\u200b-\u200d\u2060]")
_HINT = re.compile(rf"\s?\((?=[^()]*[一-鿿])[^(){TICKED}{UNTICKED}]{{1,20}}\)")
"""Words in brackets that belong to the name before them: （社区或村）."""
_FAR = 50
_WIDTHS = {" ": 1, "\u2002": 1, "\u2003": 2, "\u3000": 2, "\t": 4}


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
    unclear = False
    for entry in entries:
        if any(field.name == "category" for field in entry.label.fields):
            strong += _named(entry.text, entry.place, campaign)
            unclear = unclear or ticked_categories(entry.text, campaign) is None
    for text, place in loose:
        ticked = ticked_categories(text, campaign)
        unclear = unclear or ticked is None
        strong += [CategoryEvidence(found, text, place) for found in ticked or ()]
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
    if unclear:
        return CategoryReading(None, None, ("category: it cannot be told which one is ticked",))
    return CategoryReading(by_label.category if by_label else None, by_label)


def ticked_categories(text: str, campaign: Campaign) -> list[str] | None:
    """The categories that are ticked in a text that offers several; None where it cannot be told which.

    A mark belongs to the name that it touches, or to the nearer one.  Between two names as near as
    each other it is told only where every name has its box, on the same side.
    """
    folded = _marked(text)
    if not any(mark in folded for mark in TICKED):
        return []
    names = _named_places(folded, campaign)
    if len(names) < 2:
        return []
    edges = [0, *(edge for _, start, end in names for edge in (start, end)), len(folded)]
    gaps = [folded[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    side = _side([len(_MARKS.findall(gap)) for gap in gaps])
    owners = [_owner(gap, number, len(names), side) for number, gap in enumerate(gaps)]
    if None in owners:
        return None
    chosen = sorted(index for found in owners for index in found or ())
    return list(dict.fromkeys(names[index][0] for index in chosen))


def _marked(text: str) -> str:
    """Half width, with ticks and blanks in brackets or on a line as one mark: "（√）" is ☑, "（ ）" is □."""
    folded = _VARIANTS.sub("", unicodedata.normalize("NFKC", text))
    return _EMPTY_BOX.sub("□", _TICKED_BOX.sub("☑", folded))


def _named_places(folded: str, campaign: Campaign) -> list[tuple[str, int, int]]:
    """The categories that a text names with where, white space and quotes kept, brackets behind included."""
    kept = [index for index, character in enumerate(folded) if not _QUOTES.match(character)]
    found = []
    for category, start, end in categories_in("".join(folded[index] for index in kept), campaign):
        last = kept[end - 1] + 1
        hint = _HINT.match(folded, last)
        found.append((category, kept[start], hint.end() if hint else last))
    return found


def _side(counts: Sequence[int]) -> int | None:
    """0 where each name has one box before it, -1 where behind it; None where neither, or boxes lack."""
    if counts[0] == 1 and counts[-1] == 0 and set(counts[:-1]) == {1}:
        return 0
    if counts[-1] == 1 and counts[0] == 0 and set(counts[1:]) == {1}:
        return -1
    return None


def _owner(gap: str, number: int, names: int, side: int | None) -> tuple[int, ...] | None:
    """The names, by index, that are ticked in the gap before name `number`; None where that is not told."""
    marks = list(_MARKS.finditer(gap))
    if not any(_is_ticked(mark) for mark in marks):
        return ()
    if len(marks) == 2 and 0 < number < names:
        return _owners_of_two(gap, marks, number)
    if len(marks) > 1:
        return None
    if number in (0, names):
        return (0 if number == 0 else names - 1,)
    chosen = _nearer(gap, marks[0], side)
    return None if chosen is None else (number + chosen,)


def _is_ticked(mark: re.Match[str]) -> bool:
    return any(sign in TICKED for sign in mark[0])


def _owners_of_two(gap: str, marks: Sequence[re.Match[str]], number: int) -> tuple[int, ...] | None:
    """Of two marks between two names each is one's, where both stand nearer to it than to one another."""
    first, second = marks
    between = _distance(gap[first.end() : second.start()])
    if max(_distance(gap[: first.start()]), _distance(gap[second.end() :])) >= between:
        return None
    return tuple(number - 1 + index for index, mark in enumerate(marks) if _is_ticked(mark))


def _nearer(gap: str, mark: re.Match[str], side: int | None) -> int | None:
    """Whose a mark between two names is: 0 the next one's, -1 the last one's, None where that is not told."""
    before, after = _distance(gap[: mark.start()]), _distance(gap[mark.end() :])
    if side is None:
        # A tick and then a box may also be one of each, which is told no better than a mark in the middle.
        return None if before == after else 0 if after < before else -1
    return side if before == after or (after < before) == (side == 0) else None


def _distance(between: str) -> int:
    """How far a mark is from a name: blanks as wide as they look, anything else and line feeds far."""
    return sum(_WIDTHS.get(character, _FAR) for character in between)


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
