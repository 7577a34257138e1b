"""The words that `shouwen decide` takes."""

from __future__ import annotations

from typing import get_args

from intake.cli.decision import CORRECT, Act
from intake.domain.model.nomination import Action


def test_every_action_can_be_typed_and_a_correction() -> None:
    assert get_args(Act) == (*Action, CORRECT)
