"""Labels of a form: what a cell or a line calls a value, and which fields of the campaign that is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from intake.domain.campaign.campaign import Campaign, FieldData

LONGEST_LABEL = 60
"""Characters without white space; nothing longer is a label."""
LONGEST_LOOK = 4 * LONGEST_LABEL
"""Characters with white space by which a longer text is known to be no label."""

_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_NUMBER = re.compile(r"^(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[).．、]|[①-⑳*])+(?=\D)")
_DROPPED = re.compile(r"[\s:*\"'“”‘’《》「」_·]+")
_UNIT = re.compile(
    r"[(\[【](?:单位:?)?(年|个月|月|周年|万人|人|名|位|场次|场|次|支|个|项|种|类|%|小时)[)\]】]"
)
_PROSE = re.compile(r"(?!详?见|附).*(?:意见|事迹|简介|备注|附注|说明|承诺书?|声明|评语|理由)")
_LONGEST_HEADING = 20
_ABOUT_WORDS = r"(?:基本|个人|相关|主要){0,3}(?:信息|情况|资料|名单)"
_ABOUT = re.compile(rf"(?<=.){_ABOUT_WORDS}$")


@dataclass(frozen=True, slots=True)
class Label:
    """A known label as written: its bare words, the unit in its brackets, and the fields it may mean.

    `placed` is true for one that names its block as well (导师姓名), wherever it stands.
    """

    text: str
    unit: str
    fields: tuple[FieldData, ...]
    placed: bool = False

    def within(self, block: str) -> Label:
        """The label with the fields that it means in a block of the form, "" for none that has a heading."""
        if self.placed:
            return self
        own = [f for f in self.fields if (block in map(heading_key, f.under) if block else not f.under)]
        return self._of(own)

    def counted(self, nth: int) -> Label:
        """The label with the fields that its nth occurrence means, counted from 1."""
        numbered = [f for f in self.fields if f.nth == nth]
        return self._of(numbered or [f for f in self.fields if f.nth is None])

    def _of(self, some: Sequence[FieldData]) -> Label:
        """The label with some of its fields, as a rule all."""
        return self if len(some) == len(self.fields) else replace(self, fields=tuple(some))


@lru_cache(maxsize=4096)
def label_key(text: str) -> str:
    """The bare words of a label: without white space, numbering, colons, quotes and bracketed hints."""
    folded = unicodedata.normalize("NFKC", "".join(text.split()))
    return _NUMBER.sub("", _DROPPED.sub("", _BRACKETS.sub("", folded)))


def heading_key(text: str) -> str:
    """The bare words of a block's heading, without 基本信息 or 情况 at its end."""
    return _ABOUT.sub("", label_key(text))


def ends_heading(text: str) -> bool:
    """True for the words by which a block's heading ends: what stands so behind a label is no value of it."""
    return re.fullmatch(_ABOUT_WORDS, label_key(text)) is not None


def heads_prose(text: str) -> bool:
    """True for the heading of somebody's words (备注, 社区意见): figures below it are no fields."""
    key = label_key(text[: 2 * LONGEST_LABEL])
    return len(key) <= _LONGEST_HEADING and _PROSE.fullmatch(key) is not None


class Labels:
    """The labels of a campaign, ready to look up."""

    def __init__(self, fields: tuple[FieldData, ...]) -> None:
        self._exact: dict[str, list[FieldData]] = {}
        self._placed: dict[str, list[FieldData]] = {}
        for field in fields:
            for label in field.labels:
                _enter(field, label_key(label), self._exact)
                for heading in field.under:
                    whole = label_key(label)
                    inner = whole if whole.startswith(heading_key(heading)) else heading_key(heading) + whole
                    _enter(field, inner, self._placed)
        self.lists = tuple(field for field in fields if field.type == "list")
        self._headings = {heading_key(heading) for field in fields for heading in field.under} | {
            heading_key(label) for field in self.lists for label in field.labels
        }
        # Cells repeat and are asked for again and again; the bound keeps a huge table out of memory.
        self._cached = lru_cache(maxsize=32_768)(self._find)
        self._patterns = [(re.compile(pattern), field) for field in fields for pattern in field.patterns]
        self._any_pattern = _any_of(self._patterns)

    def find(self, text: str) -> Label | None:
        """The label that the whole text is, or None; patterns are asked only where no label matches."""
        # Of prose, however long, its beginning tells that it is no label.
        if len(text) > LONGEST_LOOK and len("".join(text[:LONGEST_LOOK].split())) > LONGEST_LABEL:
            return None
        squeezed = "".join(text.split())
        return self._cached(squeezed) if 0 < len(squeezed) <= LONGEST_LABEL else None

    def heading(self, text: str) -> str:
        """The key of the block that the whole text heads, as the campaign names blocks; "" for none."""
        if not self._headings or len(text) > 2 * LONGEST_LABEL:
            return ""
        key = heading_key(text)
        return key if key in self._headings else ""

    def _find(self, squeezed: str) -> Label | None:
        key = label_key(squeezed)
        placed = tuple(self._placed.get(key, ()))
        fields = placed or tuple(self._exact.get(key, ())) or self._matching(key)
        if not fields:
            return None
        unit = _UNIT.search(unicodedata.normalize("NFKC", squeezed))
        return Label(key, unit[1] if unit else "", fields, bool(placed))

    def _matching(self, key: str) -> tuple[FieldData, ...]:
        if self._any_pattern and not self._any_pattern.fullmatch(key):
            return ()
        return tuple(field for pattern, field in self._patterns if pattern.fullmatch(key))


def _any_of(patterns: Sequence[tuple[re.Pattern[str], FieldData]]) -> re.Pattern[str] | None:
    """All of them as one, which most texts do not match; None where one cannot stand within another."""
    if any(pattern.groups for pattern, _ in patterns):
        # A number that refers to a group would mean another one's.
        return None
    try:
        return re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in patterns))
    except re.error:
        return None


def _enter(field: FieldData, key: str, known: dict[str, list[FieldData]]) -> None:
    if field not in known.setdefault(key, []):
        known[key].append(field)


@lru_cache(maxsize=8)
def labels_of(campaign: Campaign) -> Labels:
    """The campaign's labels; built once for a campaign and kept."""
    return Labels(campaign.field)


@lru_cache(maxsize=256)
def sharers(name: str, campaign: Campaign, category: str | None) -> tuple[str, ...]:
    """The fields of a category's form that bear a label of this one, itself among them.

    None where no other does, or where the category is not known.
    """
    if category is None:
        return ()
    fields = [field for field in campaign.field if field.applies_to(category) and field.type != "list"]
    own = {label_key(label) for field in fields if field.name == name for label in field.labels}
    found = dict.fromkeys(field.name for field in fields if own.intersection(map(label_key, field.labels)))
    return tuple(found) if len(found) > 1 else ()
