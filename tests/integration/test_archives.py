"""One suite for every kind of archive: a folder, and a bucket on a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.archive.archive import Archive, overlay
from store.archive.bucket import BucketShelves
from store.archive.cache import Cache
from store.archive.folder import FolderShelves
from store.archive.names import DAMAGED, MISSING, SHELVES, Damaged, content_hash
from store.archive.object_store import Access, ObjectStore
from tests.servers.s3 import KEY, SECRET, ObjectStoreServer

MAIL, PAPER = b"From: a@example.org\r\n\r\nbody\r\n", b"%PDF-1.7 " + bytes(300_000)
Harm = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """An archive, with what lies on its shelves by their inner path, as somebody else would change it."""

    archive: Archive
    lying: Callable[[], dict[str, bytes]]
    write: Callable[[str, bytes], None]
    forget_copies: Callable[[], None]


def a_folder(root: Path) -> Kind:
    def write(place: str, data: bytes) -> None:
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    def lying() -> dict[str, bytes]:
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    return Kind(Archive(root), lying, write, lambda: None)


def a_bucket(root: Path, server: ObjectStoreServer, bucket: str) -> Kind:
    store = ObjectStore(Access(bucket, server.endpoint, "us-east-1", True, KEY, SECRET, 30))
    cache = Cache(root, 1 << 30)

    def forget_copies() -> None:
        for shelf in SHELVES:
            for path in (root / shelf).glob("*/*"):
                path.unlink()

    return Kind(
        Archive(root, BucketShelves(store, "some/where", cache)),
        lambda: {k.removeprefix("some/where/"): v for k, v in server.objects(bucket).items()},
        lambda place, data: server.client.put_object(Bucket=bucket, Key=f"some/where/{place}", Body=data),
        forget_copies,
    )


@pytest.fixture(params=["folder", "bucket"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    if request.param == "folder":
        yield a_folder(tmp_path / "archive")
    else:
        server = request.getfixturevalue("object_store")
        yield a_bucket(tmp_path / "archive", server, request.getfixturevalue("bucket"))


def inner(shelf: str, name: str) -> str:
    digest = name.removeprefix("sha256:")
    return f"{shelf}/{digest[:2]}/{digest}"


def test_what_was_put_comes_back_under_its_hash(kind: Kind) -> None:
    name = kind.archive.put("messages", MAIL)
    assert name == content_hash(MAIL)
    assert kind.lying() == {inner("messages", name): MAIL}
    for _ in range(2):
        assert kind.archive.get("messages", name) == MAIL
        assert kind.archive.checked("messages", name).read_bytes() == MAIL
        kind.archive.examine("messages", name)
        kind.forget_copies()
    assert kind.archive.is_there("messages", name)
    assert not kind.archive.is_there("documents", name)


def test_a_finished_file_is_taken_over(kind: Kind) -> None:
    with kind.archive.scratch() as scratch:
        source = scratch / "paper"
        source.write_bytes(PAPER)
        kind.archive.adopt("documents", content_hash(PAPER), source)
        assert not source.exists()
        # The same once more, as a mail that is read again brings it.
        source.write_bytes(PAPER)
        kind.archive.adopt("documents", content_hash(PAPER), source)
        assert not source.exists()
    assert list(kind.lying().values()) == [PAPER]
    assert kind.archive.get("documents", content_hash(PAPER)) == PAPER


def test_a_file_for_a_reader_lasts_as_long_as_its_scratch_folder(kind: Kind) -> None:
    name = kind.archive.put("documents", PAPER)
    kind.forget_copies()
    with kind.archive.scratch() as scratch:
        fetched = kind.archive.checked("documents", name, scratch)
        kind.forget_copies()
        assert fetched.read_bytes() == PAPER and fetched.name == name.removeprefix("sha256:")
        again = kind.archive.checked("documents", name, scratch)
        assert again.read_bytes() == PAPER


@pytest.mark.parametrize(
    "harm",
    [lambda data: data[:-100], lambda data: b"", lambda data: data[:-1] + b"?", lambda data: data + b"?"],
    ids=["cut", "empty", "changed", "longer"],
)
def test_what_is_not_what_its_name_says_is_damaged_until_it_comes_again(kind: Kind, harm: Harm) -> None:
    name = kind.archive.put("documents", PAPER)
    kind.write(inner("documents", name), harm(PAPER))
    with pytest.raises(Damaged, match=DAMAGED):
        kind.archive.examine("documents", name)
    for read in (kind.archive.get, kind.archive.checked):
        with pytest.raises(Damaged, match=DAMAGED):
            read("documents", name)
    with kind.archive.scratch() as scratch, pytest.raises(Damaged, match=DAMAGED):
        kind.archive.checked("documents", name, scratch)
    kind.archive.put("documents", PAPER)
    kind.forget_copies()
    assert kind.archive.get("documents", name) == PAPER


def test_what_is_not_there_is_missing(kind: Kind) -> None:
    name = content_hash(MAIL)
    for read in (kind.archive.get, kind.archive.checked, kind.archive.examine):
        with pytest.raises(Damaged, match=MISSING):
            read("messages", name)


def test_names_and_strays(kind: Kind) -> None:
    assert [list(kind.archive.names(shelf)) for shelf in SHELVES] == [[], [], []]
    names = sorted(kind.archive.put("messages", b"mail %d" % n) for n in range(5))
    paper = kind.archive.put("documents", PAPER)
    kind.write("messages/note.txt", b"x")
    kind.write(f"messages/zz/{names[0][7:]}", b"x")
    kind.write("other", b"x")
    assert list(kind.archive.names("messages")) == names
    assert list(kind.archive.names("documents")) == [paper]
    strays = list(kind.archive.strays())
    for wanted in ("messages/note.txt", f"zz/{names[0][7:]}", "/other"):
        assert any(place.endswith(wanted) for place in strays), strays
    assert not any(name[7:] == place.rpartition("/")[2] for name in names[1:] for place in strays)


def test_what_is_erased_is_gone_here_and_there(kind: Kind, tmp_path: Path) -> None:
    mail, paper = kind.archive.put("messages", MAIL), kind.archive.put("documents", PAPER)
    kind.archive.checked("documents", paper)
    with pytest.raises(ValueError, match="never removed"):
        kind.archive.remove("messages", mail)
    kind.archive.erase("messages", mail)
    kind.archive.remove("documents", paper)
    # What is not there any more is no fault.
    kind.archive.erase("messages", mail)
    assert kind.lying() == {}
    assert [
        path for path in (tmp_path / "archive").rglob("*") if path.is_file() and path.name != ".looked"
    ] == []


def test_a_place_names_what_a_person_may_look_for(kind: Kind) -> None:
    name = content_hash(MAIL)
    assert kind.archive.place("messages", name).endswith(f"/{inner('messages', name)}")


def test_an_overlay_reads_both_and_writes_to_its_own(kind: Kind, tmp_path: Path) -> None:
    below, lost = kind.archive.put("messages", MAIL), kind.archive.put("documents", PAPER)
    before = kind.lying()
    over = overlay(tmp_path / "over", kind.archive)
    above = over.put("messages", b"another")
    assert over.put("messages", MAIL) == below
    assert over.get("messages", below) == MAIL and over.get("messages", above) == b"another"
    over.erase("documents", lost)
    assert kind.lying() == before
    assert list(FolderShelves(tmp_path / "over").names("messages")) == [above]
    assert set(over.names("messages")) == {below, above}
