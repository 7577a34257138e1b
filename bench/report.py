"""What the runs come to: a table for people, the same figures as JSON, and one line of conclusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from rich.table import Table

from bench.rounds import BARE

MIB = 1024 * 1024
Runs = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the runs of one thing; milliseconds are a message's, peaks are the highest, in MiB."""

    messages_per_second: float
    slowest: float
    fastest: float
    milliseconds: float
    processor_milliseconds: float
    stages: dict[str, float]
    own_peak: float
    child_peak: float
    statements: float = 0.0
    transactions: float = 0.0
    ratio: float = 1.0
    processor_ratio: float = 1.0


def figures(runs: Mapping[str, Runs]) -> dict[str, Figures]:
    """The figures of each thing that was run; a ratio is to the bare calls run just before it."""
    return {name: _figures(of) for name, of in runs.items()}


def _figures(runs: Runs) -> Figures:
    def each(key: str) -> float:
        return median(run.get(key, 0) / run["messages"] for run in runs)

    def times(key: str) -> float:
        return median(run[key] / run.get("beside", run)[key] for run in runs)

    speeds = [run["messages"] / run["seconds"] for run in runs]
    return Figures(
        messages_per_second=median(speeds),
        slowest=min(speeds),
        fastest=max(speeds),
        milliseconds=each("seconds") * 1000,
        processor_milliseconds=each("processor") * 1000,
        stages={
            stage: median(run["stages"][stage] / run["messages"] for run in runs) * 1000
            for stage in runs[0]["stages"]
        },
        own_peak=max(run["own_peak"] for run in runs) / MIB,
        child_peak=max(run["child_peak"] for run in runs) / MIB,
        statements=each("statements"),
        transactions=each("transactions"),
        ratio=times("seconds"),
        processor_ratio=times("processor"),
    )


def table(found: Mapping[str, Figures], title: str) -> Table:
    """One column for the bare calls and one for each database."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("")
    for name in found:
        shown.add_column(name if name == BARE else f"service, {name}", justify="right")

    def row(told: str, cell: Callable[[Figures], str], *, last: bool = False) -> None:
        shown.add_row(told, *map(cell, found.values()), end_section=last)

    row("messages/s", lambda f: f"{f.messages_per_second:.1f}")
    row("  slowest to fastest", lambda f: f"{f.slowest:.1f} to {f.fastest:.1f}")
    row("ms a message", lambda f: f"{f.milliseconds:.1f}")
    row("  times the bare calls", lambda f: f"{f.ratio:.2f}")
    row("processor ms a message", lambda f: f"{f.processor_milliseconds:.1f}")
    row("  times the bare calls", lambda f: f"{f.processor_ratio:.2f}", last=True)
    for stage in dict.fromkeys(stage for f in found.values() for stage in f.stages):
        row(f"{stage}, ms", lambda f, stage=stage: f"{f.stages[stage]:.2f}" if stage in f.stages else "")
    shown.add_section()
    row("statements a message", lambda f: f"{f.statements:.1f}" if f.statements else "")
    row("transactions a message", lambda f: f"{f.transactions:.2f}" if f.transactions else "", last=True)
    row("peak memory, MiB", lambda f: f"{f.own_peak:.0f}")
    row("  of the largest child", lambda f: f"{f.child_peak:.0f}" if f.child_peak else "")
    return shown


def conclusion(found: Mapping[str, Figures], messages: int) -> str:
    """One line."""
    services = {name: f for name, f in found.items() if name != BARE}
    speeds = ", ".join(
        f"{f.messages_per_second:.1f} messages/s on {name} ({f.ratio:.2f} times the bare calls,"
        f" {f.processor_ratio:.2f} times their processor time)"
        for name, f in services.items()
    )
    own = max(f.own_peak for f in services.values())
    child = max(f.child_peak for f in services.values())
    return f"{messages} nominations end to end: {speeds}; peak {own:.0f} MiB and {child:.0f} MiB in a child."


def as_data(
    found: Mapping[str, Figures], runs: Mapping[str, Runs], messages: int, remarks: Sequence[str]
) -> dict[str, Any]:
    """Everything, for `--json`."""
    return {
        "messages": messages,
        "figures": {name: asdict(f) for name, f in found.items()},
        "runs": runs,
        "remarks": list(remarks),
        "conclusion": conclusion(found, messages),
    }
