"""Staff hear of an outage once, within the stated minutes, and once of its end; machines can ask.

The service runs as a process of its own, on a real Dovecot, mail server and database, which go away and
come back.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg import sql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from intake.demo.mailbox import EmbeddedMailbox
from store.database.engine import StoreDown, writing
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, NEEDS_PERSON, STAFF, Office, words
from tests.servers.dovecot import Dovecot
from tests.servers.gate import Gate
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.slow

MINUTES = 0.05
"""The stated minutes of these tests: three seconds."""

LONGER = 1.5 * MINUTES * 60
"""Seconds: more than the stated minutes, and several looks."""

SOON = 180.0
"""Seconds in which whatever is waited for comes, on a busy machine too."""


def until(told: Callable[[], object], what: str) -> None:
    """Waits until it is so."""
    end = time.monotonic() + SOON
    while not told():
        assert time.monotonic() < end, f"{what} has not come"
        time.sleep(0.1)


def told(office: Office) -> list[EmailMessage]:
    """The mails about outages that staff have."""
    return [mail for mail in office.sent() if "服务已" in str(mail["Subject"])]


def subjects(office: Office) -> list[str]:
    """What those are about, without how long it lasted."""
    return [str(mail["Subject"]).partition("中断")[0].rstrip("（") for mail in told(office)]


@contextmanager
def running(office: Office, until_alive: bool = True) -> Iterator[subprocess.Popen[bytes]]:
    """The service while the context lasts; it has given a sign of life at its beginning."""
    log = (office.folder / "log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-c", "from intake.cli.app import main; main()", "run"],
        env={**os.environ, "SHOUWEN_CONFIG": str(office.config), "SHOUWEN_NOW": ""},
        stdout=log,
        stderr=log,
    )
    try:
        if until_alive:
            until(lambda: whole_passes(office), "the first pass")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        log.close()


def whole_passes(office: Office) -> object:
    """When the last pass ended well, of a database that may not be there yet."""
    try:
        return office.query("SELECT at FROM progress WHERE name = 'journey_ended'")
    except (StoreDown, DBAPIError):
        return None


def alert_settings(**more: object) -> dict[str, dict[str, object]]:
    return {"alerts": {"minutes": MINUTES, **more}, "digest": {"to": [STAFF], "at": "23:59"}}


def polling(office: Office) -> None:
    office.change(mailbox={"poll_seconds": 1, "timeout_seconds": 2})


def test_a_mailbox_that_is_down_is_told_once_and_so_is_its_return(
    dovecot: Dovecot, office_on: OfficeOn
) -> None:
    with Gate(dovecot.port, dovecot.username, dovecot.password) as gate:
        office = office_on(gate, **alert_settings())
        polling(office)
        with running(office):
            assert office.shouwen("watch").text == ""
            gate.shut()
            until(lambda: told(office), "the mail")
            assert office.shouwen("watch").code == NEEDS_PERSON
            time.sleep(LONGER)
            assert subjects(office) == ["【请即处理】收信服务已"]
            assert "receiving has failed since" in office.shouwen("status").text
        # A restart tells nothing twice.
        with running(office, until_alive=False):
            time.sleep(8)  # its start comes first
            assert len(told(office)) == 1
            gate.open()
            until(lambda: len(told(office)) > 1, "the news of its end")
            time.sleep(LONGER)
            assert office.shouwen("watch").code == DONE
        first, last = told(office)
        assert subjects(office)[1:] == ["【已恢复】收信服务已恢复正常"]
        assert first["To"] == STAFF and first["Auto-Submitted"] == "auto-generated"
        assert f"127.0.0.1:{gate.port}" in words(first) and "shouwen doctor" in words(first)
        assert "补收" in words(last)


@pytest.mark.long
def test_a_database_that_is_down_is_told_by_mail_all_the_same(
    dovecot: Dovecot, office_on: OfficeOn, postgres_server: Postgres, postgres_url: str
) -> None:
    office = office_on(dovecot, postgres_url, **alert_settings())
    polling(office)
    with running(office):
        shut(postgres_server, postgres_url, True)
        until(lambda: told(office), "the mail")
        time.sleep(6)
        assert subjects(office) == ["【请即处理】收信服务已"]
        shut(postgres_server, postgres_url, False)
        until(lambda: len(told(office)) > 1, "the news of its end")
    assert subjects(office)[1:] == ["【已恢复】收信服务已恢复正常"]
    assert "数据库或磁盘异常" in words(told(office)[0])


@pytest.mark.long
def test_a_service_that_cannot_start_for_its_database_is_told_of(
    dovecot: Dovecot, office_on: OfficeOn, postgres_server: Postgres, postgres_url: str
) -> None:
    office = office_on(dovecot, postgres_url, **alert_settings())
    polling(office)
    office.once()
    shut(postgres_server, postgres_url, True)
    for _ in range(3):  # as its manager starts it again and again
        assert office.shouwen("run").code != DONE
        time.sleep(2)
    assert subjects(office) == ["【请即处理】收信服务已"]
    shut(postgres_server, postgres_url, False)
    with running(office):
        until(lambda: len(told(office)) > 1, "the news of its end")


def shut(server: Postgres, url: str, away: bool) -> None:
    """Takes a database away from everybody, or gives it back."""
    name = make_url(url).database or ""
    server._run(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
        sql.Identifier(name), sql.Literal(not away)))  # fmt: skip
    if away:
        plain = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as cn:
            cn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@pytest.mark.long
def test_a_disk_that_is_full_is_told_though_nothing_can_be_written(
    dovecot: Dovecot, office_on: OfficeOn
) -> None:
    office = office_on(dovecot, **alert_settings())
    polling(office)
    with running(office) as process:
        until(lambda: (office.folder / "var" / "outages.json").exists(), "the record")
        # What lies before this place can be written, as on a full disk what is there can be written over.
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (17 * 1024, resource.RLIM_INFINITY))
        until(lambda: told(office), "the mail")
        time.sleep(6)
        assert subjects(office) == ["【请即处理】收信服务已"]
        assert json.loads((office.folder / "var" / "outages.json").read_text())["outages"][0]["told"]
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        until(lambda: len(told(office)) > 1, "the news of its end")
    assert subjects(office)[1:] == ["【已恢复】收信服务已恢复正常"]


def test_a_service_that_was_killed_is_noticed_by_watch(dovecot: Dovecot, office_on: OfficeOn) -> None:
    office = office_on(dovecot, **alert_settings())
    polling(office)
    with running(office) as process:
        until(lambda: (office.folder / "var" / "outages.json").exists(), "the record")
        process.kill()
        process.wait()
    time.sleep(4)
    for _ in range(3):
        outcome = office.shouwen("watch", "--alert")
        assert outcome.code == NEEDS_PERSON
        assert "the service does not run" in outcome.text and len(outcome.text.splitlines()) == 1
    assert subjects(office) == ["【请即处理】收信服务已"]
    with running(office):
        until(lambda: len(told(office)) > 1, "the news of its end")
        assert office.shouwen("watch", "--alert").text == ""
    assert subjects(office)[1:] == ["【已恢复】收信服务已恢复正常"]


def test_watch_is_content_with_passes_by_cron(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> None:
    office = office_on(pymap_mailbox, **alert_settings(minutes=10))
    assert "it never worked" in office.shouwen("watch").text
    assert sorted(path.name for path in office.folder.iterdir()) == ["config.toml", "password"]
    assert office.shouwen("watch", "--alert").code == NEEDS_PERSON
    office.once()
    assert office.shouwen("watch", "--alert").text == ""
    assert subjects(office) == ["【请即处理】收信服务已", "【已恢复】收信服务已恢复正常"]


TELLS = """
import json, os, sys
with open(sys.argv[1], "a") as file:
    told = {name: os.environ.get(name, "") for name in ("SHOUWEN_EVENT", "SHOUWEN_DUTY", "TEST_PASSWORD")}
    file.write(json.dumps({**told, "words": sys.stdin.read()}) + "\\n")
