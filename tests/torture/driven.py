"""The service in a process that the torture holds by strings: its clock, its database, its named points.

It runs the real commands (`nursery.py` starts it); nothing of the program is replaced but what the orders
name.  The clock and the database's state are files that may change while it runs.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from intake.cli.app import main
from intake.clock import FREEZE
from intake.stages import poll
from tests.torture.points import Point, plant

DATABASE_STATES = {
    "": ("query_only = OFF", "max_page_count = 1000000"),
    "read-only": ("query_only = ON",),
    "full": ("max_page_count = 1",),
}
"""What SQLite is told at the start of each transaction; a limit below its size is taken for its size."""


@dataclass(slots=True)
class Orders:
    """What a driven process is to do: command lines with their instants, "" for the clock in the file."""

    config: str
    clock: str
    state: str
    commands: list[tuple[str, list[str]]]
    points: list[Point] = field(default_factory=list)
    planted: str = ""

    def write(self, path: Path) -> None:
        """Leaves the orders where the process finds them."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @staticmethod
    def read(path: Path) -> Orders:
        """The orders left in a file."""
        given = json.loads(path.read_text("utf-8"))
        given["points"] = [Point(**point) for point in given["points"]]
        return Orders(**given)


def write_clock(path: Path, now: datetime) -> None:
    """Sets the clock of the processes that follow this file."""
    fresh = path.with_suffix(".new")
    fresh.write_text(now.isoformat(), "utf-8")
    fresh.replace(path)


def follow(orders: Orders) -> None:
    """Carries out the orders; leaves this process with the last command's exit code."""
    # What an operator waits a minute for is no part of what is proven here.
    poll.FIRST_WAIT = poll.LONGEST_WAIT = 0.05  # type: ignore[misc]
    sa.event.listen(sa.Engine, "begin", _database(Path(orders.state)))
    if orders.planted:
        plant(orders.planted)
    for point in orders.points:
        point.install()
    code = 0
    for at, words in orders.commands:
        if at:
            os.environ[FREEZE] = at
        else:
            _follow_clock(Path(orders.clock))
        sys.argv = ["shouwen", "--config", orders.config, *words]
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        sys.stderr.write(f"{' '.join(words)} ended with {code}\n")
    sys.exit(code)


def _follow_clock(path: Path) -> None:
    def read() -> None:
        os.environ[FREEZE] = path.read_text("utf-8")

    def keep_reading() -> None:
        while True:
            time.sleep(0.1)
            read()

    read()
    threading.Thread(target=keep_reading, daemon=True).start()


def _database(state: Path) -> Any:
    def begin(connection: sa.Connection) -> None:
        if connection.dialect.name == "sqlite":
            for pragma in DATABASE_STATES[state.read_text("utf-8") if state.exists() else ""]:
                connection.exec_driver_sql(f"PRAGMA {pragma}")

    return begin
