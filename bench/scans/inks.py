"""`python -m bench.scans.inks`: seals as they come, and pages without one, held against what is said of them.

Each page is made, looked at and judged as the service does it (`intake/domain/rules/seals.py`).  Exit code 1
where a sealed page was called unsealed, an unsealed one accepted, or a share of `docs/scans.md` missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import parsers
from bench.scans.electronic import electronic
from bench.scans.inking import Stamped, bare_page, close_picture, sealed_page
from intake.config.campaign_file import load_campaign
from intake.domain.model.document import Document, MessageRef, Role
from intake.domain.model.inspection import Box, Inspection, Request, ScanLine, ScanPage
from intake.domain.model.nomination import Case, CaseDocument, Severity, Unit
from intake.domain.rules.case_view import Circumstances, Scene
from intake.domain.rules.seals import ScanSealed
from parsers.common.contract import Unreadable
from parsers.scan import reader

Outcome = Literal["accepted", "person", "unsealed"]
_AT = datetime(2025, 2, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page: how many are made, what must not be said of any, what of at least `share` of them."""

    name: str
    make: Callable[[int], Stamped]
    count: int
    never: Outcome
    wanted: Outcome
    share: float


KINDS = (
    Kind("sealed pages", sealed_page, 300, "unsealed", "accepted", 0.8),
    Kind("close pictures of the stamp", close_picture, 100, "unsealed", "person", 0.0),
    Kind("pages without a seal", bare_page, 100, "accepted", "unsealed", 0.9),
    Kind("electronic seals", electronic, 66, "unsealed", "accepted", 0.9),
)


def main() -> int:
    """Returns 0, or 1 where something was said that is not so, or too little was said."""
    options = _options()
    if lacking := reader.missing():
        print(f"scans cannot be looked at without {', '.join(lacking)}: pip install 'shouwen[ocr]'")
        return 1
    faulty = False
    for kind in KINDS:
        numbers = range(options.first, options.first + max(1, kind.count * options.percent // 100))
        found = dict(zip(numbers, _judged(kind, numbers, options.keep), strict=True))
        counts = Counter(outcome for outcome, _ in found.values())
        short = counts[kind.wanted] < kind.share * len(found)
        faulty = faulty or counts[kind.never] > 0 or short
        said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("accepted", "person", "unsealed"))
        print(f"{kind.name}, {len(found)}: {said}", flush=True)
        for number, (outcome, why) in found.items():
            if outcome == kind.never or (options.verbose and outcome != kind.wanted):
                print(f"  {outcome} {number}: {why}")
    return int(faulty)


def _judged(kind: Kind, numbers: range, keep: Path | None) -> Iterator[tuple[Outcome, str]]:
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(partial(_judge, kind.make, keep), numbers)


def _judge(make: Callable[[int], Stamped], keep: Path | None, number: int) -> tuple[Outcome, str]:
    stamped = make(number)
    with TemporaryDirectory(prefix="shouwen-bench-") as scratch:
        path = (keep or Path(scratch)) / stamped.name
        path.write_bytes(stamped.data)
        facts = parsers.parse(path, Path(scratch))
        try:
            seen = reader.inspect(path, Path(scratch), Request())
        except Unreadable as fault:
            return "person", f"{fault}: {stamped.told}"
    message = MessageRef(1, "<1@unit.example>", _AT, "kepu@unit.example")
    document = Document(1, message, 1, stamped.name, stamped.name, len(stamped.data), Role.SCAN, facts, None)
    document = replace(document, inspection=_with_title(seen))
    outcome, why = _outcome(document, stamped.unit)
    return outcome, f"{stamped.told}: {why}"


def _with_title(seen: Inspection) -> Inspection:
    """As if words of the form had been read, without which nothing is called unsealed."""
    title = ScanLine("2024年度“最美科技志愿者”推荐表", 0.99, Box(0.3, 0.05, 0.7, 0.07))
    return replace(seen, pages=tuple(_titled(page, title) for page in seen.pages))


def _titled(page: ScanPage, title: ScanLine) -> ScanPage:
    return replace(page, lines=(title,), read_to=1.0)


def _outcome(document: Document, unit: str) -> tuple[Outcome, str]:
    loaded = load_campaign()
    held = CaseDocument(document, Role.SCAN)
    case = Case(Unit(unit, unit, "province", known=True), "volunteer", "张三", _AT, (held,))
    scene = Scene(case, Circumstances(loaded.campaign, unit_names=(unit,)))
    found = [finding for finding in ScanSealed().see(scene) if finding.severity is not Severity.NOTE]
    if not found:
        return "accepted", ""
    told = any(finding.severity is Severity.CURABLE for finding in found)
    return "unsealed" if told else "person", found[0].evidence


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scans.inks", description=__doc__)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first page (0)")
    parser.add_argument("--percent", type=int, default=100, metavar="P", help="share of the pages (100)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the pages there")
    parser.add_argument("--verbose", action="store_true", help="also tell what fell short of the best")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
