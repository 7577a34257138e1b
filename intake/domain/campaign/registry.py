"""Recommending units: which unit of the registry a written name means, or surely does not mean.

Near twins are never guessed: a name one character off the registry is for a person, unless that character
merely looks like the right one and no other name is near (`docs/registry.md`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from intake.domain.campaign.campaign import UnitRow
from intake.domain.campaign.divisions import Level, level_below, surely_below
from intake.domain.campaign.unit_names import ASSOCIATION as _ASSOCIATION
from intake.domain.campaign.unit_names import fold_name, normalise_unit, unit_name
from intake.domain.model.nomination import Unit
from intake.domain.text.ocr_characters import one_slip_of_reading, within_one

How = Literal["exact", "alias", "near", "ambiguous", "unknown", "not-entitled"]
"""`near`: more is written than the name, and all of it the unit's own (a department, its abbreviation), or
a single character was misread for one that looks like it, and no other unit's name is near;
`ambiguous`: like a name of the registry, but not it, and therefore for a person."""

SHORTEST_CORE = 3
"""Characters that set a name apart (机械工程 in 中国机械工程学会); with fewer, every name is like another."""

_PROVINCE = re.compile(rf"^(.{{2,3}}?)(?:省|市|(?:壮族|回族|维吾尔)?(自治区)){_ASSOCIATION}$")
_PARENT = re.compile(rf"^中国{_ASSOCIATION}(?:(?:所属|直属|主管)的?)?")
_ABBREVIATION = re.compile(r"\([A-Za-z][A-Za-z.& -]{1,15}\)")
_DEPARTMENT = re.compile(
    r"^(.*?(?:协会|学会|研究会|联合会|促进会|基金会|(?<=服务)中心|(?<=交流)中心|研究院|研究所|出版社|导报社))\(?"
    r"((?!.*(?:[省市县区州盟旗、,;]|实验室|工作室|[分支]部|俱乐部))[^()]{1,10}(?:部|处|室|科|办)"
    r"|办公室|秘书处|机关|[^()]{0,10}工作委员会)\)?$"
)
_JOINTLY = re.compile(r"[、,;/]")
_BRANCH = re.compile(r"(?:(?!推荐|报送|材料)\w){0,12}(?:分会|专业委员会|专委会)")
_HOLDER = re.compile(r"(?:协会|学会|研究会|联合会|促进会|基金会|公司|集团|大学|学院|研究[院所]|中心|医院)$")
_LIKE_MUNICIPALITY = re.compile(rf"^.{{2}}市{_ASSOCIATION}$")
_ENTERPRISE = re.compile(rf"(?:集团|公司|总公司|厂).*{_ASSOCIATION}$")
_CORE = re.compile(r"^(?:中国|中华|国际)?(.*?)(?:学会|协会|研究会|研究所|研究院|联合会|促进会|基金会)?$")
_OTHER_BODY = re.compile(r"(?:[省市县区州盟旗]|协会|学会)$")


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """What a written name means.

    A unit that is not `known` keeps the name as written; its key is the normalised
    name, so that two spellings with other spacing are one unit.  `candidates` are
    the official names that could be meant; of a unit a level too low, the association
    of its province, where the name tells that one.
    """

    unit: Unit
    how: How
    candidates: tuple[str, ...] = ()


def level_of(name: str) -> Level | None:
    """The level below those that may recommend, of an association or a department of it; else None."""
    return level_below(_body(normalise_unit(name)))


def _body(key: str) -> str:
    """A name without the department that follows it."""
    department = _DEPARTMENT.match(key)
    return department[1] if department else key


def _regional(row: UnitRow) -> bool:
    """True for the association of a province: its name rightly stands behind that of a city in it."""
    return row.name.endswith(_ASSOCIATION) and not _ENTERPRISE.search(row.name)


class Registry:
    """The campaign's recommending units, looked up by name, address or a text that names them."""

    def __init__(self, rows: Sequence[UnitRow]) -> None:
        self._rows = tuple(rows)
        self._names: dict[str, UnitRow] = {normalise_unit(row.name): row for row in rows}
        self._short: dict[str, UnitRow] = {}
        for row in rows:
            for alias in (*row.aliases, *_short_forms(row.name)):
                key = normalise_unit(alias)
                if key not in self._names:
                    self._short.setdefault(key, row)

    @property
    def units(self) -> tuple[Unit, ...]:
        """Every unit of the registry, in its order."""
        return tuple(_known(row) for row in self._rows)

    def match(self, name: str) -> UnitMatch:
        """The unit that a written name means; never a guess between two."""
        written, key = unit_name(name), normalise_unit(name)
        if not key:
            return _unknown("", None)
        found = self._find(key)
        if found:
            return UnitMatch(_known(found), "exact" if written == found.name else "alias", (found.name,))
        body = _body(key)
        listed = surely_below(body)
        if sure := self._its_own(key) or (None if listed else self._misread(key)):
            return UnitMatch(_known(sure), "near", (sure.name,))
        alike = self._alike(key)
        level = level_below(body)
        # 上绕市 may be 上海市: so short a name, near a municipality and no city we know of, is for a person.
        twins = [] if listed else [row for row in alike if _LIKE_MUNICIPALITY.match(normalise_unit(row.name))]
        if level and not twins:
            above = tuple(row.name for row in self._rows if row.name == level.province)
            return UnitMatch(Unit(key, written, None, known=False, entitled=False), "not-entitled", above)
        names = dict.fromkeys(row.name for row in (twins or (*alike, *self._named(key))))
        return _unknown(key, written, "ambiguous" if names else "unknown", tuple(names))

    def by_address(self, address: str) -> Unit | None:
        """The one unit that the registry gives the address (or its "@domain") to, else None."""
        folded = address.strip().lower()
        rows = self._addresses.get(folded) or self._addresses.get("@" + folded.rpartition("@")[2]) or []
        return _known(rows[0]) if len(rows) == 1 else None

    def find_in_text(self, text: str) -> tuple[Unit, ...]:
        """The units that a subject, a body or a filename names, in order, each once.

        A name inside that of another body (浙江省学会服务中心 for 学会服务中心) does not count.
        """
        rows = self._named(fold_name("".join(text.split())).replace("科协", _ASSOCIATION), branches=False)
        return tuple(_known(row) for row in {row.name: row for row in rows}.values())

    def _find(self, key: str) -> UnitRow | None:
        found = self._names.get(key) or self._short.get(key)
        if found is None:
            # Affiliates are often written with their parent before the name.
            bare = _PARENT.sub("", key)
            found = self._names.get(bare) or self._short.get(bare) if bare and bare != key else None
        return found

    def _its_own(self, key: str) -> UnitRow | None:
        """The unit of a longer name whose every further word is surely the unit's own.

        Several bodies that recommend jointly are the first of them, if no other could be a recommending unit.
        """
        bare = _ABBREVIATION.sub("", _PARENT.sub("", key))
        department = _DEPARTMENT.match(bare)
        if found := self._find(bare) or (self._find(department[1]) if department else None):
            return found
        first, *others = _JOINTLY.split(bare)
        if not others or any(self._find(other) or _HOLDER.search(other) for other in others):
            return None
        return self._find(first)

    def _misread(self, key: str) -> UnitRow | None:
        """The unit whose name one misread character parts from this one, if no other unit's name is near."""
        if _ENTERPRISE.search(key):
            return None
        near = {row.name: row for name, row in self._spellings.items() if within_one(key, name)}
        if len(near) != 1 or not any(one_slip_of_reading(key, name) for name in self._spellings):
            return None
        return next(iter(near.values()))

    def _alike(self, key: str) -> list[UnitRow]:
        """Units whose names are so like this one that they could be meant, or be taken for another body's.

        One character may make another body (城市规划协会 beside 城市规划学会), so none of them is taken.
        """
        if _ENTERPRISE.search(key):
            return []
        core = _core(key)
        alike = [row for name, row in self._names.items() if _core(name) == core or _one_slip(key, name)]
        return alike + [row for name, row in self._spellings.items() if one_slip_of_reading(key, name)]

    def _named(self, folded: str, branches: bool = True) -> Iterator[UnitRow]:
        """The units whose names stand in a normalised text, in order."""
        for match in self._spoken.finditer(folded):
            row = self._find(match[0])
            generic = not match[0].startswith(("中国", "中华", "国际"))
            inside = generic and row and not _regional(row) and _OTHER_BODY.search(folded[: match.start()])
            if row and not inside and (branches or not _BRANCH.match(folded, match.end())):
                yield row

    @cached_property
    def _addresses(self) -> dict[str, list[UnitRow]]:
        found: dict[str, list[UnitRow]] = defaultdict(list)
        for row in self._rows:
            for address in row.addresses:
                found[address.strip().lower()].append(row)
        return found

    @cached_property
    def _spellings(self) -> dict[str, UnitRow]:
        return self._short | self._names

    @cached_property
    def _spoken(self) -> re.Pattern[str]:
        # CCF stands in many a biography: letters alone are a unit only where they fill the cell.
        names = sorted((name for name in self._spellings if not name.isascii()), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names)) or r"(?!)")


