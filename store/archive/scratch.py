"""Scratch folders: where readers put what they take out of a mail, gone at the end or swept after a kill."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

LEFT_BEHIND_SECONDS = 24 * 3600.0
"""Four times what a pass may last: nobody writes any more to what lay untouched for so long."""


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A new folder below `parent`, gone at the end.

    It is locked as long, so that no other process sweeps it away; the lock ends with this process.
    """
    folder, lock = _locked_folder(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep_folders(parent: Path) -> None:
    """Removes the folders below `parent` that killed runs left behind; safe beside other processes."""
    for folder in parent.glob("*"):
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if _is_abandoned(folder, lock):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def is_old(path: Path) -> bool:
    """True for what lay untouched so long that nobody writes to it any more."""
    return time.time() - path.stat().st_mtime > LEFT_BEHIND_SECONDS


def _is_abandoned(folder: Path, lock: int) -> bool:
    """True where no process holds the folder any longer, which is then locked by `lock`."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return is_old(folder)
    return True


def _locked_folder(parent: Path) -> tuple[Path, int]:
    while True:
        try:
            folder = Path(mkdtemp(dir=parent))
        except FileNotFoundError:
            parent.mkdir(parents=True, exist_ok=True)
            continue
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            # Some file systems of networks lock no folders: there age alone protects it.
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.is_dir():
                return folder, lock
            # Swept between its making and its lock.
            os.close(lock)
