"""A database of an earlier version: brought up to date whole, and no letter is owed by that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command

from intake.domain.letters.last_letter import ANY, Matter, Said
from intake.domain.mail.received_time import NO_TIME
from store.database import engine as store_engine
from store.ledger.nominations import findings_of
from store.letters.letter_record import last_told

AT = "2025-02-21 08:00:00.000000"
BEFORE = f"""
INSERT INTO unit (id, key, name, known, entitled) VALUES (1, 'u', '中国农学会', true, true);
INSERT INTO message (id, content_hash, size, state, kind, archived_at, received_at, answer_to, assembled)
 VALUES (1, 'sha256:m', 1, 'read', 'material', '{AT}', '{AT}', 'a@example.cn', true);
INSERT INTO document (id, message_id, ordinal, filename, content_hash, size)
 VALUES (1, 1, 0, '推荐表.docx', 'sha256:d', 1);
INSERT INTO nomination (id, number, unit_id, state, received_at, changed_at, fields, doubts)
 VALUES (1, 'KX2024-0001', 1, 'deficient', '{AT}', '{AT}', '{{}}', '[]');
INSERT INTO nomination_document (nomination_id, document_id, role, current, certain)
 VALUES (1, 1, 'form', true, true);
INSERT INTO finding (nomination_id, code, severity, document, evidence, source)
 VALUES (1, 'scan-missing', 'curable', '推荐表.docx', '未见扫描件', ''), (1, 'late', 'note', NULL, '', '');
INSERT INTO letter (id, key, kind, state, unit_id, round, reference, to_address, subject, message_id, raw,
 created_at) VALUES (1, 'k', 'deficiency', 'queued', 1, 1, '1号', 'a@example.cn', 's', '<1@x>', '', '{AT}');
INSERT INTO letter_nomination (letter_id, nomination_id) VALUES (1, 1);
INSERT INTO letter_message (message_id, letter_id) VALUES (1, 1)
"""


def test_what_was_on_record_counts_as_told(database_url: str) -> None:
    engine = store_engine.connect(database_url)
    try:
        command.upgrade(store_engine._alembic(engine), "0002")
        with engine.begin() as cn:
            for statement in BEFORE.split(";"):
                cn.exec_driver_sql(statement)
        assert store_engine.migrate(engine)
        with store_engine.viewing(engine) as cn:
            (told,) = last_told(cn)
            assert told.said == Said((Matter("scan-missing", "推荐表.docx", ANY),))
            assert (told.papers_since, told.decided_since) == (False, False)
            assert [f.kind for f in findings_of(cn, [1])[1]] == [None, None]
            # No row that others refer to was lost when its table was put together anew.
            assert cn.execute(sa.text("SELECT count(*) FROM letter_message")).scalar_one() == 1
            assert cn.execute(sa.text("SELECT count(*) FROM document")).scalar_one() == 1
            assert cn.execute(sa.text("SELECT count(*) FROM nomination_document")).scalar_one() == 1
        if engine.dialect.name == "sqlite":
            with engine.connect() as cn:
                assert cn.execute(sa.text("PRAGMA foreign_keys")).scalar_one() == 1
    finally:
        engine.dispose()


QUARANTINED = f"""
INSERT INTO message (id, content_hash, size, state, trouble, archived_at) VALUES
 (1, 'sha256:a', 1, 'quarantined', 'no time of record: no Received header', '{AT}'),
 (2, 'sha256:b', 1, 'quarantined', 'Traceback: no time of record', '{AT}')
"""


def test_a_mail_without_a_time_of_record_is_told_by_its_code(database_url: str) -> None:
    engine = store_engine.connect(database_url)
    try:
        command.upgrade(store_engine._alembic(engine), "0007")
        with engine.begin() as cn:
            cn.exec_driver_sql(QUARANTINED)
        store_engine.migrate(engine)
        with store_engine.viewing(engine) as cn:
            told = cn.execute(sa.text("SELECT trouble FROM message ORDER BY id")).scalars().all()
        assert told == [NO_TIME, "Traceback: no time of record"]
    finally:
        engine.dispose()
