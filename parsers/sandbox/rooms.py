"""The room of a reading process: a folder of its own, locked while the process lives.

It lies beside the scratch folders of the archive, from which every command sweeps what nobody holds.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from parsers.sandbox.connection import ForkServer, ReadingProcess
from parsers.sandbox.tasks import SandboxTask


def process_in_room(server: ForkServer, task: SandboxTask) -> ReadingProcess:
    """A new process for a task, in a room that is locked until the process is forgotten.

    Raises `ServerGone` where the server is lost, `OSError` where the disk refuses.
    """
    room, lock = _locked_room(task.scratch and task.scratch.parent)
    try:
        process = server.fork(task.place(room), programs=task.programs)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        os.close(lock)
        raise
    weakref.finalize(process, os.close, lock)
    return process


def _locked_room(beside: Path | None) -> tuple[Path, int]:
    while True:
        room = Path(tempfile.mkdtemp(prefix="room-", dir=beside))
        with suppress(FileNotFoundError):
            lock = os.open(room, os.O_RDONLY | os.O_DIRECTORY)
            # Some file systems of networks lock no folders: there age alone protects it.
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            if room.is_dir():
                return room, lock
            # Swept between its making and its lock.
            os.close(lock)
