"""What stands in JSON columns: decoded once while the same text comes again, each time where it is long."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from store.database.columns import LONGEST_KEPT, decoded
from store.database.engine import connect


def test_the_same_text_is_decoded_once_and_a_long_one_each_time() -> None:
    text = json.dumps({"body": "张伟", "references": ["<1@x>"]})
    assert decoded(text) == json.loads(text)
    assert decoded(text) is decoded(str(text.encode(), "utf-8"))
    long = json.dumps({"body": "x" * LONGEST_KEPT})
    assert decoded(long) == decoded(long) and decoded(long) is not decoded(long)


def test_the_columns_of_a_store_are_read_so(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'store.db'}")
    said = sa.text("SELECT :said AS said").bindparams(said='{"body": "照片"}').columns(said=sa.JSON)
    with engine.connect() as cn:
        first, again = (cn.execute(said).scalar_one() for _ in range(2))
    engine.dispose()
    assert first == {"body": "照片"} and first is again
