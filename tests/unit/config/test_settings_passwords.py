"""Passwords stand outside the configuration, and never in what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.config.settings import ConfigFault
from tests.unit.config.config_text import MINIMAL, SECRET, change, faults, load, put_passwords


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_passwords(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        f'password = "{SECRET}"',
        f'password = {{ value = "{SECRET}" }}',
        f'password = ["{SECRET}"]',
        f'password = {{ env = "TEST_PASSWORD", file = "{SECRET}" }}',
        f'pasword = "{SECRET}"',
        f'"授权码" = "{SECRET}"',
        "pasword = 4711",
    ],
)
def test_a_password_in_the_file_is_a_fault_that_does_not_repeat_it(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        load(tmp_path, change("mailbox.password", line))
    told = str(caught.value)
    assert "mailbox.pas" in told or "授权码" in told
    if "file" not in line:
        assert "4711" not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_password_in_a_database_url_is_not_repeated(tmp_path: Path) -> None:
    told = faults(tmp_path, MINIMAL + f'[store]\ndatabase = "mysql://user:{SECRET}@host/x"\n')
    assert SECRET not in told[0]
    assert "mysql://user:" in told[0]


def test_an_unknown_table_does_not_show_its_content(tmp_path: Path) -> None:
    told = faults(tmp_path, MINIMAL + f'[mail]\nlogin = "{SECRET}"\n')
    assert len(told) == 1
    assert SECRET not in told[0]


@pytest.mark.parametrize("content", [None, b"", b"\n\n", b"\xff\xfe\xff"])
def test_a_password_file_must_hold_one(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret.txt"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    told = faults(tmp_path, MINIMAL)
    assert len(told) == 1
    assert "smtp.password" in told[0]
    assert str(file) in told[0]


def test_passwords_are_not_looked_up_for_commands_that_need_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_PASSWORD")
    settings = load(tmp_path, MINIMAL, secrets=False)
    with pytest.raises(ValueError, match="TEST_PASSWORD"):
        settings.mailbox.password.reveal()


def test_a_password_is_never_printed(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL)
    assert settings.mailbox.password.reveal() == SECRET
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump()}"
