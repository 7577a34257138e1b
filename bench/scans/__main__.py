"""`python -m bench.scans`: what looking at scans costs and how well it sees, beside OCRmyPDF and Tesseract.

`make bench-scans` runs it; `docs/performance.md` says what the numbers mean.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench.measure import Failed
from bench.scans.report import as_data, conclusion, tables
from bench.scans.rounds import Wanted, measure
from parsers.scan import reader

_WIDTH = 120


def main() -> int:
    """Returns 0, or 1 where nothing could be measured."""
    options = _options()
    # Into a file or a pipe the tables keep their width.
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    if lacking := reader.missing():
        said = f"scans cannot be looked at without {', '.join(lacking)}: pip install 'shouwen[ocr]'"
        console.print(said, style="red", markup=False)
        return 1
    wanted = Wanted(options.samples, options.beside, options.everything, options.heavy)
    try:
        with Bars(console) as bars:
            found = measure(wanted, bars.told)
    except Failed as fault:
        console.print(str(fault), style="red", markup=False)
        return 1
    for table in tables(found):
        console.print(table)
    for remark in found.remarks:
        console.print(remark, style="dim", markup=False, highlight=False)
    console.print(conclusion(found), soft_wrap=True, highlight=False)
    if options.json:
        options.json.write_text(json.dumps(as_data(found), ensure_ascii=False, indent=2), "utf-8")
    return 0


class Bars:
    """A progress bar for each thing that is done; redrawn only when told, so that no thread is measured."""

    def __init__(self, console: Console) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        self._progress = Progress(*columns, console=console, auto_refresh=False)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._progress.stop()

    def told(self, what: str, done: int, total: int) -> None:
        """Shows how far it is."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, refresh=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scans", description=__doc__)
    parser.add_argument("--samples", type=_count, default=2, metavar="N", help="scans of each variant (2)")
    said = "files that OCRmyPDF reads too, about 10 s each (4); 0: none"
    parser.add_argument("--beside", type=_count_or_none, default=4, metavar="N", help=said)
    parser.add_argument("--everything", action="store_true", help="let OCRmyPDF read every file")
    parser.add_argument("--heavy", action="store_true", help="also a 600 dpi A3 page and 200 pages")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to a file")
    return parser.parse_args()


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _count_or_none(text: str) -> int:
    return _count(text) if text != "0" else 0


if __name__ == "__main__":
    sys.exit(main())
