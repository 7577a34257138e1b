"""Labels of a form: what a cell or a line calls a value, and which fields of the campaign that is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from intake.domain.campaign.campaign import Campaign, FieldData

LONGEST_LABEL = 60
"""Characters without white space; nothing longer is a label."""

_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_NUMBER = re.compile(r"^(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[).．、]|[①-⑳*])+(?=\D)")
_DROPPED = re.compile(r"[\s:*\"'“”‘’《》「」_·]+")
_UNIT = re.compile(
    r"[(\[【](?:单位:?)?(年|个月|月|周年|万人|人|名|位|场次|场|次|支|个|项|种|类|%|小时)[)\]】]"
)
_PROSE = re.compile(r"(?!详?见|附).*(?:意见|事迹|简介|备注|附注|说明|承诺书?|声明|评语|理由)")
_LONGEST_HEADING = 20


@dataclass(frozen=True, slots=True)
class Label:
    """A known label as written: its bare words, the unit in its brackets, and the fields it may mean."""

    text: str
    unit: str
    fields: tuple[FieldData, ...]


def label_key(text: str) -> str:
    """The bare words of a label: without white space, numbering, colons, quotes and bracketed hints."""
    folded = unicodedata.normalize("NFKC", "".join(text.split()))
    return _NUMBER.sub("", _DROPPED.sub("", _BRACKETS.sub("", folded)))


def heads_prose(text: str) -> bool:
    """True for the heading of somebody's words (备注, 社区意见): figures below it are no fields."""
    key = label_key(text[: 2 * LONGEST_LABEL])
    return len(key) <= _LONGEST_HEADING and _PROSE.fullmatch(key) is not None


class Labels:
    """The labels of a campaign, ready to look up."""

    def __init__(self, fields: tuple[FieldData, ...]) -> None:
        self._exact: dict[str, list[FieldData]] = {}
        for field in fields:
            for label in field.labels:
                known = self._exact.setdefault(label_key(label), [])
                if field not in known:
                    known.append(field)
        # Cells repeat and are asked for again and again; the bound keeps a huge table out of memory.
        self._cached = lru_cache(maxsize=32_768)(self._find)
        self._patterns = [(re.compile(pattern), field) for field in fields for pattern in field.patterns]

    def find(self, text: str) -> Label | None:
        """The label that the whole text is, or None; patterns are asked only where no label matches."""
        squeezed = "".join(text.split())
        return self._cached(squeezed) if 0 < len(squeezed) <= LONGEST_LABEL else None

    def _find(self, squeezed: str) -> Label | None:
        key = label_key(squeezed)
        fields = tuple(self._exact.get(key, ())) or tuple(
            field for pattern, field in self._patterns if pattern.fullmatch(key)
        )
        if not fields:
            return None
        unit = _UNIT.search(unicodedata.normalize("NFKC", squeezed))
        return Label(key, unit[1] if unit else "", fields)


@lru_cache(maxsize=8)
def labels_of(campaign: Campaign) -> Labels:
    """The campaign's labels; built once for a campaign and kept."""
    return Labels(campaign.field)
