"""The text on the ring of a seal, held against the names of those who may have sealed.

Ring text is read from a strip that may begin anywhere, with gaps under the print and slips of a character:
it can speak for a name, and against one only where it is long and plainly the name of another body
(`ringother` looks closer where the reading is sure).

Whether the ring of a red seal plainly names another body than those who may have sealed.

A red seal is taken as it is where its ring is unread, so the question is put the other way round here: is
there a reading so sure, and so unlike, that no slip of the reader makes it of a right seal?  Characters that
are missing never count, since print over the seal and the edge of the sheet swallow them whole, while the
rest is read with a score of nearly 1.  A changed one counts where the reader does not take the two for each
other and the whole ring was read surely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from rapidfuzz.distance import Indel, Levenshtein

from intake.domain.text.ocr_characters import fold, mistakable

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


LEAST_RING = 5
MANY = 4
MANY_STEPS = 3
FAIR = 0.85
GOOD = 0.95
_LOWER = re.compile(r"[\u4e00-\u9fff]{1,8}[市县区盟州旗]")
_GENERIC = re.compile(
    r"科学技术协会|中国|中华|全国|[省市县区盟州旗]|自治|学会|协会|研究[会院所]|联合会|促进会|基金会|委员会"
    r"|中心|有限|公司|集团|大学|学院|医院|科学|技术|工程|服务|推广|专业|街道|办事处|政府|[局厅馆社]"
)


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


def least_score(text: str, score: float) -> float:
    """What the worst character of a reading had at least, by its mean `score` (0 to 1); may be below 0."""
    return 1 - len(fold(text).text) * (1 - score)


def names_another(
    text: str,
    score: float,
    units: Sequence[str],
    own: Sequence[str],
    registered: Sequence[str],
    sure: float,
) -> bool:
    """Whether a ring read as `text`, with this mean score, plainly names neither of those who may seal.

    `units` are the spellings of the recommending unit, `own` those of the nominee's own organisation, which
    forms abbreviate freely.  `registered` are the names of all units of the registry: a ring that is one
    of them is that unit's.  `sure` is the least score of its worst character by which one character tells.
    """
    spellings, owned = plain_names(units), plain_names(own)
    names = [*((name, True) for name in _longest(spellings)), *((name, False) for name in owned)]
    turns = turns_of(text)
    if not names or score < FAIR or {*spellings, *owned} & set(turns):
        return False
    if score >= GOOD and _is_registered(turns, names, registered):
        return True
    is_sure = least_score(text, score) >= sure
    bodies = bodies_in(turns, LEAST_RING)
    return bool(bodies) and all(
        _is_stranger(turn, name, is_sure, is_unit) or (is_sure and _is_twin(turn, name, is_unit))
        for turn in bodies
        for name, is_unit in names
    )


def _longest(names: Sequence[str]) -> list[str]:
    """The spellings but for those that leave out a part of another one, as 浙江科协 does."""
    return [
        name
        for name in dict.fromkeys(names)
        if not any(other != name and _leaves_out(name, other) for other in names)
    ]


def _leaves_out(short: str, name: str) -> bool:
    return {step.tag for step in Levenshtein.editops(short, name)} == {"insert"}


def _is_registered(
    turns: Sequence[str], names: Sequence[tuple[str, bool]], registered: Sequence[str]
) -> bool:
    """True for the name of another unit of the registry that no slip makes of one of `names`."""
    read = {name for name in plain_names(registered) if len(name) >= LEAST_RING} & set(turns)
    return bool(read) and all(_parted(name, other, is_unit) for name, is_unit in names for other in read)


def _parted(name: str, other: str, is_unit: bool) -> bool:
    """True where more than a slip or two of a reader, who adds nothing, makes the other name of this one.

    Of an own organisation the form may leave out what its name on the seal has (水产学会).
    """
    steps = Levenshtein.editops(name, other)
    changed = [(name[step.src_pos], other[step.dest_pos]) for step in steps if step.tag == "replace"]
    if _leaves_out(name, other):
        return is_unit
    added = any(step.tag == "insert" for step in steps)
    return added or len(steps) >= MANY_STEPS or any(not mistakable(*pair) for pair in changed)


def _is_stranger(turn: str, name: str, is_sure: bool, is_unit: bool) -> bool:
    """True where the two share nothing beyond generic words.

    With a unit, where it was read surely, they may share a character by chance; of an own organisation that
    is abbreviated (市农科院) one may be all that is left.
    """
    read, apart = set(_GENERIC.sub("", turn)), set(_GENERIC.sub("", name))
    if not apart:
        return False
    shared = len(read & apart)
    if shared:
        return is_unit and is_sure and shared == 1 and min(len(read), len(apart)) >= MANY
    return len(read) >= MANY or (is_sure and len(read) >= 2)


def _is_twin(turn: str, name: str, is_unit: bool) -> bool:
    """True for a name that is this one but for a part before its end, which reads otherwise throughout.

    Of an own organisation only for a single character: it may be abbreviated, or one of several bodies of
    its place (村党支部 and 村民委员会).
    """
    head = _shared_head(turn, name)
    tail = _shared_head(turn[len(head) :][::-1], name[len(head) :][::-1])[::-1]
    read, written = turn[len(head) : len(turn) - len(tail)], name[len(head) : len(name) - len(tail)]
    if not tail or not read or len(head + tail) < len(name) // 2:
        return False
    if not written:
        return is_unit and bool(head) and _LOWER.fullmatch(read) is not None
    if set(read) & set(written) or not (is_unit or len(read) == len(written) == 1):
        return False
    if len(read) != len(written):
        return bool(head) and set(range(len(head), len(head + written))) <= telling_places(name)
    places = telling_places(name) | set(range(OPENING))
    return any(
        (len(head) + place in places or contrasts(*pair)) and not mistakable(*pair)
        for place, pair in enumerate(zip(written, read, strict=True))
    )


def _shared_head(one: str, other: str) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(char for char, _ in pairs)
