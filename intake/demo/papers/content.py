"""What a sample nomination says: one value that drives both the Word form and its scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

Category = Literal["volunteer", "organisation", "project", "site"]

CATEGORY_NAMES: dict[Category, str] = {
    "volunteer": "最美科技志愿者",
    "organisation": "最佳科技志愿服务组织",
    "project": "最佳科技志愿服务项目",
    "site": "最美科技志愿服务点（社区或村）",
}
"""The four categories as the notice names them (part 1 of the notice)."""


@dataclass(frozen=True, slots=True)
class FormContent:
    """The truth of one filled form.

    `unit` is the recommending unit as the form writes it (it may be an alias),
    `unit_seal` the name on its seal; `body` is the nominee's own organisation
    (所在单位), which seals as well.  `values` holds the text of each field as
    written, by the field's name in `sheet.LABELS`; a field left out or empty is
    left empty in the form.  `year` is the campaign's.
    """

    category: Category
    unit: str
    nominee: str
    body: str
    values: Mapping[str, str]
    deeds: str
    filled_on: date
    unit_seal: str
    year: int = 2024

    @property
    def title(self) -> str:
        """The form's title line."""
        return f"{self.year}年度“{CATEGORY_NAMES[self.category]}”推荐表"

    @property
    def filled_on_text(self) -> str:
        """The date of filling in, as offices write it."""
        return chinese_date(self.filled_on)


def chinese_date(day: date) -> str:
    """2025年2月8日: without leading zeros, as the standard for official documents has it."""
    return f"{day.year}年{day.month}月{day.day}日"


def seeded(*key: object) -> Random:
    """A source of chance that gives the same run for the same key, on every machine."""
    return Random("/".join(map(str, key)))  # noqa: S311 - samples, nothing secret
