"""`python -m bench`: builds the mails, runs the rounds, prints the table."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from rich.console import Console

from bench.databases import databases
from bench.measure import Failed
from bench.report import as_data, conclusion, figures, table
from bench.rounds import measure, workshop
from bench.workload import write_mails
from intake.config.campaign_file import load_campaign


def main() -> int:
    """Returns 0, or 1 when a run failed or did not do the whole work."""
    options = _options()
    console = Console()
    with console.status("writing mails") as status:
        began = time.perf_counter()
        mails = list(write_mails(options.messages, load_campaign().units, os.cpu_count() or 1))
        units = len({mail.unit for mail in mails})
        size = sum(len(mail.raw) for mail in mails) / len(mails) / 1024
        took = time.perf_counter() - began
        said = f"{len(mails)} mails of {units} units, {size:.0f} KiB each, written in {took:.0f} s"
        console.print(said, highlight=False)
        try:
            with databases() as (found, remarks), workshop(mails) as shop:
                measured = measure(shop, found, options.rounds, status.update)
        except Failed as fault:
            console.print(str(fault), style="red", markup=False)
            return 1
    results = figures(measured.runs)
    title = f"{len(mails)} nominations, {os.cpu_count()} processors, median of {options.rounds} round(s)"
    console.print(table(results, title))
    for remark in remarks:
        console.print(remark, style="dim", markup=False, highlight=False)
    console.print(conclusion(results, len(mails)), soft_wrap=True, highlight=False)
    for wrong in measured.faults:
        console.print(wrong, style="red", markup=False, soft_wrap=True)
    if options.json:
        data = as_data(results, measured.runs, len(mails), [*remarks, *measured.faults])
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=2), "utf-8")
    return 1 if measured.faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--messages", type=_count, default=500, metavar="N", help="how many mails (500)")
    parser.add_argument("--rounds", type=_count, default=2, metavar="N", help="runs of everything (2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to a file")
    return parser.parse_args()


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
