"""Files that a limit kept out of a mail: nobody is asked for what may be among them, and staff look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from parsers.common import limits
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, Office
from tests.material import AT, entry, form, letter, scan

HOUR = timedelta(hours=1)


def test_a_scan_over_the_limit_is_nobodys_fault(
    pymap_mailbox: EmbeddedMailbox,
    office_on: OfficeOn,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = office_on(pymap_mailbox, database_url)
    monkeypatch.setattr(limits, "DOCUMENTS_PER_MESSAGE", 2)
    files = [form(entry("于洁")), form(entry("马骁")), scan(entry("于洁"))]
    pymap_mailbox.deliver(letter(files), AT)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "review", "马骁": "deficient"}
    (found,) = office.nominations()["于洁"]["findings"]
    assert (found["code"], found["severity"]) == ("scan-missing", "review")
    assert "于洁推荐表（盖章）.pdf" in found["evidence"]
    said = office.shouwen("digest", "--date", AT.date().isoformat()).text
    assert "于洁推荐表（盖章）.pdf" in said
    monkeypatch.undo()
    assert office.shouwen("replay", "--all", now=AT + 2 * HOUR).code == DONE
    assert office.states() == {"于洁": "complete", "马骁": "deficient"}


def test_a_file_over_the_limit_in_another_mail_of_the_unit(
    pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DOCUMENTS_PER_MESSAGE", 1)
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    extra = [form(entry("于洁"), "说明.docx"), scan(entry("马骁"), "打包.pdf")]
    pymap_mailbox.deliver(letter(extra, AT + timedelta(minutes=1), subject="续"), AT)
    office.once(AT + HOUR)
    assert office.states() == {"于洁": "review"}
    assert "打包.pdf" in office.nominations()["于洁"]["findings"][0]["evidence"]
