"""`shouwen doctor`: one clear line for each thing that is wrong, and silence about what is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.config.settings import Settings, check_settings
from intake.demo.mailbox import EmbeddedMailbox
from intake.staff.doctor import Check, examine, looks_hidden
from store.database.engine import connect, migrate
from tests.servers.imap_faults import Faults, FaultyMailbox, Stored
from tests.servers.smtp_faults import FaultyPostOffice

OPENED = datetime(2025, 1, 20, tzinfo=UTC)
DAY = timedelta(days=1)
Arrange = Callable[..., Settings]


@pytest.fixture
def arrange(
    pymap_mailbox: EmbeddedMailbox,
    postoffice: FaultyPostOffice,
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Arrange:
    """Makes the settings of an installation in order, with what a test changes by table."""
    monkeypatch.setenv("TEST_PASSWORD", pymap_mailbox.password)
    monkeypatch.setenv("TEST_WRONG", "wrong")
    engine = connect(sqlite_url)
    migrate(engine)
    engine.dispose()

    def make(**changes: dict[str, Any]) -> Settings:
        account: dict[str, Any] = {
            "host": "127.0.0.1",
            "security": "plain",
            "username": pymap_mailbox.username,
        }
        account |= {"security": "plain", "password": {"env": "TEST_PASSWORD"}, "timeout_seconds": 3}
        tables: dict[str, dict[str, Any]] = {
            "mailbox": {**account, "port": pymap_mailbox.port, "folders": ["INBOX"]},
            "smtp": {**account, "port": postoffice.port},
            "store": {"database": sqlite_url, "archive": "archive"},
        }
        for table, change in changes.items():
            tables[table] = {**tables.get(table, {}), **change}
        return check_settings(tables, tmp_path / "config.toml")

    return make


def found(settings: Settings, name: str) -> Check:
    """The one check of that name that is not in order, or the only one there is."""
    checks = examine(settings)
    assert all("\n" not in str(check) for check in checks)
    named = [check for check in checks if check.name == name]
    wrong = [check for check in named if check.ok is not True]
    assert len(wrong or named) == 1
    return (wrong or named)[0]


def test_an_installation_in_order(
    arrange: Arrange, postoffice: FaultyPostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWEN_NOW", "2025-02-10T09:00:00+08:00")
    checks = examine(arrange(digest={"to": ["staff@unit.cn"]}))
    walls = {"sandbox, files (Landlock)", "sandbox, system calls (seccomp)", "sandbox, number of processes"}
    optional = {"converter", "rar", "scans", "disk", "account"} | walls
    assert {check.name for check in checks if check.ok is not True} <= optional
    names = {check.name for check in checks}
    wanted = {
        "configuration",
        "campaign",
        "database",
        "archive",
        "templates",
        "return path",
        "desk",
        "alerts",
        "mailbox",
        "mailbox ID",
    }
    assert wanted | optional | {"folders", "folder INBOX", "smtp"} == names
    assert postoffice.attempts == 0
    assert list((tmp_path / "archive").iterdir()) == []


@pytest.mark.parametrize(("table", "key"), [("mailbox", "mailbox.port"), ("smtp", "smtp.port")])
def test_a_server_that_is_not_there_is_an_outage(arrange: Arrange, table: str, key: str) -> None:
    check = found(arrange(**{table: {"port": 1}}), table)
    assert (check.ok, check.outage) == (False, True)
    assert "127.0.0.1:1" in str(check)
    assert key in str(check)


@pytest.mark.parametrize("table", ["mailbox", "smtp"])
def test_a_wrong_host_is_told_with_its_port(arrange: Arrange, table: str) -> None:
    check = found(arrange(**{table: {"host": "mail.invalid", "security": "tls", "port": 4993}}), table)
    assert (check.ok, check.outage) == (False, True)
    assert "mail.invalid" in str(check)
    assert "4993" in str(check)
    assert f"{table}.host" in str(check)


@pytest.mark.parametrize("table", ["mailbox", "smtp"])
def test_a_wrong_password_is_for_a_person(arrange: Arrange, table: str) -> None:
    check = found(arrange(**{table: {"password": {"env": "TEST_WRONG"}}}), table)
    assert (check.ok, check.outage) == (False, False)
    assert f"{table}.password" in check.mend
    assert "授权码" in check.mend


def test_a_missing_folder_is_a_warning_and_no_folder_at_all_a_fault(arrange: Arrange) -> None:
    check = found(arrange(mailbox={"folders": ["inbox", "垃圾邮件"]}), "folders")
    assert check.ok is None
    assert "垃圾邮件" in check.what
    assert "INBOX" in check.mend
    assert found(arrange(mailbox={"folders": ["垃圾邮件"]}), "folders").ok is False


def test_an_archive_that_cannot_be_written(arrange: Arrange, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    check = found(arrange(store={"archive": "file/archive"}), "archive")
    assert (check.ok, check.outage) == (False, False)
    assert str(tmp_path / "file" / "archive") in check.what
    assert "store.archive" in check.mend


def test_a_database_that_is_not_there_is_not_made(arrange: Arrange, tmp_path: Path) -> None:
    check = found(arrange(store={"database": "sqlite:///new/other.db"}), "database")
    assert check.ok is None
    assert "migrate" in check.mend
    assert not (tmp_path / "new").exists()


def test_an_unmigrated_database(arrange: Arrange, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    check = found(arrange(store={"database": "sqlite:///empty.db"}), "database")
    assert (check.ok, check.outage) == (None, False)
    assert "not migrated" in check.what
    assert "run `shouwen migrate` first" in check.mend


def test_a_campaign_that_is_over_is_told(arrange: Arrange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_NOW", "2025-02-10T09:00:00+08:00")
    assert found(arrange(), "campaign").ok is True
    monkeypatch.setenv("SHOUWEN_NOW", "2026-02-10T09:00:00+08:00")
    check = found(arrange(), "campaign")
    assert check.ok is None and "is over since" in check.what and check.mend


def test_an_example_address_for_staff_is_told(arrange: Arrange) -> None:
    check = found(arrange(digest={"to": ["王老师 <wang@unit.cn>", "staff@example.org"]}), "digest.to")
    assert check.ok is None and "staff@example.org" in check.what and "wang@" not in check.what
    assert found(arrange(alerts={"to": ["a@office.example"]}), "alerts.to").ok is None


def test_nobody_to_tell_of_outages_and_a_program_that_is_not_there(arrange: Arrange) -> None:
    assert found(arrange(), "alerts").ok is None
    assert found(arrange(alerts={"command": ["/nowhere/tells"]}), "alerts").ok is False
    assert found(arrange(alerts={"command": ["true"]}), "alerts").ok is True


@pytest.mark.parametrize(("account", "ok"), [(0, None), (1000, True)])
def test_an_account_with_all_rights_is_told(
    arrange: Arrange, monkeypatch: pytest.MonkeyPatch, account: int, ok: bool | None
) -> None:
    monkeypatch.setattr("intake.staff.doctor.os.geteuid", lambda: account)
    assert found(arrange(), "account").ok is ok


def test_a_file_that_is_no_database(arrange: Arrange, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database, but long enough to be taken for one" * 50)
    check = found(arrange(store={"database": "sqlite:///text.db"}), "database")
    assert (check.ok, check.outage) == (False, False)


def test_a_database_server_that_is_not_there(arrange: Arrange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE", "hidden")
    url = "postgresql+psycopg://user@127.0.0.1:1/shouwen"
    check = found(arrange(store={"database": url, "password": {"env": "TEST_DATABASE"}}), "database")
    assert (check.ok, check.outage) == (False, True)
    assert "hidden" not in str(check)


def test_a_campaign_file_at_fault_is_told_line_by_line(arrange: Arrange, tmp_path: Path) -> None:
    assert found(arrange(campaign={"file": "none.toml"}), "campaign").ok is False
    (tmp_path / "empty.toml").write_text("")
    checks = [
        check for check in examine(arrange(campaign={"file": "empty.toml"})) if check.name == "campaign"
    ]
    assert len(checks) > 1
    assert all(check.ok is False and check.mend for check in checks)


def test_a_templates_folder_must_be_there(arrange: Arrange, tmp_path: Path) -> None:
    assert found(arrange(letters={"templates": "mine"}), "templates").ok is False
    (tmp_path / "mine" / "receipt").mkdir(parents=True)
    (tmp_path / "mine" / "receipt" / "subject.txt").write_text("收件回执")
    assert "1 of the shipped" in found(arrange(letters={"templates": "mine"}), "templates").what


def test_mail_that_the_provider_may_hide_is_told(
    arrange: Arrange, pymap_mailbox: EmbeddedMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWEN_NOW", "2025-03-10T09:00:00+08:00")
    pymap_mailbox.deliver(b"Subject: x\r\n\r\n", datetime(2025, 2, 12, tzinfo=UTC))
    check = found(arrange(), "folder INBOX")
    assert check.ok is None
    assert "2025-02-12" in check.what
    assert "收取" in check.mend
    pymap_mailbox.deliver(b"Subject: y\r\n\r\n", datetime(2025, 1, 2, tzinfo=UTC))
    assert found(arrange(), "folder INBOX").ok is True


@pytest.mark.parametrize(
    ("oldest", "opened", "hidden"),
    [(-20, -60, True), (-31, -60, True), (-40, -60, False), (-70, -60, False), (-5, -10, False)],
)
def test_what_looks_hidden(oldest: int, opened: int, hidden: bool) -> None:
    instant = OPENED + 100 * DAY
    assert looks_hidden(instant + oldest * DAY, instant + opened * DAY, instant) is hidden


def test_a_connection_that_breaks_in_the_middle_is_an_outage(
    arrange: Arrange, imap_fault_server: Callable[..., FaultyMailbox]
) -> None:
    server = imap_fault_server([Stored(1, b"x", OPENED)], Faults(bye_on=["EXAMINE"]))
    check = found(arrange(mailbox={"port": server.port}), "mailbox")
    assert (check.ok, check.outage) == (False, True)


def test_a_template_with_a_fault_is_named_with_its_line(arrange: Arrange, tmp_path: Path) -> None:
    own = tmp_path / "mine" / "reminder"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("提醒\n{{ view.nothing_of_that_name }}\n", encoding="utf-8")
    check = found(arrange(letters={"templates": "mine"}), "templates")
    assert check.ok is False and "reminder/body.txt第2行" in check.what and check.mend
