"""The same nominee put forward twice: by two units, or in two categories.

Namesakes exist, so what the two forms agree and differ in is told, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from intake.domain.assembly.correspondents import KNOWN
from intake.domain.campaign.campaign import Campaign
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Field
from intake.domain.model.nomination import Case, Footing
from intake.domain.text.names import compact

SHORTEST_NAME = 2
"""Characters below which a name says too little to be compared."""

KEPT = 16_384
"""Names of which the key is kept: those of a large campaign, which each new nomination is held against."""

LONGEST_QUOTE = 40
"""Characters of a cell that a finding quotes."""

TELLING: Mapping[str, str] = {
    "birth": "出生年月",
    "organisation": "单位",
    "post": "职务",
    "phone": "电话",
    "address": "地址",
}
"""The fields, besides the name, that tell whether two nominees are one, as a finding names them."""

_BESIDE = re.compile(r"[（(]\s*(?:男|女)\s*[）)]|(?<=\S\S)\s*(?:同志|先生|女士)\s*$")


class Voucher(IntEnum):
    """Who vouches for a nomination, the least first; nobody's word weighs against a better one."""

    STRANGER = 0
    """An address for whose unit others wrote before, or are on record: no nomination is told of his."""
    FIRST = 1
    """The first who wrote for a unit of which no address is on record; he may be anybody too."""
    CORRESPONDENT = 2
    """An address on record of the unit."""


@dataclass(frozen=True, slots=True)
class Namesake:
    """A live nomination as far as it is compared with others; `stated` are texts of its form by field.

    `number` is None before the ledger has given one; `first` (its first document) tells it apart then.
    `voucher` is who put it forward.
    """

    number: str | None
    unit_key: str
    unit_name: str | None
    category: str | None
    nominee: str
    stated: Mapping[str, str] = field(default_factory=dict)
    first: tuple[int, int] | None = None
    voucher: Voucher = Voucher.CORRESPONDENT


def name_key(name: str | None) -> str:
    """By what nominees' names are compared: letters and digits, widths folded; "" for one too short.

    What stands beside a person's name (女, 同志) is no part of it.
    """
    return _key(name or "")


@lru_cache(maxsize=KEPT)
def _key(name: str) -> str:
    key = compact(_BESIDE.sub("", name))
    return key if len(key) >= SHORTEST_NAME else ""


def by_name(entries: Iterable[Namesake]) -> dict[str, list[Namesake]]:
    """The nominations by the keys of their nominees' names, in their order; none of a name without one."""
    found: dict[str, list[Namesake]] = {}
    for entry in entries:
        if key := name_key(entry.nominee):
            found.setdefault(key, []).append(entry)
    return found


def stated_in(fields: Mapping[str, Field]) -> dict[str, str]:
    """The texts of a form that are compared beside the name."""
    return {name: fields[name].text.strip() for name in TELLING if name in fields}


def entry_of(case: Case) -> Namesake:
    """A case as it is compared with others."""
    return Namesake(
        case.number,
        case.unit.key,
        case.unit.name,
        case.category,
        case.nominee or "",
        stated_in(case.form.fields if case.form else {}),
        case.documents[0].document.key,
        _voucher(case),
    )


def _voucher(case: Case) -> Voucher:
    if case.footing is not Footing.KNOWN:
        return Voucher.STRANGER
    return Voucher.CORRESPONDENT if case.sender == KNOWN else Voucher.FIRST


def rivals(own: Namesake, entries: Iterable[Namesake]) -> list[Namesake]:
    """The other nominations of the same nominee, by number.

    Two of one unit and category are one nomination sent twice, or corrected, and no duplicate; where
    a unit's category is not known yet, they may be.
    """
    key = name_key(own.nominee)
    found = [
        other
        for other in entries
        if key
        and other.voucher is not Voucher.STRANGER
        and name_key(other.nominee) == key
        and not _is_same(own, other)
        and (other.unit_key != own.unit_key or _differ(own.category, other.category))
    ]
    return sorted(found, key=_coming)


