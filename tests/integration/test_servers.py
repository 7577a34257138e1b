"""Each mail server and database that the other tests stand on really does what it says."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from intake.demo.postoffice import EmbeddedPostOffice
from tests.servers.parts import missing
from tests.servers.postgres import Postgres
from tests.servers.smtp_faults import (
    DropMidData,
    FaultyPostOffice,
    LoseAnswer,
    RefuseLetter,
    RefuseRecipient,
    Slow,
)

AWKWARD = b"Subject: \xcd\xc6\xbc\xf6\xb1\xed\r\nMessage-ID: <a@example.org>\r\n\r\n.dot\r\n..\r\n"


def letter(text: str = "贵单位推荐材料已收悉。") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "intake@example.org", "unit@example.org", "回执"
    message.set_content(text, cte="8bit")
    return message


def sender(server: EmbeddedPostOffice) -> smtplib.SMTP:
    client = smtplib.SMTP(server.host, server.port, timeout=10)
    client.login(server.username, server.password)
    return client


def post(server: EmbeddedPostOffice, message: EmailMessage | None = None) -> None:
    with sender(server) as client:
        client.send_message(message or letter())


class TestPostOffice:
    def test_takes_a_letter_byte_for_byte_and_files_it(self, tmp_path: Path) -> None:
        with EmbeddedPostOffice("intake@example.org", "secret", tmp_path / "letters") as server:
            with sender(server) as client:
                client.sendmail(server.username, ["unit@example.org"], AWKWARD)
            assert server.wait_for(1, seconds=5)
            assert server.received[0].rcpt_tos == ("unit@example.org",)
            assert server.received[0].raw == AWKWARD
            assert (tmp_path / "letters" / "0001.eml").read_bytes() == server.received[0].raw
            assert not server.wait_for(2, seconds=0.05)

    @pytest.mark.parametrize("mechanism", ["auth_login", "auth_plain"])
    def test_takes_both_logins_and_refuses_a_wrong_one(
        self, postoffice: FaultyPostOffice, mechanism: str
    ) -> None:
        for password, expected in (("wrong", 535), (postoffice.password, 235)):
            with smtplib.SMTP(postoffice.host, postoffice.port, timeout=10) as client:
                client.ehlo()
                client.user, client.password = postoffice.username, password
                name = mechanism.removeprefix("auth_").upper()
                if expected == 535:
                    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
                        client.auth(name, getattr(client, mechanism))
                    assert refused.value.smtp_code == expected
                else:
                    assert client.auth(name, getattr(client, mechanism))[0] == expected

    def test_wants_a_login_and_the_account_as_sender(self, postoffice: FaultyPostOffice) -> None:
        with smtplib.SMTP(postoffice.host, postoffice.port, timeout=10) as client:
            with pytest.raises(smtplib.SMTPSenderRefused) as refused:
                client.send_message(letter())
            assert refused.value.smtp_code == 530
        with sender(postoffice) as client:
            with pytest.raises(smtplib.SMTPSenderRefused) as refused:
                client.sendmail("someone@example.org", ["unit@example.org"], AWKWARD)
            assert refused.value.smtp_code == 553
        assert postoffice.received == []

    def test_stops_although_a_client_is_connected(self) -> None:
        begun = time.monotonic()
        with EmbeddedPostOffice("intake@example.org", "secret") as server:
            client = sender(server)
        assert time.monotonic() - begun < 3
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


class TestFaultyPostOffice:
    @pytest.mark.parametrize("reply", ["451 DT:SPM", "550 RP:RCL"])
    def test_refuses_a_recipient_as_often_as_planned(self, postoffice: FaultyPostOffice, reply: str) -> None:
        postoffice.plan(RefuseRecipient(reply), times=2)
        for _ in range(2):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                post(postoffice)
            code, said = refused.value.recipients["unit@example.org"]
            assert f"{code} {said.decode()}" == reply
        post(postoffice)
        assert (len(postoffice.received), postoffice.attempts) == (1, 3)

    def test_hangs_up_with_421(self, postoffice: FaultyPostOffice) -> None:
        postoffice.plan(RefuseRecipient("421 HL:ITC"))
        with sender(postoffice) as client:
            client.mail(postoffice.username)
            assert client.rcpt("unit@example.org")[0] == 421
            time.sleep(0.2)
            with pytest.raises(smtplib.SMTPServerDisconnected):
                client.noop()

    @pytest.mark.parametrize("reply", ["452 MI:STC", "554 DT:SPM"])
    def test_refuses_a_letter(self, postoffice: FaultyPostOffice, reply: str) -> None:
        postoffice.plan(RefuseLetter(reply))
        with pytest.raises(smtplib.SMTPDataError) as refused:
            post(postoffice)
        assert refused.value.smtp_code == int(reply[:3])
        assert postoffice.received == []

    def test_drops_the_connection_mid_letter(self, postoffice: FaultyPostOffice) -> None:
        postoffice.plan(DropMidData(lines=2))
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            post(postoffice, letter("很长的正文\n" * 20_000))
        assert postoffice.received == []

    def test_keeps_a_letter_and_loses_the_answer(self, postoffice: FaultyPostOffice) -> None:
        postoffice.plan(LoseAnswer())
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            post(postoffice)
        assert len(postoffice.received) == 1

    def test_answers_slowly(self, postoffice: FaultyPostOffice) -> None:
        postoffice.plan(Slow(0.3))
        begun = time.monotonic()
        post(postoffice)
        assert time.monotonic() - begun >= 0.3

    def test_has_a_size_limit(self) -> None:
        with FaultyPostOffice("intake@example.org", "secret", size_limit=2000) as server:
            with pytest.raises(smtplib.SMTPResponseException) as refused:
                post(server, letter("很长的正文\n" * 1000))
            assert refused.value.smtp_code == 552
            assert server.received == []


class TestDatabases:
    def test_each_postgres_database_is_fresh(self, postgres_server: Postgres) -> None:
        urls = [postgres_server.create_database() for _ in range(2)]
        try:
            for url in urls:
                with create_engine(url).begin() as connection:
                    connection.execute(text("CREATE TABLE message (id integer)"))
        finally:
            for url in urls:
                postgres_server.drop_database(url)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(urls[0].replace("+psycopg", ""))

    def test_the_url_works_on_both(self, database_url: str) -> None:
        with create_engine(database_url).connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


class TestMissingParts:
    def test_a_missing_part_skips(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CI", raising=False)
        with pytest.raises(pytest.skip.Exception, match="Dovecot is not here: install"):
            missing("Dovecot", "install the package dovecot-imapd")

    def test_a_missing_part_fails_in_ci(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        with pytest.raises(pytest.fail.Exception, match="Dovecot is not here: install"):
            missing("Dovecot", "install the package dovecot-imapd")
