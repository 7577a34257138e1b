"""Shows that a change of the program changed nothing that units and staff see (`make same BASE=REV`).

REV is checked out beside the working tree, and both do the same by the command line alone, at the same
instant, since modules may have moved:

- the demo: its ledger, its letters, its digest;
- the messages of the corpus, written to files by the present generators and taken in by `shouwen ingest`
  in hold mode: the three exports, every letter as `shouwen letters show` prints it, the digest;
- the golden files of corpus and letters must be those of REV, and the corpus must read as they say.

Numbers and Message-IDs are not compared, nor the hashes of files that the demo makes anew each time.
What differs is printed as a diff, and the exit code is 1.  `--look auto` looks at the sample's scans too,
which takes minutes; the demo's are looked at always.  `--only demo` (sample, golden) does a part.

The two sides take turns, since looking at a scan has a limit of time.  Scans that one side alone leaves
`scan-unchecked` were refused there: by a fault (its log tells), or on a machine that is very busy.
"""

# ruff: noqa: T201 - a command that tells its results

from __future__ import annotations

import argparse
import difflib
import filecmp
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
NOW = "2025-02-25T10:00:00+08:00"
RECEIVED = "2025-02-20T10:00:00+08:00"
GOLDEN = ("tests/corpus/golden", "tests/golden", "docs/letters")
EXPORTS = ("nominations", "messages", "letters")
LINES = 200
"""Lines of a difference that are printed; what is wrong stands in the first ones."""

CONFIG = """[mailbox]
host = "127.0.0.1"
security = "plain"
username = "intake@example.org"
password = {{ file = "password" }}
[smtp]
host = "127.0.0.1"
security = "plain"
username = "intake@example.org"
password = {{ file = "password" }}
sender = "收文 <intake@example.org>"
[store]
database = "sqlite:///shouwen.db"
archive = "archive"
[letters]
mode = "hold"
[digest]
to = []
[scans]
look = "{look}"
"""

DRIVER = """
import sys
from intake.cli.app import main
for words in sys.stdin.read().splitlines():
    sys.argv = ["shouwen", *words.split("\\t")]
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
    else:
        code = 0
    print(f"\\x1e{code}", flush=True)
"""
"""Runs command lines one after another in one process; each answer ends with a mark and the exit code."""

BY_CHANCE = (
    (re.compile(r"<[^<>\s@]+@[^<>\s@]+>"), "<message-id>"),
    (re.compile(r"\b[A-Z]{1,6}\d{4}-\d{4}\b"), "<number>"),
    (re.compile(r"收〔\d{4}〕\d+号"), "<reference>"),
    (re.compile(r"data:[a-z]+/[a-z+-]+;base64,[A-Za-z0-9+/=]+"), "<picture>"),
)
"""What may differ between two runs of one program."""

HASH = (re.compile(r"sha256:[0-9a-f]{64}"), "<hash>")
"""Differs in the demo, which makes its Word files anew: they hold the time of their making."""


def main() -> int:
    """Compares, prints what differs, and returns the exit code."""
    chosen = _arguments()
    with (
        tempfile.TemporaryDirectory(prefix="shouwen-same-") as name,
        checked_out(chosen.base, Path(name)) as old,
    ):
        folder = Path(name)
        sample = folder / "sample"
        print(
            f"{write_sample(sample)} messages in the sample; before: {chosen.base}, after: the working tree"
        )
        sides = {"before": old, "after": HERE}
        before, after = (
            told(tree, folder / side, sample, chosen.look, chosen.only) for side, tree in sides.items()
        )
        found = list(differences(before, after))
        compared = [f"{name} ({len(lines)} lines)" for name, lines in after.items()]
        if chosen.only in ("", "golden"):
            found += golden_differences(old)
            compared.append("golden files")
            if not corpus_reads():
                found.append("the corpus does not read as its golden files say (see above)")
    print("\n".join(found) if found else f"the same: {', '.join(compared)}")
    return 1 if found else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.same", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("base", metavar="REV", help="the revision before the change")
    parser.add_argument("--look", choices=("off", "auto"), default="off", help="look at the sample's scans")
    parser.add_argument("--only", choices=("demo", "sample", "golden"), default="", help="do a part")
    return parser.parse_args()


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Path]:
    """The revision in a folder of its own, forgotten by git afterwards."""
    place = folder / "base"
    _git("worktree", "add", "--quiet", "--detach", str(place), revision)
    try:
        yield place
    finally:
        _git("worktree", "remove", "--force", str(place))


def _git(*words: str) -> None:
    subprocess.run(["git", "-C", str(HERE), *words], check=True)


def write_sample(folder: Path) -> int:
    """Writes the corpus' messages as files, in the order of their names; returns how many."""
    from tests.corpus.messages import every_message

    folder.mkdir()
    messages = every_message()
    for at, message in enumerate(messages):
        (folder / f"{at:03d}-{message.key.replace('/', '-')}.eml").write_bytes(message.raw)
    return len(messages)