"""


@pytest.mark.long
def test_where_sending_fails_the_command_tells_and_the_mail_follows(
    dovecot: Dovecot, office_on: OfficeOn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_PASSWORD", "secret")
    (tmp_path / "tells.py").write_text(TELLS)
    command = [sys.executable, str(tmp_path / "tells.py"), str(tmp_path / "told")]
    office = office_on(dovecot, **alert_settings(command=command))
    polling(office)

    def by_command() -> list[dict[str, str]]:
        path = tmp_path / "told"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    port = office.postoffice.port
    with Gate(port, office.postoffice.username, office.postoffice.password) as gate:
        office.change(smtp={"port": gate.port, "timeout_seconds": 2})
        with running(office):
            gate.shut()
            # Something is to go; the service may take it before the command does.
            office.shouwen("digest", "--send")
            until(by_command, "the command")
            time.sleep(6)
            assert told(office) == [] and len(by_command()) == 1
            gate.open()
            until(lambda: tried_now(office) and len(by_command()) > 1, "the news of its end")
            until(lambda: told(office), "the mail of its end")
    assert [item["SHOUWEN_EVENT"] for item in by_command()] == ["failed", "recovered"]
    assert {item["SHOUWEN_DUTY"] for item in by_command()} == {"send"}
    assert {item["TEST_PASSWORD"] for item in by_command()} == {""}
    assert "发信服务已中断" in by_command()[0]["words"]
    # Who was not told of it in time hears of both at once.
    assert subjects(office) == ["【已恢复】发信服务已恢复正常"]


def tried_now(office: Office) -> bool:
    """Lets a letter that waits for its next attempt have it now."""
    soon = "UPDATE letter SET next_attempt_at = created_at WHERE state = 'queued'"
    with office.engine() as engine, writing(engine) as cn:
        cn.exec_driver_sql(soon)
    return True


def test_health_and_metrics_tell_how_the_service_fares(dovecot: Dovecot, office_on: OfficeOn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        free_port = free.getsockname()[1]
    with Gate(dovecot.port, dovecot.username, dovecot.password) as gate:
        office = office_on(gate, **{**alert_settings(), "service": {"health": f"127.0.0.1:{free_port}"}})
        polling(office)
        with running(office):
            until(lambda: asked(free_port, "/health")[0] == 200, "health")
            code, said = asked(free_port, "/health")
            assert code == 200 and json.loads(said)["receive"] == {"ok": True, "failing_since": None}
            code, said = asked(free_port, "/metrics")
            figures = {item.name: item for item in text_string_to_metric_families(said)}
            done = {
                s.labels["what"]: s.value for s in figures["shouwen_last_success_timestamp_seconds"].samples
            }
            assert abs(done["journey"] - time.time()) < 60 and "letter" not in done
            assert figures["shouwen_store_up"].samples[0].value == 1
            assert "@" not in said
            gate.shut()
            until(lambda: asked(free_port, "/health")[0] == 503, "the outage")
            code, said = asked(free_port, "/health")
            assert json.loads(said)["receive"]["failing_since"] and json.loads(said)["send"]["ok"]
            assert asked(free_port, "/")[0] == 404


def asked(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as fault:
        return fault.code, fault.read().decode()
    except OSError:
        return 0, ""
