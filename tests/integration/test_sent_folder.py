"""A folder of sent mail that is refused: asked in one session, and no other folder suffers from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.config.settings import load_settings
from intake.letters.sent_folder import Sentbox
from intake.mail.imap import MailboxDown, MailboxRefused
from tests.conftest import PASSWORD
from tests.journey import Office
from tests.material import AT
from tests.servers.imap_faults import Faults, FaultyMailbox, Stored
from tests.servers.smtp_faults import FaultyPostOffice

SENT, RAW = "已发送", b"Message-ID: <one@example.org>\r\n\r\nx\r\n"
OTHER = RAW.replace(b"one", b"other")
Started = Callable[..., FaultyMailbox]


@pytest.fixture
def sentbox(postoffice: FaultyPostOffice, tmp_path: Path) -> Iterator[Callable[[FaultyMailbox], Sentbox]]:
    """What delivery asks, on a mailbox."""

    def on(mailbox: FaultyMailbox) -> Sentbox:
        office = Office(tmp_path / "office", mailbox, postoffice, smtp={"copy_to": "抄存"})
        settings = load_settings(office.config)
        return Sentbox(settings.mailbox, settings.smtp)

    yield on


def test_a_folder_that_is_not_shown_is_asked_in_one_session(
    imap_fault_server: Started, sentbox: Callable[[FaultyMailbox], Sentbox]
) -> None:
    mailbox = imap_fault_server(folders={SENT: []}, faults=Faults(refuse={"EXAMINE": "NO not shown"}))
    with sentbox(mailbox) as box:
        for _ in range(3):
            with pytest.raises(MailboxRefused, match="not shown"):
                box.copies(AT)
            assert not box.look({"<one@example.org>": AT}).asked
    assert mailbox.sessions == 1 and mailbox.names().count("LOGIN") == 1


def test_a_copy_that_is_refused_does_not_keep_the_folder_of_sent_mail_from_being_asked(
    imap_fault_server: Started, sentbox: Callable[[FaultyMailbox], Sentbox]
) -> None:
    mailbox = imap_fault_server(folders={SENT: []}, faults=Faults(refuse={"APPEND": "NO no such folder"}))
    with sentbox(mailbox) as box:
        assert "no such folder" in box.file(RAW, "<one@example.org>", AT, again=False)
        assert box.copies(AT) == ([], SENT)
        assert box.look({"<one@example.org>": AT}).asked
    assert mailbox.names().count("LOGIN") == 1


def test_a_header_that_is_left_out_is_no_letter_that_is_missing(
    imap_fault_server: Started, sentbox: Callable[[FaultyMailbox], Sentbox]
) -> None:
    mailbox = imap_fault_server(folders={SENT: [Stored(1, RAW, AT), Stored(2, OTHER, AT)]})
    with sentbox(mailbox) as box:
        assert [copy.message_id for copy in box.copies(AT)[0]] == ["<one@example.org>", "<other@example.org>"]
    mailbox.faults.heads_left_out = {1}
    with sentbox(mailbox) as box, pytest.raises(MailboxDown, match="left out 1 of 2"):
        box.copies(AT)
    with sentbox(mailbox) as box:
        assert not box.look({"<one@example.org>": AT}).asked


@pytest.mark.parametrize(
    ("answer", "kind"), [("NO LOGIN Login error", MailboxRefused), ("NO [INUSE] busy", MailboxDown)]
)
def test_a_login_that_fails_is_not_tried_again_within_a_pass(
    imap_fault_server: Started,
    sentbox: Callable[[FaultyMailbox], Sentbox],
    answer: str,
    kind: type[MailboxDown | MailboxRefused],
) -> None:
    mailbox = imap_fault_server(folders={SENT: []}, faults=Faults(refuse={"LOGIN": answer}))
    with sentbox(mailbox) as box:
        for _ in range(3):
            with pytest.raises(kind):
                box.copies(AT)
            assert box.file(RAW, "<one@example.org>", AT, again=False)
    assert PASSWORD and mailbox.names().count("LOGIN") == 1
