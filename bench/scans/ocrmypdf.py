"""The common way, for comparison: OCRmyPDF with Tesseract puts a text layer under each page.

It finds no seal and compares nothing; whoever uses it searches the layer for what the form says.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from bench.measure import Failed

LANGUAGE = "chi_sim"
PACKAGES = {"ocrmypdf": "ocrmypdf", "tesseract": "tesseract-ocr"}
_LANGUAGE_PACKAGE = "tesseract-ocr-chi-sim"
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file cost (processor seconds of all processes, elapsed seconds) and the text of its layer."""

    seconds: float
    elapsed: float
    text: str

    def holds(self, spellings: Sequence[str]) -> bool:
        """True where one of the spellings stands in the text, blanks and the width of characters aside."""
        return any(_plain(spelling) in self.text for spelling in spellings if spelling)


def missing() -> tuple[str, ...]:
    """The Debian packages to install before there is anything to compare with; empty when all is here."""
    lacking = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if shutil.which("tesseract") is None or LANGUAGE not in _languages():
        lacking.append(_LANGUAGE_PACKAGE)
    return tuple(lacking)


def versions() -> str:
    """What is installed, in one line."""
    return f"OCRmyPDF {_said('ocrmypdf')}, {_said('tesseract')}"


def read(scan: Path, folder: Path, *, turned: bool = False) -> Layer:
    """Runs it on one file, on one processor; `turned` lets it turn the pages first.  Raises `Failed`."""
    result = folder / "layer.pdf"
    command = ["ocrmypdf", "-l", LANGUAGE, "--output-type", "pdf", "--jobs", "1", "--quiet"]
    command += ["--rotate-pages"] if turned else []
    before, began = _children(), time.perf_counter()
    done = subprocess.run(
        [*command, str(scan), str(result)],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    spent, elapsed = _children() - before, time.perf_counter() - began
    if done.returncode:
        raise Failed(
            f"ocrmypdf ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace').strip()}"
        )
    return Layer(spent, elapsed, _plain("".join(_texts(result))))


def _texts(path: Path) -> Iterator[str]:
    document = pypdfium2.PdfDocument(path)
    for page in document:
        yield page.get_textpage().get_text_range()
    document.close()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _children() -> float:
    """Processor seconds of the processes that have ended, with all that they started."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _languages() -> list[str]:
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def _said(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (told.stdout or told.stderr).strip().splitlines()[0]
