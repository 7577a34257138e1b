"""Real files with changes in them: the four parsers give facts for each, and never anything else."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
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


def test_the_same_chance_gives_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("one", "1" * 99)
    at_times = []
    for now in (1_000_000_000.0, 1_700_000_000.0):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        at_times.append([mutated([buffer.getvalue()], Random(number)) for number in range(20)])
    assert at_times[0] == at_times[1]


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_themselves_are_read(tmp_path: Path, name: str) -> None:
    seeds = TARGETS[name].seeds()
    assert len(seeds) >= 10
    for number, seed in enumerate(seeds[:30]):
        (tmp_path / "file").write_bytes(seed)
        TARGETS[name].check(tmp_path / "file", tmp_path / f"scratch{number}")
