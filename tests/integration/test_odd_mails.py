"""A mailbox full of mails that no program should write: one pass reads them, and nobody else notices."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from tests.integration.odd_mails import odd_mails
from tests.journey import DONE, NEEDS_PERSON, Office, parsed, words
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, scan
from tests.same import steady
from tests.servers.imap_faults import FaultyMailbox, Stored
from tests.servers.smtp_faults import FaultyPostOffice

HOUR = timedelta(hours=1)
UNITS = {unit.sender.address for unit in (SOCIETY, PROVINCE)}
HONEST = [
    letter(both(entry("于洁"))),
    letter([form(entry("马骁", PROVINCE))], AT, PROVINCE),
    letter([form(entry("白桦", PROVINCE)), scan(entry("白桦", PROVINCE))], AT, PROVINCE, key="2"),
]

Course = tuple[Counter[tuple[str, str]], list[tuple[str, str, list[str]]]]


def course(folder: Path, postoffice: FaultyPostOffice, mails: list[bytes]) -> tuple[Office, Course]:
    """What one pass over these mails makes of the units' nominations, and what they are told."""
    box = FaultyMailbox(username="intake@example.org", password="secret", folders={"INBOX": []})
    box.folders["INBOX"] = [Stored(uid, raw, AT) for uid, raw in enumerate(mails, 1)]
    before = len(postoffice.received)
    with box:
        office = Office(folder, box, postoffice)
        outcome = office.shouwen("once", now=AT + HOUR)
    assert outcome.code in (DONE, NEEDS_PERSON), outcome.text
    assert "Traceback" not in outcome.text and "rror:" not in outcome.text, outcome.text
    units = [parsed(item) for item in postoffice.received[before:] if item.rcpt_tos[0] in UNITS]
    told = Counter((str(mail["To"]), steady(words(mail))) for mail in units)
    stand = [
        (row["unit"]["name"], row["state"], sorted(item["code"] for item in row["findings"]))
        for row in office.export("nominations")
        if row["nominee"] in ("于洁", "马骁", "白桦")
    ]
    return office, (told, sorted(stand))


def test_nobody_notices_what_others_write(postoffice: FaultyPostOffice, tmp_path: Path) -> None:
    odd = odd_mails()
    _, alone = course(tmp_path / "alone", postoffice, HONEST)
    assert sum(alone[0].values()) == 2 and len(alone[1]) == 3
    middle = len(odd) // 2
    raws = list(odd.values())
    mails = [HONEST[0], *raws[:middle], HONEST[1], *raws[middle:], HONEST[2]]
    office, together = course(tmp_path / "together", postoffice, mails)
    assert together == alone
    rows = office.export("messages")
    assert len(rows) == len(mails)
    assert {row["state"] for row in rows} == {"read"}, [row for row in rows if row["state"] != "read"]
