"""An object store that goes wrong: an outage is never taken for damage, and no wait is without an end."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from store.archive import object_store as asking
from store.archive.archive import Archive
from store.archive.bucket import BucketShelves
from store.archive.cache import Cache
from store.archive.names import DAMAGED, ArchiveDown, Damaged, content_hash
from store.archive.object_store import Access, ObjectStore
from tests.servers.s3 import (
    KEY,
    SECRET,
    ObjectGate,
    ObjectStoreServer,
    busy,
    cut,
    dripping,
    dripping_head,
    flipped,
    flipped_on_the_way,
    forbidden,
    gone,
    without_checksums,
)

PAPER = b"%PDF-1.7 " + bytes(range(256)) * 1000
NAME = content_hash(PAPER)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.01)


@pytest.fixture
def archive(object_gate: ObjectGate, bucket: str, tmp_path: Path) -> Archive:
    store = ObjectStore(Access(bucket, object_gate.endpoint, "us-east-1", True, KEY, SECRET, 10))
    return Archive(tmp_path, BucketShelves(store, "", Cache(tmp_path, 1 << 30)))


def impatient(gate: ObjectGate, bucket: str, folder: Path) -> Archive:
    store = ObjectStore(Access(bucket, gate.endpoint, "us-east-1", True, KEY, SECRET, 0.5))
    return Archive(folder, BucketShelves(store, "", Cache(folder, 1 << 30)))


def uncopied(archive: Archive) -> Archive:
    """The same, without what it has copied."""
    archive.shelves.cache.drop("documents", NAME)
    return archive


@pytest.mark.parametrize("fault", [busy, gone, cut])
def test_what_passes_by_itself_is_not_noticed(
    archive: Archive, object_gate: ObjectGate, fault: object
) -> None:
    object_gate.plan(fault, "PUT", times=2)
    archive.put("documents", PAPER)
    object_gate.plan(fault, "GET", times=2)
    assert uncopied(archive).get("documents", NAME) == PAPER
    object_gate.plan(fault, "GET", times=2)
    assert archive.checked("documents", NAME).read_bytes() == PAPER


@pytest.mark.parametrize("fault", [busy, gone, forbidden])
def test_what_lasts_is_an_outage_and_says_nothing_of_the_file(
    archive: Archive, object_gate: ObjectGate, fault: object
) -> None:
    object_gate.plan(fault, times=1000)
    with pytest.raises(ArchiveDown):
        archive.put("documents", PAPER)
    for read in (archive.get, archive.checked, archive.examine, archive.is_there, archive.erase):
        with pytest.raises(ArchiveDown):
            read("documents", NAME)
    with pytest.raises(ArchiveDown):
        list(archive.names("documents"))
    object_gate.clear()
    archive.put("documents", PAPER)
    assert uncopied(archive).get("documents", NAME) == PAPER


def test_a_store_that_is_down_is_an_outage_until_it_is_up(archive: Archive, object_gate: ObjectGate) -> None:
    archive.put("documents", PAPER)
    object_gate.shut()
    with pytest.raises(ArchiveDown):
        uncopied(archive).get("documents", NAME)
    with pytest.raises(ArchiveDown):
        archive.put("messages", b"mail")
    object_gate.open()
    assert archive.get("documents", NAME) == PAPER


def test_bytes_that_changed_on_the_way_here_are_fetched_again(
    archive: Archive, object_gate: ObjectGate
) -> None:
    archive.put("documents", PAPER)
    object_gate.plan(flipped, "GET")
    assert uncopied(archive).get("documents", NAME) == PAPER
    object_gate.plan(flipped, "GET", times=2)
    with pytest.raises(Damaged, match=DAMAGED):
        archive.get("documents", NAME)


def test_bytes_that_changed_on_the_way_there_are_not_acknowledged(
    archive: Archive, object_gate: ObjectGate, object_store: ObjectStoreServer, bucket: str
) -> None:
    object_gate.plan(flipped_on_the_way, "PUT", times=1000)
    with pytest.raises(ArchiveDown, match="BadDigest"):
        archive.put("documents", PAPER)
    assert object_store.objects(bucket) == {}
    object_gate.clear()
    object_gate.plan(flipped_on_the_way, "PUT")
    archive.put("documents", PAPER)
    assert list(object_store.objects(bucket).values()) == [PAPER]


def test_a_store_without_checksums_is_asked_for_what_it_took(
    archive: Archive, object_gate: ObjectGate
) -> None:
    object_gate.plan(without_checksums, "PUT")
    archive.put("documents", PAPER)
    assert [method for method, _ in object_gate.asked] == ["PUT", "GET"]

    def harmful(passing: object) -> bool:
        flipped_on_the_way(passing)
        return without_checksums(passing)

    object_gate.plan(harmful, "PUT")
    with pytest.raises(ArchiveDown, match="not there whole"):
        archive.put("messages", b"mail")


@pytest.mark.parametrize("fault", [dripping, dripping_head])
def test_an_answer_that_comes_drop_by_drop_has_an_end(
    archive: Archive, object_gate: ObjectGate, bucket: str, tmp_path: Path, fault: object
) -> None:
    archive.put("documents", PAPER)
    hasty = impatient(object_gate, bucket, tmp_path / "other")
    object_gate.plan(fault, "GET", times=1000)
    began = time.monotonic()
    with pytest.raises(ArchiveDown, match="in time"):
        hasty.get("documents", NAME)
    # The file's size allows it 16 s where nothing but the drip is slow; the test waits for the short one.
    assert time.monotonic() - began < 30
    asked = len(object_gate.asked)
    began = time.monotonic()
    for _ in range(100):
        with pytest.raises(ArchiveDown, match="not asked again"):
            hasty.checked("documents", NAME)
    assert time.monotonic() - began < 1 and len(object_gate.asked) == asked


def test_it_is_asked_again_after_a_rest(
    archive: Archive, object_gate: ObjectGate, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put("documents", PAPER)
    monkeypatch.setattr(asking, "REST_SECONDS", 0.0)
    hasty = impatient(object_gate, bucket, tmp_path / "other")
    object_gate.plan(dripping_head, "GET")
    with pytest.raises(ArchiveDown, match="in time"):
        hasty.get("documents", NAME)
    assert hasty.get("documents", NAME) == PAPER


def test_what_is_erased_is_erased_in_every_version(
    archive: Archive, object_store: ObjectStoreServer, bucket: str
) -> None:
    versioning = {"Status": "Enabled"}
    object_store.client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=versioning)
    assert archive.keeps_versions()
    for _ in range(3):
        archive.put("documents", PAPER)
    archive.erase("documents", NAME)
    left = object_store.client.list_object_versions(Bucket=bucket)
    assert left.get("Versions", []) == left.get("DeleteMarkers", []) == []


def test_many_at_once_are_served(archive: Archive, object_store: ObjectStoreServer, bucket: str) -> None:
    failed = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                data = b"%d %d" % (number, turn)
                assert archive.get("messages", archive.put("messages", data)) == data
                archive.examine("messages", content_hash(data))
        except Exception as fault:  # noqa: BLE001 - told by the test itself
            failed.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(object_store.objects(bucket)) == 40


def test_a_secret_stands_in_no_words() -> None:
    assert SECRET not in repr(Access("bucket", "", "us-east-1", False, KEY, SECRET, 1))