def told(own: Namesake, entries: Collection[Namesake], campaign: Campaign) -> list[tuple[str, Basis]]:
    """What staff read of each duplicate: whose it is, in which category, and what both forms say.

    Its basis is `SENDER`, which leaves the nomination's state alone, where the other must not change it.
    """
    return [
        (_told(own, other, campaign), Basis.SENDER if _outweighs(own, other) else Basis.LEDGER)
        for other in rivals(own, entries)
    ]


def _outweighs(own: Namesake, other: Namesake) -> bool:
    """True where another unit's nomination has no better voucher, and came later if both are first senders'.

    Whoever makes up a unit's form could else send any nomination that he knows of to a person.
    """
    if own.unit_key == other.unit_key or own.voucher is not other.voucher:
        return own.unit_key != other.unit_key and own.voucher > other.voucher
    return own.voucher is Voucher.FIRST and _coming(own) < _coming(other)


def _coming(item: Namesake) -> tuple[bool, int, str, tuple[int, int]]:
    """By number, as they were given; those without one last, by their first documents."""
    number = item.number or ""
    return (not number, len(number), number, item.first or (0, 0))


def _is_same(own: Namesake, other: Namesake) -> bool:
    return own.number == other.number if own.number and other.number else own.first == other.first


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _told(own: Namesake, other: Namesake, campaign: Campaign) -> str:
    category = f"“{campaign.category_name(other.category)}”类别"
    number = f"（编号{other.number}）" if other.number else ""
    if other.unit_key == own.unit_key:
        where = f"“{own.nominee}”由同一{campaign.words.unit}另在{category}推荐{number}"
    else:
        by = f"“{other.unit_name}”" if other.unit_name else f"{campaign.words.unit}未能确定的来件"
        where = f"“{own.nominee}”另由{by}在{category}推荐{number}"
    nominee = campaign.words_for(own.category).nominee
    return f"{where}；{_compared(own.stated, other.stated)}，请核对是否为同一{nominee}"


def _compared(own: Mapping[str, str], other: Mapping[str, str]) -> str:
    both = [name for name in TELLING if own.get(name) and other.get(name)]
    same = [TELLING[name] for name in both if _alike(name, own[name], other[name])]
    apart = [name for name in both if not _alike(name, own[name], other[name])]
    parts = [f"两表{'、'.join(same)}相同"] if same else []
    parts += [
        f"{TELLING[name]}不同（本件“{_quoted(name, own[name])}”，对方“{_quoted(name, other[name])}”）"
        for name in apart
    ]
    return "，".join(parts) or "两件均有记载、可供比对的仅有名称"


def _alike(name: str, one: str, other: str) -> bool:
    if name == "phone":
        return bool(_numbers(one) & _numbers(other)) or compact(one) == compact(other)
    if name == "birth":
        return _digits(one) == _digits(other)
    return compact(one) == compact(other)


def _numbers(text: str) -> set[str]:
    """The telephone numbers of a cell."""
    return {_pure(found) for found in re.findall(r"\d[\d\s-]{5,}\d", _half_width(text))}


def _pure(text: str) -> str:
    return re.sub(r"\D", "", text)


def _digits(text: str) -> Sequence[int]:
    """The figures of a date, so that 1980年03月 and 1980.3 are one; 198003 is read as year and month."""
    written = re.findall(r"\d+", _half_width(text))
    if len(written) == 1 and len(written[0]) in (6, 8):
        whole = written[0]
        written = [whole[:4], whole[4:6], *([whole[6:]] if len(whole) == 8 else [])]
    return [int(part) for part in written]


def _half_width(text: str) -> str:
    """Full-width digits and signs as half-width ones."""
    return text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


def _quoted(name: str, text: str) -> str:
    """The cell as a finding shows it; of a telephone number only its end."""
    if name == "phone":
        joined = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", _half_width(text))
        text = re.sub(r"\d+(\d{4})(?!\d)", r"****\1", joined)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
