"""Copies on this machine: as many as there is room for, whole, and none that a reader was just given."""

from __future__ import annotations

import os
import time
from pathlib import Path

from store.archive.cache import IN_USE_SECONDS, KEPT_SECONDS, REST_SECONDS, Cache
from store.archive.names import content_hash


def kept(cache: Cache, data: bytes, age: float = 0) -> str:
    name = content_hash(data)
    with cache.making("documents", name) as made:
        made.write_bytes(data)
        cache.keep("documents", name, made)
    at = time.time() - age
    os.utime(cache.path("documents", name), (at, at))
    return name


def is_there(cache: Cache, name: str) -> bool:
    return cache.path("documents", name).exists()


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    ages = [IN_USE_SECONDS + 60 * n for n in range(1, 11)]
    names = [kept(cache, bytes([n]) * 200, age) for n, age in enumerate(ages)]
    cache.room = 1000
    cache.sweep()
    assert [is_there(cache, name) for name in names] == [True] * 4 + [False] * 6


def test_a_use_makes_it_young(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    names = [kept(cache, bytes([n]) * 200, IN_USE_SECONDS + 60 * (n + 1)) for n in range(10)]
    cache.room = 1000
    assert cache.found("documents", names[9], None) is not None
    cache.sweep()
    assert is_there(cache, names[9]) and not is_there(cache, names[8])


def test_what_is_in_use_stays_though_there_is_no_room(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10)
    names = [kept(cache, bytes([n]) * 200) for n in range(10)]
    assert all(is_there(cache, name) for name in names)
    cache.sweep()
    assert all(is_there(cache, name) for name in names)


def test_what_comes_makes_room_by_itself(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000)
    for n in range(50):
        kept(cache, bytes([n]) * 100, IN_USE_SECONDS + 1)
    assert 0 < sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 1100


def test_what_nobody_used_for_a_day_goes(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    old, young = kept(cache, b"old", KEPT_SECONDS + 1), kept(cache, b"young", KEPT_SECONDS - 60)
    left = tmp_path / "documents" / "ab"
    left.mkdir(parents=True, exist_ok=True)
    part = left / ".part-killed"
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    cache.sweep()
    assert not is_there(cache, old) and is_there(cache, young) and not part.exists()


def test_one_process_looks_for_all_once_an_hour(tmp_path: Path) -> None:
    Cache(tmp_path, 1 << 30).rest()
    name = kept(Cache(tmp_path, 1 << 30), b"old", KEPT_SECONDS + 1)
    Cache(tmp_path, 1 << 30).rest()
    assert is_there(Cache(tmp_path, 1 << 30), name)
    long_ago = time.time() - REST_SECONDS - 1
    os.utime(tmp_path / ".looked", (long_ago, long_ago))
    Cache(tmp_path, 1 << 30).rest()
    assert not is_there(Cache(tmp_path, 1 << 30), name)


def test_a_damaged_copy_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    name = kept(cache, b"some bytes")
    cache.path("documents", name).chmod(0o600)
    cache.path("documents", name).write_bytes(b"some bites")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert cache.found("documents", name, scratch) is None
    assert not is_there(cache, name)


def test_a_reader_keeps_his_copy_when_the_cache_loses_its_own(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    name = kept(cache, b"some bytes")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    mine = cache.found("documents", name, scratch)
    cache.drop("documents", name)
    assert mine is not None and mine.read_bytes() == b"some bytes"
