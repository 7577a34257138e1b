"""Recommending units: which unit of the registry a written name means, or surely does not mean."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rapidfuzz.distance import Levenshtein

from intake.domain.campaign import UnitRow
from intake.domain.model import Unit

How = Literal["exact", "alias", "near", "ambiguous", "unknown", "not-entitled"]
"""`near`: one slip of the pen, or a department of the unit; `ambiguous`: several could be meant."""

SHORTEST_CORE = 3
"""Characters that set a name apart (机械工程 in 中国机械工程学会); with fewer, a slip is another body."""

LONGEST_NAME = 200
"""Characters of a cell that are read as a name; the rest is no name."""

_ASSOCIATION = "科学技术协会"
_SEAL = re.compile(
    r"[(\[【]?(?:单位)?(?:盖章处?|公章|签章|印章|加盖公章|章)[)\]】]?$|^[(\[【](?:单位)?(?:盖章处?|公章|章)[)\]】]"
)
_LEAD = re.compile(r"^(?:推荐|报送|申报|选送)单位(?:名称)?:")
_QUOTES = re.compile(r"[\"'“”‘’《》「」]+")
_EDGE = " \t\r\n　:：,，.。;；、_-—/"
_PROVINCE = re.compile(rf"^(.{{2,3}}?)(?:省|市|(?:壮族|回族|维吾尔)?自治区){_ASSOCIATION}$")
_DEPARTMENT = re.compile(r"^(.*?(?:协会|学会|研究会))(.{1,10}(?:部|处|室|科|办)|办公室|秘书处|机关)$")
_LOWER = re.compile(rf"(?<!自治)(?:市|县|区|州|盟|旗|镇|乡|街道){_ASSOCIATION}$")
_LIKE_MUNICIPALITY = re.compile(rf"^.{{2}}市{_ASSOCIATION}$")
_ENTERPRISE = re.compile(rf"(?:集团|公司|总公司|厂).*{_ASSOCIATION}$")
_CORE = re.compile(rf"^(?:中国|中华|国际)?(.*?)(?:{_ASSOCIATION}|学会|协会|研究会|联合会|促进会|基金会)?$")
_OTHER_BODY = re.compile(r"(?:[省市县区州盟旗]|协会|学会)$")


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """What a written name means.

    A unit that is not `known` keeps the name as written; its key is the normalised
    name, so that two spellings with other spacing are one unit.  `candidates` are
    the official names that could be meant.
    """

    unit: Unit
    how: How
    candidates: tuple[str, ...] = ()


def unit_name(text: str) -> str:
    """A unit's name as written, without 推荐单位：, （盖章） and white space round about."""
    name = "".join(unicodedata.normalize("NFKC", text[:LONGEST_NAME]).split())
    before = None
    while before != name:
        before = name
        name = _SEAL.sub("", _LEAD.sub("", name)).strip(_EDGE)
    return name.replace("(", "（").replace(")", "）")


def normalise_unit(text: str) -> str:
    """The form in which names are compared: quotes off, 科协 written out."""
    name = unit_name(_QUOTES.sub("", unicodedata.normalize("NFKC", text)))
    return name.replace("（", "(").replace("）", ")").replace("科协", _ASSOCIATION)


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
        parent = _DEPARTMENT.match(key)
        if parent and (found := self._find(parent[1])):
            return UnitMatch(_known(found), "near", (found.name,))
        near = self._near(key)
        if _LOWER.search(parent[1] if parent else key):
            # 上饶市 is one slip from 上海市: a short name so near a municipality is left to a person.
            twins = [row.name for row in near if _LIKE_MUNICIPALITY.match(normalise_unit(row.name))]
            if twins:
                return _unknown(key, written, "ambiguous", tuple(twins))
            return UnitMatch(Unit(key, written, None, known=False, entitled=False), "not-entitled")
        if len(near) == 1:
            return UnitMatch(_known(near[0]), "near", (near[0].name,))
        names = tuple(row.name for row in near)
        return _unknown(key, written, "ambiguous" if names else "unknown", names)

    def by_address(self, address: str) -> Unit | None:
        """The one unit that the registry gives the address (or its "@domain") to, else None."""
        folded = address.strip().lower()
        rows = self._addresses.get(folded) or self._addresses.get("@" + folded.rpartition("@")[2]) or []
        return _known(rows[0]) if len(rows) == 1 else None

    def find_in_text(self, text: str) -> tuple[Unit, ...]:
        """The units that a subject, a body or a filename names, in order, each once.

        A name inside that of another body (浙江省学会服务中心 for 学会服务中心) does not count.
        """
        folded = _QUOTES.sub("", unicodedata.normalize("NFKC", "".join(text.split())))
        folded = folded.replace("科协", _ASSOCIATION)
        found: dict[str, Unit] = {}
        for match in self._spoken.finditer(folded):
            row = self._find(match[0])
            generic = not match[0].startswith(("中国", "中华", "国际"))
            inside = (
                generic and row and row.kind != "province" and _OTHER_BODY.search(folded[: match.start()])
            )
            if row and not inside:
                found.setdefault(row.name, _known(row))
        return tuple(found.values())

    def _find(self, key: str) -> UnitRow | None:
        found = self._names.get(key) or self._short.get(key)
        if found is None:
            # Affiliates are often written with their parent before the name.
            bare = re.sub(rf"^中国{_ASSOCIATION}", "", key)
            found = self._names.get(bare) or self._short.get(bare) if bare and bare != key else None
        return found

    def _near(self, key: str) -> list[UnitRow]:
        """Units one slip away from a name that is long enough for a slip to be no other body."""
        if _ENTERPRISE.search(key) or len(_core(key)) < SHORTEST_CORE:
            return []
        return [
            row
            for name, row in self._names.items()
            if len(_core(name)) >= SHORTEST_CORE and Levenshtein.distance(key, name, score_cutoff=1) <= 1
        ]

    @cached_property
    def _addresses(self) -> dict[str, list[UnitRow]]:
        found: dict[str, list[UnitRow]] = defaultdict(list)
        for row in self._rows:
            for address in row.addresses:
                found[address.strip().lower()].append(row)
        return found

    @cached_property
    def _spoken(self) -> re.Pattern[str]:
        names = sorted((*self._names, *self._short), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names)) or r"(?!)")


def _known(row: UnitRow) -> Unit:
    return Unit(row.name, row.name, row.kind, known=True, quota=row.quota)


def _unknown(key: str, name: str | None, how: How = "unknown", candidates: tuple[str, ...] = ()) -> UnitMatch:
    return UnitMatch(Unit(key, name, None, known=False), how, candidates)


def _short_forms(name: str) -> tuple[str, ...]:
    """浙江科学技术协会 for 浙江省科学技术协会; what is not a province has none."""
    match = _PROVINCE.match(name)
    return (match[1] + _ASSOCIATION,) if match else ()


def _core(key: str) -> str:
    match = _CORE.match(key)
    return match[1] if match else key
