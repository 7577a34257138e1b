"""Attribution in slices: how many messages are written at once changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import Author
from intake.stages.attribute import Attributor
from tests.journey import Office, Rows
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, message_id, scan
from tests.servers.smtp_faults import FaultyPostOffice

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def fill(mailbox: EmbeddedMailbox) -> None:
    """Mails whose units are found by forms, threads, nominees, senders and words, in an awkward order."""
    colleague = replace(SOCIETY, sender=Author("李工", "li@private.example"))
    stranger = replace(SOCIETY, sender=Author("赵工", "zhao@private.example"))
    first = letter([form(entry("于洁"))], AT + 2 * MINUTE)
    thread = {"In-Reply-To": message_id(first), "References": message_id(first)}
    answer = letter([scan(entry("马骁"), "扫描0001.pdf")], AT + 4 * MINUTE, colleague, headers=thread)
    chain = {"In-Reply-To": message_id(answer), "References": message_id(answer)}
    mails = [
        letter([scan(entry("于洁"))], AT, stranger, subject="于洁", text="见附件。"),
        letter((), AT + MINUTE, stranger, subject="函", text="请撤回白桦的推荐材料。"),
        first,
        letter([form(entry("马骁"))], AT + 3 * MINUTE),
        answer,
        letter([scan(entry("马骁"))], AT + 5 * MINUTE, stranger, subject="补", text="补。", headers=chain),
        letter(both(entry("白桦", PROVINCE)), AT + 6 * MINUTE, PROVINCE),
        letter([scan(entry("田野"), "图.pdf")], AT + 7 * MINUTE, PROVINCE, subject="补充", text="补充。"),
        letter((), AT + 8 * MINUTE, PROVINCE, text="白桦不再推荐。"),
    ]
    for place, raw in enumerate(mails):
        mailbox.deliver(raw, AT + place * MINUTE)


def told(office: Office) -> list[Rows]:
    """All that is exported, and to whom each message and document was given."""
    given = [
        [dict(row._mapping) for row in office.query(statement)]
        for statement in (
            "SELECT m.id, m.attribution, u.key FROM message m "
            "LEFT JOIN unit u ON u.id = m.unit_id ORDER BY m.id",
            "SELECT d.message_id, d.ordinal, u.id, u.key FROM document d "
            "LEFT JOIN unit u ON u.id = d.unit_id ORDER BY d.message_id, d.ordinal",
        )
    ]
    return [*(office.export(what) for what in ("nominations", "messages")), *given]


def test_the_size_of_a_slice_changes_nothing(
    pymap_mailbox: EmbeddedMailbox,
    postoffice: FaultyPostOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(pymap_mailbox)
    # Each store names its letters by a secret of its own; here they are to be compared.
    monkeypatch.setattr("store.database.secret.of_letters", lambda cn: b"the same")
    found = []
    for size in (1, 3, 200):
        monkeypatch.setattr("intake.stages.attribute.Attributor", partial(Attributor, slice_size=size))
        office = Office(tmp_path / str(size), pymap_mailbox, postoffice)
        office.once(AT + HOUR)
        once = told(office)
        assert {row["attribution"] for row in once[2]} >= {"form", "thread", "sender"}
        office.shouwen("replay", "--all", now=AT + 2 * HOUR)
        found += [once, told(office)]
    assert all(one == found[0] for one in found)
