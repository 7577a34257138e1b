"""`python -m bench.certainty`: what each threshold of judgement trades, on samples whose truth is known.

`make bench-certainty` runs it; `docs/certainty.md` says what the numbers mean.  Files are looked at once,
then judged again for each value of each threshold.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.certainty.judge import judge
from bench.certainty.look import Seen, see_all
from bench.certainty.report import (
    THRESHOLDS,
    Tally,
    Threshold,
    as_data,
    conclusion,
    faults,
    kind_table,
    tally,
    threshold_table,
)
from bench.scans.__main__ import Bars
from intake.config.campaign_file import LoadedCampaign, load_campaign
from intake.domain.model.certainty import SHIPPED, Certainty
from parsers.scan import reader

_WIDTH = 120


def main() -> int:
    """Returns 0, or 1 where nothing could be measured or a wrong notice was written."""
    options = _options()
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    if lacking := reader.missing():
        said = f"scans cannot be looked at without {', '.join(lacking)}: pip install 'shouwen[ocr]'"
        console.print(said, style="red", markup=False)
        return 1
    seen = _seen(options, console)
    loaded = load_campaign()
    shipped = judge(seen, loaded, SHIPPED)
    tables: dict[str, dict[float, Tally]] = {}
    for threshold in THRESHOLDS:
        tables[threshold.field] = _tried(seen, loaded, threshold, tally(shipped))
        console.print(threshold_table(threshold, tables[threshold.field], getattr(SHIPPED, threshold.field)))
    console.print(kind_table(shipped))
    for fault in faults(shipped):
        console.print(fault, style="dim", markup=False, highlight=False, soft_wrap=True)
    console.print(conclusion(tally(shipped)), soft_wrap=True, highlight=False)
    if options.json:
        data = as_data(tables, shipped)
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=2), "utf-8")
    return 1 if any(verdict.wrong for verdict in shipped) else 0


def _seen(options: argparse.Namespace, console: Console) -> list[Seen]:
    with TemporaryDirectory(prefix="shouwen-bench-") as scratch, Bars(console) as bars:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        return see_all(options.samples, folder, bars.told)


def _tried(
    seen: Sequence[Seen], loaded: LoadedCampaign, threshold: Threshold, shipped: Tally
) -> dict[float, Tally]:
    """What each value of one threshold comes to."""
    each = [replace(threshold.base, **{threshold.field: value}) for value in threshold.values]
    others = [certainty for certainty in each if certainty != SHIPPED]
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        tallies = pool.map(partial(_tallied, seen, loaded), others)
        known = {SHIPPED: shipped, **dict(zip(others, tallies, strict=True))}
    return {value: known[certainty] for value, certainty in zip(threshold.values, each, strict=True)}


def _tallied(seen: Sequence[Seen], loaded: LoadedCampaign, certainty: Certainty) -> Tally:
    return tally(judge(seen, loaded, certainty))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.certainty", description=__doc__)
    parser.add_argument("--samples", type=_count, default=1, metavar="N", help="samples of each kind (1)")
    said = "keep what was seen there, so that another run looks at nothing again"
    parser.add_argument("--folder", type=Path, metavar="DIR", help=said)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to a file")
    return parser.parse_args()


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
