"""What the scan benchmark prints: cost beside OCRmyPDF, the early ends, the steps, accuracy by variant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from rich.table import Table

from bench.scans.look import Look, SealSeen
from bench.scans.variants import VARIANTS, YARDSTICK, Variant
from intake.domain.model.inspection import Likeness

MIB = 1024 * 1024
SEALS: tuple[SealSeen, ...] = ("sure", "maybe", "doubt", "none")
FORMS = tuple(Likeness)
VALUES = ("nominee", "unit", "category")


@dataclass(frozen=True, slots=True)
class Beside:
    """OCRmyPDF on one file: processor and elapsed seconds, and which values its layer holds exactly."""

    seconds: float
    elapsed: float
    holds: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Heavy:
    """A great file: processor seconds, the most bytes that its child held, pages that were looked at."""

    seconds: float
    peak: int
    pages: int


@dataclass(slots=True)
class Results:
    """Everything that was measured: looks and layers by variant, in the order of the samples.

    `early` are processor seconds a file of the ways that end before any text is read; `start` those
    of the first look; `peak` the most bytes that a child held.
    """

    looks: dict[str, list[Look]] = field(default_factory=dict)
    layers: dict[str, list[Beside]] = field(default_factory=dict)
    early: dict[str, list[float]] = field(default_factory=dict)
    heavy: dict[str, Heavy] = field(default_factory=dict)
    start: float = 0.0
    peak: int = 0
    remarks: list[str] = field(default_factory=list)


def tables(found: Results) -> Iterator[Table]:
    """All of them, as far as there is something to show."""
    yield cost_table(found)
    yield early_table(found)
    yield step_table(found)
    yield accuracy_table(found)
    if found.heavy:
        yield heavy_table(found)


def cost_table(found: Results) -> Table:
    """Both on the same files, those of the yardstick."""
    looks, layers = found.looks[YARDSTICK.name], found.layers.get(YARDSTICK.name, [])
    title = f"A nomination: Word form and scan of two pages, {YARDSTICK.name}; {len(looks)} of them"
    shown = Table(title=title, title_justify="left")
    shown.add_column("")
    shown.add_column("Shouwen", justify="right")
    shown.add_column(f"OCRmyPDF, {len(layers)} of them" if layers else "OCRmyPDF", justify="right")
    shown.add_column("share", justify="right")
    for told, pick in (("median", median), ("slowest", max)):
        ours = pick([look.seconds for look in looks])
        theirs = pick([layer.seconds for layer in layers]) if layers else 0.0
        row = f"processor seconds, {told}", f"{ours:.2f}"
        shown.add_row(*row, f"{theirs:.2f}" if theirs else "-", f"1/{theirs / ours:.1f}" if theirs else "")
    shown.add_section()
    for name in VALUES:
        exact = [look.values.get(name) is Likeness.EQUAL for look in looks]
        shown.add_row(f"{name} exact", _share(exact), _share([layer.holds[name] for layer in layers]))
    whole = [look.form is Likeness.EQUAL for look in looks]
    shown.add_row("all three exact", _share(whole), _share([all(layer.holds.values()) for layer in layers]))
    shown.add_row("seal found", _share([look.seal == "sure" for look in looks]), "-")
    return shown


def early_table(found: Results) -> Table:
    """Where the cascade ends before any text is read."""
    shown = Table(title="Ends before any text is read: processor seconds", title_justify="left")
    shown.add_column("")
    shown.add_column("files", justify="right")
    shown.add_column("median", justify="right")
    shown.add_column("slowest", justify="right")
    for told, seconds in found.early.items():
        shown.add_row(told, str(len(seconds)), f"{median(seconds):.2f}", f"{max(seconds):.2f}")
    shown.caption = (
        f"The first look took {found.start:.1f} s: before it, what children are forked from loads the models."
    )
    return shown


def step_table(found: Results) -> Table:
    """What each step of the looks at the yardstick's files did and cost, by nomination."""
    looks = found.looks[YARDSTICK.name]
    counts: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for cost in (cost for look in looks for cost in look.costs):
        counts[cost.step] += cost.count
        spent[cost.step] += round(cost.milliseconds)
    shown = Table(title="Steps, on average", title_justify="left")
    for column in ("step", "pages or lines", "ms"):
        shown.add_column(column, justify="left" if column == "step" else "right")
    for step, total in spent.most_common():
        shown.add_row(step, f"{counts[step] / len(looks):.1f}", f"{total / len(looks):.0f}")
    return shown


