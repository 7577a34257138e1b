"""One whole pass of the service over a mailbox, with the time of each stage.

It is the very pass of `shouwen once`, with a stop-watch around each stage.  Run as
`python -m bench.service CONFIG`, it prints its measurements as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.measure import own_peak, processor_seconds
from intake import clock
from intake.config.settings import load_settings
from intake.service.bootstrap import Parts, open_parts
from intake.service.pipeline import Summary, whole_pass
from store import reports
from store.database.engine import viewing

STAGES = {
    "poller": "poll and archive",
    "reading": "read",
    "attributor": "attribute",
    "assembler": "assemble and decide",
    "correspondent": "compose",
    "postman": "deliver",
}
"""The parts that make the stages, in the order of the journey, and how each is told."""


class _Timed:
    """The service's parts; whatever a stage does is added to its time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.spent = dict.fromkeys(STAGES.values(), 0.0)
        self.processors = dict.fromkeys(STAGES.values(), 0.0)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._parts, name)
        return (lambda *given: _Stage(found(*given), STAGES[name], self)) if name in STAGES else found


class _Stage:
    def __init__(self, stage: Any, told: str, timed: _Timed) -> None:
        self._stage = stage
        self._told = told
        self._timed = timed

    def __getattr__(self, name: str) -> Any:
        work = getattr(self._stage, name)

        def timed(*given: Any) -> Any:
            processor, began = processor_seconds(), time.perf_counter()
            try:
                return work(*given)
            finally:
                self._timed.spent[self._told] += time.perf_counter() - began
                self._timed.processors[self._told] += processor_seconds() - processor

        return timed


def main(config: Path) -> dict[str, Any]:
    """Runs the pass of that configuration; returns what it took and what came of it."""
    with open_parts(load_settings(config)) as parts:
        counts = count_statements(parts)
        timed = _Timed(parts)
        with parts.sandbox() as sandbox:
            processor = processor_seconds()
            began = time.perf_counter()
            summary = whole_pass(timed, sandbox)  # type: ignore[arg-type]  # the same but for the watch
            seconds = time.perf_counter() - began
            processor = processor_seconds() - processor
        return {
            "messages": summary.polled.new,
            "seconds": seconds,
            "stages": timed.spent,
            "stage_processors": timed.processors,
            "processor": processor,
            "own_peak": own_peak(),
            "statements": counts["statements"],
            "transactions": counts["transactions"],
            "outcome": _outcome(parts, summary),
        }


def count_statements(parts: Parts) -> Counter[str]:
    """Counts the statements that the database is given from now on, and the transactions that write."""
    counts: Counter[str] = Counter()

    def executed(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        counts["statements"] += not statement.startswith("BEGIN")

    def committed(connection: Any) -> None:
        counts["transactions"] += not connection.get_execution_options().get("readonly", False)

    sa.event.listen(parts.engine, "before_cursor_execute", executed)
    sa.event.listen(parts.engine, "commit", committed)
    return counts


def _outcome(parts: Parts, summary: Summary) -> dict[str, Any]:
    with viewing(parts.engine) as cn:
        nominations = reports.nominations(cn, clock.SHANGHAI)
    return {
        "nominations": len(nominations),
        "states": Counter(row["state"] for row in nominations),
        "findings": Counter(finding["code"] for row in nominations for finding in row["findings"]),
        "letters": summary.delivered.sent,
        "troubles": [str(trouble) for trouble in summary.troubles],
    }


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout)
