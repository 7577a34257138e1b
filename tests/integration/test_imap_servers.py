"""Each IMAP server that the other tests stand on really does what it says."""

from __future__ import annotations

import hashlib
import socket
import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from intake.demo.mailbox import Delivery, EmbeddedMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.imap_faults import FOR_EVER, Faults, FaultyMailbox, Stored
from tests.servers.snapshot import take_snapshot

BEIJING = timezone(timedelta(hours=8))
LAST_SECOND = datetime(2025, 2, 23, 23, 59, 59, tzinfo=BEIJING)
# Chinese in raw GBK, a line that begins with a dot: what a careless server would change.
AWKWARD = (
    b"Subject: \xcd\xc6\xbc\xf6\xb1\xed\r\nMessage-ID: <a@example.org>\r\n\r\n.\xc4\xe3\xba\xc3\r\n..\r\n"
)

AnyMailbox = EmbeddedMailbox | Dovecot | FaultyMailbox
StartFaulty = Callable[..., FaultyMailbox]


def reader(server: AnyMailbox, **how: object) -> IMAPClient:
    client = IMAPClient(server.host, server.port, ssl=False, timeout=10)
    client.normalise_times = False
    client.login(server.username, server.password)
    return client


def bodies(server: AnyMailbox, folder: str = "INBOX") -> list[tuple[Any, datetime]]:
    with reader(server) as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search("ALL"), ["BODY.PEEK[]", "INTERNALDATE"])
        return [(found[uid][b"BODY[]"], found[uid][b"INTERNALDATE"]) for uid in sorted(found)]


class TestEmbeddedMailbox:
    def test_gives_back_every_byte_and_the_time_it_was_given(self, pymap_mailbox: EmbeddedMailbox) -> None:
        pymap_mailbox.deliver(AWKWARD, LAST_SECOND)
        assert bodies(pymap_mailbox) == [(AWKWARD, LAST_SECOND)]

    def test_folders_bear_chinese_names(self, pymap_mailbox: EmbeddedMailbox) -> None:
        pymap_mailbox.create_folder("广告邮件")
        pymap_mailbox.deliver(AWKWARD, LAST_SECOND, "垃圾邮件", ["\\Seen"])
        with reader(pymap_mailbox) as client:
            assert {name for _, _, name in client.list_folders()} == {"INBOX", "广告邮件", "垃圾邮件"}
            client.select_folder("垃圾邮件", readonly=True)
            assert client.get_flags(client.search("ALL")) == {101: (b"\\Seen",)}

    def test_takes_many_at_once_in_order(self, pymap_mailbox: EmbeddedMailbox) -> None:
        many = [Delivery(AWKWARD + b"%d" % number, LAST_SECOND) for number in range(200)]
        uids = pymap_mailbox.deliver_many(many)
        assert uids == sorted(set(uids))
        assert [raw for raw, _ in bodies(pymap_mailbox)] == [delivery.raw for delivery in many]

    def test_refuses_a_time_without_an_offset(self, pymap_mailbox: EmbeddedMailbox) -> None:
        with pytest.raises(ValueError, match="offset"):
            pymap_mailbox.deliver(AWKWARD, LAST_SECOND.replace(tzinfo=None))
        assert bodies(pymap_mailbox) == []

    def test_refuses_a_wrong_password(self, pymap_mailbox: EmbeddedMailbox) -> None:
        pymap_mailbox.password = "wrong"
        with pytest.raises(LoginError):
            reader(pymap_mailbox)

    def test_starts_again_on_its_port_after_it_stopped(self) -> None:
        server = EmbeddedMailbox("intake@example.org", "secret")
        with server:
            server.deliver(AWKWARD, LAST_SECOND)
            port = server.port
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((server.host, port), 1)
        with server:
            assert server.port == port
            assert bodies(server) == []


