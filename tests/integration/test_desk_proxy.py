"""The desk behind an organisation's proxy that names who has logged in: believed of that proxy alone."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from werkzeug.test import Client, TestResponse

from intake.config.sections.desk import DeskSettings
from intake.config.settings import load_settings
from intake.desk.server import serving
from intake.domain.model.staff import StaffRole
from intake.service.bootstrap import open_parts
from intake.staff.accounts import Accounts
from parsers.sandbox.pool import Sandbox
from tests.integration.test_desk import PASSWORD, DeskOf, desk_of
from tests.journey import BAD_USAGE, Office

ADDRESS = "https://desk.example.org"
BEHIND = {"proxy": "10.0.0.5", "address": ADDRESS, "user_header": "X-Remote-User"}


def named(name: str) -> dict[str, str]:
    """The header as a proxy sends it: UTF-8, which WSGI tells as Latin-1."""
    return {"X-Remote-User": name.encode().decode("latin-1")}


def through(desk: DeskOf) -> Client:
    return Client(desk.app, TestResponse)


def test_whom_the_proxy_names_is_let_in_by_his_account(office: Office) -> None:
    office.shouwen("status")
    with desk_of(office, **BEHIND) as desk:
        accounts = desk.desk.accounts
        for name, role in (("李明", StaffRole.DECIDE), ("王芳", StaffRole.SEE)):
            accounts.add(name, role, PASSWORD, "test")
        client = through(desk)
        answer = client.get("/", base_url=ADDRESS, headers=named("李明"))
        assert answer.status_code == 200 and "李明" in answer.text and "退出" not in answer.text
        cookie = answer.headers["Set-Cookie"]
        assert "Secure" in cookie and "HttpOnly" in cookie
        token = re.search(r'name="token" value="(\w+)"', answer.text)
        assert token
        again = client.get("/", base_url=ADDRESS, headers=named("李明"))
        assert "Set-Cookie" not in again.headers, "one session"
        # The session is his whom the proxy names now, never his who had it before.
        other = client.get("/", base_url=ADDRESS, headers=named("王芳"))
        assert "王芳" in other.text and "李明" not in other.text
        post = client.post(
            "/letters/release", base_url=ADDRESS, headers=named("李明"), data={"token": token[1]}
        )
        assert post.status_code == 403, "another's session"
        for headers in ({}, named(""), named("无此人"), named("李明, 王芳")):
            refused = client.get("/", base_url=ADDRESS, headers=headers)
            assert refused.status_code == 403, headers
        assert "尚未开通" in client.get("/", base_url=ADDRESS, headers=named("无此人")).text
        assert client.get("/", base_url="http://desk.example.org", headers=named("李明")).status_code == 403
        assert (
            client.post("/login", base_url=ADDRESS, data={"name": "李明", "password": PASSWORD}).status_code
            == 403
        )
        assert client.get("/login", base_url=ADDRESS, headers=named("李明")).status_code == 303


def test_without_the_setting_the_header_is_nothing(office: Office) -> None:
    office.shouwen("status")
    with desk_of(office) as desk:
        desk.desk.accounts.add("李明", StaffRole.DECIDE, PASSWORD, "test")
        answer = through(desk).get("/", headers=named("李明"))
        assert answer.status_code == 303 and "/login" in answer.headers["Location"]


@contextmanager
def served(office: Office, proxy: str) -> Iterator[int]:
    """The desk on a socket, behind a proxy that is to come from this address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = DeskSettings(
        listen=f"127.0.0.1:{port}", proxy=proxy, address=ADDRESS, user_header="X-Remote-User"
    )
    with open_parts(load_settings(office.config, secrets=False)) as parts, Sandbox(1) as sandbox:
        accounts = Accounts(parts.engine, timedelta(hours=1))
        if not accounts.listed():
            accounts.add("li", StaffRole.DECIDE, PASSWORD, "test")
        with serving(parts, sandbox, settings):
            yield port


def asked(port: int, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": "desk.example.org", **headers})
        return connection.getresponse().status
    finally:
        connection.close()


def test_only_the_proxy_itself_is_believed(office: Office) -> None:
    office.shouwen("status")
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.1.1.1", "X-Remote-User": "li"}
    with served(office, "127.0.0.1") as port:
        assert asked(port, said) == 200
        without = {name: value for name, value in said.items() if name != "X-Remote-User"}
        assert asked(port, without) == 403
        # By underscores one would write the same variable of WSGI past the proxy.
        assert asked(port, {**without, "X_Remote_User": "li"}) == 403
    with served(office, "127.0.0.9") as port:
        assert asked(port, said) == 403, "whoever else comes says what he likes"


@pytest.mark.parametrize("desk", [{"user_header": "X-Remote-User"}, {**BEHIND, "user_header": "a b"}])
def test_the_doctor_tells_of_a_header_that_anybody_could_write(office: Office, desk: dict[str, str]) -> None:
    office.change(desk=desk)
    told = office.shouwen("doctor")
    assert told.code == BAD_USAGE and "desk.user_header" in told.text


def test_the_doctor_tells_who_is_believed_and_of_faults_in_the_replies(office: Office) -> None:
    (office.folder / "replies.toml").write_text('[[reply]]\ntitle = "a"\ntext = "{{ b }}"\n', "utf-8")
    office.change(desk={**BEHIND, "replies": "replies.toml"})
    said = office.shouwen("doctor").text
    assert "whom the proxy names in X-Remote-User" in said and "FAIL replies" in said
