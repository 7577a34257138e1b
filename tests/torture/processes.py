"""The processes of a running service: the parent, its fork servers, and the processes that read."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

READS = "child"
VICTIMS = ("parent", "tree", "fork server", READS)
"""Whom a kill meets; `tree` is everything at once, from the leaves to the root."""


def children() -> dict[int, list[int]]:
    """All processes of this machine by their parent."""
    found = defaultdict(list)
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            # It may be gone before it is looked at.
            with suppress(OSError, ValueError, IndexError):
                found[int(place.joinpath("stat").read_text("utf-8").rpartition(")")[2].split()[1])].append(
                    int(place.name)
                )
    return found


def below(parent: int) -> tuple[list[int], list[int]]:
    """The fork servers of a service, and everything below these."""
    known = children()
    servers = known[parent]
    leaves, waiting = [], [pid for server in servers for pid in known[server]]
    while waiting:
        leaves.append(pid := waiting.pop())
        waiting += known[pid]
    return servers, leaves


def kill(parent: int, victim: str) -> int:
    """Kills of one kind below and at a service of ours; returns how many processes were met."""
    servers, leaves = below(parent)
    targets = {
        "parent": [parent],
        "tree": [*leaves, *servers, parent],
        "fork server": servers,
        "child": leaves,
    }
    return sum(map(_killed, targets[victim]))


def _killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
