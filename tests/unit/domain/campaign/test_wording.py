"""The words for states, roles and kinds."""

from __future__ import annotations

from enum import StrEnum

import pytest

from intake.domain.campaign import wording
from intake.domain.model.document import Role
from intake.domain.model.mail import LETTER_NAMES, LetterKind, LetterState
from intake.domain.model.nomination import State


@pytest.mark.parametrize(
    "names, members",
    [
        (wording.STATE_NAMES, State),
        (wording.CHECK_NAMES, State),
        (wording.STATE_COLOURS, State),
        (wording.ROLE_NAMES, Role),
        (LETTER_NAMES, LetterKind),
        (wording.LETTER_STATE_NAMES, LetterState),
    ],
)
def test_every_member_has_a_name(names: dict[StrEnum, str], members: type[StrEnum]) -> None:
    assert set(names) == set(members)


def test_state_names_pass_other_text_through() -> None:
    assert wording.state_name("deficient") == "待补正"
    assert wording.state_name("待补正") == "待补正"
    assert wording.state_colour("待补正") == wording.state_colour("deficient") != wording.state_colour("其他")