def accuracy_table(found: Results) -> Table:
    """What was said of seal and form in each variant; `wrong` are those that a unit could be told."""
    shown = Table(title="Seal and form by variant", title_justify="left", padding=(0, 0))
    shown.add_column("variant", no_wrap=True)
    for column in ("scans", "CPU s", *SEALS, *FORMS, "wrong"):
        shown.add_column(column, justify="right")
    if len(found.layers) > 1:
        shown.add_column("OCRmyPDF exact", justify="right")
    for variant in VARIANTS:
        looks = found.looks.get(variant.name, [])
        if not looks:
            continue
        seals, forms = Counter(look.seal for look in looks), Counter(look.form for look in looks)
        cells = [str(len(looks)), f"{median(look.seconds for look in looks):.2f}"]
        cells += [str(seals[seal] or "") for seal in SEALS] + [str(forms[form] or "") for form in FORMS]
        cells.append(str(sum(is_wrong(variant, look) for look in looks) or ""))
        if len(found.layers) > 1:
            cells.append(_share([all(layer.holds.values()) for layer in found.layers.get(variant.name, [])]))
        shown.add_row(variant.name, *cells, end_section=variant is YARDSTICK)
    return shown


def heavy_table(found: Results) -> Table:
    """The greatest files that come, each with a start of what loads the models too."""
    shown = Table(title="Great files", title_justify="left")
    for column in ("", "pages looked at", "CPU s", "peak, MiB"):
        shown.add_column(column, justify="right" if column else "left")
    for name, file in found.heavy.items():
        shown.add_row(name, str(file.pages), f"{file.seconds:.1f}", f"{file.peak / MIB:.0f}")
    return shown


def is_wrong(variant: Variant, look: Look) -> bool:
    """True where the look says for certain what is not so; what it leaves to a person is not wrong."""
    if variant.seal == "sealed" and look.seal == "none":
        return True
    if variant.seal == "unsealed" and look.seal == "sure":
        return True
    if variant.seal == "colourless" and look.seal == "none":
        return True
    return look.form is (Likeness.DIFFERENT if variant.same_form else Likeness.EQUAL)


def conclusion(found: Results) -> str:
    """One line."""
    looks, layers = found.looks[YARDSTICK.name], found.layers.get(YARDSTICK.name, [])
    ours = median(look.seconds for look in looks)
    said = f"{ours:.2f} processor seconds a nomination with everything checked"
    if layers:
        theirs = median(layer.seconds for layer in layers)
        said += f", OCRmyPDF {theirs:.1f} for the text of the scan alone: 1/{theirs / ours:.1f} of it"
    everything = [(variant, look) for variant in VARIANTS for look in found.looks.get(variant.name, [])]
    wrong = sum(is_wrong(variant, look) for variant, look in everything)
    peak = f"{found.peak / MIB:.0f} MiB" if found.peak else "not known here"
    return f"{said}; {wrong} of {len(everything)} scans judged wrongly; peak of a child {peak}."


def as_data(found: Results) -> dict[str, Any]:
    """Everything, for `--json`."""
    return {
        "looks": {
            name: [
                {
                    "seconds": look.seconds,
                    "seal": look.seal,
                    "values": look.values,
                    "steps": {cost.step: [cost.count, cost.milliseconds] for cost in look.costs},
                }
                for look in looks
            ]
            for name, looks in found.looks.items()
        },
        "ocrmypdf": {
            name: [{"seconds": i.seconds, "elapsed": i.elapsed, "holds": dict(i.holds)} for i in layers]
            for name, layers in found.layers.items()
        },
        "early": found.early,
        "heavy": {name: asdict(file) for name, file in found.heavy.items()},
        "start": found.start,
        "peak": found.peak,
        "remarks": found.remarks,
        "conclusion": conclusion(found),
    }


def _share(of: Sequence[bool]) -> str:
    return f"{sum(of)}/{len(of)}" if of else "-"
