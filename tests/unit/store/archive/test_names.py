"""What bytes are called in the archive, and the same mail with its line ends written the other way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.archive import names
from store.archive.names import content_hash, twin_hash

PIECES = st.sampled_from([3, 7, names.PIECE])


def turned(data: bytes) -> bytes | None:
    """The mail with its line ends written the other way; None where they are not all of one kind."""
    bare = data.replace(b"\r\n", b"\n")
    if b"\r" not in data:
        return data.replace(b"\n", b"\r\n")
    return bare if b"\r" not in bare and bare.replace(b"\n", b"\r\n") == data else None


@given(st.lists(st.sampled_from([b"a", b"bcd", b"\r\n", b"\n", b"\r"]), max_size=30).map(b"".join), PIECES)
def test_a_twin_is_the_mail_with_its_other_line_ends(data: bytes, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "PIECE", piece)
        twin = turned(data)
        assert twin_hash(data) == ("" if twin is None else content_hash(twin))


@given(st.lists(st.sampled_from([b"", b"a", b"bcd"]), max_size=20), PIECES)
def test_twins_know_each_other(lines: list[bytes], piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "PIECE", piece)
        unix, wire = b"\n".join(lines), b"\r\n".join(lines)
        assert (twin_hash(unix), twin_hash(wire)) == (content_hash(wire), content_hash(unix))
