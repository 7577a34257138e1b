"""zip archives that are cut, damaged, split, or made to harm."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from intake.domain.model.facts import ContainerFacts, Facts, OpaqueFacts, UnreadableFacts
from parsers.archives.members import REST
from parsers.common import limits, package
from tests.unit.parsers.archives.samples import (
    BRIEFLY,
    DEFLATE64,
    DEFLATED,
    FORM,
    SIZES_FOLLOW,
    STORED,
    UTF8,
    Packed,
    paths,
    zipped,
)

Put = Callable[[bytes], Path]
Unpacked = Callable[[bytes], ContainerFacts]


@pytest.mark.parametrize(
    ("raw", "folder", "name"),
    [
        (b"/etc/passwd", "etc", "passwd"),
        (b"../../a.docx", "", "a.docx"),
        (rb"C:\Users\x\a.docx", "Users/x", "a.docx"),
        (rb"..\..\a.docx", "", "a.docx"),
        (b"a/./b/../c.docx", "a/b", "c.docx"),
        (b"a\x00.docx", "", "a.docx"),
        ("推荐表\u202excod.exe".encode(), "", "推荐表xcod.exe"),
        (b"x" * 400 + b".docx", "", "x" * (limits.NAME_CHARACTERS - 5) + ".docx"),
        (b"..", "", None),
    ],
)
def test_a_name_is_never_a_path(
    unpacked: Unpacked, scratch: Path, raw: bytes, folder: str, name: str | None
) -> None:
    facts = unpacked(zipped(Packed(raw, b"x", flags=UTF8)))
    assert [(member.folder, member.filename) for member in facts.members] == [(folder, name)]
    assert all(len(path.name) == 64 for path in scratch.iterdir())


def test_links_are_not_followed_and_told(unpacked: Unpacked) -> None:
    facts = unpacked(
        zipped(Packed(b"a.docx", b"/etc/passwd", mode=stat.S_IFLNK | 0o777), Packed(b"b.pdf", b"x"))
    )
    assert (paths(facts), facts.left_out) == (["b.pdf"], (("a.docx", "unreadable"),))


MEMBERS = [
    Packed(b"a.pdf", os.urandom(5000), DEFLATED),
    Packed(b"b.pdf", os.urandom(5000)),
    Packed(b"c.pdf", b"3" * 5000, DEFLATED),
]


@pytest.mark.parametrize("flags", [0, SIZES_FOLLOW])
def test_what_stands_whole_in_a_cut_archive_is_saved(unpacked: Unpacked, flags: int) -> None:
    members = [Packed(m.name, m.data, m.method, flags) for m in MEMBERS]
    data = zipped(*members)
    ends = [sum(len(m.local()) for m in members[: n + 1]) for n in range(3)]
    cut_within_second = unpacked(data[: ends[1] - 100])
    assert paths(cut_within_second) == ["a.pdf"]
    assert cut_within_second.left_out == (("b.pdf", "unreadable"), (REST, "unreadable"))
    between = unpacked(data[: ends[1]])
    assert (paths(between), between.left_out) == (["a.pdf", "b.pdf"], ((REST, "unreadable"),))
    only_the_directory_is_cut = unpacked(data[: ends[2] + 20])
    assert (paths(only_the_directory_is_cut), only_the_directory_is_cut.left_out) == (
        ["a.pdf", "b.pdf", "c.pdf"],
        (),
    )


def test_a_damaged_member_costs_only_itself(unpacked: Unpacked) -> None:
    data = bytearray(zipped(*MEMBERS))
    data[len(MEMBERS[0].local()) + 2000] ^= 0xFF
    facts = unpacked(bytes(data))
    assert (paths(facts), facts.left_out) == (["a.pdf", "c.pdf"], (("b.pdf", "unreadable"),))


def test_a_member_that_is_larger_than_it_says(unpacked: Unpacked) -> None:
    lying = Packed(b"a.pdf", bytes(10_000_000), DEFLATED, claimed_size=10)
    facts = unpacked(zipped(lying, Packed(b"b.pdf", b"x")))
    assert (paths(facts), facts.left_out) == (["b.pdf"], (("a.pdf", "unreadable"),))


@pytest.mark.parametrize("disk", [1, 3])
def test_one_part_of_a_split_archive(facts_of: Callable[[bytes], Facts], disk: int) -> None:
    """The last part (.zip) and the first (.z01): the others came apart, it is not damaged."""
    for data in (zipped(*MEMBERS, disk=disk), b"PK\7\x08" + zipped(*MEMBERS)[:9000]):
        assert facts_of(data) == OpaqueFacts("archive")


def test_the_first_part_of_an_archive_split_by_size(facts_of: Callable[[bytes], Facts]) -> None:
    """材料.zip.001: nothing in it tells that more was to come."""
    assert facts_of(zipped(*MEMBERS)[:4000]) == OpaqueFacts("archive")


@pytest.mark.parametrize("method", [STORED, DEFLATED])
@pytest.mark.parametrize("flags", [0, SIZES_FOLLOW])
def test_a_package_in_a_cut_archive_is_not_the_archive(
    facts_of: Callable[[bytes], Facts], form_docx: bytes, method: int, flags: int
) -> None:
    """A .docx stored whole in the part that came even brings a directory, which is only its own."""
    form = Packed("推荐表.docx".encode(), form_docx, method, flags | UTF8)
    scan = Packed("盖章.pdf".encode(), os.urandom(9000), STORED, UTF8)
    for members, cut, found in [
        ((form, scan), 5000, ["推荐表.docx"]),
        ((form, form, scan), 5000, ["推荐表.docx"] * 2),
        ((form,), len(form_docx) // 3 if method == STORED else 100, None),
    ]:
        facts = facts_of(zipped(*members)[: sum(len(m.local()) for m in members) - cut])
        if found is None:
            assert facts == OpaqueFacts("archive")
            continue
        assert isinstance(facts, ContainerFacts)
        assert paths(facts) == found
        assert facts.left_out == (("盖章.pdf", "unreadable"), (REST, "unreadable"))


def test_an_inner_package_without_its_end_is_skipped(unpacked: Unpacked, form_docx: bytes) -> None:
    """Its length stands only behind it, where somebody damaged the archive."""
    form = Packed("推荐表.docx".encode(), form_docx, STORED, SIZES_FOLLOW | UTF8)
    scan = Packed("盖章.pdf".encode(), os.urandom(9000), STORED, UTF8)
    damaged = form.local()[:-16] + bytes(16) + scan.local()
    facts = unpacked(damaged)
    assert paths(facts) == ["盖章.pdf"]
    assert ("推荐表.docx", "unreadable") in facts.left_out


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "word/document.xml"], "word"),
        (["_rels/.rels", "docProps/app.xml"], "word"),
        (["[Content_Types].xml", "xl/workbook.xml"], "spreadsheet"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "presentation"),
        (["推荐表.docx", "word/document.xml"], "word"),
        (["材料/word/document.xml"], "archive"),
    ],
)
@pytest.mark.parametrize("flags", [0, SIZES_FOLLOW])
def test_a_package_without_its_directory_is_told_by_its_first_members(
    names: list[str], kind: str, flags: int
) -> None:
    members = [Packed(name.encode(), b"<x/>" * 40, DEFLATED, flags | UTF8) for name in names]
    data = b"".join(member.local() for member in members)
    assert package.kind(data) == kind


def test_overlapping_members_are_a_bomb(facts_of: Callable[[bytes], Facts]) -> None:
    """Every entry of the directory points to the same kernel of data."""
    kernel = Packed(b"a", bytes(1_000_000), DEFLATED)
    facts = facts_of(zipped(*[kernel] * 50, offsets=dict.fromkeys(range(50), 0)))
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "too-large"


def test_a_bomb_of_one_huge_member_is_not_unpacked(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    facts = facts_of(zipped(Packed(b"a", bytes(limits.ARCHIVE_MEMBER_BYTES + 1), DEFLATED)))
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "too-large"
    assert list(scratch.iterdir()) == []


def test_an_archive_that_unpacks_to_too_much(unpacked: Unpacked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_RATIO_FLOOR", 5_000_000)
    packed = [Packed(b"%d" % n, bytes([n]) * 2_000_000, DEFLATED) for n in range(4)]
    facts = unpacked(zipped(*packed))
    assert paths(facts) == ["0", "1"]
    assert facts.left_out == (("2", "too-large"), ("3", "too-large"))


def test_many_members_and_a_huge_directory(
    facts_of: Callable[[bytes], Facts], unpacked: Unpacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_MEMBERS", 10)
    facts = unpacked(zipped(*[Packed(b"%d" % n, b"x") for n in range(300)]))
    assert len(facts.members) == 10
    assert len(facts.left_out) == limits.LEFT_OUT + 1
    assert facts.left_out[-1] == (REST, "too-large")
    monkeypatch.setattr(limits, "ARCHIVE_DIRECTORY_BYTES", 5000)
    refused = facts_of(zipped(*[Packed(b"%d" % n, b"x") for n in range(300)]))
    assert isinstance(refused, UnreadableFacts)
    assert refused.code == "too-large"


def test_a_full_disk_is_no_fault_of_the_archive(
    facts_of: Callable[[bytes], Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("parsers.archives.members.Slot.write", full)
    with pytest.raises(OSError, match="No space"):
        facts_of(zipped(*MEMBERS))


@BRIEFLY
@given(data=st.data())
def test_a_mutated_archive_never_raises(put: Put, scratch: Path, data: st.DataObject) -> None:
    follow = Packed(b"d.pdf", os.urandom(300), DEFLATED, SIZES_FOLLOW)
    original = bytearray(zipped(*MEMBERS[::2], follow, Packed(FORM.encode("gbk"), b"x", DEFLATE64)))
    for _ in range(data.draw(st.integers(1, 6))):
        place_ = data.draw(st.integers(4, len(original) - 1))
        original[place_ : place_ + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    repr(parsers.parse(put(bytes(original)), scratch)).encode("utf-8")


@BRIEFLY
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_headers_of_any_kind_never_raise(put: Put, scratch: Path, head: bytes, tail: bytes) -> None:
    for mark in (b"PK\3\4", b"PK\5\6", b"PK\1\2"):
        parsers.parse(
            put(b"PK\3\4" + head + mark + tail + struct.pack("<4s4HIIH", b"PK\5\6", 0, 0, 1, 1, 46, 4, 0)),
            scratch,
        )
