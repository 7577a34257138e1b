"""Whether the ring of a red seal plainly names another body than those who may have sealed.

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

from rapidfuzz.distance import Levenshtein

from intake.domain.page.seal_text import OPENING, bodies_in, contrasts, plain_names, telling_places, turns_of
from intake.domain.text.ocr_characters import fold, mistakable

LEAST_RING = 5
"""Characters of the shortest names of bodies (中国林学会)."""
MANY = 4
"""Telling characters from which a ring that shares none of them is another's, if but fairly read."""
MANY_STEPS = 3
"""Characters that must part two names of the registry where only missing ones do: a slip loses one or two."""
FAIR = 0.85
"""The mean score below which a ring says nothing against a name."""
GOOD = 0.95
"""The mean score from which a ring that is another registered name to the letter is that unit's."""

_LOWER = re.compile(r"[\u4e00-\u9fff]{1,8}[市县区盟州旗]")
"""A region written into a name: the body of a lower level."""
_GENERIC = re.compile(
    r"科学技术协会|中国|中华|全国|[省市县区盟州旗]|自治|学会|协会|研究[会院所]|联合会|促进会|基金会|委员会"
    r"|中心|有限|公司|集团|大学|学院|医院|科学|技术|工程|服务|推广|专业|街道|办事处|政府|[局厅馆社]"
)


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
