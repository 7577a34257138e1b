"""The house: one name for one thing, folders that can be taken in at a glance, files of one subject."""

from __future__ import annotations

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("intake", "parsers", "store")
ABOVE = {"intake", "intake/domain", "parsers", "parsers/scan", "store"}
"""Folders that hold rooms; what lies beside the rooms is counted with them."""

LONGEST = 400
SHORTEST = 60
APART = {
    # What a whole package, or several rooms, must have without loading more.
    "intake/clock.py": "the one clock",
    "intake/desk/handed_sockets.py": "of descriptors, of which the server knows nothing",
    "intake/domain/campaign/unit_names.py": "of names alone, which lists compare without the registry",
    "intake/stages/bundles.py": "of mails that wait, before any is read",
    "intake/stages/read_outcomes.py": "what pipeline and workers take of a reading, who read nothing",
    "parsers/scan/text/struck.py": "of a line's pixels alone; its neighbours read what they say",
    "intake/domain/mail/set_aside.py": "codes of two subjects, time and campaign, in one table of words",
    "intake/staff/check.py": "what the doctor and the check of the archive both tell",
    "intake/domain/letters/unread.py": "of mails; its neighbour tells of letters",
    "store/database/secret.py": "nothing else may touch it",
    "intake/progress.py": "asked by stages, letters and commands alike",
    "intake/cli/shared.py": "what every chapter of commands opens with",
    "intake/cli/decision.py": "what loads the stages, which the lists of the ledger do without",
    "intake/config/sections/alerts.py": "the table [alerts]",
    "intake/config/sections/engine.py": "who does the work, which no server's settings know",
    "intake/config/starter.py": "files for an operator, no settings",
    "intake/mail/trouble.py": "one sentence for both protocols",
    # A word of the field, or a format, each with its own source.
    "intake/domain/campaign/terms.py": "the campaign's words, which letters and lists share",
    "intake/domain/model/doubt.py": "the kinds of doubt",
    "intake/domain/model/places.py": "the index of places",
    "intake/domain/model/staff.py": "who works at the desk, which nothing of the ledger knows",
    "intake/domain/assembly/doubts.py": "asked by pairing's step and by scans alone",
    "intake/domain/scans/page_text.py": "the face of pages for rules and pairing",
    "parsers/mail/flowed.py": "RFC 3676",
    "parsers/common/xml.py": "how Word and OFD read their parts",
    "parsers/scan/reader.py": "the door of the room, which loads the engine late",
    "parsers/scan/page/pages.py": "the face of PDF and pictures, which loads either late",
    "parsers/scan/first_look.py": "before any sender's scan, by the process that others are forked from",
    "parsers/scan/page/page_image.py": "what both kinds of files give, above colours and pixels",
    "parsers/scan/page/turning.py": "how places move, for reading and pictures alike",
    "store/database/columns.py": "the kinds of columns that both schemas are made of",
    "store/database/schema_service.py": "the service's own tables, beside the ledger's",
    "store/ledger/units.py": "one table",
    "store/mail/settlement.py": "a person's word, asked for by lists of several rooms",
    # Stages and samples, each one thing that is done.
    "intake/stages/bounces.py": "a stage",
    "intake/stages/mail_facts.py": "what a stage knows beside the papers",
    "intake/demo/papers/portrait.py": "a sample",
    "intake/demo/papers/typeface.py": "fonts, for all samples",
}
"""Files of fewer lines, each with the reason why it is no part of another."""

FORMATS = Path("parsers/__init__.py")
"""The list of formats; what it imports are the formats, however short, and what all of them stand on."""
FOLDER = range(4, 15)
"""Files of a folder, its `__init__` among them."""


@cache
def trees() -> dict[Path, ast.Module]:
    """The product's files, by their path within it."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    # Migrations stand as Alembic wants them.
    paths = [path for path in paths if "migrations" not in path.parts]
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def modules() -> dict[str, Path]:
    """The product's modules and packages by their dotted names."""
    found = {}
    for path in trees():
        parts = path.with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """The dotted names of the product's modules that a file imports, under TYPE_CHECKING too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module in modules():
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else node.module


def test_no_two_classes_have_one_name() -> None:
    places = defaultdict(list)
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_file_imports_two_modules_of_one_name() -> None:
    twice = {}
    for path, tree in trees().items():
        by_name = defaultdict(set)
        for module in imported(tree):
            by_name[module.rpartition(".")[2]].add(module)
        if several := {name: sorted(found) for name, found in by_name.items() if len(found) > 1}:
            twice[str(path)] = several
    assert twice == {}


def test_a_folder_has_four_to_fourteen_files() -> None:
    sizes = {}
    for folder in {path.parent for path in trees()}:
        inside = [path for path in trees() if path.parent == folder]
        if str(folder) in ABOVE:
            inside += {path.parent for path in trees() if path.parent.parent == folder}
        sizes[str(folder)] = len(inside)
    assert {folder: size for folder, size in sizes.items() if size not in FOLDER} == {}


def test_an_init_says_what_its_folder_answers_and_defines_nothing() -> None:
    inits = {path: tree for path, tree in trees().items() if path.name == "__init__.py"}
    assert {path.parent for path in inits} == {path.parent for path in trees()}
    # The list of formats is the one place that all parsers are known in.
    bad = [
        str(path)
        for path, tree in inits.items()
        if str(path.parent) != "parsers" and (len(tree.body) != 1 or not ast.get_docstring(tree))
    ]
    assert bad == []


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path, tree in trees().items() if len(ast.get_docstring(tree) or "") < 20] == []


def test_no_file_is_longer_than_one_subject() -> None:
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in trees()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_a_file_of_few_lines_is_a_subject_of_its_own() -> None:
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in trees()}
    formats = {str(modules()[name]) for name in imported(trees()[FORMATS])}
    short = {path for path, length in lengths.items() if length < SHORTEST and "__init__" not in path}
    assert short - formats - APART.keys() == set(), "join the file whose subject it shares, or say why not"
    assert APART.keys() - lengths.keys() == set(), "a reason for a file that is gone"


def test_no_imports_run_in_a_circle() -> None:
    needs = {name: set(imported(trees()[path])) - {name} for name, path in modules().items()}
    done: set[str] = set()

    def follow(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            pytest.fail(" -> ".join((*way[way.index(name) :], name)))
        if name not in done:
            for other in sorted(needs[name]):
                follow(other, (*way, name))
            done.add(name)

    for name in needs:
        follow(name, ())


def test_every_bench_can_be_started() -> None:
    """What the documents' figures are made by; `make test` does not run them."""
    for path in sorted((ROOT / "bench").rglob("*.py")):
        if path.stem not in ("__init__", "__main__"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
