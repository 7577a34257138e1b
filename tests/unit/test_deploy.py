"""The unit files: as tight as docs/security.md says, and nothing in them that systemd does not know."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers.parts import missing

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
EXPOSURE = 2.0
"""What `systemd-analyze security` may come to at most; 0 is best."""

WALL_CALLS = {"seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
"""System calls that raise the walls around readers: in no group that every systemd knows."""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_the_exposure_of_a_unit_is_low(unit: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        missing("systemd-analyze", "install the package systemd")
    command = [program, "security", "--offline=true", "--no-pager", str(unit)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "Unknown" not in told.stderr + told.stdout, told.stderr
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told.stdout)
    assert found and float(found[1]) <= EXPOSURE, told.stdout


def test_there_is_a_unit() -> None:
    assert UNITS


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_a_unit_lets_readers_be_walled_in(unit: Path) -> None:
    allowed = {
        call
        for line in unit.read_text("utf-8").splitlines()
        if line.startswith("SystemCallFilter=") and "~" not in line
        for call in line.partition("=")[2].split()
    }
    assert allowed >= WALL_CALLS
