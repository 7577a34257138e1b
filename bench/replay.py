"""What reading and judging everything again costs, beside the first time.

`python -m bench.replay` archives mails of the benchmark, walks one whole pass over them without delivery,
marks all to be read again as `shouwen replay --all` does, and walks another one. Processor time counts
with that of the readers; no scan is looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.growth import parts_in
from bench.measure import processor_seconds
from bench.workload import Mail, write_mails
from intake import clock
from intake.config.campaign_file import load_campaign
from intake.service.pipeline import after_ingest
from store.database.engine import writing
from store.mail import messages
from store.mail.messages import Archived


@dataclass(frozen=True, slots=True)
class ReplayFigures:
    """Seconds of processor time: of reading alone, and of reading and judging, both times."""

    mails: int
    first_reading: float
    first: float
    again_reading: float
    again: float


def measure(mails: Sequence[Mail], folder: Path) -> ReplayFigures:
    """Both passes over a store of their own; raises `AssertionError` where one did not read all."""
    with parts_in(folder) as parts, parts.sandbox() as sandbox:
        with writing(parts.engine) as cn:
            for mail in mails:
                name = parts.archive.put("messages", mail.raw)
                messages.add(cn, [Archived(name, len(mail.raw), mail.received_at)], clock.now())

        def read() -> None:
            if (done := parts.reader(sandbox).read().read) != len(mails):
                raise AssertionError(f"{done} of {len(mails)} mails were read")

        def rest() -> None:
            after_ingest(parts, sandbox, deliver=False)

        spent = [_seconds(read), _seconds(rest)]
        with writing(parts.engine) as cn:
            messages.replay(cn, None, clock.now())
        spent += [_seconds(read), _seconds(rest)]
    reading, judging, reading_again, judging_again = spent
    return ReplayFigures(len(mails), reading, reading + judging, reading_again, reading_again + judging_again)


def _seconds(work: Callable[[], Any]) -> float:
    began = processor_seconds()
    work()
    return processor_seconds() - began


def main() -> int:
    """Prints the table; 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    parser.add_argument("--messages", type=int, default=500, metavar="N", help="how many mails (500)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to a file")
    options = parser.parse_args()
    mails = list(write_mails(options.messages, load_campaign().units, os.cpu_count() or 1))
    with TemporaryDirectory(prefix="shouwen-replay-") as name:
        seen = measure(mails, Path(name))
    table = Table(f"{seen.mails} mails", "first, CPU ms a mail", "again", "again / first")
    for what, first, again in (
        ("read", seen.first_reading, seen.again_reading),
        ("read and judged", seen.first, seen.again),
    ):
        each = 1000 / seen.mails
        table.add_row(what, f"{first * each:.1f}", f"{again * each:.1f}", f"{again / first:.2f}")
    Console().print(table)
    if options.json:
        options.json.write_text(json.dumps(asdict(seen)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
