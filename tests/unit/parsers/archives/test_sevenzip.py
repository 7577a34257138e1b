"""7z archives: whole, locked, damaged, hostile."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from intake.domain.model.facts import ContainerFacts, Facts, OpaqueFacts
from parsers.archives.members import place
from parsers.common import limits
from tests.unit.parsers.archives.samples import (
    BRIEFLY,
    FILES,
    FORM,
    SCAN,
    contents,
    mutated,
    refused,
    sevenzip,
)

Put = Callable[[bytes], Path]
SAMPLE = sevenzip(FILES)


def test_members_come_out(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    facts = facts_of(sevenzip(FILES))
    assert contents(facts, scratch) == FILES
    assert isinstance(facts, ContainerFacts)
    assert (facts.format, facts.left_out) == ("7z", ())


def test_the_first_part_of_a_split_archive(facts_of: Callable[[bytes], Facts]) -> None:
    """材料.7z.001: the directory stands in the last part, which came apart or not at all."""
    for size in (32, 100, len(SAMPLE) - 1):
        assert facts_of(SAMPLE[:size]) == OpaqueFacts("archive")
    lying = SAMPLE[:12] + b"\xff" + SAMPLE[13:100]
    for damaged in (lying, SAMPLE[:20]):
        assert refused(facts_of(damaged)) == ("unreadable", "7z")


@pytest.mark.parametrize("hidden", [False, True])
def test_a_password(facts_of: Callable[[bytes], Facts], hidden: bool) -> None:
    facts = facts_of(sevenzip(FILES, "secret", hidden))
    assert refused(facts) == ("encrypted", "7z")
    named = {Path(name).name: len(data) for name, data in FILES.items()}
    assert dict(getattr(facts, "locked", ())) == ({} if hidden else named)


def test_what_stands_before_the_damage_is_saved(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    data = bytearray(sevenzip(FILES))
    data[30_000] ^= 0xFF
    facts = facts_of(bytes(data))
    assert contents(facts, scratch) == {FORM: FILES[FORM]}
    assert isinstance(facts, ContainerFacts)
    assert (SCAN, "unreadable") in facts.left_out
    assert {path.name for path in scratch.iterdir()} == {facts.members[0].content_hash[7:]}


def test_what_the_library_gives_up_is_for_a_person(
    facts_of: Callable[[bytes], Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its directory is whole, so that another program may unpack it: it is not called damaged."""
    monkeypatch.setattr("parsers.archives.sevenzip.unpackers", lambda: ())

    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr("parsers.archives.sevenzip.SevenZipFile.extract", refuse)
    assert facts_of(SAMPLE) == OpaqueFacts("archive")


def test_impossible_and_double_names(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    """py7zr writes no such names itself; they stand in the directory in UTF-16."""
    data = bytearray(sevenzip({"name1": b"1", "name2": b"2"}))
    for plain, bad in (("name1", "../ab"), ("name2", "../ab")):
        data = data.replace(plain.encode("utf-16-le"), bad.encode("utf-16-le"))
    seal(data)
    facts = facts_of(bytes(data))
    assert isinstance(facts, ContainerFacts)
    assert [(member.folder, member.filename) for member in facts.members] == [("", "ab"), ("", "ab")]
    assert len({member.content_hash for member in facts.members}) == 2
    assert all(len(path.name) == 64 for path in scratch.iterdir())


def test_a_bomb_is_not_unpacked(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    """What follows it in the same block could only be had by unpacking it too."""
    data = sevenzip({"a": bytes(70 * limits.MIB), "b": b"x"})
    assert refused(facts_of(data)) == ("too-large", "7z")
    assert list(scratch.iterdir()) == []


@BRIEFLY
@given(
    files=st.dictionaries(
        st.text("推荐表abc 1()（）", min_size=1, max_size=20), st.binary(max_size=3000), max_size=4
    )
)
def test_whatever_is_packed_comes_out_identical(put: Put, scratch: Path, files: dict[str, bytes]) -> None:
    facts = parsers.parse(put(sevenzip(files)), scratch)
    assert isinstance(facts, ContainerFacts)
    found = [(m.folder, m.filename, (scratch / m.content_hash[7:]).read_bytes()) for m in facts.members]
    assert sorted(found, key=repr) == sorted(((*place(n), data) for n, data in files.items()), key=repr)


@BRIEFLY
@given(data=st.data())
def test_a_mutated_archive_never_raises(put: Put, scratch: Path, data: st.DataObject) -> None:
    parsers.parse(put(mutated(SAMPLE, data, seal)), scratch)


def seal(archive: bytearray) -> None:
    """Mends the checksums of the directory and of the start header ([7zFormat] SignatureHeader)."""
    start, size = int.from_bytes(archive[12:20], "little"), int.from_bytes(archive[20:28], "little")
    archive[28:32] = zlib.crc32(archive[32 + start : 32 + start + size]).to_bytes(4, "little")
    archive[8:12] = zlib.crc32(archive[12:32]).to_bytes(4, "little")
