"""Pages drawn for staff: few at a time, each held against its hash, kept a while."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from intake.domain.model.inspection import Picture
from intake.service import drawing
from intake.service.drawing import KEPT, AllDrawing, Drawer
from parsers.common.contract import Unreadable

PAGE = b"\xff\xd8\xff" + b"jpeg" * 100


class Walls:
    """Stands for the sandbox: writes what a reading process would, honest or not."""

    def __init__(self, write: Callable[[Path], Picture]) -> None:
        self.write, self.count = write, 0

    def run(self, function: object, path: Path, room: Path, *more: object, **limits: object) -> Picture:
        self.count += 1
        return self.write(room)


def honest(room: Path) -> Picture:
    name = hashlib.sha256(PAGE).hexdigest()
    (room / name).write_bytes(PAGE)
    return Picture("page", 1, f"sha256:{name}", len(PAGE))


def drawer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], Picture], most: int = 2
) -> tuple[Drawer, Walls]:
    count = iter(range(1000))

    @contextmanager
    def scratch() -> Iterator[Path]:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        yield folder

    @contextmanager
    def viewing(engine: object) -> Iterator[None]:
        yield None

    monkeypatch.setattr(drawing, "viewing", viewing)
    monkeypatch.setattr(drawing.scan_evidence, "known", lambda cn, hashes: {})
    archive = SimpleNamespace(scratch=scratch, checked=lambda shelf, name, own: tmp_path / "scan.pdf")
    walls = Walls(write)
    parts: Any = SimpleNamespace(archive=archive, engine=None)
    sandbox: Any = walls
    return Drawer(parts, sandbox, most), walls


def test_a_page_is_drawn_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, walls = drawer(tmp_path, monkeypatch, honest)
    assert [drawn.page("a", 1) for _ in range(3)] == [PAGE] * 3
    assert walls.count == 1
    for number in range(2, KEPT + 2):
        drawn.page("a", number)
    drawn.page("a", 1)
    assert walls.count == KEPT + 2, "the oldest made room"


def other_bytes(room: Path) -> Picture:
    made = honest(room)
    (room / made.content_hash.removeprefix("sha256:")).write_bytes(b"\xff\xd8\xff" + b"evil" * 100)
    return made


def a_link(room: Path) -> Picture:
    made = honest(room)
    place = room / made.content_hash.removeprefix("sha256:")
    place.rename(room / "elsewhere")
    place.symlink_to(room / "elsewhere")
    return made


def a_page_of_html(room: Path) -> Picture:
    data = b"<script>alert(1)</script>"
    name = hashlib.sha256(data).hexdigest()
    (room / name).write_bytes(data)
    return Picture("page", 1, f"sha256:{name}", len(data))


def a_path(room: Path) -> Picture:
    return Picture("page", 1, "sha256:../../etc/passwd", 10)


def a_size(room: Path) -> Picture:
    made = honest(room)
    return Picture("page", 1, made.content_hash, 10**10)


def refused(room: Path) -> Picture:
    raise Unreadable("unreadable", "page", "there is none")


@pytest.mark.parametrize("lie", [other_bytes, a_link, a_page_of_html, a_path, a_size, refused])
def test_what_is_not_what_it_says_is_not_shown_nor_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lie: Callable[[Path], Picture]
) -> None:
    drawn, walls = drawer(tmp_path, monkeypatch, lie)
    assert [drawn.page("a", 1) for _ in range(2)] == [None, None]
    assert walls.count == 1


def test_whoever_comes_while_all_places_are_taken_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow(room: Path) -> Picture:
        begun.release()
        assert go.wait(10)
        return honest(room)

    drawn, _ = drawer(tmp_path, monkeypatch, slow, most=2)
    threads = [threading.Thread(target=drawn.page, args=("a", number)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert begun.acquire(timeout=10)
    with pytest.raises(AllDrawing):
        drawn.page("a", 3)
    go.set()
    for thread in threads:
        thread.join(10)
    assert drawn.page("a", 1) == PAGE, "kept by then"
    assert drawn.page("a", 3) == PAGE


def test_an_outage_takes_no_place_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = iter([OSError("lost"), OSError("lost"), None])

    def write(room: Path) -> Picture:
        if fault := next(tries):
            raise fault
        return honest(room)

    drawn, _ = drawer(tmp_path, monkeypatch, write, most=1)
    for _ in range(2):
        with pytest.raises(OSError, match="lost"):
            drawn.page("a", 1)
    assert drawn.page("a", 1) == PAGE
