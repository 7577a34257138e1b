"""The clock, and how a rehearsal freezes it."""

from __future__ import annotations

import pytest

from intake.clock import now
from intake.config.settings import ConfigFault


def test_the_clock_is_aware_and_can_be_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOUWEN_NOW", raising=False)
    assert now().utcoffset() is not None
    monkeypatch.setenv("SHOUWEN_NOW", "2025-02-23T16:00:00+00:00")
    assert now() == now()
    assert now().isoformat() == "2025-02-24T00:00:00+08:00"


@pytest.mark.parametrize("value", ["yesterday", "2025-02-23T18:00:00"])
def test_a_frozen_clock_needs_an_offset(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SHOUWEN_NOW", value)
    with pytest.raises(ConfigFault, match="offset"):
        now()
