"""The corpus: each message is read as the service reads it, and held against what was put into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from parsers.sandbox.pool import Sandbox
from tests.corpus import golden
from tests.corpus.messages import every_message
from tests.corpus.reading import ReadingRoom
from tests.corpus.statement import Held, Message, differences
from tests.servers.parts import missing

MESSAGES = every_message()
LINES = 8
"""Chapters of the corpus: names, parts, archives, Word, PDF, links, kinds, replies."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingRoom]:
    """One store and one reading child for all messages of a test process."""
    with Sandbox(workers=1) as sandbox:
        yield ReadingRoom(tmp_path_factory.mktemp("corpus"), sandbox)


def _marked(message: Message) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason=message.fault)] if message.fault else []
    return pytest.param(message, id=message.key, marks=marks)


@pytest.mark.parametrize("message", [_marked(message) for message in MESSAGES])
def test_a_message_reads_as_it_was_made(room: ReadingRoom, message: Message) -> None:
    if message.needs and shutil.which(message.needs) is None:
        missing(message.needs, "`shouwen doctor` names the package that brings it")
    read = room.read(message.raw)
    assert differences(message.told(), read) == []
    assert message.quoted in read["quoted"]
    if golden.WRITING:
        golden.write(message, read)
    assert golden.kept(message, read) == golden.load(message)


@pytest.mark.skipif(golden.WRITING, reason="the golden files are being written")
@pytest.mark.parametrize("message", [m for m in MESSAGES if not m.fault], ids=lambda m: m.key)
def test_a_golden_file_says_what_was_put_in(message: Message) -> None:
    assert differences(golden.kept(message, message.told()), golden.load(message)) == []


@pytest.mark.skipif(golden.WRITING, reason="the golden files are being written")
def test_every_message_has_its_golden_file_and_every_file_its_message() -> None:
    keys = [message.key for message in MESSAGES]
    assert len(set(keys)) == len(keys) >= 150
    assert len({key.partition("/")[0] for key in keys}) == LINES
    files = golden.FOLDER.rglob("*.json")
    found = {path.relative_to(golden.FOLDER).with_suffix("").as_posix() for path in files}
    assert found == {message.key for message in MESSAGES if not message.fault}


def test_the_generators_make_the_same_messages_each_time() -> None:
    again = {message.key: message for message in every_message()}
    changed = [m.key for m in MESSAGES if m.raw != again[m.key].raw and not any(m.varying())]
    assert changed == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"subject": "别的"}, ".subject"),
        ({"kind": "other"}, ".kind"),
        ({"files": ()}, ".documents"),
        ({"files": (Held("a.docx", b"x", "word"),)}, ".documents[0].filename"),
        ({"links": [("QQ邮箱超大附件", "a.zip", "1M", "")]}, ".links"),
    ],
)
def test_a_reading_that_differs_is_noticed(change: dict[str, Any], place: str) -> None:
    message = next(message for message in MESSAGES if len(message.files) == 1 and message.files[0].forms)
    found = differences(message.told(), replace(message, **change).told())
    assert place in {line.partition(":")[0] for line in found}


def test_a_figure_that_differs_is_noticed() -> None:
    (message,) = [message for message in MESSAGES if message.key == "word/office-unit-above"]
    stated, read = message.told(), message.told()
    read["documents"][0]["parts"][0]["figures"]["members"] = 7
    assert [line.partition(":")[0] for line in differences(stated, read)] == [
        ".documents[0].parts[0].figures.members"
    ]
