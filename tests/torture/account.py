"""The account of a run: what was done, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.torture.judge import KINDS
from tests.torture.trial import Report


def table(reports: Iterable[Report]) -> list[str]:
    """The account as lines of a Markdown table."""
    reports = list(reports)
    kills: Counter[str] = sum((report.kills for report in reports), Counter())
    faults: Counter[str] = sum((report.faults for report in reports), Counter())
    wrong = Counter(objection.kind for report in reports for objection in report.objections)
    rows = [
        ("trials", len(reports)),
        ("of these on Postgres", sum(report.plan.postgres for report in reports)),
        ("of these with two services", sum(report.plan.services > 1 for report in reports)),
        ("of these with workers", sum(report.plan.workers > 0 for report in reports)),
        (f"kills ({_named(kills)})", kills.total()),
        (f"faults from outside ({_named(faults)})", faults.total()),
        ("fuzz inputs", sum(report.fuzzed for report in reports)),
        ("messages", sum(report.messages for report in reports)),
        ("letters", sum(report.letters for report in reports)),
        ("letters released by a person after an answer for good", sum(report.person for report in reports)),
        *((NAMES[kind], wrong[kind]) for kind in KINDS),
    ]
    return ["| what | how many |", "| --- | ---: |", *(f"| {name} | {count} |" for name, count in rows)]


NAMES = {
    "loss": "**losses**",
    "double": "**doubles**",
    "wrong ledger": "**wrong ledgers**",
    "wrong letter": "**wrong or premature letters**",
    "hang": "**hangs**",
    "fault": "**faults of our own in the log**",
}


def line(report: Report) -> str:
    """One trial in a line, its objections below."""
    said = (
        f"{report.plan}: {report.kills.total()} kills, {report.faults.total()} faults, "
        f"{report.messages} messages, {report.letters} letters, {len(report.objections)} objections"
    )
    return "\n".join([said, *(f"  {item.kind}: {item.what}" for item in report.objections)])


def _named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
