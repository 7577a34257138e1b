"""Which forms are held against a scan, and which are passed over: those that it does not mention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from intake.domain.model.inspection import Expected, Likeness
from intake.domain.page.vocabulary import CUSTOMARY
from intake.domain.scans import form_match
from intake.domain.scans.form_match import NO_MATCH, PASSED_OVER, FormMatch, Wanted, matches_of

WHOLE = FormMatch(Likeness.EQUAL, Likeness.EQUAL)
NEAR = FormMatch(Likeness.NEAR)
NAMES = ("张伟", "张玮", "李娜", "王建国", "银龄科技志愿服务队", "银龄护苗行动")
TEXTS = ("", "推荐表张伟", "推荐表李娜张玮", "银龄科技服务队", "无人")


def one_by_one(wanted: Sequence[Wanted | None], text: str, shown: set[str]) -> list[FormMatch]:
    """All forms in the order of how much of their names is mentioned, each asked for in turn."""
    found = [NO_MATCH] * len(wanted)
    names = [item.expected.nominee if item else "" for item in wanted]
    shares = {
        place: 100.0 if names[place] in text else min(99, fuzz.partial_ratio(names[place], text))
        for place, item in enumerate(wanted)
        if item
    }
    whole = False
    for turn, place in enumerate(sorted(shares, key=lambda place: (-shares[place], place))):
        if not text or (shares[place] < 50 and turn >= form_match.ALWAYS and not whole):
            continue
        compared = WHOLE if names[place] in shown else NEAR
        found[place] = PASSED_OVER if whole and shares[place] < 100 else compared
        whole = whole or found[place] == WHOLE
    return found


@given(
    st.lists(st.sampled_from((*NAMES, None)), max_size=7),
    st.sampled_from(TEXTS),
    st.sets(st.sampled_from(NAMES)),
)
@settings(max_examples=300, deadline=None)
def test_what_is_asked_first_changes_no_answer(given: list[str | None], text: str, shown: set[str]) -> None:
    wanted = [Wanted(Expected(name), CUSTOMARY) if name else None for name in given]

    def compared(item: Wanted, *_rest: Any) -> FormMatch:
        return WHOLE if item.expected.nominee in shown else NEAR

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form_match, "match_of", compared)
        patch.setattr(form_match, "folded_text", lambda pages: text)
        for always in (0, 1, 2, 20):
            patch.setattr(form_match, "ALWAYS", always)
            assert matches_of(wanted, ()) == one_by_one(wanted, text, shown)
