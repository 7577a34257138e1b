"""Each finding says how it is known, from the judgement into ledger, export, status and digest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.papers.scans import ScanLook
from intake.demo.scenario import write_scenario
from intake.domain.model.certainty import Basis, may_be_told
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, Office
from tests.material import AT, DEADLINE, OFFICE, entry, form, letter
from tests.servers.smtp_faults import FaultyPostOffice

COARSE = ScanLook(dpi=40, noise=0, skew_degrees=0, seal=None)


def test_the_basis_is_kept_and_shown(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    pymap_mailbox.deliver(letter([form(entry("于洁"))], AT), AT)
    office.once()
    row = office.nominations()["于洁"]
    (found,) = (f for f in row["findings"] if f["code"] == "scan-missing")
    assert (found["basis"], found["confidence"]) == ("absence", None)
    assert " (absence)" in office.shouwen("status", row["number"]).text
    (flat,) = office.table("nominations")
    assert '"basis": "absence"' in flat["findings"]
    first = office.export("nominations")
    assert office.shouwen("replay", "--all").code == DONE
    assert office.export("nominations") == first


def test_a_ledger_of_an_older_version_is_read_and_replay_fills_in_the_basis(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url)
    pymap_mailbox.deliver(letter([form(entry("于洁"))], AT), AT)
    office.once()
    with office.engine() as engine, engine.begin() as cn:
        cn.exec_driver_sql("UPDATE finding SET basis = NULL, confidence = NULL")
    row = office.nominations()["于洁"]
    assert {f["basis"] for f in row["findings"]} == {None}
    shown = office.shouwen("status", row["number"])
    assert shown.code == DONE and "scan-missing: " in shown.text and "absence" not in shown.text
    assert office.shouwen("replay", "--all").code == DONE
    assert "absence" in {f["basis"] for f in office.nominations()["于洁"]["findings"]}


@pytest.mark.slow
def test_no_notice_of_the_whole_sample_campaign_rests_on_less_than_it_may(
    pymap_mailbox: EmbeddedMailbox, postoffice: FaultyPostOffice, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office", pymap_mailbox, postoffice)
    for mail in write_scenario(DEADLINE, mailbox=OFFICE, look=COARSE):
        pymap_mailbox.deliver(mail.raw, mail.received_at, mail.folder)
    office.shouwen("once", now=DEADLINE + timedelta(hours=2))
    findings = [f for row in office.export("nominations") for f in row["findings"]]
    assert {f["severity"] for f in findings} >= {"curable", "review"}
    assert [f for f in findings if f["basis"] not in set(Basis)] == []
    told = [f for f in findings if f["severity"] == "curable"]
    assert len(told) >= 5
    assert [f for f in told if not may_be_told(Basis(f["basis"]), f["confidence"])] == []
