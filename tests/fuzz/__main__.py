"""Fuzzes the parsers for FUZZ_SECONDS (`python -m tests.fuzz`), or replays one (`… TARGET FILE`).

Every file is read in the sandbox, as the service reads it.  What makes our own code
fail, or ends its child, is kept in FUZZ_CRASHES with the command that replays it.
"""

# ruff: noqa: T201 - a command that tells its results

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.sandbox.pool import ParserFault, Sandbox
from parsers.sandbox.verdict import SandboxLost
from tests.fuzz.targets import TARGETS, check_many

SECONDS = float(os.environ.get("FUZZ_SECONDS", "300"))
SEED = os.environ.get("FUZZ_SEED") or str(int(time.time()))
WORKERS = int(os.environ.get("FUZZ_WORKERS", "2"))
CRASHES = Path(os.environ.get("FUZZ_CRASHES", "fuzz-crashes"))
BATCH = 25
"""Files that a child makes and reads by itself before it reports."""

AHEAD = 2
"""Batches under way for each worker, so that none waits."""


@dataclass
class Run:
    """One run: how many files were read of each kind, and which ones failed."""

    sandbox: Sandbox
    folder: Path
    read: Counter[str] = field(default_factory=Counter)
    kept: list[Path] = field(default_factory=list)

    def write_seeds(self) -> None:
        """Puts the seeds where the children find them."""
        for name, target in TARGETS.items():
            (self.folder / "seeds" / name).mkdir(parents=True)
            for number, seed in enumerate(target.seeds()):
                (self.folder / "seeds" / name / f"{number:04}").write_bytes(seed)

    def batch(self, name: str, number: int) -> None:
        """Has a child read one batch; the file in which that ended is read once more by itself."""
        folder = self.folder / f"batch-{number}"
        numbers = range(number * BATCH, (number + 1) * BATCH)
        seeds = self.folder / "seeds" / name
        try:
            seconds = 2 * limits.DOCUMENT_SECONDS
            self.sandbox.run(check_many, name, SEED, numbers, seeds, folder, seconds=seconds)
        except (ParserFault, Unreadable, SandboxLost) as fault:
            data = (folder / "file").read_bytes()
            alone = trouble(self.sandbox, name, folder / "file", folder / "alone")
            self.kept.append(kept(name, data, alone or f"by itself it is read; among others: {fault}"))
        self.read[name] += int((folder / "now").read_text()) + 1 - numbers.start
        shutil.rmtree(folder, ignore_errors=True)


def trouble(sandbox: Sandbox, name: str, path: Path, scratch: Path) -> str:
    """Reads a file and tells what went wrong; empty where nothing did."""
    try:
        sandbox.run(TARGETS[name].check, path, scratch, seconds=limits.DOCUMENT_SECONDS)
    except ParserFault as fault:
        return str(fault)
    except (Unreadable, SandboxLost) as ended:
        # The parsers give facts for every file: this is the sandbox's word on a child that did not come back.
        return f"the child ended: {ended}"
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return ""


def kept(name: str, data: bytes, story: str) -> Path:
    """Writes a file that failed, and beside it why and how to see it again."""
    CRASHES.mkdir(parents=True, exist_ok=True)
    path = CRASHES / f"{name}-{hashlib.sha256(data).hexdigest()[:16]}"
    path.write_bytes(data)
    command = f"{sys.executable} -m tests.fuzz {name} {path}"
    path.with_suffix(".txt").write_text(f"{command}\n\n{story}\n", encoding="utf-8")
    return path


def fuzz() -> int:
    """Runs until the time is over; the number of files that failed."""
    print(f"fuzzing {', '.join(TARGETS)} for {SECONDS:g} s; FUZZ_SEED={SEED} repeats it")
    with (
        tempfile.TemporaryDirectory(prefix="shouwen-fuzz-") as folder,
        Sandbox(WORKERS) as sandbox,
        ThreadPoolExecutor(WORKERS * AHEAD) as pool,
    ):
        run = Run(sandbox, Path(folder))
        run.write_seeds()
        until = time.monotonic() + SECONDS
        waiting = deque(pool.submit(lambda: None) for _ in range(WORKERS * AHEAD))
        for number in count():
            waiting.popleft().result()
            if time.monotonic() > until:
                break
            waiting.append(pool.submit(run.batch, list(TARGETS)[number % len(TARGETS)], number))
        for item in waiting:
            item.result()
    print(", ".join(f"{name}: {run.read[name]} files" for name in TARGETS))
    for path in run.kept:
        print(f"failed: {path} (why and how to replay it: {path}.txt)")
    return len(run.kept)


def replay(name: str, path: Path) -> int:
    """Reads one file as the run did and tells what goes wrong."""
    with tempfile.TemporaryDirectory(prefix="shouwen-fuzz-") as folder, Sandbox(1) as sandbox:
        story = trouble(sandbox, name, path.resolve(), Path(folder) / "scratch")
    print(story or "nothing went wrong")
    return bool(story)


if __name__ == "__main__":
    sys.exit(bool(replay(sys.argv[1], Path(sys.argv[2])) if len(sys.argv) == 3 else fuzz()))