class TestDovecot:
    def test_gives_back_every_byte_and_the_time_of_the_file(self, dovecot: Dovecot) -> None:
        dovecot.deliver(AWKWARD, LAST_SECOND)
        dovecot.append(AWKWARD, LAST_SECOND + timedelta(seconds=1))
        assert bodies(dovecot) == [(AWKWARD, LAST_SECOND), (AWKWARD, LAST_SECOND + timedelta(seconds=1))]

    def test_a_snapshot_sees_every_folder_and_stays_as_it_is(self, dovecot: Dovecot) -> None:
        dovecot.deliver(AWKWARD, LAST_SECOND)
        dovecot.deliver(AWKWARD, LAST_SECOND, "垃圾邮件", ["\\Seen"])
        first = dovecot.snapshot()
        digest = hashlib.sha256(AWKWARD).hexdigest()
        assert [(held.uid, held.sha256) for held in first["INBOX"]] == [(1, digest)]
        assert "\\Seen" in first["垃圾邮件"][0].flags
        assert dovecot.snapshot() == first

    @pytest.mark.parametrize("harm", ["open for writing", "read", "delete"])
    def test_a_snapshot_tells_what_a_careless_client_did(self, dovecot: Dovecot, harm: str) -> None:
        dovecot.deliver(AWKWARD, LAST_SECOND)
        before = dovecot.snapshot()
        with reader(dovecot) as client:
            client.select_folder("INBOX")
            if harm == "read":
                client.fetch([1], ["BODY[]"])
            if harm == "delete":
                client.delete_messages([1])
        assert dovecot.snapshot() != before

    def test_speaks_tls_with_a_certificate_that_can_be_verified(self, dovecot: Dovecot) -> None:
        trusted = ssl.create_default_context(cafile=dovecot.certificate)
        with IMAPClient(dovecot.host, dovecot.tls_port, ssl_context=trusted) as client:
            client.login(dovecot.username, dovecot.password)
        with IMAPClient("localhost", dovecot.port, ssl=False) as client:
            client.starttls(trusted)
            client.login(dovecot.username, dovecot.password)
        with pytest.raises(ssl.SSLCertVerificationError):
            IMAPClient(dovecot.host, dovecot.tls_port)

    def test_changes_uidvalidity_when_told(self, dovecot: Dovecot) -> None:
        dovecot.deliver(AWKWARD, LAST_SECOND)
        dovecot.deliver(AWKWARD + b"2", LAST_SECOND)
        before = uidvalidity(dovecot)
        dovecot.renew_uidvalidity()
        assert uidvalidity(dovecot) != before
        assert [held.uid for held in dovecot.snapshot()["INBOX"]] == [1, 2]

    def test_never_gives_a_uid_twice(self, dovecot: Dovecot) -> None:
        for number in range(3):
            dovecot.deliver(AWKWARD + b"%d" % number, LAST_SECOND)
        assert len(bodies(dovecot)) == 3
        dovecot.remove()
        dovecot.deliver(AWKWARD, LAST_SECOND)
        assert [held.uid for held in dovecot.snapshot()["INBOX"]] == [4]

    def test_refuses_a_wrong_password_at_once(self, dovecot: Dovecot) -> None:
        begun = time.monotonic()
        for _ in range(2):
            with pytest.raises(LoginError):
                IMAPClient(dovecot.host, dovecot.port, ssl=False).login(dovecot.username, "wrong")
        assert time.monotonic() - begun < 3.5


def uidvalidity(server: AnyMailbox) -> int:
    with reader(server) as client:
        value: int = client.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"]
        return value


def messages(*uids: int) -> list[Stored]:
    return [Stored(uid, AWKWARD + b"%d" % uid, LAST_SECOND) for uid in uids]


