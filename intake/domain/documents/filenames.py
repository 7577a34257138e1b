"""What a filename says: a weak witness that is never obeyed alone, and never a reason to refuse."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from intake.domain.campaign.campaign import Campaign
from intake.domain.text.names import compact, is_chinese, stem

NOISE = re.compile(
    r"推荐汇总表|推荐表格?|申报表格?|登记表|审批表|汇总表|表格|"
    r"推薦表格?|申報表格?|登記表|匯總表|已?加?蓋公?章(?:版|件|頁|掃描件)*|掃描(?:件|版)*|"
    r"已?加?盖公?章(?:版|件|页|扫描件)*|签字|公章|扫描(?:件|版|全能王)*|"
    r"电子版|纸质版|正式版|最终版|最终|定稿|终稿|修改版?|新版|副本|复件|"
    r"word|pdf|docx?|wps|scan(?:ned)?|copy|final|new|"
    r"新建(?=[\W_a-z]|文档|文件|文本|压缩|$)|未命名(?:附件)?\d*|微信(?:图片|截图|文件)?|打印(?:件|版)?|复印件?|原件|重扫|"
    r"文档|文件|材料|附件\d*|版|推荐|申报|报送|候选人?|先进典型|\d{2,4}年度?|年度|关于|的",
    re.I,
)
SPLIT = re.compile(r"[\W_]+|\d+")
KEPT = 64
"""Lists of names that are kept compact: those of the units that are put together one after another."""
LONGEST_SHORT_NAME = 3
"""Characters up to which a name is taken for a person's, of which another may be the beginning."""


def telling_parts(filename: str, campaign: Campaign, also_noise: Iterable[str] = ()) -> list[str]:
    """The parts of a filename that may name a nominee: without words every filename has.

    `also_noise` are names that are known to mean something else (units).
    """
    text = unicodedata.normalize("NFKC", PurePosixPath(filename).stem)
    known = [name for c in campaign.category for name in (c.name, *c.aliases)]
    known += campaign.campaign.form_titles
    for name in sorted((*known, *also_noise), key=len, reverse=True):
        text = text.replace(name, " ")
    text = NOISE.sub(" ", text)
    return [part for part in SPLIT.split(text) if len(part) >= 2]


def nominee_in(filename: str, campaign: Campaign, also_noise: Iterable[str] = ()) -> str | None:
    """The one Chinese part of a filename that can be a nominee's name, or None."""
    parts = [part for part in telling_parts(filename, campaign, also_noise) if is_chinese(part)]
    return parts[0] if len(parts) == 1 else None


def named(text: str, names: Sequence[str]) -> set[str]:
    """Which of the names stand in the text; a name inside a longer one that stands there does not count.

    "张伟东.pdf" names 张伟东 and not 张伟, whether or not 张伟东 is one of the names.
    """
    folded = compact(text)
    present = {name for name, key in _keys(tuple(names)) if key in folded}
    result = set()
    for name in present:
        rest = folded
        for longer in present:
            if len(compact(longer)) > len(compact(name)) and compact(name) in compact(longer):
                rest = rest.replace(compact(longer), "\0")
        if compact(name) in rest and not _part_of_a_longer_name(compact(name), text):
            result.add(name)
    return result


@lru_cache(maxsize=KEPT)
def _keys(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The names with their letters and digits, without those that have none.

    All files of a unit are held against the same names.
    """
    return tuple((name, key) for name in names if (key := compact(name)))


def named_on_the_way(filename: str, folder: str, names: Sequence[str]) -> set[str]:
    """Which of the names the filename has, else the nearest folder around the file that has any.

    `folder` is the way to the file ("材料.zip/张三"); people give each nominee a folder and
    call the files in it alike.
    """
    places = [stem(filename), *reversed(PurePosixPath(folder).parts)]
    return next((present for place in places if (present := named(place, names))), set())


def category_on_the_way(filename: str, folder: str, campaign: Campaign) -> str | None:
    """The one category that the filename names, else the nearest folder around the file that names one."""
    places = [filename, *reversed(PurePosixPath(folder).parts)]
    return next((found for place in places if (found := category_in(place, campaign))), None)


def _part_of_a_longer_name(name: str, text: str) -> bool:
    """True where a short name has one more letter beside it wherever it stands: 张伟 in 张伟东推荐表."""
    runs = SPLIT.split(NOISE.sub(" ", unicodedata.normalize("NFKC", text).lower()))
    holding = [run for run in runs if name in run]
    return (
        len(name) <= LONGEST_SHORT_NAME
        and bool(holding)
        and all(len(run) == len(name) + 1 for run in holding)
    )


def category_in(text: str, campaign: Campaign) -> str | None:
    """The one category that a text names, by its name or an alias; None for none or several."""
    folded = compact(text)
    found = {
        category.id
        for category in campaign.category
        if any(compact(name) in folded for name in (category.name, *category.aliases))
    }
    return found.pop() if len(found) == 1 else None
