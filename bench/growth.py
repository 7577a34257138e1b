"""What the n-th mail of one unit costs, sent and answered one by one: work must grow with what is new.

A unit sends one nomination a mail; after each, one whole pass in this process, whose
processor time without the readers' children and statements are counted.
`python -m bench.growth` prints the table and compares the last mails with the first.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from bench.service import count_statements
from bench.workload import Mail, write_mails_of_one
from intake.config.campaign_file import load_campaign
from intake.config.settings import load_settings
from intake.service.bootstrap import Parts, open_parts
from intake.service.pipeline import after_ingest
from intake.stages.ingest import ingest

SETTLED = 2
"""Mails of which the first passes do not count: they pay for what is loaded once."""


@dataclass(frozen=True, slots=True)
class Step:
    """The pass after the n-th mail: seconds of this process's CPU, and statements of the database.

    `writer` is the CPU of the longest transaction that kept others from writing.
    """

    mail: int
    seconds: float
    statements: int
    writer: float


def measure(mails: Sequence[Mail], folder: Path) -> Iterator[Step]:
    """One pass a mail over a store of its own."""
    with parts_in(folder) as parts, parts.sandbox() as sandbox:
        counts, turns = count_statements(parts), _time_writers(parts)
        for number, mail in enumerate(mails, 1):
            file = folder / "mail.eml"
            file.write_bytes(mail.raw)
            ingest(parts.engine, parts.archive, [file], mail.received_at, lambda *_: None)
            turns.clear()
            before, began = counts["statements"], time.process_time()
            after_ingest(parts, sandbox, deliver=False)
            took = time.process_time() - began
            yield Step(number, took, counts["statements"] - before, max(turns, default=0.0))


def _time_writers(parts: Parts) -> list[float]:
    """The processor time of each transaction that writes, from now on."""
    turns: list[float] = []

    def begun(connection: Any) -> None:
        connection.info["begun"] = time.thread_time()

    def committed(connection: Any) -> None:
        if not connection.get_execution_options().get("readonly", False):
            turns.append(time.thread_time() - connection.info["begun"])

    sa.event.listen(parts.engine, "begin", begun)
    sa.event.listen(parts.engine, "commit", committed)
    return turns


@contextmanager
def parts_in(folder: Path) -> Iterator[Parts]:
    """A service over a store in that folder, which reaches no server and looks at no scans."""
    (folder / "password").write_text("unused", "utf-8")
    config = folder / "config.toml"
    config.write_text(_CONFIG, "utf-8")
    with open_parts(load_settings(config)) as parts:
        yield parts


_CONFIG = """\
[mailbox]
host = "127.0.0.1"
port = 9
security = "plain"
username = "jicengfuwuchu@163.com"
password = { file = "password" }

[smtp]
host = "127.0.0.1"
port = 9
security = "plain"
username = "jicengfuwuchu@163.com"
password = { file = "password" }
sender = "中国科协农村专业技术服务中心 <jicengfuwuchu@163.com>"

[store]
database = "sqlite:///shouwen.db"
archive = "archive"

[letters]
settle_seconds = 0

[scans]
look = "off"
"""


def main() -> int:
    """Prints the table; 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--mails", type=int, default=95, metavar="N", help="mails of the unit (95)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to a file")
    options = parser.parse_args()
    mails = write_mails_of_one(options.mails, load_campaign().units)
    with TemporaryDirectory(prefix="shouwen-growth-") as name:
        steps = list(measure(mails, Path(name)))
    table = Table("mail of the unit", "CPU ms of the service", "statements", "longest writer, ms")
    shown = sorted({2, 3, 5, 10, 20, 40, 60, 80, len(steps)} & set(range(1, len(steps) + 1)))
    for step in (steps[number - 1] for number in shown):
        told = f"{step.seconds * 1000:.0f}", str(step.statements), f"{step.writer * 1000:.0f}"
        table.add_row(str(step.mail), *told)
    Console().print(table)
    if options.json:
        options.json.write_text(json.dumps([asdict(step) for step in steps]), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
