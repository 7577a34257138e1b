"""The command line as an operator meets it: exit codes, faults told in a line each, the small commands."""

from __future__ import annotations

import json
import logging
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from rich.cells import cell_len

from intake.cli.shared import JsonLines, discreet, out
from intake.demo.mailbox import EmbeddedMailbox
from store.database.engine import writing
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, UNREACHABLE, Office
from tests.material import AT, SOCIETY, both, entry, form, letter
from tests.servers.imap_faults import Faults, FaultyMailbox
from tests.servers.smtp_faults import FaultyPostOffice, RefuseRecipient

pytestmark = pytest.mark.usefixtures("impatient")
FaultServer = Callable[..., FaultyMailbox]


@pytest.fixture
def ledger(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """A ledger with a complete nomination (于洁) and one without its scan (马骁)."""
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    pymap_mailbox.deliver(letter([form(entry("马骁"))]), AT)
    office.once()
    return office


# Exit codes ----------------------------------------------------------------------------------


def test_once_that_is_done(office: Office) -> None:
    assert office.once().err.count("Traceback") == 0


def test_no_line_of_the_log_holds_the_number_of_an_identity_card() -> None:
    record = logging.makeLogRecord({"msg": "%s could not be read", "args": ("330106199001011234张伟.docx",)})
    assert discreet(record)
    assert record.getMessage() == "**************1234张伟.docx could not be read"


def test_a_log_for_machines_is_an_object_a_line_without_personal_data(
    pymap_mailbox: EmbeddedMailbox, office: Office, postoffice: FaultyPostOffice
) -> None:
    sender, _, domain = SOCIETY.sender.address.partition("@")
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    postoffice.plan(RefuseRecipient(f"550 <{SOCIETY.sender.address}>: no such user"))
    ended = office.completed("--verbose", "--log-format", "json", "once")
    assert ended.code == NEEDS_PERSON
    # The summary and what needs a person are for the operator who asked; the log is told by its braces.
    lines = [line for line in ended.out.decode().splitlines() if line.startswith("{")]
    told = [json.loads(line) for line in lines]
    assert {"time", "level", "logger", "message"} <= set(told[0])
    dead = next(item for item in told if "is dead" in item["message"])
    assert f"***@{domain}" in dead["message"] and dead["level"] == "error"
    assert f"{sender}@" not in "".join(lines) and "于洁" not in "".join(lines)


def test_a_traceback_in_the_log_is_masked_too() -> None:
    try:
        raise ValueError("330106199001011234 of zhangwei@unit.example\nwrote")
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
    assert discreet(record)
    line = JsonLines().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert "**************1234 of ***@unit.example" in told["exception"]
    assert "zhangwei" not in logging.Formatter().format(record)


def test_once_that_needs_a_person(
    pymap_mailbox: EmbeddedMailbox, office: Office, postoffice: FaultyPostOffice
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    postoffice.plan(RefuseRecipient("550 no such user"))
    outcome = office.once(code=NEEDS_PERSON)
    assert "shouwen letters list" in outcome.err


def test_once_that_is_refused_by_the_mailbox(imap_fault_server: FaultServer, office_on: OfficeOn) -> None:
    office = office_on(imap_fault_server(faults=Faults(refuse_login="NO [AUTHENTICATIONFAILED] wrong")))
    outcome = office.once(code=NEEDS_PERSON)
    assert "mailbox.password" in outcome.err and "Traceback" not in outcome.err


@pytest.mark.parametrize("table", ["mailbox", "smtp"])
def test_once_without_a_server(pymap_mailbox: EmbeddedMailbox, office: Office, table: str) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office.change(**{table: {"port": 1}})
    outcome = office.once(code=UNREACHABLE)
    assert f"{table}.port" in outcome.err and "Traceback" not in outcome.err


def test_once_without_a_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE", "hidden")
    office.change(
        store={
            "database": "postgresql+psycopg://user@127.0.0.1:1/shouwen",
            "password": {"env": "TEST_DATABASE"},
        }
    )
    outcome = office.once(code=UNREACHABLE)
    assert "database" in outcome.err
    assert "Traceback" not in outcome.err and "hidden" not in outcome.err


def test_every_fault_of_the_configuration_at_once(office: Office) -> None:
    office.change(
        mailbox={"port": 99999, "folder": "INBOX"},
        smtp={"security": "none", "password": {"env": "SHOUWEN_TEST_IS_NOT_SET"}},
        store={"database": "mysql://x/y"},
        letters={"mode": "sometimes"},
        digest={"at": "25:00"},
        extra={"a": 1},
    )
    outcome = office.shouwen("once")
    assert outcome.code == BAD_USAGE
    assert "Traceback" not in outcome.text
    lines = outcome.err.strip().splitlines()
    for key in ("mailbox.port", "mailbox.folder", "smtp.security", "smtp.password", "store.database",
                "letters.mode", "digest.at", "extra"):  # fmt: skip
        assert sum(key in line for line in lines) == 1, key
    assert len(lines) == 8


def test_a_password_in_the_file_itself_is_refused_and_not_shown(office: Office) -> None:
    office.change(mailbox={"password": "geheim-4711"})
    outcome = office.shouwen("doctor")
    assert outcome.code == BAD_USAGE
    assert "mailbox.password" in outcome.text and "geheim" not in outcome.text


def test_a_campaign_file_with_faults(office: Office) -> None:
    (office.folder / "campaign.toml").write_text('[campaign]\nid = "x"\ndeadline_at = "soon"\n')
    office.change(campaign={"file": "campaign.toml"})
    outcome = office.shouwen("once")
    assert outcome.code == BAD_USAGE
    assert "deadline_at" in outcome.text and "Traceback" not in outcome.text
    assert len(outcome.err.strip().splitlines()) > 1


def test_bad_usage(office: Office) -> None:
    for wrong in (("fly",), ("decide", "KX2024-0001", "praise", "--by", "x", "--reason", "y"), ("replay",),
                  ("digest", "--date", "2025-02-31"), ("letters", "release", "one")):  # fmt: skip
        outcome = office.shouwen(*wrong)
        assert (outcome.code, "Traceback" in outcome.text) == (BAD_USAGE, False), wrong


def test_a_configuration_that_is_not_there(office: Office) -> None:
    office.config.unlink()
    outcome = office.shouwen("status")
    assert outcome.code == BAD_USAGE
    assert "shouwen init" in outcome.text


def test_init_writes_what_one_starts_from_and_keeps_what_is_there(office: Office, tmp_path: Path) -> None:
    assert office.shouwen("init", tmp_path / "new").code == DONE
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert {"config.toml", "campaign.toml"} <= names
    assert {"mailbox", "smtp"} <= set(tomllib.loads((tmp_path / "new" / "config.toml").read_text("utf-8")))
    (tmp_path / "new" / "config.toml").write_text("# mine")
    assert office.shouwen("init", tmp_path / "new").code == DONE
    assert (tmp_path / "new" / "config.toml").read_text() == "# mine"


# Doctor ----------------------------------------------------------------------------------------


def test_doctor_on_an_installation_in_order(office: Office) -> None:
    office.once()
    outcome = office.shouwen("doctor")
    assert outcome.code == DONE, outcome.text
    assert "FAIL" not in outcome.text


@pytest.mark.embedded
def test_the_first_doctor_finds_no_fault_and_says_what_to_run_first(office: Office) -> None:
    outcome = office.shouwen("doctor")
    assert outcome.code == DONE, outcome.text
    assert "FAIL" not in outcome.text
    (line,) = [line for line in outcome.text.splitlines() if "database" in line.partition(":")[0]]
    assert line.startswith("warn") and "run `shouwen migrate` first" in line
    assert office.shouwen("migrate").code == DONE
    assert "ok   database" in office.shouwen("doctor").text


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("export", "nominations"),
        ("digest",),
        ("find", "于洁"),
        ("letters", "list"),
        ("quarantine", "list"),
        ("unit", "list"),
        ("staff", "list"),
    ],
)
def test_who_only_reads_makes_no_database(office: Office, words: tuple[str, ...]) -> None:
    before = sorted(office.folder.rglob("*"))
    outcome = office.shouwen(*words)
    # What is looked for is not found.
    assert outcome.code == (NEEDS_PERSON if words[0] == "find" else DONE), outcome.text
    assert sorted(office.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"mailbox": {"host": "mail.invalid", "security": "tls"}}, UNREACHABLE, "mailbox.host"),
        ({"mailbox": {"password": {"file": "wrong"}}}, NEEDS_PERSON, "mailbox.password"),
        ({"mailbox": {"folders": ["不存在"]}}, NEEDS_PERSON, "不存在"),
        ({"store": {"archive": "wrong/archive"}}, NEEDS_PERSON, "store.archive"),
    ],
)
def test_doctor_tells_each_fault_in_a_line(
    office: Office, changes: dict[str, dict[str, object]], code: int, said: str
) -> None:
    office.once()
    (office.folder / "wrong").write_text("wrong")
    office.change(**changes)
    outcome = office.shouwen("doctor")
    assert outcome.code == code, outcome.text
    (line,) = [line for line in outcome.text.splitlines() if line.startswith("FAIL")]
    assert said in line and ";" in line
    assert "Traceback" not in outcome.text


