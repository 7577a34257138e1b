"""The mailbox over real IMAP servers."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail import imap
from intake.mail.imap import Listed, Mailbox, MailboxRefused, batches
from tests.integration.mailboxes import CAME, RealServer, message, settings
from tests.servers.dovecot import Dovecot


@pytest.fixture(params=["dovecot", "pymap_mailbox"])
def server(request: pytest.FixtureRequest) -> RealServer:
    found: RealServer = request.getfixturevalue(request.param)
    return found


def test_lists_and_fetches_what_is_new(server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.create_folder("垃圾邮件")
    for number in range(5):
        server.deliver(message(number), CAME + timedelta(hours=number))
    server.deliver(message(9), CAME, folder="垃圾邮件")
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        assert mailbox.knows_id
        assert {"INBOX", "垃圾邮件"} <= set(mailbox.folders())
        state = mailbox.open("INBOX")
        assert state.exists == 5
        listed = mailbox.new_uids(0)
        assert [item.size for item in listed] == [len(message(number)) for number in range(5)]
        fetched = list(mailbox.fetch([item.uid for item in listed]))
        assert [item.raw for item in fetched] == [message(number) for number in range(5)]
        assert all(item.whole and not item.gone for item in fetched)
        assert [item.internal_date for item in fetched] == [CAME + timedelta(hours=n) for n in range(5)]
        assert mailbox.new_uids(listed[2].uid) == listed[3:]
        assert mailbox.new_uids(listed[-1].uid) == []
        assert mailbox.open("垃圾邮件").exists == 1
        assert [item.raw for item in mailbox.fetch([mailbox.new_uids(0)[0].uid])] == [message(9)]


def test_no_mail_is_written_out_for_a_log(
    server: RealServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mail = message(1, 40)
    server.deliver(mail, CAME)

    def logged() -> str:
        caplog.clear()
        with Mailbox(settings(server, monkeypatch)) as mailbox:
            mailbox.open("INBOX")
            assert [item.raw for item in mailbox.fetch([mailbox.new_uids(0)[0].uid])] == [mail]
            # What the library would write it out for, at any level of the log.
            assert mailbox._session._imap.debug < 5
        return "\n".join(map(str, caplog.messages))

    assert "FETCH" not in logged()
    caplog.set_level(logging.DEBUG, "imapclient.imaplib")
    told = logged()
    assert "UID FETCH" in told
    assert "x" * 40 not in told


def test_an_empty_folder_lists_nothing(server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        assert mailbox.open("INBOX").exists == 0
        assert mailbox.new_uids(0) == []
        assert mailbox.oldest_message("INBOX") is None


def test_the_oldest_message_is_the_earliest_to_arrive(
    server: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in (5, 2, 7):
        server.deliver(message(hours), CAME + timedelta(hours=hours))
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        assert mailbox.oldest_message("INBOX") == CAME + timedelta(hours=2)


def test_a_message_that_is_not_there_is_gone(server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.deliver(message(1), CAME)
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.open("INBOX")
        uid = mailbox.new_uids(0)[0].uid
        first, second = mailbox.fetch([uid + 100, uid])
        assert (first.uid, first.gone, first.whole) == (uid + 100, True, False)
        assert (second.uid, second.gone, second.raw) == (uid, False, message(1))


def test_a_message_of_many_megabytes_comes_whole(server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    large = b"Subject: large\r\n\r\n" + (b"y" * 998 + b"\r\n") * 20_000
    server.deliver(large, CAME)
    with Mailbox(settings(server, monkeypatch, timeout_seconds=30)) as mailbox:
        mailbox.open("INBOX")
        (item,) = mailbox.fetch([mailbox.new_uids(0)[0].uid])
        assert item.whole
        assert item.raw == large


def test_a_big_folder_is_listed_in_pieces(server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "LISTING", 7)
    for number in range(30):
        server.deliver(message(number), CAME)
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        mailbox.open("INBOX")
        everything = mailbox.new_uids(0)
        assert len({item.uid for item in everything}) == 30
        for start in (6, 7, 13, 29):
            assert mailbox.new_uids(everything[start].uid) == everything[start + 1 :]


def test_the_mailbox_is_not_changed(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    dovecot.deliver(message(1), CAME)
    dovecot.deliver(message(2), CAME, flags=["\\Seen"])
    before = dovecot.snapshot()
    with Mailbox(settings(dovecot, monkeypatch)) as mailbox:
        mailbox.open("INBOX")
        assert len(list(mailbox.fetch([item.uid for item in mailbox.new_uids(0)]))) == 2
    assert dovecot.snapshot() == before


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_with_a_certificate_that_holds(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    port = dovecot.tls_port if security == "tls" else dovecot.port
    with Mailbox(settings(dovecot, monkeypatch, security=security, port=port)) as mailbox:
        assert "INBOX" in mailbox.folders()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    with (
        pytest.raises(MailboxRefused, match="certificate"),
        Mailbox(settings(dovecot, monkeypatch, security=security, port=port)),
    ):
        pass


def test_tls_to_a_port_without_it_is_for_a_person(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(MailboxRefused, match=r"mailbox\.security"),
        Mailbox(settings(dovecot, monkeypatch, security="tls")),
    ):
        pass


def test_a_wrong_password_is_for_a_person(server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = settings(server, monkeypatch)
    monkeypatch.setenv("TEST_MAILBOX", "wrong")
    with pytest.raises(MailboxRefused, match="授权码"), Mailbox(wrong):
        pass


def test_a_missing_folder_is_for_a_person_and_the_session_goes_on(
    server: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Mailbox(settings(server, monkeypatch)) as mailbox:
        with pytest.raises(MailboxRefused, match="广告邮件"):
            mailbox.open("广告邮件")
        assert mailbox.open("INBOX").exists == 0


@given(st.lists(st.integers(0, 50)), st.integers(1, 60), st.integers(1, 5))
def test_batches_keep_order_and_limits(sizes: list[int], max_bytes: int, max_count: int) -> None:
    listed = [Listed(uid, size, None) for uid, size in enumerate(sizes, 1)]
    cut = list(batches(listed, max_bytes, max_count))
    assert [item for batch in cut for item in batch] == listed
    assert all(0 < len(batch) <= max_count for batch in cut)
    assert all(len(batch) == 1 or sum(item.size for item in batch) <= max_bytes for batch in cut)
    for batch, following in pairwise(cut):
        full = len(batch) == max_count
        assert full or sum(item.size for item in batch) + following[0].size > max_bytes
