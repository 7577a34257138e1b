"""What killed runs leave behind in the archive is swept, and nothing that is in use."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

from store.archive.archive import Archive
from store.archive.scratch import LEFT_BEHIND_SECONDS

HOLDS_A_FOLDER = """
import sys, time
from pathlib import Path
from store.archive.archive import Archive
with Archive(Path(sys.argv[1])).scratch() as folder:
    (folder / "file").write_text("personal")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_scratch_folder_is_gone_when_it_was_used(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.scratch() as folder:
        (folder / "file").write_text("personal")
        archive.sweep()
        assert (folder / "file").exists()
    assert not list((tmp_path / "scratch").iterdir())


def test_what_another_process_uses_stays_until_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS_A_FOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        folder = Path(other.stdout.readline().strip())
        Archive(tmp_path).sweep()
        assert (folder / "file").exists()
        other.kill()
    Archive(tmp_path).sweep()
    assert not folder.exists()


def test_a_file_that_never_came_to_its_place_is_swept_after_a_day(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    kept = archive.shelves.path("messages", archive.put("messages", b"a mail"))
    part = kept.with_name(".part-abc")
    part.write_bytes(b"half a ma")
    archive.sweep()
    assert part.exists()
    long_ago = time.time() - LEFT_BEHIND_SECONDS - 1
    for path in (part, kept):
        os.utime(path, (long_ago, long_ago))
    archive.sweep()
    assert not part.exists() and kept.exists()


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_what_a_full_disk_refuses_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    archive = Archive(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(os, step, full)
        archive.put("messages", b"a mail")
    assert not [path for path in (tmp_path / "messages").rglob("*") if path.is_file()]
    kept = archive.shelves.path("messages", archive.put("messages", b"a mail"))
    assert kept.read_bytes() == b"a mail" and kept.stat().st_mode & 0o777 == 0o400


def full(*_arguments: object, **_named: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
