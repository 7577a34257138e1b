"""The text on the ring of a seal, held against the names of those who may have sealed.

Ring text is read from a strip that may begin anywhere, with gaps under the print and slips of a character:
it can speak for a name, and against one only where it is long and plainly the name of another body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from rapidfuzz.distance import Indel, Levenshtein

from intake.domain.confusion import fold

Agreement = Literal["agrees", "disagrees", "unread"]

LEAST_READ = 4
"""Characters in common below which a ring says nothing."""
LEAST_SHARE = 0.7
"""The share of a name that must have been read."""
LONG_READING = 6
"""Characters from which a ring text can name another body."""
LONGEST_RING = 60
"""Characters of a ring that are looked at; every one is a place where it may begin."""

_BODY = re.compile(
    r"(?:协会|学会|研究会|联合会|促进会|基金会|委员会|研究[院所]|中心|公司|集团|大学|学院|医院|局|厅|馆|社|办事处|政府)$"
)
_TAIL = re.compile(r"(?:办公室|秘书处|(?:业务|合同|推荐|材料|科普)?专用章?|公?章|印章|[0-9]+)+$")
_ASSOCIATION = "科学技术协会"
_COMMON = re.compile(r"科学技术协会|中国|中华|[省市县区盟州旗]|自治|学会|协会|研究会|联合会")


def ring_agrees(text: str, names: Sequence[str]) -> Agreement:
    """Whether a seal's ring names one of `names` (the unit's and the own organisation's, with aliases).

    "unread" wherever neither is plain: a short reading, one with much else, or one that differs from a
    name in few characters, since rings are misread as easily as they are forged.
    """
    ring = fold(text).text[:LONGEST_RING].replace("科协", _ASSOCIATION)
    wanted = [fold(name).text.replace("科协", _ASSOCIATION) for name in names]
    wanted = [_without_tail(name) for name in wanted if len(name) >= LEAST_READ]
    if not wanted or len(ring) < LEAST_READ:
        return "unread"
    turned = [_without_tail(turn) for turn in _turns(ring)]
    if any(_names(turn, name) for name in wanted for turn in turned):
        return "agrees"
    bodies = [turn for turn in turned if len(turn) >= LONG_READING and _BODY.search(turn)]
    return "disagrees" if bodies and all(_is_other(turn, wanted) for turn in bodies) else "unread"


def _turns(ring: str) -> Iterator[str]:
    """The ring begun at each of its characters."""
    return (ring[start:] + ring[:start] for start in range(len(ring)))


def _without_tail(text: str) -> str:
    return _TAIL.sub("", text) or text


def _names(turn: str, name: str) -> bool:
    """True where most of the name was read, and nothing in what sets it apart was read otherwise."""
    steps = Levenshtein.editops(name, turn)
    missing = {step.src_pos for step in steps if step.tag == "delete"}
    changed = {step.src_pos for step in steps if step.tag == "replace"}
    extra = sum(step.tag == "insert" for step in steps)
    read = len(name) - len(missing) - len(changed)
    if read < LEAST_READ or read < LEAST_SHARE * len(name) or extra > 1 + len(name) // 6:
        return False
    apart = _apart(name)
    return not changed & apart and len(apart - missing) * 3 >= 2 * len(apart)


def _apart(name: str) -> set[int]:
    """The positions of a name that other bodies do not share."""
    common = {place for match in _COMMON.finditer(name) for place in range(*match.span())}
    return set(range(len(name))) - common or set(range(len(name)))


def _is_other(turn: str, names: Sequence[str]) -> bool:
    """True for the name of a body that shares nothing with any of the names but what all bodies share."""
    core = _COMMON.sub("", turn)
    if len(core) < 2:
        return False
    for name in names:
        apart = "".join(name[place] for place in sorted(_apart(name)))
        if set(apart) & set(core) or Indel.normalized_similarity(name, turn) > 0.8:
            return False
    return True
