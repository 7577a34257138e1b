"""What another command sweeps away is never what a reading process works in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from intake.domain.model.facts import OpaqueFacts
from parsers.sandbox.pool import Sandbox
from store.archive import Archive


def test_a_sweep_leaves_the_room_of_a_process_that_lives(
    put: Callable[[bytes], Path], tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "archive")
    with Sandbox(workers=1) as sandbox, archive.scratch() as scratch:
        sandbox.parse(put("一".encode()), scratch)
        (room,) = (tmp_path / "archive" / "scratch").glob("room-*")
        Archive(archive.root).sweep()
        assert room.is_dir()
        assert sandbox.parse(put("二".encode()), scratch) == OpaqueFacts("text")
        sandbox.release(scratch)
        assert not room.exists()


def test_a_room_that_nobody_holds_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "room-left"
    left.mkdir(parents=True)
    Archive(tmp_path).sweep()
    assert not left.exists()
