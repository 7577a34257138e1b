"""Real files with changes in them: the four parsers give facts for each, and never anything else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS

BOUNDED = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("name", TARGETS)
@BOUNDED
@given(number=st.integers(0, 2**32))
def test_changed_files_give_facts(tmp_path: Path, name: str, number: int) -> None:
    target = TARGETS[name]
    path = tmp_path / "file"
    path.write_bytes(mutated(target.seeds(), Random(number)))
    target.check(path, tmp_path / "scratch")


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_themselves_are_read(tmp_path: Path, name: str) -> None:
    seeds = TARGETS[name].seeds()
    assert len(seeds) >= 10
    for number, seed in enumerate(seeds[:30]):
        (tmp_path / "file").write_bytes(seed)
        TARGETS[name].check(tmp_path / "file", tmp_path / f"scratch{number}")
