"""Getting in at the mail server: logins, certificates, and a relay that asks for neither."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.mail.smtp import Accepted, AuthRefused, PostOffice
from tests.integration.postoffices import LETTER, UNIT, USER, settings_for
from tests.servers.certificate import write_certificate
from tests.servers.smtp_faults import FaultyPostOffice


def test_a_wrong_password_is_for_a_person(
    monkeypatch: pytest.MonkeyPatch, postoffice: FaultyPostOffice
) -> None:
    monkeypatch.setenv("TEST_SMTP", "wrong")
    with PostOffice(settings_for(postoffice.port)) as office:
        with pytest.raises(AuthRefused, match="535") as caught:
            office.send(LETTER, USER, UNIT)
        assert "wrong" not in str(caught.value)
        monkeypatch.setenv("TEST_SMTP", postoffice.password)
        assert isinstance(office.send(LETTER, USER, UNIT), Accepted)


@pytest.mark.parametrize("password", [{"file": "gone"}, {"env": "TEST_CHINESE"}])
def test_a_password_that_cannot_be_used_is_for_a_person(
    postoffice: FaultyPostOffice,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    password: dict[str, str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEST_CHINESE", "授权码")
    with pytest.raises(AuthRefused), PostOffice(settings_for(postoffice.port, password=password)) as office:
        office.check()


class _Keeper:
    """Takes everything, as a relay on the same machine does: no login is offered."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(envelope.original_content or b"")
        await asyncio.sleep(0)
        return "250 kept"


@pytest.fixture
def relay() -> Iterator[tuple[_Keeper, int]]:
    keeper = _Keeper()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, port
    controller.stop()


def test_a_relay_on_this_machine_needs_no_login(
    relay: tuple[_Keeper, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SMTP", "x")
    keeper, port = relay
    with PostOffice(settings_for(port)) as office:
        assert isinstance(office.send(LETTER, USER, UNIT), Accepted)
    assert keeper.letters == [LETTER]


def test_starttls_that_is_not_offered_is_for_a_person(
    relay: tuple[_Keeper, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SMTP", "x")
    with (
        PostOffice(settings_for(relay[1], security="starttls")) as office,
        pytest.raises(AuthRefused, match="STARTTLS"),
    ):
        office.check()


@pytest.fixture
def tls_relay(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    certificate, key = write_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(_Keeper(), hostname="127.0.0.1", port=port, ssl_context=context)
    controller.start()
    yield port, certificate
    controller.stop()


def test_a_server_without_login_is_for_a_person_unless_it_is_this_machine(
    tls_relay: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SMTP", "x")
    monkeypatch.setenv("SSL_CERT_FILE", str(tls_relay[1]))
    with (
        PostOffice(settings_for(tls_relay[0], security="tls")) as office,
        pytest.raises(AuthRefused, match="offers no login"),
    ):
        office.check()


def test_a_certificate_that_nobody_vouches_for_is_for_a_person(
    tls_relay: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SMTP", "x")
    with (
        PostOffice(settings_for(tls_relay[0], security="tls")) as office,
        pytest.raises(AuthRefused, match="certificate"),
    ):
        office.send(LETTER, USER, UNIT)