# The ledger ------------------------------------------------------------------------------------


def test_status(ledger: Office) -> None:
    shown = ledger.shouwen("status").text
    for name, row in ledger.nominations().items():
        assert name in shown and row["number"] in shown
    number = ledger.nominations()["马骁"]["number"]
    one = ledger.shouwen("status", number).text
    for text in (
        "马骁",
        SOCIETY.name,
        "马骁推荐表.docx",
        "scan-missing: 收到《马骁推荐表.docx》，未见对应的盖章扫描",
        "deficiency",
        "opened",
    ):
        assert text in one
    assert "于洁" not in one
    assert ledger.shouwen("status", "KX2024-9999").code == BAD_USAGE


def test_status_says_whether_a_person_is_needed(ledger: Office) -> None:
    quiet = ledger.shouwen("status")
    assert quiet.code == DONE and "a person is needed" not in quiet.text, quiet.text
    row, *_ = ledger.query("SELECT id FROM letter ORDER BY id")
    with ledger.engine() as engine, writing(engine) as cn:
        cn.execute(
            sa.text("UPDATE letter SET state = 'held', sent_at = NULL WHERE id = :row"), {"row": row.id}
        )
    waits = ledger.shouwen("status")
    assert waits.code == NEEDS_PERSON and "a person is needed: 1 letter(s) held" in waits.err
    assert ledger.shouwen("status", "--json").code == DONE, "data for a program is data alone"


