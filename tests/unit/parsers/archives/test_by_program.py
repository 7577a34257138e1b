"""Programs that unpack what a library gave up: what came whole is taken, by size and checksum alone."""

from __future__ import annotations

import base64
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import parsers
from intake.domain.model.facts import ContainerFacts, Facts, OpaqueFacts
from parsers.archives import by_program
from parsers.archives.by_program import Missing
from parsers.archives.members import Members
from parsers.common import limits
from parsers.common.programs import SECOND_UNPACKER, UNPACKER
from parsers.sandbox.pool import Sandbox
from parsers.sandbox.tasks import SandboxTask
from tests.servers.parts import missing
from tests.unit.parsers.archives.samples import FILES, SCAN, contents, sevenzip

Put = Callable[[bytes], Path]

SOLID = base64.b64decode(
    "UmFyIRoHAQAJ78hvCwEFBwQGAQGAgIAA3vVwchwCAroABIAQtoMCoua3xYAbAQpzdGVzdDEudHh0waw3REQj+iP2l/1iU1G+"
    "TJGBQQKMwQN5XL9Ho6otoDaT3aBYAEACANRQBHb2xH8y6p8ypcTM14PfABDoLYkcAgKNAASAELaDAqLmt8XAGwEKc3Rlc3Qy"
    "LnR4dEUVCmABAAgD37f79vwdd1ZRAwUEAA=="
)
"""Two files in one stream, as RAR 5 writes them (rar5-solid.rar among the tests of rarfile, ISC licence)."""


@pytest.fixture
def bsdtar() -> str:
    """The program, or the test is skipped."""
    return shutil.which(SECOND_UNPACKER) or missing(SECOND_UNPACKER, "apt-get install libarchive-tools")


def program(tmp_path: Path, script: str) -> str:
    """A program that does as the script says, in the folder that it is to fill."""
    path = tmp_path / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def by_the_second(path: Path, room: Path) -> Facts:
    """Both files of a sound archive by bsdtar, as a reading process would have them."""
    members = Members(room, path.stat().st_size)
    expected = [Missing(name, len(data), zlib.crc32(data)) for name, data in FILES.items()]
    by_program.unpack(path, room, expected, [SECOND_UNPACKER], members)
    return members.finish("7z")


@pytest.mark.usefixtures("bsdtar")
def test_what_the_library_of_7z_gives_up(
    facts_of: Callable[[bytes], Facts], scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr("parsers.archives.sevenzip.SevenZipFile.extract", refuse)
    facts = facts_of(sevenzip(FILES))
    assert contents(facts, scratch) == FILES
    assert getattr(facts, "left_out", None) == ()


@pytest.mark.usefixtures("bsdtar")
def test_bsdtar_works_behind_the_walls(put: Put, scratch: Path) -> None:
    with Sandbox(workers=1) as sandbox:
        task = SandboxTask(by_the_second, (put(sevenzip(FILES)),), Facts, limits.DOCUMENT_SECONDS, scratch)
        facts = sandbox._start(task)()
    assert contents(facts, scratch) == FILES


@pytest.mark.usefixtures("bsdtar")
def test_a_solid_archive_of_rar_5_by_either_program(
    put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for programs in ((UNPACKER,), (SECOND_UNPACKER,), (UNPACKER, SECOND_UNPACKER)):
        if shutil.which(programs[0]):
            monkeypatch.setattr("parsers.archives.rar.unpackers", lambda programs=programs: programs)
            facts = parsers.parse(put(SOLID), scratch)
            assert isinstance(facts, ContainerFacts)
            assert [(member.filename, member.size) for member in facts.members] == [
                ("stest1.txt", 2048),
                ("stest2.txt", 2048),
            ]
            assert facts.left_out == ()


@pytest.mark.usefixtures("bsdtar")
def test_the_second_program_is_asked_for_what_the_first_did_not_bring(
    put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = program(tmp_path, "echo of something else > stest1.txt; exit 1")
    monkeypatch.setattr("parsers.archives.rar.unpackers", lambda: (first, SECOND_UNPACKER))
    facts = parsers.parse(put(SOLID), scratch)
    assert isinstance(facts, ContainerFacts)
    assert (len(facts.members), facts.left_out) == (2, ())
    assert all(len(path.name) == 64 for path in scratch.iterdir())


def test_what_no_program_brings_is_for_a_person_and_never_called_damaged(
    put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    links = program(tmp_path, "ln -s /etc/passwd a; mkfifo b; echo x > c")
    monkeypatch.setattr("parsers.archives.rar.unpackers", lambda: (links,))
    assert parsers.parse(put(SOLID), scratch) == OpaqueFacts("archive")
    monkeypatch.setattr("parsers.archives.rar.unpackers", lambda: ())
    assert parsers.parse(put(SOLID), scratch) == OpaqueFacts("archive")
    assert list(scratch.iterdir()) == []


@pytest.mark.usefixtures("bsdtar")
def test_a_damaged_member_is_left_to_a_person(put: Put, scratch: Path) -> None:
    data = bytearray(sevenzip(FILES))
    data[30_000] ^= 0xFF
    facts = parsers.parse(put(bytes(data)), scratch)
    assert isinstance(facts, ContainerFacts)
    assert SCAN in [name for name, _ in facts.left_out]
