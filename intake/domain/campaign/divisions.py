"""Associations for science and technology below a province: at which level, and of which province.

科协 stand in every city, county and township, and many of their names are like those of a province
(吉林市 beside 吉林省, 海南州 beside 海南省).  None of them may recommend; that of their province may.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from intake.domain.campaign.regions import PROVINCES

Rank = Literal["地市级", "县区级", "乡镇街道级", "师团级"]
"""Of a city or prefecture, a county or district, a township or street; of the Xinjiang corps."""

ASSOCIATION = "科学技术协会"
CORPS = "新疆生产建设兵团"

_MEMBERS = (
    "(?:壮族|回族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|白族|傣族|景颇族|傈僳族|哈尼族"
    "|蒙古族?|哈萨克|柯尔克孜|朝鲜族)*"
)
_BODY = re.compile(
    r"公司|集团|大学|学院|学校|中学|小学|医院|研究|银行|油田|电网|厂$|局$|中心|[、,;/()]|以及|联合"
)
_SHORT = {
    re.sub(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$", "", name): name
    for name in PROVINCES
    if not name.endswith("兵团")
}
_CITY = {city: province for province, cities in PROVINCES.items() for city in cities.split()}
_CITIES = re.compile(rf"({'|'.join(sorted(_CITY, key=len, reverse=True))})({_MEMBERS}自治州|市|地区|盟|州)?")
_FULL = re.compile(
    rf"{'|'.join(PROVINCES)}|(?:{'|'.join(_SHORT)})省|"
    r"(?:广西|西藏|宁夏|新疆|内蒙古)(?:自治)?区|(?:新疆)?(?:生产)?(?:建设)?兵团"
)
_BRIEF = re.compile("|".join(_SHORT))
_DIVISION = re.compile(r"第?[一二三四五六七八九十\d]{1,3}(?:师|团)")
_ENDS: tuple[tuple[str, Rank], ...] = (
    (r"街道|镇|乡|苏木|社区|村", "乡镇街道级"),
    (r"县|旗|新区|区", "县区级"),
)


@dataclass(frozen=True, slots=True)
class Level:
    """A level below those that may recommend.

    `province` is the association above it where the name tells that; `rank` is None for a 市
    that stands in no list, of a prefecture or of a county.
    """

    rank: Rank | None
    province: str | None


def level_below(name: str) -> Level | None:
    """The level of an association's name (科协 written out); None where it is not surely below a province."""
    if not name.endswith(ASSOCIATION):
        return None
    region = name.removesuffix(ASSOCIATION)
    if not region or _BODY.search(region) or len(re.findall(ASSOCIATION, name)) > 1:
        return None
    said, rest = _province(region)
    if not rest:
        return None
    if _DIVISION.match(rest) and (said == CORPS or (said is None and rest.startswith("第"))):
        return Level("师团级", CORPS + ASSOCIATION)
    city = _city(rest)
    known = _CITY[city[1]] if city else None
    rank = _rank(rest, city)
    if rank is None and not rest.endswith("市"):
        return None
    provinces = {province for province in (said, known) if province}
    return Level(rank, provinces.pop() + ASSOCIATION if len(provinces) == 1 else None)


def surely_below(name: str) -> bool:
    """True where the name is that of a listed city or prefecture, with or without what lies in it."""
    level = level_below(name)
    region = name.removesuffix(ASSOCIATION)
    return level is not None and _city(_province(region)[1]) is not None


def _province(region: str) -> tuple[str | None, str]:
    """The province that a name begins with, and what follows."""
    full = _FULL.match(region)
    if full:
        said = full[0] if full[0] in PROVINCES else None
        if said is None:
            brief = _BRIEF.match(full[0])
            corps = "兵团" in full[0]
            said = CORPS if corps else _SHORT[brief[0]] if brief else None
        return said, region[full.end() :]
    if _city(region):
        return None, region
    brief = _BRIEF.match(region)
    # 河北区 lies in Tianjin and 海南区 in Inner Mongolia; 北京朝阳区 is of the province that it begins with.
    if brief is None or len(region) == brief.end() + 1:
        return None, region
    return _SHORT[brief[0]], region[brief.end() :]


def _city(rest: str) -> re.Match[str] | None:
    """The listed city that a name begins with: alone, or with 市, 州 and whatever lies in it."""
    found = _CITIES.match(rest)
    if found is None:
        return None
    bare = found[2] is None and not found[1].endswith("区")
    # 朝阳区 lies in Beijing, 大同区 in Daqing: a city's bare name counts only alone.
    if bare and (rest != found[1] or found[1] in _SHORT):
        return None
    return found


def _rank(rest: str, city: re.Match[str] | None) -> Rank | None:
    """The level that the last word of a name tells."""
    if city and city.end() == len(rest):
        return "地市级"
    for ends, rank in _ENDS:
        if re.search(rf"(?:{ends})$", rest):
            return None if rest.endswith("自治区") else rank
    if re.search(r"(?:自治州|地区|州|盟)$", rest):
        return "地市级"
    return "县区级" if city and rest.endswith("市") else None