class TestFaultyMailbox:
    def test_without_faults_it_is_a_mailbox(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(3, 7), folders={"垃圾邮件": messages(9)})
        assert bodies(server) == [(stored.raw, LAST_SECOND) for stored in messages(3, 7)]
        assert bodies(server, "垃圾邮件") == [(messages(9)[0].raw, LAST_SECOND)]
        held = take_snapshot(server.host, server.port, server.username, server.password)
        assert [held.uid for held in held["INBOX"]] == [3, 7]

    def test_uids_are_sparse_and_the_star_is_the_last_one(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(3, 7, 500))
        with reader(server) as client:
            client.select_folder("INBOX", readonly=True)
            assert client.search(["UID", "4:400"]) == [7]
            assert client.search(["UID", "501:*"]) == [500]

    def test_wants_an_id_after_the_login(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(1), Faults(unsafe_without_id=True))
        with reader(server) as client:
            with pytest.raises(IMAPClientError, match="Unsafe Login"):
                client.select_folder("INBOX", readonly=True)
            client.id_({"name": "shouwen"})
            assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 1
        with IMAPClient(server.host, server.port, ssl=False) as client:
            client.id_({"name": "too early"})
            client.login(server.username, server.password)
            with pytest.raises(IMAPClientError, match="Unsafe Login"):
                client.select_folder("INBOX", readonly=True)

    def test_may_give_no_uidnext_and_an_empty_status(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(1), Faults(no_uidnext=True, empty_status=True))
        with reader(server) as client:
            assert b"UIDNEXT" not in client.select_folder("INBOX", readonly=True)
            assert client.folder_status("INBOX", ["UIDNEXT"]) == {}

    def test_cuts_in_the_middle_of_a_body_once(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(1, 2, 3), Faults(cut_at_bodies={2}))
        with pytest.raises(IMAPClientAbortError):
            bodies(server)
        assert len(bodies(server)) == 3

    @pytest.mark.parametrize(("times", "lies"), [(2, [7, 7, 0, 0]), (FOR_EVER, [7, 7, 7, 7])])
    def test_lies_about_a_size(self, imap_fault_server: StartFaulty, times: float, lies: list[int]) -> None:
        server = imap_fault_server(messages(1, 2), Faults(size_lies={2: times}))
        seen = []
        with reader(server) as client:
            client.select_folder("INBOX", readonly=True)
            for _ in lies:
                found = client.fetch([1, 2], ["BODY.PEEK[]", "RFC822.SIZE"])
                assert found[1][b"RFC822.SIZE"] == len(found[1][b"BODY[]"])
                seen.append(found[2][b"RFC822.SIZE"] - len(found[2][b"BODY[]"]))
        assert seen == lies

    def test_gives_half_a_body_or_none(self, imap_fault_server: StartFaulty) -> None:
        whole = messages(1)[0].raw
        server = imap_fault_server(messages(1, 2), Faults(short_bodies={1: 1}, nil_bodies={2: 1}))
        first, second = bodies(server), bodies(server)
        assert (len(first[0][0]), first[1][0]) == (len(whole) // 2, None)
        assert [raw for raw, _ in second] == [stored.raw for stored in messages(1, 2)]

    def test_changes_uidvalidity_between_sessions(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(1))
        before = uidvalidity(server)
        server.uidvalidity += 1
        assert uidvalidity(server) == before + 1

    def test_says_bye_when_told(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(1), Faults(bye_on=["EXAMINE"]))
        with pytest.raises(IMAPClientAbortError):
            bodies(server)
        assert len(bodies(server)) == 1

    def test_refuses_a_login_as_told(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(faults=Faults(refuse_login="NO LOGIN Login error or password error"))
        with pytest.raises(LoginError, match="password error"):
            reader(server)

    def test_records_what_was_asked(self, imap_fault_server: StartFaulty) -> None:
        server = imap_fault_server(messages(1))
        bodies(server)
        assert [name for name in server.names() if name != "CAPABILITY"] == [
            "LOGIN",
            "EXAMINE",
            "UID SEARCH",
            "UID FETCH",
            "LOGOUT",
        ]
        assert server.changes_asked() == []
        with reader(server) as client:
            client.select_folder("INBOX")
            client.fetch([1], ["BODY[]"])
            with pytest.raises(IMAPClientError):
                client.add_flags([1], ["\\Seen"])
        assert [command.name for command in server.changes_asked()] == ["SELECT", "UID FETCH", "UID STORE"]
        assert {command.session for command in server.changes_asked()} == {2}
