"""What is fuzzed: each parser with real files to begin from, and what must hold of every reading."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import parsers
from intake.demo.papers.content import seeded
from intake.domain.model.facts import Attachment, Facts, MessageFacts
from parsers.mail.message import unpack
from tests.corpus.messages import every_message
from tests.corpus.statement import Held, Message
from tests.fuzz.mutate import mutated
from tests.unit.parsers.ofd.ofds import every_ofd
from tests.unit.parsers.pdf.pdfs import HOSTILE, SOUND
from tests.unit.parsers.word.webpages import FILES

LONGEST_SEED = 40_000
"""Bytes of a seed: in a longer one a change hardly ever meets what matters."""


@dataclass(frozen=True)
class Target:
    """A parser: its seeds, and the check that reads a file and raises where something is wrong."""

    seeds: Callable[[], tuple[bytes, ...]]
    check: Callable[[Path, Path], None]


def check_message(path: Path, scratch: Path) -> None:
    """Unpacks a mail; whatever it is, facts come out of it, and its files are what the facts say."""
    with _emptied(scratch):
        facts = unpack(path, scratch)
        _is_sound(facts, facts.attachments, scratch)


def check_file(path: Path, scratch: Path) -> None:
    """Reads a file; whatever it is, facts come out of it, and what lies inside is what the facts say."""
    with _emptied(scratch):
        facts = parsers.parse(path, scratch)
        _is_sound(facts, getattr(facts, "members", ()), scratch)


def check_many(name: str, key: str, numbers: Sequence[int], seeds: Path, folder: Path) -> None:
    """Makes and reads many files in this process, which is a child; `folder`/now names the one in hand."""
    found = _seeds_in(seeds)
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / "now").write_text(str(number))
        (folder / "file").write_bytes(mutated(found, seeded("fuzz", key, name, number)))
        TARGETS[name].check(folder / "file", folder / "scratch")


@cache
def _seeds_in(folder: Path) -> tuple[bytes, ...]:
    """The seeds as the parent process wrote them: cheaper than to make them in every child."""
    return tuple(path.read_bytes() for path in sorted(folder.iterdir()))


class _emptied:  # noqa: N801 - reads as a word
    """Makes the folder, and takes it away with all that was written to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_sound(facts: Facts | MessageFacts, files: tuple[Attachment, ...], scratch: Path) -> None:
    for text in _texts(asdict(facts)):
        text.encode("utf-8")
        assert "\0" not in text, "a zero byte in a text: Postgres refuses it"
    for item in files:
        data = (scratch / item.content_hash.removeprefix("sha256:")).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (item.content_hash[7:], item.size)
        assert item.filename is None or "/" not in item.filename
    assert {f"sha256:{path.name}" for path in scratch.iterdir()} <= {item.content_hash for item in files}


@cache
def _messages() -> tuple[Message, ...]:
    return tuple(message for message in every_message() if not message.fault)


def _texts(value: Any) -> Iterator[str]:
    """Every text within facts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _files() -> Iterator[Held]:
    waiting = [held for message in _messages() for held in message.files]
    while waiting:
        held = waiting.pop()
        waiting.extend(held.inside)
        yield held


@cache
def _kept(*words: str) -> tuple[bytes, ...]:
    """The corpus' files of these facts, each once."""
    found = {held.data for held in _files() if any(word in held.facts.split() for word in words)}
    return tuple(sorted(data for data in found if len(data) <= LONGEST_SEED))


@cache
def _mails() -> tuple[bytes, ...]:
    return tuple(message.raw for message in _messages() if len(message.raw) <= LONGEST_SEED)


TARGETS: dict[str, Target] = {
    "message": Target(_mails, check_message),
    "archive": Target(lambda: _kept("container", "zip", "7z", "rar"), check_file),
    "word": Target(lambda: tuple(d for d in _kept("word") if d.startswith(b"PK")), check_file),
    "web": Target(lambda: tuple(FILES.values()), check_file),
    "ofd": Target(every_ofd, check_file),
    "pdf": Target(lambda: (*_kept("pdf"), *SOUND.values(), *_short(HOSTILE)), check_file),
}


def _short(files: dict[str, bytes]) -> tuple[bytes, ...]:
    return tuple(data for data in files.values() if len(data) <= LONGEST_SEED)
