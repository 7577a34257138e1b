"""zip archives as units send them."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from intake.domain.model.facts import ContainerFacts, Facts, OpaqueFacts, UnreadableFacts
from parsers.archives.members import is_clutter, place
from tests.unit.parsers.archives.samples import (
    BRIEFLY,
    DEFLATE64,
    DEFLATED,
    FORM,
    LOCKED,
    UTF8,
    XZ,
    ZSTANDARD,
    Packed,
    paths,
    refused,
    unicode_path,
    zipped,
)

Put = Callable[[bytes], Path]
Unpacked = Callable[[bytes], ContainerFacts]


def test_members_come_out_with_folder_name_size_and_hash(unpacked: Unpacked, scratch: Path) -> None:
    data = os.urandom(300_000)
    facts = unpacked(zipped(Packed(b"a/", b""), Packed("甲/乙/扫描件.pdf".encode(), data, DEFLATED, UTF8)))
    (member,) = facts.members
    assert (facts.format, member.ordinal, member.folder, member.filename) == ("zip", 1, "甲/乙", "扫描件.pdf")
    assert member.size == len(data)
    digest = hashlib.sha256(data).hexdigest()
    assert member.content_hash == f"sha256:{digest}"
    assert (scratch / digest).read_bytes() == data
    assert [path.name for path in scratch.iterdir()] == [digest]


@pytest.mark.parametrize("name", [FORM, "喆㛃朱镕基.docx", "誠/許功蓋.docx"])
def test_names_in_gbk_and_utf8_without_a_word_about_it(unpacked: Unpacked, name: str) -> None:
    for raw in (name.encode("gb18030"), name.encode("utf-8")):
        assert paths(unpacked(zipped(Packed(raw, b"x")))) == [name]


def test_names_are_judged_together_where_one_alone_would_mislead(unpacked: Unpacked) -> None:
    """The GBK bytes of 聠 are valid UTF-8 too."""
    raws = ["聠.docx".encode("gbk"), "浙江省科协/推荐表.docx".encode("gbk")]
    assert raws[0].decode("utf-8") != "聠.docx"
    assert paths(unpacked(zipped(*(Packed(raw, b"x") for raw in raws)))) == [
        "聠.docx",
        "浙江省科协/推荐表.docx",
    ]


def test_the_unicode_path_field_outranks_the_plain_name(unpacked: Unpacked) -> None:
    raw = b"?????.docx"
    assert paths(unpacked(zipped(Packed(raw, b"x", extra=unicode_path(raw, FORM))))) == [FORM]
    stale = unicode_path(b"old.docx", FORM)
    assert paths(unpacked(zipped(Packed(b"new.docx", b"x", extra=stale)))) == ["new.docx"]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_methods_and_descriptors(unpacked: Unpacked, scratch: Path, method: int) -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

    content = os.urandom(400_000) + bytes(400_000)
    for buffer in (io.BytesIO(), Unseekable()):
        with zipfile.ZipFile(buffer, "w", method) as archive:
            archive.writestr("a.pdf", content)
            archive.writestr("b.pdf", b"2")
        facts = unpacked(buffer.getvalue())
        assert paths(facts) == ["a.pdf", "b.pdf"]
        assert (scratch / facts.members[0].content_hash.removeprefix("sha256:")).read_bytes() == content


@pytest.mark.parametrize("method", [DEFLATE64, ZSTANDARD, XZ])
def test_methods_that_zipfile_does_not_know(unpacked: Unpacked, scratch: Path, method: int) -> None:
    """Deflate64 is what Windows writes of large files, Zstandard what newer packers offer."""
    content = os.urandom(100_000) + bytes(100_000)
    (member,) = unpacked(zipped(Packed(b"a.pdf", content, method))).members
    assert (scratch / member.content_hash.removeprefix("sha256:")).read_bytes() == content


def test_zip64(unpacked: Unpacked) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a.pdf", "w", force_zip64=True) as member:
        member.write(b"content")
    assert unpacked(buffer.getvalue()).members[0].size == 7


def test_what_the_systems_add_unasked_is_no_member(unpacked: Unpacked) -> None:
    clutter = (
        "__MACOSX/张三/._推荐表.docx",
        "._a.pdf",
        ".DS_Store",
        "张三/Thumbs.db",
        "desktop.ini",
        "~$推荐表.docx",
    )
    packed = [Packed(name.encode(), b"x" * 162, flags=UTF8) for name in (*clutter, FORM)]
    facts = unpacked(zipped(*packed))
    assert paths(facts) == [FORM]
    assert facts.left_out == ()


def test_a_password_on_all_and_on_some(facts_of: Callable[[bytes], Facts], unpacked: Unpacked) -> None:
    facts = facts_of(
        zipped(Packed(b"a.docx", b"x" * 20, flags=LOCKED), Packed(b"b.pdf", b"x", method=99, flags=LOCKED))
    )
    assert isinstance(facts, UnreadableFacts)
    assert (facts.code, facts.claimed_format) == ("encrypted", "zip")
    assert facts.locked == (("a.docx", 20), ("b.pdf", 1))
    some = unpacked(zipped(Packed(b"a.docx", b"x"), Packed(b"b/c.pdf", b"x" * 20, flags=LOCKED)))
    assert paths(some) == ["a.docx"]
    assert some.left_out == (("b/c.pdf", "encrypted"),)


def test_zstandard_that_is_refused_is_not_called_damaged(facts_of: Callable[[bytes], Facts]) -> None:
    """Its window may be larger than is allowed here, which nothing tells from damage."""
    data = zipped(Packed(b"a.pdf", os.urandom(1000), ZSTANDARD))
    at = data.index(b"\x28\xb5\x2f\xfd")
    assert refused(facts_of(data[: at + 4] + b"\xff" * 8 + data[at + 12 :]))[0] == "too-large"


def test_a_method_that_nobody_here_knows_is_left_to_a_person(
    facts_of: Callable[[bytes], Facts], unpacked: Unpacked
) -> None:
    assert facts_of(zipped(Packed(b"a.docx", b"x", method=98))) == OpaqueFacts("archive")
    some = unpacked(zipped(Packed(b"a.docx", b"x", method=98), Packed(b"b.pdf", b"x")))
    assert some.left_out == (("a.docx", "unreadable"),)


def test_two_of_the_same_name_are_two(unpacked: Unpacked) -> None:
    facts = unpacked(zipped(Packed(b"a.pdf", b"1"), Packed(b"a.pdf", b"2")))
    assert paths(facts) == ["a.pdf", "a.pdf"]
    assert len({member.content_hash for member in facts.members}) == 2


def test_an_archive_in_an_archive_is_a_member(unpacked: Unpacked) -> None:
    assert paths(unpacked(zipped(Packed(b"inner.zip", zipped(Packed(b"a.pdf", b"x")))))) == ["inner.zip"]


def test_an_empty_archive_holds_nothing(unpacked: Unpacked) -> None:
    assert unpacked(zipped()) == ContainerFacts("zip", ())


@pytest.mark.parametrize("name", ["META-INF/MANIFEST.MF", "AndroidManifest.xml"])
def test_programs_and_books_are_no_archives(facts_of: Callable[[bytes], Facts], name: str) -> None:
    assert facts_of(zipped(Packed(name.encode(), b"x"))) == OpaqueFacts("unknown")
    epub = zipped(Packed(b"mimetype", b"application/epub+zip"), Packed(b"a.xhtml", b"x"))
    assert facts_of(epub) == OpaqueFacts("unknown")


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@BRIEFLY
@given(
    files=st.dictionaries(NAMES, st.binary(max_size=2000), max_size=5), method=st.sampled_from([0, 8, 12, 14])
)
def test_whatever_is_packed_comes_out_identical(
    put: Put, scratch: Path, files: dict[str, bytes], method: int
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, method
            archive.writestr(info, data)
    facts = parsers.parse(put(buffer.getvalue()), scratch)
    assert isinstance(facts, ContainerFacts)
    expected = [(*place(name), data) for name, data in files.items() if not _unasked(name, data)]
    found = [
        (m.folder, m.filename, (scratch / m.content_hash.removeprefix("sha256:")).read_bytes())
        for m in facts.members
    ]
    assert (found, facts.left_out) == (expected, ())


def _unasked(name: str, data: bytes) -> bool:
    last = name.replace("\\", "/").split("/")[-1]
    return (not last and not data) or last.startswith("~$") or is_clutter(name)
