"""The nominations of the scan benchmark: a Word form and its scan in each variant, as files."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

import img2pdf
from PIL import Image

from bench.scans.variants import VARIANTS, YARDSTICK, Variant, scan_of
from bench.textpdf import text_pdf
from intake.demo.entries import ENTRIES
from intake.demo.filling import SampleEntry
from intake.demo.papers.content import FormContent
from intake.demo.papers.forms import word_form
from intake.demo.papers.scans import scan_pages
from intake.demo.papers.sheet import sheet_of

YARDSTICK_FILES = 12
"""Nominations on which the cost is measured: all four categories in three layouts."""

_A3_600_DPI = (7016, 9921)
_LONG = 200
_DEEDS = 1000
"""Characters of 主要事迹: forms allow 1,000 to 2,000, and units use them."""

_FILLED_ON, _DEADLINE_YEAR, _CAMPAIGN_YEAR = date(2025, 2, 8), 2025, 2024


@dataclass(frozen=True, slots=True)
class Sample:
    """One nomination on disk; `variant` is the name of its own in `VARIANTS`, "" for a PDF with text."""

    variant: str
    form: Path
    scan: Path
    category: str


def entries(count: int) -> list[SampleEntry]:
    """So many nominations of the sample campaign, turn by turn of every category and layout."""
    kinds: dict[object, list[SampleEntry]] = {}
    for entry in ENTRIES.values():
        kinds.setdefault((entry.category, entry.layout), []).append(entry)
    longest = max(map(len, kinds.values()))
    turns = (kind[turn] for turn in range(longest) for kind in kinds.values() if turn < len(kind))
    return list(islice(turns, count))


def plan(samples: int) -> list[tuple[Variant, SampleEntry]]:
    """What is made: `samples` of each variant, and of the yardstick as many as the cost needs.

    Each variant goes on with other nominations than the one before.
    """
    everything = entries(len(ENTRIES))
    made = [(YARDSTICK, entry) for entry in everything[: max(samples, YARDSTICK_FILES)]]
    others = [variant for variant in VARIANTS if variant is not YARDSTICK]
    for number, variant in enumerate(others):
        chosen = (everything[(number * samples + i) % len(everything)] for i in range(samples))
        made += [(variant, entry) for entry in chosen]
    return made


def write_samples(
    folder: Path, wanted: Sequence[tuple[Variant, SampleEntry]], first: int = 0
) -> Iterator[Sample]:
    """Writes them, in several processes, and yields each once it is there, in order.

    Their files' names count from `first`.
    """
    tasks = [(folder, number, variant.name, entry) for number, (variant, entry) in enumerate(wanted, first)]
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(_write, tasks)


def write_text_pdf(folder: Path, number: int, entry: SampleEntry) -> Sample:
    """The same nomination with a PDF as an office program exports it: a text layer, and no picture."""
    content = _content(entry)
    sheet = sheet_of(content, entry.layout)
    rows = ("  ".join(box.text for box in row) for row in sheet.rows)
    lines = [*(line.text for line in sheet.above), *rows, *(line.text for line in sheet.below)]
    return _files(folder, f"text-{number}", "", entry, text_pdf(lines))


def write_heavy(folder: Path) -> dict[str, Sample]:
    """The greatest files that are looked at whole: one sheet at the finest setting, and a long scan."""
    entry, *_ = entries(1)
    content = _content(entry)
    pages = scan_pages(content, entry.layout, YARDSTICK.look, "heavy")
    sheet = Image.open(io.BytesIO(pages[0])).resize(_A3_600_DPI, Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=80, dpi=(600, 600))
    large, long = img2pdf.convert([buffer.getvalue()]), img2pdf.convert(pages * (_LONG // len(pages)))
    return {
        "A3 at 600 dpi": _files(folder, "a3", "", entry, large),
        f"{_LONG} pages at 200 dpi": _files(folder, "long", "", entry, long),
    }


def _write(task: tuple[Path, int, str, SampleEntry]) -> Sample:
    folder, number, name, entry = task
    variant = next(item for item in VARIANTS if item.name == name)
    pdf = scan_of(variant, _content(entry), entry.layout)
    return _files(folder, f"{number:04d}", name, entry, pdf)


def _files(folder: Path, stem: str, variant: str, entry: SampleEntry, pdf: bytes) -> Sample:
    sample = Sample(variant, folder / f"{stem}.docx", folder / f"{stem}.pdf", entry.category)
    sample.form.write_bytes(word_form(_content(entry), entry.layout))
    sample.scan.write_bytes(pdf)
    return sample


def _content(entry: SampleEntry) -> FormContent:
    """What the form says, its deeds as long as units write them: pages are full, not half empty."""
    content = entry.content(_FILLED_ON, _DEADLINE_YEAR, _CAMPAIGN_YEAR)
    whole = content.deeds * (_DEEDS // max(len(content.deeds), 1) + 1)
    return replace(content, deeds=whole[:_DEEDS])