def _known(row: UnitRow) -> Unit:
    return Unit(row.name, row.name, row.kind, known=True, quota=row.quota)


def _unknown(key: str, name: str | None, how: How = "unknown", candidates: tuple[str, ...] = ()) -> UnitMatch:
    return UnitMatch(Unit(key, name, None, known=False), how, candidates)


def _short_forms(name: str) -> tuple[str, ...]:
    """浙江科学技术协会 for 浙江省科学技术协会, 广西区 and 广西自治区; what is not a province has none."""
    match = _PROVINCE.match(name)
    if match is None:
        return ()
    forms = (match[1], match[1] + "区", match[1] + "自治区") if match[2] else (match[1],)
    return tuple(form + _ASSOCIATION for form in forms)


def _one_slip(key: str, name: str) -> bool:
    """True when one character parts two names, counting 科技 and 科学技术 as the same."""
    return len(_core(name)) >= SHORTEST_CORE <= len(_core(key)) and (
        within_one(key, name) or within_one(_brief(key), _brief(name))
    )


@lru_cache(maxsize=4096)
def _brief(key: str) -> str:
    return key.replace("科学技术", "科技")


@lru_cache(maxsize=4096)
def _core(key: str) -> str:
    """What sets a name apart: without 中国 before it and its kind of body (and a doubled 学) after it."""
    match = _CORE.match(key)
    return (match[1].rstrip("学") or match[1]) if match else key
