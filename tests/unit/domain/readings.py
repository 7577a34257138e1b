"""Short ways to read a value in tests, and to write down many with what they should be read as."""

from __future__ import annotations

from datetime import date

from intake.domain.campaign.campaign import ValueType
from intake.domain.documents.field_values import Reading, read_value

UNTIL = date(2025, 2, 23)
SIGNS = {"": "exact", "+": "at-least", "~": "around", "-": "under"}


def expected(value: float | bool | str | None, sign: str = "") -> Reading:
    return Reading(value, about=sign != "", direction=SIGNS[sign])  # type: ignore[arg-type]


def read(type: ValueType, text: str, **options: object) -> Reading:
    return read_value(type, text, until=UNTIL, **options)  # type: ignore[arg-type]


def cases(block: str) -> list[tuple[str, float, str]]:
    """Rows of "text = value" parted by "|"; a sign after the value is one of SIGNS."""
    rows = []
    for item in " | ".join(block.strip().splitlines()).split(" | "):
        text, _, value = item.strip().rpartition(" = ")
        sign = value[-1] if value[-1] in "+~-" else ""
        rows.append((text, float(value.removesuffix(sign)), sign))
    return rows
