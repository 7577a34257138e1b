"""A least configuration, and how tests change and load it."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.config.settings import ConfigFault, Settings, load_settings

SECRET = "geheim-4711"
MINIMAL = """
[mailbox]
host = "imap.163.com"
username = "unit@163.com"
password = { env = "TEST_PASSWORD" }

[smtp]
host = "smtp.163.com"
username = "unit@163.com"
password = { file = "secret.txt" }
"""


def put_passwords(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Puts the password where MINIMAL says that it is."""
    monkeypatch.setenv("TEST_PASSWORD", SECRET)
    (folder / "secret.txt").write_text(SECRET + "\n")


def load(folder: Path, text: str, *, secrets: bool = True) -> Settings:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, secrets=secrets)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load(folder, text)
    assert str(caught.value) == "\n".join(str(fault) for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


def change(key: str, line: str) -> str:
    """MINIMAL with one key of [mailbox] or [smtp], or of a table after them, set to something else."""
    table, _, name = key.partition(".")
    lines = MINIMAL.splitlines()
    if f"[{table}]" not in lines:
        return MINIMAL + f"\n[{table}]\n{line}\n"
    start = lines.index(f"[{table}]")
    body = [
        row for at, row in enumerate(lines) if not (start < at < start + 5 and row.startswith(f"{name} ="))
    ]
    body.insert(body.index(f"[{table}]") + 1, line)
    return "\n".join(body)
