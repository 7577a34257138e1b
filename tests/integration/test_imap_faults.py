"""The mailbox on a server that goes wrong, as providers and networks do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient.exceptions import IMAPClientError

from intake.mail.imap import Mailbox, MailboxDown, MailboxRefused
from tests.integration.mailboxes import FaultServer, message, settings, stored
from tests.servers.imap_faults import Faults


def test_a_password_that_imap_cannot_carry_is_for_a_person(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chinese = settings(imap_fault_server(), monkeypatch)
    monkeypatch.setenv("TEST_MAILBOX", "密码")
    with pytest.raises(MailboxRefused, match="refuses the login"), Mailbox(chinese):
        pass


def test_id_is_sent_after_the_login(imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server = imap_fault_server(stored(3, 900, 70_000), Faults(unsafe_without_id=True, no_uidnext=True))
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        state = mailbox.open("INBOX")
        assert (state.uidnext, state.exists) == (None, 3)
        assert [item.uid for item in mailbox.new_uids(3)] == [900, 70_000]
        assert mailbox.new_uids(70_000) == []
    names = server.names()
    assert names.index("LOGIN") < names.index("ID") < names.index("EXAMINE")
    assert server.changes_asked() == []


def test_an_unsafe_login_is_for_a_person(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = imap_fault_server(stored(1), Faults(unsafe_without_id=True))
    monkeypatch.setattr(Mailbox, "_identify", lambda self: None)
    with Mailbox(settings(server, monkeypatch)) as mailbox, pytest.raises(MailboxRefused, match="on the web"):
        mailbox.open("INBOX")


def test_a_connection_cut_in_a_body_is_an_outage(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = imap_fault_server(stored(1, 2, 3), Faults(cut_at_bodies={2}))
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.open("INBOX")
        with pytest.raises(MailboxDown):
            list(mailbox.fetch([1, 2, 3]))
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.open("INBOX")
        assert all(item.whole for item in mailbox.fetch([1, 2, 3]))


@pytest.mark.parametrize("command", ["LOGIN", "LIST", "EXAMINE", "FETCH"])
def test_bye_is_an_outage(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    server = imap_fault_server(stored(1), Faults(bye_on=[command]))
    with pytest.raises(MailboxDown), Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.folders()
        mailbox.open("INBOX")
        mailbox.new_uids(0)


def test_a_login_refused_for_now_is_an_outage(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = imap_fault_server(faults=Faults(refuse_login="NO [UNAVAILABLE] the user database sleeps"))
    with pytest.raises(MailboxDown, match="sleeps"), Mailbox(settings(server, monkeypatch)):
        pass


@pytest.mark.parametrize("command", ["LIST", "EXAMINE", "FETCH"])
@pytest.mark.parametrize(
    "said", ["[INUSE] in use by another", "[UNAVAILABLE] later", "server busy", "[LIMIT] x"]
)
def test_a_command_refused_for_now_is_an_outage(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    server = imap_fault_server(stored(1), Faults(refuse={command: f"NO {said}"}))
    with pytest.raises(MailboxDown), Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.folders()
        mailbox.open("INBOX")
        list(mailbox.fetch([1]))


@pytest.mark.parametrize("fault", ["size_lies", "short_bodies", "nil_bodies"])
def test_a_body_that_is_not_as_announced_is_not_whole(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    faults = Faults()
    getattr(faults, fault)[2] = 1
    server = imap_fault_server(stored(1, 2, 3), faults)
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.open("INBOX")
        assert [item.whole for item in mailbox.fetch([1, 2, 3])] == [True, False, True]
        (again,) = mailbox.fetch([2])
        assert again.whole
        assert again.raw == message(2)


def test_a_message_that_cannot_be_given_does_not_block_the_others(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = imap_fault_server(stored(1, 2, 3))
    honest = Mailbox._fetch

    def refusing(self: Mailbox, uids: str, items: str) -> dict[int, dict[bytes, object]]:
        if "BODY" in items and "2" in uids.split(","):
            raise IMAPClientError("FETCH failed: message 2 is damaged")
        return honest(self, uids, items)

    monkeypatch.setattr(Mailbox, "_fetch", refusing)
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.open("INBOX")
        items = list(mailbox.fetch([1, 2, 3]))
    assert [(item.uid, item.whole) for item in items] == [(1, True), (2, False), (3, True)]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_silent_server_is_an_outage(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, silent_port: int
) -> None:
    impatient = settings(imap_fault_server(), monkeypatch, port=silent_port, timeout_seconds=0.3)
    with pytest.raises(MailboxDown, match="in time"), Mailbox(impatient):
        pass


def test_a_greeting_that_turns_us_away_is_an_outage(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def turn_away() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"* BYE too many connections\r\n")

        thread = threading.Thread(target=turn_away)
        thread.start()
        busy = settings(imap_fault_server(), monkeypatch, port=listener.getsockname()[1])
        with pytest.raises(MailboxDown, match="too many"), Mailbox(busy):
            pass
        thread.join()


@pytest.mark.parametrize(
    ("more", "told"),
    [({"port": 1}, "refuses the connection"), ({"host": "imap.invalid", "security": "tls"}, "is not found")],
)
def test_a_wrong_host_or_port_is_an_outage_that_says_so(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, more: dict[str, object], told: str
) -> None:
    with (
        pytest.raises(MailboxDown, match=told) as caught,
        Mailbox(settings(imap_fault_server(), monkeypatch, **more)),
    ):
        pass
    assert str(more.get("host", "127.0.0.1")) in str(caught.value)
    assert "mailbox.host" in caught.value.mend
    assert "\n" not in str(caught.value)


def test_a_password_file_that_went_away_is_for_a_person(
    imap_fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = settings(imap_fault_server(), monkeypatch, password={"file": str(tmp_path / "gone")})
    with pytest.raises(MailboxRefused, match="password"), Mailbox(gone):
        pass
