"""The measured runs of the scan benchmark: Shouwen on every file, then OCRmyPDF on some of the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import largest_descendant
from bench.scans import ocrmypdf
from bench.scans.look import Looker
from bench.scans.report import Beside, Heavy, Results
from bench.scans.samples import (
    YARDSTICK_FILES,
    Sample,
    entries,
    plan,
    write_heavy,
    write_samples,
    write_text_pdf,
)
from bench.scans.variants import VARIANTS, YARDSTICK
from parsers.sandbox.pool import Sandbox

EARLY_FILES = 6
_TURNED = frozenset(variant.name for variant in VARIANTS if variant.turned)

Told = Callable[[str, int, int], None]
"""Hears what is being done, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure: nominations of each variant, files for OCRmyPDF, both on everything, great files."""

    samples: int
    beside: int
    everything: bool = False
    heavy: bool = False


def measure(wanted: Wanted, told: Told) -> Results:
    """Everything, in this order; raises `bench.measure.Failed`."""
    found = Results()
    with TemporaryDirectory(prefix="shouwen-bench-") as name:
        folder = Path(name)
        todo = plan(wanted.samples)
        samples = []
        for sample in write_samples(folder, todo):
            samples.append(sample)
            told("writing scans", len(samples), len(todo))
        _look_at_all(folder, samples, found, told)
        if wanted.heavy:
            _look_at_heavy(folder, found, told)
        if wanted.beside or wanted.everything:
            _compare(folder, wanted, samples, found, told)
    return found


def _look_at_all(folder: Path, samples: Sequence[Sample], found: Results, told: Told) -> None:
    unlike = entries(YARDSTICK_FILES + EARLY_FILES + 1)[YARDSTICK_FILES:]
    first, *unpaired = write_samples(folder, [(YARDSTICK, entry) for entry in unlike], first=len(samples))
    texts = [write_text_pdf(folder, number, entry) for number, entry in enumerate(unlike[1:])]
    with Sandbox(workers=1) as sandbox, Looker(folder, sandbox) as looker:
        # Before the first look the models are loaded, once for all children.
        found.start = looker.look(first).seconds
        for number, sample in enumerate(samples, 1):
            found.looks.setdefault(sample.variant, []).append(looker.look(sample))
            told("Shouwen", number, len(samples))
        again = [sample for sample in samples if sample.variant == YARDSTICK.name][:EARLY_FILES]
        found.early = {
            "looked at before (replay)": [looker.look(sample).seconds for sample in again],
            "a PDF with text": [looker.look(sample).seconds for sample in texts],
            "no form to hold it against": [
                looker.look(sample, with_form=False).seconds for sample in unpaired
            ],
        }
        found.peak = largest_descendant()


def _look_at_heavy(folder: Path, found: Results, told: Told) -> None:
    files = write_heavy(folder)
    for number, (name, sample) in enumerate(files.items(), 1):
        # A child of its own for each, since the kernel keeps the peak of a whole life.
        with Sandbox(workers=1) as sandbox, Looker(folder, sandbox) as looker:
            look = looker.look(sample)
            found.heavy[name] = Heavy(look.seconds, largest_descendant(), look.pages)
        told("great files", number, len(files))


def _compare(folder: Path, wanted: Wanted, samples: Sequence[Sample], found: Results, told: Told) -> None:
    if lacking := ocrmypdf.missing():
        said = "Nothing to compare with: OCRmyPDF with Tesseract's Chinese is not here; apt-get install "
        found.remarks.append(said + " ".join(lacking))
        return
    found.remarks.append(ocrmypdf.versions())
    plain = [sample for sample in samples if sample.variant == YARDSTICK.name]
    chosen = samples if wanted.everything else plain[: wanted.beside]
    with Sandbox(workers=1) as sandbox, Looker(folder, sandbox) as looker:
        expected = [looker.expected(sample) for sample in chosen]
    for number, (sample, names) in enumerate(zip(chosen, expected, strict=True)):
        told("OCRmyPDF", number, len(chosen))
        layer = ocrmypdf.read(sample.scan, folder, turned=sample.variant in _TURNED)
        holds = {name: layer.holds(spellings) for name, spellings in names.items()}
        found.layers.setdefault(sample.variant, []).append(Beside(layer.seconds, layer.elapsed, holds))
    told("OCRmyPDF", len(chosen), len(chosen))
