"""tar archives and compressed single files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from intake.domain.model.facts import ContainerFacts, Facts
from parsers.archives.members import REST, is_clutter, place
from parsers.common import limits
from tests.unit.parsers.archives.samples import (
    BRIEFLY,
    FILES,
    FORM,
    contents,
    mutated,
    refused,
    tarred,
)

Put = Callable[[bytes], Path]
NAMES = st.text("推荐表abc/.1", min_size=1, max_size=150).filter(lambda name: not name.endswith("/"))


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_members_come_out(facts_of: Callable[[bytes], Facts], scratch: Path, mode: str, format: int) -> None:
    files = FILES | {"长" * 90 + "/a.pdf": b"x"}
    facts = facts_of(tarred(files, mode, format))
    assert contents(facts, scratch) == files
    assert isinstance(facts, ContainerFacts)
    assert (facts.format, facts.left_out) == ("tar", ())


def test_names_in_gbk(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT, encoding="gb18030") as archive:
        archive.addfile(tarfile.TarInfo(FORM))
    assert contents(facts_of(buffer.getvalue()), scratch) == {FORM: b""}


def test_only_regular_files_are_taken(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (
            ("d", tarfile.DIRTYPE),
            ("l", tarfile.SYMTYPE),
            ("h", tarfile.LNKTYPE),
            ("f", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("../../a.pdf"))
    facts = facts_of(buffer.getvalue())
    assert contents(facts, scratch) == {"a.pdf": b""}
    assert isinstance(facts, ContainerFacts)
    assert facts.left_out == (("l", "unreadable"), ("h", "unreadable"), ("f", "unreadable"))


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_what_stands_whole_in_a_cut_archive_is_saved(
    facts_of: Callable[[bytes], Facts], scratch: Path, mode: str
) -> None:
    facts = facts_of(tarred({"a.pdf": b"x" * 3000, "b.pdf": os.urandom(200_000)}, mode)[:120_000])
    assert contents(facts, scratch) == {"a.pdf": b"x" * 3000}
    assert isinstance(facts, ContainerFacts)
    assert ("b.pdf", "unreadable") in facts.left_out


def test_a_damaged_header_is_not_taken_for_the_end(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    data = bytearray(tarred({"a.pdf": b"x", "b.pdf": b"y"}, format=tarfile.GNU_FORMAT))
    data[1024 + 150] ^= 1
    facts = facts_of(bytes(data))
    assert contents(facts, scratch) == {"a.pdf": b"x"}
    assert isinstance(facts, ContainerFacts)
    assert facts.left_out == ((REST, "unreadable"),)


def test_bombs_end_in_time(facts_of: Callable[[bytes], Facts], scratch: Path) -> None:
    info = tarfile.TarInfo("a")
    info.size = 8 << 30
    endless = gzip.compress(info.tobuf() + bytes(300 * limits.MIB), 1)
    assert refused(facts_of(endless)) == ("too-large", "tar")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30  # a header that is to be read at once
    assert refused(facts_of(info.tobuf(tarfile.USTAR_FORMAT) + bytes(5000))) == ("too-large", "tar")
    assert refused(facts_of(gzip.compress(bytes(300 * limits.MIB), 1))) == ("too-large", "gz")
    assert list(scratch.iterdir()) == []


@BRIEFLY
@given(data=st.data(), mode=st.sampled_from(["w", "w:gz", "w:bz2", "w:xz"]))
def test_a_mutated_archive_never_raises(put: Put, scratch: Path, data: st.DataObject, mode: str) -> None:
    parsers.parse(put(mutated(tarred(FILES, mode), data)), scratch)


@BRIEFLY
@given(files=st.dictionaries(NAMES, st.binary(max_size=2000), min_size=1, max_size=4))
def test_whatever_is_packed_comes_out_identical(put: Put, scratch: Path, files: dict[str, bytes]) -> None:
    facts = parsers.parse(put(tarred(files)), scratch)
    assert isinstance(facts, ContainerFacts)
    found = [(m.folder, m.filename, (scratch / m.content_hash[7:]).read_bytes()) for m in facts.members]
    kept = [(*place(name), data) for name, data in files.items() if not is_clutter(name)]
    assert (found, facts.left_out) == (kept, ())


@pytest.mark.parametrize(
    ("packed", "kind"),
    [
        (gzip.compress(b"%PDF", mtime=0), "gz"),
        (bz2.compress(b"%PDF"), "bz2"),
        (lzma.compress(b"%PDF"), "xz"),
    ],
    ids=["gz", "bz2", "xz"],
)
def test_a_compressed_file_is_an_archive_of_one(
    facts_of: Callable[[bytes], Facts], scratch: Path, packed: bytes, kind: str
) -> None:
    facts = facts_of(packed)
    assert contents(facts, scratch) == {"": b"%PDF"}
    assert isinstance(facts, ContainerFacts)
    assert (facts.format, facts.members[0].filename) == (kind, None)
    assert refused(facts_of(packed[:-6]))[0] == "unreadable"


def test_gzip_may_hold_the_name(facts_of: Callable[[bytes], Facts]) -> None:
    packed = gzip.compress(b"x", mtime=0)
    for raw in ("推荐表.docx".encode("gbk"), "推荐表.docx".encode()):
        facts = facts_of(packed[:3] + b"\x08" + packed[4:10] + raw + b"\0" + packed[10:])
        assert isinstance(facts, ContainerFacts)
        assert facts.members[0].filename == "推荐表.docx"
