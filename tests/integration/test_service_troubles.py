"""What went wrong in the service is told by the digest, also after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.config.settings import load_settings
from intake.service import daemon
from intake.service.bootstrap import open_parts
from intake.service.pipeline import TROUBLE_NAMES
from store.database.engine import StoreDown
from tests.journey import Office


def failed(config: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    """One pass of a service that ends with the fault, and the end of that service."""

    def broken(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as patch, open_parts(load_settings(config)) as parts, parts.sandbox() as box:
        patch.setattr(daemon, "whole_pass", broken)
        service = daemon.Service(parts, box)
        service._pass()
        service._pass()


@pytest.mark.parametrize(
    ("fault", "said"),
    [(RuntimeError("x"), TROUBLE_NAMES["internal"]), (StoreDown("locked"), "数据库或磁盘异常：locked")],
)
def test_a_pass_that_failed_is_told_after_a_restart(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    failed(office.config, monkeypatch, fault)
    told = "".join(office.shouwen("digest").text.split())
    assert told.count(said) == 1, told


def test_status_and_digest_tell_when_mail_was_last_fetched(office: Office) -> None:
    assert "last poll" not in office.shouwen("status").text
    assert "最近一次收信" not in office.shouwen("digest").text
    office.once()
    shown = office.shouwen("status").text
    assert all(line in shown for line in ("last poll: 20", "last whole pass: 20", "last letter sent: never"))
    for words in (("--lang", "zh", "status"), ("digest",)):
        told = "".join(office.shouwen(*words).text.split())
        assert "最近一次收信：20" in told and "最近一次全部处理完毕：20" in told and "发信：尚无" in told
    # Of a day that is over the present would be no figure.
    assert "最近一次收信" not in office.shouwen("digest", "--date", "2025-02-21").text


def test_a_trouble_that_cannot_be_told_ends_no_job_and_is_told_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise LookupError("refused")

    def broken(*_: object, **__: object) -> None:
        raise StoreDown("locked")

    with open_parts(load_settings(office.config)) as parts, parts.sandbox() as box:
        service = daemon.Service(parts, box)
        monkeypatch.setattr(daemon, "whole_pass", broken)
        with monkeypatch.context() as patch:
            patch.setattr(daemon.audit, "note_trouble", refused)
            service._pass()
        service._pass()
    assert "数据库或磁盘异常：locked" in "".join(office.shouwen("digest").text.split())