# What one side says ------------------------------------------------------------------------


def told(tree: Path, folder: Path, sample: Path, look: str, only: str) -> dict[str, list[str]]:
    """Everything compared, as lines under the name of what it is; `tree` is the program that is run."""
    folder.mkdir()
    return {
        **(_demo(tree, folder / "demo") if only in ("", "demo") else {}),
        **(_sample(tree, folder / "work", sample, look) if only in ("", "sample") else {}),
    }


def _demo(tree: Path, folder: Path) -> dict[str, list[str]]:
    ((code, said),) = shouwen(tree, [["demo", str(folder)]])
    if not (folder / "letters").is_dir():
        raise SystemExit(f"the demo of {tree} ended with {code}:\n{said}")
    config = ["--config", str(folder / "config.toml")]
    ((_, ledger),) = shouwen(tree, [[*config, "export", "nominations", "--format", "json"]])
    letters = sorted(path.read_text("utf-8") for path in (folder / "letters").glob("*.html"))
    told = {
        "demo's exit code": str(code),
        "demo's ledger": _in_order(ledger),
        "demo's letters": "\n\n".join(sorted(steady(letter) for letter in letters)),
        "demo's digest": (folder / "digest.html").read_text("utf-8"),
    }
    return {name: HASH[0].sub(HASH[1], steady(text)).splitlines() for name, text in told.items()}


def _sample(tree: Path, folder: Path, sample: Path, look: str) -> dict[str, list[str]]:
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG.format(look=look), "utf-8")
    (folder / "password").write_text("unused", "utf-8")
    (folder / "password").chmod(0o600)
    config = ["--config", str(folder / "config.toml")]
    exports = [[*config, "export", what, "--format", "json"] for what in EXPORTS]
    ingest, *rows, digest = shouwen(
        tree, [[*config, "ingest", str(sample), "--received-at", RECEIVED], *exports, [*config, "digest"]]
    )
    ids = [row["id"] for row in json.loads(rows[-1][1])]
    letters = shouwen(tree, [[*config, "letters", "show", str(number)] for number in ids])
    told = {
        "sample's pass": f"{ingest[0]}\n{ingest[1]}",
        **{f"sample's {what}": _in_order(text) for what, (_, text) in zip(EXPORTS, rows, strict=True)},
        "sample's letters as sent": "\n\n".join(sorted(steady(text) for _, text in letters)),
        "sample's digest": digest[1],
    }
    return {name: steady(text).splitlines() for name, text in told.items()}


def shouwen(tree: Path, commands: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """Exit code and standard output of each command, run by the program in `tree`."""
    if not commands:
        return []
    environment = {**os.environ, "PYTHONPATH": str(tree), "SHOUWEN_NOW": NOW, "COLUMNS": "200"}
    environment.pop("SHOUWEN_CONFIG", None)
    run = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=tree,
        env=environment,
        input="\n".join("\t".join(words) for words in commands),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    answers = re.findall(r"(.*?)\x1e(\d+)\n", run.stdout, re.DOTALL)
    if run.returncode or len(answers) != len(commands):
        raise SystemExit(f"{commands[len(answers) - 1]} in {tree}:\n{run.stdout}{run.stderr}")
    return [(int(code), said) for said, code in answers]


def steady(text: str) -> str:
    """The text without what differs between two runs of one program."""
    for pattern, instead in BY_CHANCE:
        text = pattern.sub(instead, text)
    return text


def _in_order(rows: str) -> str:
    """An export with a line for each value, its rows in an order that no number decides."""
    found: list[Mapping[str, Any]] = json.loads(rows)
    texts = (steady(json.dumps(row, ensure_ascii=False, indent=1, sort_keys=True)) for row in found)
    return "\n".join(sorted(texts))


# What differs ------------------------------------------------------------------------------


def differences(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A diff for everything that the two sides do not tell alike."""
    for name, lines in before.items():
        if not lines and not after[name]:
            yield f"nothing to compare: {name}"
        diff = list(
            difflib.unified_diff(lines, after[name], f"before: {name}", f"after: {name}", lineterm="")
        )
        yield from diff[:LINES]
        if len(diff) > LINES:
            yield f"… and {len(diff) - LINES} more lines"


def golden_differences(old: Path) -> list[str]:
    """Golden files that are not those of the revision."""
    return [
        f"golden file {path} is not the same"
        for folder in GOLDEN
        for path in sorted(_files(old / folder) | _files(HERE / folder))
        if not _equal(old / folder / path, HERE / folder / path)
    ]


def _files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def _equal(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def corpus_reads() -> bool:
    """Whether the present program reads every message of the corpus as its golden file says."""
    test = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/integration/test_corpus.py"]
    return subprocess.run(test, cwd=HERE, env={**os.environ, "PYTHONPATH": str(HERE)}).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
