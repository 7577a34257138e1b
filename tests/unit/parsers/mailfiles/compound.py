"""A writer of compound files ([MS-CFB], version 3), small enough to make the .msg files of the tests."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
ROOT, STORAGE, STREAM = 5, 1, 2

Tree = dict[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    right: int = NONE
    start: int = END
    size: int = 0


def compound(tree: Tree) -> bytes:
    """The file that holds these folders (dicts) and streams (bytes)."""
    entries = [_Entry("Root Entry", ROOT)]
    _add(entries, 0, tree)
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        if not data:
            return END
        first = len(sectors)
        for at in range(0, len(data), SECTOR):
            sectors.append(data[at : at + SECTOR].ljust(SECTOR, b"\0"))
            fat.append(len(sectors))
        fat[-1] = END
        return first

    mini = b""
    mini_fat: list[int] = []
    for entry in entries[1:]:
        if entry.kind != STREAM:
            continue
        entry.size = len(entry.data)
        if entry.size >= CUTOFF:
            entry.start = put(entry.data)
        elif entry.data:
            entry.start = len(mini) // MINI
            count = -(-entry.size // MINI)
            mini += entry.data.ljust(count * MINI, b"\0")
            mini_fat += [*range(entry.start + 1, entry.start + count), END]
    entries[0].start, entries[0].size = put(mini), len(mini)
    mini_start = put(_words(mini_fat))
    directory = put(b"".join(_packed(entry) for entry in entries))
    count = 0
    while count * SECTOR // 4 < len(sectors) + count:
        count += 1
    fat_start = len(sectors)
    fat += [FAT_SECTOR] * count
    table = _words(fat).ljust(count * SECTOR, b"\xff")
    sectors += [table[at : at + SECTOR] for at in range(0, count * SECTOR, SECTOR)]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack(
        "<IIIIIIIII",
        0,
        count,
        directory,
        0,
        CUTOFF,
        mini_start if mini_fat else END,
        -(-len(mini_fat) * 4 // SECTOR),
        END,
        0,
    )
    located = [fat_start + at for at in range(count)]
    return head + _words(located + [FREE] * (109 - count))[:436] + b"".join(sectors)


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    numbers = []
    for name, content in tree.items():
        numbers.append(len(entries))
        if isinstance(content, dict):
            entries.append(_Entry(name, STORAGE))
            _add(entries, numbers[-1], content)
        else:
            entries.append(_Entry(name, STREAM, content))
    entries[parent].children = numbers
    # A list instead of a balanced tree: readers follow it all the same.
    for left, right in pairwise(numbers):
        entries[left].right = right


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    child = entry.children[0] if entry.children else NONE
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name), entry.kind, 1, NONE, entry.right, child)
        + bytes(36)
        + struct.pack("<IQ", entry.start, entry.size)
    )


def _words(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)
