"""Named points are functions that the program has and passes; what is planted there takes effect."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.journey import Office
from tests.material import AT, both, entry, letter
from tests.servers.smtp_faults import FaultyPostOffice
from tests.torture.nursery import ROOT
from tests.torture.points import FULL, PLANTED, POINTS, Point, found
from tests.torture.stage import HOUR


@pytest.mark.parametrize("name", sorted({*POINTS, *FULL, *(name for name, _ in PLANTED.values())}))
def test_every_named_function_is_there(name: str) -> None:
    owner, attribute = found(name)
    assert callable(getattr(owner, attribute))


def test_a_name_that_is_gone_is_an_error() -> None:
    with pytest.raises(AttributeError):
        Point("store.archive.archive.Archive.gone").install()


def test_one_mail_passes_every_point(
    pymap_mailbox: EmbeddedMailbox,
    postoffice: FaultyPostOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed = Counter[str]()

    def counted(name: str) -> None:
        owner, attribute = found(name)
        before = getattr(owner, attribute)

        def instead(*given: Any, **named: Any) -> Any:
            passed[name] += 1
            return before(*given, **named)

        monkeypatch.setattr(owner, attribute, instead)

    for name in POINTS:
        counted(name)
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT), AT)
    Office(tmp_path / "office", pymap_mailbox, postoffice).once(AT + HOUR)
    assert set(POINTS) - passed.keys() == set()


def process(words: str) -> subprocess.CompletedProcess[str]:
    """Runs a line of Python in a process of its own, in a place of its own."""
    return subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True)


PUT = """
from pathlib import Path
from tempfile import mkdtemp
from store.archive.archive import Archive
from tests.torture.points import Point
place = Path(mkdtemp())
Point("store.archive.archive.Archive.put", {how}).install()
archive = Archive(place)
for data in (b"one", b"two", b"three"):
    try:
        archive.put("messages", data)
        print("kept", flush=True)
    except OSError as fault:
        print(fault.strerror, flush=True)
"""


def test_a_kill_comes_at_its_call_and_side() -> None:
    ended = process(PUT.format(how="'before', 2"))
    assert (ended.returncode, ended.stdout.split()) == (-9, ["kept"]), ended.stderr
    ended = process(PUT.format(how="'after', 1"))
    assert (ended.returncode, ended.stdout.split()) == (-9, []), ended.stderr


def test_a_full_disk_passes() -> None:
    ended = process(PUT.format(how="'before', 1, 'full', 2"))
    assert ended.stdout.splitlines() == ["No space left on device"] * 2 + ["kept"], ended.stderr