def test_the_ledger_fits_a_terminal_with_a_line_each(ledger: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "width", 80)
    shown = ledger.shouwen("status").out.decode().splitlines()
    numbers = [row["number"] for row in ledger.export("nominations")]
    for number in numbers:
        (line,) = [line for line in shown if number in line]
        assert cell_len(line) <= 80
        assert SOCIETY.name[:4] in line
    assert max(map(cell_len, shown)) <= 80


def test_the_ledger_by_unit_and_state(ledger: Office) -> None:
    rows = {row["number"]: row for row in ledger.export("nominations")}
    for option, name in (("complete", "于洁"), ("deficient", "马骁")):
        found = json.loads(ledger.shouwen("status", "--state", option, "--json").out)
        assert [row["nominee"] for row in found] == [name]
        assert found == [rows[found[0]["number"]]], "as it is exported"
    assert len(json.loads(ledger.shouwen("status", "--unit", SOCIETY.name[:3], "--json").out)) == 2
    assert json.loads(ledger.shouwen("status", "--unit", "没有这个单位", "--json").out) == []
    assert len(json.loads(ledger.shouwen("status", "--limit", 1, "--json").out)) == 1
    assert ledger.shouwen("status", "--state", "fine").code == BAD_USAGE


def test_a_number_in_small_letters_is_that_nomination(ledger: Office) -> None:
    number = ledger.nominations()["马骁"]["number"]
    assert "马骁" in ledger.shouwen("status", number.lower()).text
    assert json.loads(ledger.shouwen("status", number.lower(), "--json").out)["number"] == number
    words = ("accept", "--by", "李明", "--reason", "已收到纸质盖章件")
    assert ledger.shouwen("decide", number.lower(), *words).code == DONE
    assert ledger.states()["马骁"] == "complete"


