"""Running a part of the benchmark as a process of its own, and the memory that it and its children take."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

SAMPLE_SECONDS = 0.1
"""The kernel keeps each process's peak, so that only what lives shorter is missed."""

_PROC = Path("/proc")


class Failed(Exception):
    """A part of the benchmark ended with an error; the text is what it said."""


def run(module: str, *arguments: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """Runs `python -m module`, which prints JSON; adds the peak of its largest child in bytes (0: not known).

    Raises `Failed`.
    """
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})}
    )
    watch = _Watch(process.pid)
    watch.start()
    printed, said = process.communicate()
    watch.finish()
    if process.returncode:
        raise Failed(f"{module} ended with {process.returncode}:\n{said.decode('utf-8', 'replace').strip()}")
    measured: dict[str, Any] = json.loads(printed)
    return measured | {"child_peak": watch.peak}


def own_peak() -> int:
    """The most memory that this process has held, in bytes.

    Where the kernel tells it (Linux) since the start of this program: the peak of
    getrusage would count that of the parent that started it.
    """
    found = _peak_of(os.getpid())
    unit = 1 if sys.platform == "darwin" else 1024
    return found or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def processor_seconds() -> float:
    """Processor time of this process, its children that have ended, and (on Linux) those that live."""
    ended = sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    return ended + living_seconds(os.getpid())


def living_seconds(root: int) -> float:
    """Processor time of the processes below `root` that live, and of their children that have ended."""
    return sum(map(_processor_of, descendants(root)))


def largest_descendant() -> int:
    """The most memory that any living process below this one has held, in bytes (0: not known)."""
    return max(map(_peak_of, descendants(os.getpid())), default=0)


class _Watch(threading.Thread):
    """Looks at all descendants of a process until told to finish."""

    def __init__(self, root: int) -> None:
        super().__init__(name="memory", daemon=True)
        self.peak = 0
        self._root = root
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            for process in descendants(self._root):
                self.peak = max(self.peak, _peak_of(process))

    def finish(self) -> None:
        self._done.set()
        self.join()


def descendants(root: int) -> list[int]:
    """The processes below `root`; none where the kernel does not tell."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.glob("[0-9]*"):
        fields = _stat(int(entry.name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = list(children.get(root, []))
    for process in found:
        found += children.get(process, [])
    return found


def _stat(process: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty when the process has gone."""
    try:
        text = (_PROC / str(process) / "stat").read_text("utf-8", "replace")
    except OSError:
        return []
    # The program's name before them stands in parentheses and may hold blanks.
    return text.rpartition(")")[2].split()


def _processor_of(process: int) -> float:
    """Seconds of a living process, with those of its children that have ended."""
    fields = _stat(process)
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _peak_of(process: int) -> int:
    """VmHWM in bytes; 0 when the process has gone."""
    try:
        status = (_PROC / str(process) / "status").read_text("utf-8", "replace")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "")
    return int(line.split()[1]) * 1024 if line else 0
