"""What the documents name is there: files, folders, targets of make, commands, modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from intake.cli.app import COMMANDS, loaded
from tests.typed import hold

ROOT = Path(__file__).resolve().parents[2]
TYPED = [ROOT / "README.zh.md", ROOT / "docs/campaign.md", ROOT / "docs/staff.zh.md"]
"""Documents whose command lines can be typed as they stand."""
TOP = [ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")]
DOCUMENTS = [*TOP, *sorted((ROOT / "docs").rglob("*.md"))]
PRODUCT = ("intake", "parsers", "store", "templates")
MODULES = sorted(path for name in (*PRODUCT, "bench", "tests") for path in (ROOT / name).rglob("*.py"))
TOPS = (*PRODUCT, "bench", "deploy", "docs", "tests", ".ci")

_TICKED = re.compile(r"`+([^`\n]+)`+")
_FENCED = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
_MADE = re.compile(r"\bmake ([a-z][a-z-]*)")
_COMMAND = re.compile(r"\bshouwen ([a-z]+)(?: ([a-z]+)\b(?![.=/]))?")
_MODULE = re.compile(r"\bpython -m ([\w.]+)")
_TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))


def written(text: str) -> Iterator[str]:
    """What a document sets as code: words between backticks, and the lines of blocks."""
    yield from _TICKED.findall(_FENCED.sub("", text))
    for block in _FENCED.findall(text):
        yield from (line.partition("#")[0] for line in block.splitlines())


def paths(text: str) -> Iterator[str]:
    """The words of a text that name a file or folder of ours: with a top folder, or ending in .py."""
    for word in _TICKED.findall(_FENCED.sub("", text)):
        if _PATH.fullmatch(word) and (word.endswith(".py") or ("/" in word and word.split("/")[0] in TOPS)):
            yield word


def is_there(word: str, beside: Path | None = None) -> bool:
    """True for what stands under the root or, where a module names it, beside that module."""
    places = [ROOT] if beside is None else [ROOT, beside.parent]
    return any(next(place.glob(word.rstrip("/")), None) for place in places)


def docstrings(path: Path) -> Iterator[str]:
    """Every docstring of a module: its own, and those of classes, functions and constants."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        value = node.value if isinstance(node, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def commands() -> dict[str, set[str]]:
    """The commands of the program, each with the commands below it."""
    return {name: set(getattr(loaded(name), "commands", {})) for name in COMMANDS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    assert [word for word in paths(text) if not is_there(word)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_target_command_and_module_that_a_document_names_exists(document: Path) -> None:
    known = commands()
    missing = []
    for word in written(document.read_text("utf-8")):
        missing += [f"make {name}" for name in _MADE.findall(word) if name not in _TARGETS]
        missing += [f"python -m {name}" for name in _MODULE.findall(word) if not find_spec(name)]
        for name, below in _COMMAND.findall(word):
            if name not in known or (known[name] and below and below not in known[name]):
                missing.append(f"shouwen {name} {below}".strip())
    assert missing == []


@pytest.mark.parametrize("document", TOP, ids=lambda path: path.name)
def test_every_picture_and_page_that_is_linked_is_there(document: Path) -> None:
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))
    assert [place for place in linked if not (ROOT / place).is_file()] == []


def test_pictures_are_small() -> None:
    heavy = {path.name: path.stat().st_size for path in (ROOT / "docs/pictures").glob("*.png")}
    assert heavy and max(heavy.values()) < 150_000, heavy


@pytest.mark.parametrize("document", TYPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_says_to_type_can_be_typed(document: Path) -> None:
    text = document.read_text("utf-8")
    lines = [line.strip() for line in written(text) if line.strip().startswith("shouwen ")]
    assert lines
    for line in lines:
        hold(line)


@pytest.mark.parametrize(
    "line", ["shouwen fly", "shouwen status --units x", "shouwen letters lost", "shouwen decide KX2024-0001"]
)
def test_a_line_that_would_be_refused_is_noticed(line: str) -> None:
    with pytest.raises(AssertionError):
        hold(line)


def test_every_path_that_a_docstring_names_exists() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in MODULES
        for text in docstrings(path)
        for word in paths(text)
        if not is_there(word, path)
    ]
    assert missing == []


def test_every_folder_says_what_it_answers() -> None:
    folders = {path.parent for path in MODULES if path.relative_to(ROOT).parts[0] in PRODUCT}
    silent = [
        str(folder.relative_to(ROOT))
        for folder in sorted(folders)
        if "migrations" not in folder.parts
        and not ((folder / "__init__.py").exists() and next(docstrings(folder / "__init__.py"), ""))
    ]
    assert silent == []


def test_a_commit_is_checked_as_make_checks() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert re.findall(r"entry: (.+)", hooks) == ["make check"]
    assert re.findall(r"repo: (.+)", hooks) == ["local"]  # nothing is fetched


@pytest.mark.parametrize(
    "text",
    ["`intake/nowhere.py`", "`scantext.py`", "see `docs/none.md`", "`tests/unit/nothing/`"],
)
def test_a_path_that_is_not_there_is_noticed(text: str) -> None:
    assert [is_there(word) for word in paths(text)] == [False]
