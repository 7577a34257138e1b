"""A bounded part of the torture for every test run, and proof that it finds out what is planted."""

from __future__ import annotations

import pytest

from tests.servers.postgres import Postgres
from tests.torture import account
from tests.torture.judge import BROKEN, DOUBLE, HANG, KINDS, LEDGER, LETTER, LOSS, Objection
from tests.torture.mails import waves
from tests.torture.points import PLANTED
from tests.torture.trial import Plan, Report, run_trial

SMALL = {"units": 4, "strangers": 2}
FOUND_AS = {
    "skipped mail": LOSS,
    "unrecorded sending": DOUBLE,
    "silent letter": LETTER,
    "endless pass": HANG,
    "failing pass": BROKEN,
    "lost finding": LEDGER,
}


def test_kills_and_faults_on_sqlite() -> None:
    report = run_trial(Plan(11, blows=5, **SMALL))
    assert report.objections == [], account.line(report)
    assert report.kills.total() + report.faults.total() >= 8
    assert report.messages >= 12 and report.letters >= 4


def test_kills_and_faults_on_postgres(postgres_server: Postgres) -> None:
    report = run_trial(Plan(11, postgres=True, blows=5, **SMALL), postgres_server)
    assert report.objections == [], account.line(report)
    assert report.kills.total() + report.faults.total() >= 8


def test_kills_of_services_and_workers(postgres_server: Postgres) -> None:
    report = run_trial(Plan(12, postgres=True, services=2, workers=2, blows=6, **SMALL), postgres_server)
    assert report.objections == [], account.line(report)
    assert any("worker" in victim for victim in report.kills), account.line(report)


QUICK = ("skipped mail", "failing pass")
"""Planted faults of every test run; the others wait for a service to hang, or for letters, for a minute."""


@pytest.mark.parametrize(
    "planted",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.long) for name in PLANTED],
)
def test_a_planted_fault_is_found_out(planted: str) -> None:
    plan = Plan(
        11, days=1, blows=0, kill_share=0.0, planted=planted, stops_within=4.0, passes_within=120.0, **SMALL
    )
    report = run_trial(plan)
    assert FOUND_AS[planted] in {objection.kind for objection in report.objections}, account.line(report)


def test_the_same_seed_gives_the_same_mails() -> None:
    assert waves(5) == waves(5)
    assert waves(5) != waves(6)


def test_the_account_tells_every_kind_of_wrong() -> None:
    kinds = [Objection(kind, "x") for kind in KINDS]
    bad, good = Report(Plan(1), objections=kinds, messages=3), Report(Plan(2), messages=4)
    good.kills["child"] += 2
    lines = account.table([bad, good])
    assert "| messages | 7 |" in lines and "| kills (child 2) | 2 |" in lines
    assert [line for line in lines if line.startswith("| **")] == [
        f"| {account.NAMES[kind]} | 1 |" for kind in KINDS
    ]
