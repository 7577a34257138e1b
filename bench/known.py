"""What new mails cost on a store that holds many already, beside the same mails on an empty store.

`python -m bench.known --known 5000 --new 200` takes in the known mails first, then the new ones in a process
of its own, which keeps nothing of what was read before: so it is after each restart of the service.  What
counts is the processor time of the pass over the new mails, with that of the readers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.growth import parts_in
from bench.measure import processor_seconds, run
from bench.service import count_statements
from bench.workload import Mail, write_mails
from intake import clock
from intake.config.campaign_file import load_campaign
from intake.service.pipeline import after_ingest
from intake.stages.ingest import ingest
from store import reports
from store.database.engine import viewing


def measure(mails: Sequence[Mail], known: int, folder: Path) -> list[dict[str, Any]]:
    """The pass over all mails behind the first `known`: on an empty store, then on one that holds these."""
    _write(mails[:known], folder / "known")
    _write(mails[known:], folder / "new")
    results = []
    for name, sources in (("none", ("new",)), ("known", ("known", "new"))):
        store = folder / f"store-{name}"
        store.mkdir()
        passes = [run("bench.known", "--pass", str(store), str(folder / source)) for source in sources]
        results.append(passes[-1])
    return results


def one_pass(store: Path, source: Path) -> dict[str, Any]:
    """Takes in the mails of a folder and walks one pass over them."""
    with parts_in(store) as parts, parts.sandbox() as sandbox:
        for file in sorted(source.iterdir()):
            at = datetime.fromtimestamp(file.stat().st_mtime, clock.SHANGHAI)
            ingest(parts.engine, parts.archive, [file], at, lambda *_: None)
        counts = count_statements(parts)
        began = processor_seconds()
        after_ingest(parts, sandbox, deliver=False)
        took = processor_seconds() - began
        with viewing(parts.engine) as cn:
            held = len(reports.nominations(cn, clock.SHANGHAI))
    return {"seconds": took, "statements": counts["statements"], "nominations": held}


def _write(mails: Sequence[Mail], folder: Path) -> None:
    folder.mkdir()
    for number, mail in enumerate(mails):
        file = folder / f"{number:05d}.eml"
        file.write_bytes(mail.raw)
        # The time of receipt travels with the file.
        at = mail.received_at.timestamp()
        os.utime(file, (at, at))


def main() -> int:
    """Prints the table; 1 where not each mail made a nomination."""
    parser = argparse.ArgumentParser(prog="python -m bench.known", description=__doc__)
    parser.add_argument("--known", type=int, default=5000, metavar="N", help="mails that are there (5000)")
    parser.add_argument("--new", type=int, default=200, metavar="N", help="mails that come (200)")
    parser.add_argument("--pass", nargs=2, type=Path, dest="one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.stdout.write(json.dumps(one_pass(*options.one)))
        return 0
    workers = os.cpu_count() or 1
    mails = list(write_mails(options.known + options.new, load_campaign().units, workers))
    with TemporaryDirectory(prefix="shouwen-known-") as name:
        empty, full = measure(mails, options.known, Path(name))
    table = Table(f"{options.new} new mails on", "processor ms a mail", "statements a mail", "ratio")
    for told, result in ((0, empty), (options.known, full)):
        each = f"{result['seconds'] * 1000 / options.new:.0f}", f"{result['statements'] / options.new:.1f}"
        table.add_row(str(told), *each, f"{result['seconds'] / empty['seconds']:.2f}")
    Console().print(table)
    whole = empty["nominations"] == options.new and full["nominations"] == len(mails)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
