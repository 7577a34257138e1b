"""Two campaigns in one service, one mailbox: each has its own numbers, letters and ledger."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from intake.config.campaign_file import shipped_files
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, Office, words
from tests.material import AT, SOCIETY, both, entry, form, letter, picture_pdf, sample_unit
from tests.prize import TECH, Paper, amend

VOLUNTEERS, PRIZE = "cast-2024", "paper-prize"
HOUR = timedelta(hours=1)
READER = sample_unit("某读者", "university", address="du@zhe.example")


class TwoCampaigns:
    """An installation that serves both shipped campaigns."""

    def __init__(self, office: Office) -> None:
        self.office = office
        for name in (VOLUNTEERS, PRIZE):
            for file in shipped_files(name):
                (office.folder / file.name).write_bytes(file.read_bytes())
        amend(office.folder / f"{PRIZE}.toml", ("opens_at = 2025-04-01", "opens_at = 2025-01-01"))
        single = office.config.read_text("utf-8")
        office.config.write_text(
            single + f'[[campaign]]\nfile = "{VOLUNTEERS}.toml"\n'
            f'[[campaign]]\nfile = "{PRIZE}.toml"\n[campaign.digest]\nto = ["prize@example.org"]\n',
            "utf-8",
        )

    def of(self, campaign: str, *arguments: object, code: int = DONE, now: object = None) -> bytes:
        """What a command says for one campaign."""
        done = self.office.shouwen("--campaign", campaign, *arguments, now=now)
        assert done.code == code, done.text
        return done.out

    def ledger(self, campaign: str) -> dict[str, dict[str, Any]]:
        """The nominations of a campaign by nominee."""
        return {row["nominee"]: row for row in self.rows(campaign, "nominations")}

    def rows(self, campaign: str, what: str) -> list[dict[str, Any]]:
        return list(json.loads(self.of(campaign, "export", what, "--format", "json")))

    def kinds(self, campaign: str) -> list[str]:
        return [row["kind"] for row in self.rows(campaign, "messages")]


@pytest.fixture
def two(office: Office) -> TwoCampaigns:
    return TwoCampaigns(office)


def test_each_takes_up_its_own_and_tells_nothing_of_the_other(
    two: TwoCampaigns, pymap_mailbox: EmbeddedMailbox
) -> None:
    paper = Paper("稻麦轮作区土壤养分变化研究")
    pymap_mailbox.deliver(letter(both(entry("于洁", SOCIETY))), AT)
    pymap_mailbox.deliver(letter(paper.both(), AT, TECH, subject=paper.title), AT)
    assert two.office.shouwen("once", now=AT + HOUR).code == DONE

    assert {name: row["number"] for name, row in two.ledger(VOLUNTEERS).items()} == {"于洁": "KX2024-0001"}
    assert {name: row["number"] for name, row in two.ledger(PRIZE).items()} == {paper.title: "LW2025-0001"}
    assert sorted(two.kinds(VOLUNTEERS)) == sorted(two.kinds(PRIZE)) == ["elsewhere", "material"]
    told = {mail["To"].addresses[0].addr_spec: words(mail) for mail in two.office.sent()}
    assert set(told) == {SOCIETY.sender.address, TECH.sender.address}
    assert "于洁" in told[SOCIETY.sender.address] and paper.title not in told[SOCIETY.sender.address]
    assert paper.title in told[TECH.sender.address] and "于洁" not in told[TECH.sender.address]

    # A second pass answers nobody again, and a replay comes to the same.
    assert two.office.shouwen("once", now=AT + 2 * HOUR).code == DONE
    for campaign in (VOLUNTEERS, PRIZE):
        two.of(campaign, "replay", "--all", now=AT + 3 * HOUR)
        assert len(two.ledger(campaign)) == 1
    assert len(two.office.sent()) == 2


@pytest.mark.embedded
def test_what_fits_none_waits_for_a_person_who_says_whose_it_is(
    two: TwoCampaigns, pymap_mailbox: EmbeddedMailbox
) -> None:
    bare = AttachedFile("IMG_0412.pdf", picture_pdf("bare"))
    pymap_mailbox.deliver(letter([bare], AT, READER, subject="材料", text="请查收。"), AT)
    mixed = [form(entry("于洁", SOCIETY)), Paper("稻田里的小侦探").form()]
    pymap_mailbox.deliver(letter(mixed, AT, SOCIETY, subject="材料两份", text="请查收。"), AT)
    assert two.office.shouwen("once", now=AT + HOUR).code == NEEDS_PERSON
    assert not two.office.sent()
    waiting = json.loads(two.of(VOLUNTEERS, "quarantine", "list", "--json"))
    assert [row["trouble"] for row in waiting] == ["unplaced", "unplaced"]
    # Each might ask for what they bring: it waits in both.
    assert len(json.loads(two.of(PRIZE, "quarantine", "list", "--json"))) == 2
    assert (
        "无法判断这封邮件属于本邮箱承办的哪一项活动" in two.of(VOLUNTEERS, "digest", now=AT + HOUR).decode()
    )

    row = next(row["id"] for row in waiting if row["claimed_from"] == READER.sender.address)
    refused = two.office.shouwen("--campaign", VOLUNTEERS, "quarantine", "place", row, "none", "--by", "李明")
    assert refused.code == BAD_USAGE and PRIZE in refused.text
    two.of(VOLUNTEERS, "quarantine", "place", row, PRIZE, "--by", "李明", now=AT + HOUR)
    two.office.shouwen("once", now=AT + 2 * HOUR)
    assert [kind for kind in two.kinds(PRIZE) if kind] == ["material"]
    assert [kind for kind in two.kinds(VOLUNTEERS) if kind] == ["elsewhere"]
    for campaign in (VOLUNTEERS, PRIZE):
        assert len(json.loads(two.of(campaign, "quarantine", "list", "--json"))) == 1
    with closing(sqlite3.connect(two.office.folder / f"shouwen-{PRIZE}.db")) as database:
        assert ("placed", "李明") in database.execute("SELECT verb, actor FROM event").fetchall()


def test_a_follow_up_goes_where_the_letter_or_the_nominee_is(
    two: TwoCampaigns, pymap_mailbox: EmbeddedMailbox
) -> None:
    paper = Paper("稻麦轮作区土壤养分变化研究")
    pymap_mailbox.deliver(letter([paper.form()], AT, TECH, subject=paper.title), AT)
    two.office.shouwen("once", now=AT + HOUR)
    assert two.ledger(PRIZE)[paper.title]["state"] == "deficient"
    (asked,) = two.office.sent()
    answer = letter(
        [AttachedFile("盖章.pdf", picture_pdf("late"))],
        AT + HOUR,
        TECH,
        subject="补充",
        text="已补。",
        headers={"In-Reply-To": asked["Message-ID"]},
    )
    pymap_mailbox.deliver(answer, AT + HOUR)
    assert two.office.shouwen("once", now=AT + 3 * HOUR).code == DONE
    assert two.ledger(PRIZE)[paper.title]["state"] == "complete"
    assert two.kinds(VOLUNTEERS) == ["elsewhere", "elsewhere"]


def test_each_has_a_schema_of_one_postgres(
    office_on: OfficeOn, pymap_mailbox: EmbeddedMailbox, postgres_url: str
) -> None:
    two = TwoCampaigns(office_on(pymap_mailbox, postgres_url))
    pymap_mailbox.deliver(letter(both(entry("于洁", SOCIETY))), AT)
    assert two.office.shouwen("once", now=AT + HOUR).code == DONE
    assert set(two.ledger(VOLUNTEERS)) == {"于洁"} and not two.ledger(PRIZE)
    with two.office.engine() as engine:
        names = set(sa.inspect(engine).get_schema_names())
        assert {"campaign_cast_2024", "campaign_paper_prize"} <= names
        assert not sa.inspect(engine).get_table_names("public")


def test_a_command_for_one_wants_its_name(two: TwoCampaigns) -> None:
    said = two.office.shouwen("status")
    assert said.code == BAD_USAGE and f"--campaign {VOLUNTEERS} | {PRIZE}" in said.text
    said = two.office.shouwen("--campaign", "other", "status")
    assert said.code == BAD_USAGE and VOLUNTEERS in said.text


def test_a_service_for_each_is_started_again_and_all_end_together(
    two: TwoCampaigns, pymap_mailbox: EmbeddedMailbox, tmp_path: Path
) -> None:
    two.office.shouwen("migrate")
    service = two.office.start("run", now=AT + HOUR)
    try:
        first = _children(service.pid)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        _until(lambda: len(now := _children(service.pid)) == 2 and now != first)
        pymap_mailbox.deliver(letter(both(entry("于洁", SOCIETY))), AT)
        service.terminate()
        assert service.wait(30) == 0
    finally:
        service.kill()
        assert service.stdout is not None
        service.stdout.close()


def _children(parent: int, count: int = 2) -> list[int]:
    """The processes of the services, once there are so many."""
    found: list[int] = []

    def there() -> bool:
        found[:] = map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        return len(found) >= count

    _until(there)
    return sorted(found)


def _until(there: Any, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until
        time.sleep(0.2)