def test_every_listing_as_data(ledger: Office) -> None:
    listings = (("letters", "list"), ("quarantine", "list"), ("unit", "list"), ("staff", "list"), ("status",))
    for listing in (*listings, ("find", "于洁")):
        outcome = ledger.shouwen(*listing, "--json")
        assert outcome.code == DONE, outcome.text
        json.loads(outcome.out)
    letters = json.loads(ledger.shouwen("letters", "list", "--json").out)
    assert [row["id"] for row in letters] == [row["id"] for row in ledger.export("letters")]


def test_a_decision_outlives_every_replay(ledger: Office, pymap_mailbox: EmbeddedMailbox) -> None:
    number = ledger.nominations()["马骁"]["number"]
    decide = ("decide", number)
    words = ("--by", "李明", "--reason", "已收到纸质盖章件")
    assert ledger.shouwen(*decide, "accept", *words).code == DONE
    assert ledger.states()["马骁"] == "complete"
    sent = len(ledger.sent())
    assert ledger.shouwen("replay", "--all").code == DONE
    ledger.once()
    assert ledger.states() == {"于洁": "complete", "马骁": "complete"}
    assert len(ledger.sent()) == sent, "a replay sends nothing"
    shown = ledger.shouwen("status", number).text
    assert "李明" in shown and "已收到纸质盖章件" in shown
    pymap_mailbox.deliver(letter(both(entry("科普进校园", SOCIETY, "project")), AT), AT)
    ledger.once()
    assert ledger.states()["马骁"] == "complete", "other mail of the unit changes nothing either"

    assert ledger.shouwen(*decide, "reopen", *words).code == DONE
    assert ledger.states()["马骁"] == "deficient"
    assert ledger.shouwen(*decide, "reject", *words).code == DONE
    outcome = ledger.shouwen(*decide, "accept", *words)
    assert (outcome.code, ledger.states()["马骁"]) == (NEEDS_PERSON, "rejected")
    assert ledger.shouwen("decide", "KX2024-9999", "accept", *words).code == BAD_USAGE


def test_quarantine_commands_without_any(ledger: Office) -> None:
    assert ledger.shouwen("quarantine", "list").code == DONE
    assert ledger.shouwen("quarantine", "show", 1).code == BAD_USAGE
    assert ledger.shouwen("quarantine", "replay", 1).code == BAD_USAGE


def test_the_digest_on_the_screen_and_in_a_file(ledger: Office) -> None:
    shown = ledger.shouwen("digest", "--date", "2025-02-21").text
    assert "于洁" in shown and "马骁" in shown
    page = ledger.folder / "digest.html"
    assert ledger.shouwen("digest", "--preview", page).code == DONE
    html = page.read_text("utf-8")
    assert "马骁" in html and "<table" in html
    assert len(ledger.export("letters")) == 1, "showing it sends nothing"


def test_names_that_look_like_markup_are_shown_as_they_are(
    pymap_mailbox: EmbeddedMailbox, office: Office
) -> None:
    odd = entry("[bold]石磊[/bold]")
    pymap_mailbox.deliver(letter(both(odd), subject="[red]x[/red] [/]"), AT)
    assert office.shouwen("once").code == DONE
    for command in (("status",), ("letters", "list"), ("letters", "show", 1), ("digest",)):
        outcome = office.shouwen(*command)
        assert outcome.code == DONE, outcome.text
    assert "[bold]石磊[/bold]" in office.shouwen("status").text
