"""The tables of the certainty benchmark: what each value of each threshold would come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.table import Table

from bench.certainty.judge import Verdict
from intake.domain.model.certainty import NEVER, SHIPPED, Certainty


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold: its field, what it is, and the values that are tried; `base` are all the others."""

    field: str
    told: str
    values: tuple[float, ...]
    base: Certainty = SHIPPED


_TOLD = replace(SHIPPED, tells_from=0.5)
"""What claims another value goes to a person anyway; only so is seen how often the claim is right."""

THRESHOLDS = (
    Threshold("tells_from", "score from which a reading alone may be told", (0.5, 0.9, 0.98, 0.99, NEVER)),
    Threshold(
        "reading",
        "score of a line that claims another value, were readings told from 0.5",
        (0.5, 0.8, 0.9, 0.95, 0.98, 0.999),
        _TOLD,
    ),
    Threshold(
        "another",
        "share in common below which it is another value, were readings told from 0.5",
        (0.2, 0.35, 0.5, 0.7, 0.9),
        _TOLD,
    ),
    Threshold("written", "the same for a text layer", (0.0, 0.25, 0.5, 0.75, 0.95)),
    Threshold("ring", "score of a colourless ring that counts as a seal", (0.5, 0.7, 0.8, 0.9, 0.95, NEVER)),
    Threshold(
        "other_ring",
        "score of the worst character of a red ring by which one names another",
        (0.7, 0.9, 0.95, NEVER),
    ),
    Threshold("margin", "what the next best pairing must lose", (0.0, 0.05, 0.15, 0.3, 0.6, 0.9)),
    Threshold("near", 'how near its bound an "about" figure is doubted', (0.0, 0.05, 0.1, 0.2, 0.5)),
    Threshold("empty", "share of required cells that may be empty", (0.0, 0.2, 0.35, 0.5, 0.7, 1.0)),
)
"""What is tried, one threshold at a time."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The nominations of some judgement, counted."""

    of: int
    wrong: int
    missed: int
    needless: int
    asked: int
    told: int


def tally(verdicts: Sequence[Verdict]) -> Tally:
    """How many of them are wrong, in each way."""
    return Tally(
        len(verdicts),
        sum(verdict.wrong for verdict in verdicts),
        sum(verdict.missed for verdict in verdicts),
        sum(verdict.needless for verdict in verdicts),
        sum(verdict.asked for verdict in verdicts),
        sum(bool(verdict.told) for verdict in verdicts),
    )


def threshold_table(threshold: Threshold, tallies: Mapping[float, Tally], shipped: float) -> Table:
    """One row for each value; the shipped one is marked."""
    shown = _table(f"{threshold.field}: {threshold.told}", "value")
    for value, found in tallies.items():
        name = "never" if value == NEVER else f"{value:g}"
        marked = value == shipped
        shown.add_row(f"{name} (shipped)" if marked else name, *_cells(found), style="bold" if marked else "")
    return shown


def kind_table(verdicts: Sequence[Verdict]) -> Table:
    """What became of each kind of sample with the shipped thresholds."""
    shown = _table("Every kind of sample, with the thresholds as shipped", "kind")
    kinds: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        kinds.setdefault(verdict.kind, []).append(verdict)
    for kind, found in kinds.items():
        shown.add_row(kind, *_cells(tally(found)))
    shown.add_section()
    shown.add_row("all", *_cells(tally(verdicts)), style="bold")
    return shown


def faults(verdicts: Sequence[Verdict]) -> list[str]:
    """Each nomination that was judged otherwise than it should be, with what was found."""
    return [
        f"{'WRONG NOTICE' if v.wrong else 'missed' if v.missed else 'needless'}  {v.kind}: {v.truth.nominee}"
        f" is {v.state}, truth {', '.join(sorted(v.truth.defects)) or 'in order'}; {' | '.join(v.seen)}"
        for v in verdicts
        if v.wrong or v.missed or v.needless
    ]


def conclusion(found: Tally) -> str:
    """One line."""
    share = found.needless / max(found.of, 1)
    return (
        f"{found.of} nominations: {found.wrong} wrong notices, {found.missed} missed deficiencies,"
        f" {found.needless} needlessly to a person ({share:.1%}), {found.asked} to a person in all."
    )


def as_data(tables: Mapping[str, Mapping[float, Tally]], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Everything, for `--json`."""
    return {
        "thresholds": {
            name: [{"value": value, **_counts(found)} for value, found in tallies.items()]
            for name, tallies in tables.items()
        },
        "shipped": _counts(tally(verdicts)),
        "faults": faults(verdicts),
    }


def _counts(found: Tally) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("of", "wrong", "missed", "needless", "asked", "told")}


def _table(title: str, first: str) -> Table:
    shown = Table(title=title, title_justify="left")
    shown.add_column(first, no_wrap=True)
    for column in ("wrong notices", "missed", "needlessly to a person", "to a person", "notices", "of"):
        shown.add_column(column, justify="right")
    return shown


def _cells(found: Tally) -> tuple[str, ...]:
    return tuple(
        str(part) for part in (found.wrong, found.missed, found.needless, found.asked, found.told, found.of)
    )
