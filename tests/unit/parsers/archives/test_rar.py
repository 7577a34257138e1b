"""rar archives: with and without the program that unpacks them."""

from __future__ import annotations

import shutil
import stat
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from intake.domain.model.facts import ContainerFacts, Facts, OpaqueFacts
from parsers.archives import rar as archive_rar
from parsers.archives.members import REST
from parsers.common import limits
from tests.servers.parts import missing
from tests.unit.parsers.archives.samples import (
    BRIEFLY,
    FILES,
    FORM,
    contents,
    mutated,
    rar,
    refused,
)

Put = Callable[[bytes], Path]


@pytest.fixture
def unar() -> str:
    """The program, or the test is skipped."""
    return shutil.which("unar") or missing("unar", "apt-get install unar")


def packed_rar(files: Mapping[str, bytes]) -> bytes:
    """An archive whose stored members say that they are compressed (method 0x33)."""
    data = rar({name.encode("gb18030"): content for name, content in files.items()})
    at, blocks = 7, []
    while at < len(data):
        length = int.from_bytes(data[at + 5 : at + 7], "little")
        head = bytearray(data[at : at + length])
        size = int.from_bytes(head[7:11], "little") if head[2] == 0x74 else 0
        if head[2] == 0x74:
            head[25] = 0x33
            head[:2] = (zlib.crc32(head[2:]) & 0xFFFF).to_bytes(2, "little")
        blocks.append(bytes(head) + data[at + length : at + length + size])
        at += length + size
    return data[:7] + b"".join(blocks)


def test_stored_members_need_no_program(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    for encoding in ("gb18030", "utf-8"):
        facts = facts_of(rar({name.encode(encoding): data for name, data in FILES.items()}))
        assert contents(facts, scratch) == FILES
        assert isinstance(facts, ContainerFacts)
        assert (facts.format, facts.left_out) == ("rar", ())


def test_a_password(facts_of: Callable[[bytes], Facts]) -> None:
    locked = facts_of(rar({b"a.docx": b"x"}, flags=0x4))
    assert refused(locked) == ("encrypted", "rar")
    assert getattr(locked, "locked", ()) == (("a.docx", 1),)
    assert refused(facts_of(rar({b"a.docx": b"x"}, main=0x80))) == ("encrypted", "rar")


def test_one_part_of_a_split_archive(facts_of: Callable[[bytes], Facts]) -> None:
    """Its first part, in the new numbering and the old: the others came apart, it is not damaged."""
    assert facts_of(rar({b"a.docx": b"x"}, main=0x1)) == OpaqueFacts("archive")
    assert facts_of(rar({b"a.docx": b"x"}, main=0x11)) == OpaqueFacts("archive")


def test_links_are_not_followed_and_told(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    facts = facts_of(rar({b"a.docx": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    assert refused(facts) == ("unreadable", "rar")
    assert list(scratch.iterdir()) == []


def test_a_damaged_member_is_told(facts_of: Callable[[bytes], Facts]) -> None:
    data = rar({b"a.docx": b"1" * 100, b"b.pdf": b"2" * 100}).replace(b"1111", b"3333", 1)
    facts = facts_of(data)
    assert isinstance(facts, ContainerFacts)
    assert [member.filename for member in facts.members] == ["b.pdf"]
    assert facts.left_out == (("a.docx", "unreadable"),)


def test_what_comes_behind_a_damaged_header_is_missed(facts_of: Callable[[bytes], Facts]) -> None:
    data = rar({b"a.docx": b"1", b"b.pdf": b"2"})
    for damaged in (data.replace(b"b.pdf", b"b.pdg"), data[:-7]):
        facts = facts_of(damaged)
        assert isinstance(facts, ContainerFacts)
        assert facts.members[0].filename == "a.docx"
        assert facts.left_out == ((REST, "unreadable"),)
    assert refused(facts_of(data[:25])) == ("unreadable", "rar")


def test_without_the_program_a_person_opens_it(
    facts_of: Callable[[bytes], Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert facts_of(packed_rar(FILES)) == OpaqueFacts("archive")


def test_with_the_program(
    facts_of: Callable[[bytes], Facts], scratch: Path, unar: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rarfile.RAR_M0", -1)  # the stored files count as compressed
    facts = facts_of(rar({name.encode("gb18030"): data for name, data in FILES.items()}))
    assert contents(facts, scratch) == FILES
    assert isinstance(facts, ContainerFacts)
    assert facts.left_out == ()
    assert all(len(path.name) == 64 for path in scratch.iterdir())


def test_what_the_program_cannot_unpack_is_for_a_person(
    facts_of: Callable[[bytes], Facts], unar: str
) -> None:
    """Its directory is whole: a person opens it, and nobody is told that it is damaged."""
    assert facts_of(packed_rar({FORM: b"not what a packer wrote"})) == OpaqueFacts("archive")


def test_the_program_is_stopped_when_it_writes_too_much(
    put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nhead -c 3000000 /dev/zero > a; exec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(archive_rar, "unpackers", lambda: (str(program),))
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 1_000_000)
    assert refused(parsers.parse(put(packed_rar({"a": b"x"})), scratch)) == ("too-large", "rar")
    assert list(scratch.iterdir()) == []


def test_the_program_is_stopped_when_it_takes_too_long(
    put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(archive_rar, "unpackers", lambda: (str(program),))
    monkeypatch.setattr(limits, "UNAR_SECONDS", 0.2)
    assert refused(parsers.parse(put(packed_rar({"a": b"x"})), scratch)) == ("too-large", "rar")


@BRIEFLY
@given(data=st.data())
def test_a_mutated_archive_never_raises(put: Put, scratch: Path, data: st.DataObject) -> None:
    parsers.parse(put(mutated(rar({b"a.docx": b"x" * 50, b"b.pdf": b"y" * 50}), data)), scratch)
