"""The text on the ring of a seal, held against the names of those who may have sealed.

Ring text is read from a strip that may begin anywhere, with gaps under the print and slips of a character:
it can speak for a name, and against one only where it is long and plainly the name of another body
(`ringother` looks closer where the reading is sure).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rapidfuzz.distance import Indel, Levenshtein

from intake.domain.text.ocr_characters import fold

Agreement = Literal["agrees", "disagrees", "unread"]

LEAST_READ = 4
"""Characters in common below which a ring says nothing."""
LEAST_SHARE = 0.7
"""The share of a name that must have been read."""
LONG_READING = 6
"""Characters from which a ring text can name another body."""
OPENING = 2
"""Characters at the head of a name that tell where they read otherwise, however common they are (中国)."""
LONGEST_RING = 60
"""Characters of a ring that are looked at; every one is a place where it may begin."""

_BODY = re.compile(
    r"(?:协会|学会|研究会|联合会|促进会|基金会|委员会|研究[院所]|中心|公司|集团|大学|学院|医院|局|厅|馆|社|办事处|政府)$"
)
_TAIL = re.compile(r"(?:办公室|秘书处|(?:业务|合同|推荐|材料|科普)?专用章?|公?章|印章|[0-9]+)+$")
_DEPARTMENT = re.compile(r"[\u4e00-\u9fff]{1,6}(?:部|处|室)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ASSOCIATION = "科学技术协会"
_SIMPLIFIED = str.maketrans(
    "國華學會協術醫業農電機車標準興藥護針圖書館與廣東雲貴陝蘇遼寧慶內龍臺灣團處辦務專門區縣廳產養護"
    "動導開發進聯設環實驗總銀鐵鋼銅礦質測繪紡織紙糧煙釀鹽爾維壯漢藝體療檢計訊資訓師優創戰輕類氣測煉獸蠶",
    "国华学会协术医业农电机车标准兴药护针图书馆与广东云贵陕苏辽宁庆内龙台湾团处办务专门区县厅产养护"
    "动导开发进联设环实验总银铁钢铜矿质测绘纺织纸粮烟酿盐尔维壮汉艺体疗检计讯资训师优创战轻类气测炼兽蚕",
)
"""Traditional characters of the names of bodies: an older seal, or one in calligraphy, may have them."""
_CONTRASTS = ("省市县区盟州旗", "学协", "国华")
_COMMON = re.compile(r"科学技术协会|中国|中华|[省市县区盟州旗]|自治|学会|协会|研究会|联合会")


def ring_agrees(text: str, names: Sequence[str]) -> Agreement:
    """Whether a seal's ring names one of `names` (the unit's and the own organisation's, with aliases).

    "unread" wherever neither is plain: a short reading, one with much else, or one that differs from a
    name in few characters, since rings are misread as easily as they are forged.
    """
    wanted, turned = plain_names(names), turns_of(text)
    if any(_names(turn, name) for name in wanted for turn in turned):
        return "agrees"
    bodies = bodies_in(turned) if wanted else []
    return "disagrees" if bodies and all(_is_other(turn, wanted) for turn in bodies) else "unread"


def names_in_full(text: str, names: Sequence[str]) -> bool:
    """Whether a ring names one of `names` with every character that sets it apart, as it is and in its place.

    For rings that only their text makes a seal: a near twin's differs in one character.
    """
    wanted = plain_names(names)
    return any(_names(turn, name) and _is_whole(turn, name) for name in wanted for turn in turns_of(text))


def plain_names(names: Sequence[str]) -> list[str]:
    """The names as rings are held against them: folded, 科协 written out, no word for the seal itself."""
    return [_without_tail(name) for name in map(_plain, names) if len(name) >= LEAST_READ]


def turns_of(text: str) -> list[str]:
    """What a ring may say, begun at each of its characters; none for a reading too short to say anything."""
    ring = _plain(text[: 2 * LONGEST_RING])[:LONGEST_RING]
    starts = range(len(ring) if len(ring) >= LEAST_READ else 0)
    return [_without_tail(ring[start:] + ring[:start]) for start in starts]


def _plain(text: str) -> str:
    return fold(text).text.translate(_SIMPLIFIED).replace("科协", _ASSOCIATION)


def bodies_in(turns: Sequence[str], least: int = LONG_READING) -> list[str]:
    """Those turns of a ring, from so many characters on, that end as the name of a body does."""
    return [turn for turn in turns if len(turn) >= least and _BODY.search(turn)]


def _without_tail(text: str) -> str:
    return _TAIL.sub("", text) or text


def _names(turn: str, name: str) -> bool:
    """True where most of the name was read, and nothing in what sets it apart was read otherwise."""
    if turn.startswith(name) and _DEPARTMENT.fullmatch(turn, len(name)):
        return True
    steps = Levenshtein.editops(name, turn)
    missing = {step.src_pos for step in steps if step.tag == "delete"}
    changed = {step.src_pos: turn[step.dest_pos] for step in steps if step.tag == "replace"}
    extra = sum(step.tag == "insert" for step in steps)
    read = len(name) - len(missing) - len(changed)
    if read < LEAST_READ or read < LEAST_SHARE * len(name) or extra > 1 + len(name) // 6:
        return False
    apart = telling_places(name)
    if any(place in apart or contrasts(name[place], read_as) for place, read_as in changed.items()):
        return False
    return len(apart - missing) * 3 >= 2 * len(apart)


def _is_whole(turn: str, name: str) -> bool:
    """True where a turn that names it has all its telling characters and adds a department at most."""
    if turn.startswith(name) and _DEPARTMENT.fullmatch(turn, len(name)):
        return True
    apart = telling_places(name)
    for step in Levenshtein.editops(name, turn):
        if step.tag == "insert":
            # Beside the name there may be its serial number, or what was read for it.
            if _HAN.match(turn[step.dest_pos]) or 0 < step.src_pos < len(name):
                return False
        elif step.src_pos in apart or (step.tag == "replace" and step.src_pos < OPENING):
            return False
    return True


def contrasts(one: str, other: str) -> bool:
    """True for two words that all bodies share, but no two bodies of one name: 省 and 市, 学会 and 协会."""
    return one != other and any(one in group and other in group for group in _CONTRASTS)


def telling_places(name: str) -> set[int]:
    """The positions of a name that other bodies do not share."""
    common = {place for match in _COMMON.finditer(name) for place in range(*match.span())}
    return set(range(len(name))) - common or set(range(len(name)))


def _is_other(turn: str, names: Sequence[str]) -> bool:
    """True for the name of a body that shares nothing with any of the names but what all bodies share."""
    core = _COMMON.sub("", turn)
    if len(core) < 2:
        return False
    for name in names:
        apart = "".join(name[place] for place in sorted(telling_places(name)))
        if set(apart) & set(core) or Indel.normalized_similarity(name, turn) > 0.8:
            return False
    return True
