"""What `shouwen init` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.config import starter
from tests.unit.config.config_text import SECRET, load


def test_the_example_is_the_packaged_text_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(starter.__file__).parent
    example = (root / "config.example.toml").read_text("utf-8")
    assert (root.parents[1] / "config.example.toml").read_text("utf-8") == example
    monkeypatch.setenv("SHOUWEN_MAILBOX_PASSWORD", SECRET)
    settings = load(tmp_path, example)
    assert settings.smtp.sender_address == "jicengfuwuchu@163.com"


def test_the_keys_commented_out_in_the_example_show_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWEN_MAILBOX_PASSWORD", SECRET)
    example = (Path(starter.__file__).parent / "config.example.toml").read_text("utf-8")
    shown = example.replace("# timeout_seconds", "timeout_seconds").replace(
        "# max_age_hours", "max_age_hours"
    )
    shown = shown.replace("# received_by", "received_by")
    assert shown.count("\ntimeout_seconds") == 2
    assert load(tmp_path, shown) == load(tmp_path, example)


def test_starter_files_are_written_once(tmp_path: Path) -> None:
    first = starter.write_starter(tmp_path / "new")
    names = [file.path.name for file in first]
    assert names[:2] == ["config.toml", "campaign.toml"]
    assert "cast-2024-units.csv" in names
    assert not any(file.kept for file in first)
    (tmp_path / "new" / "config.toml").write_text("mine")
    (tmp_path / "new" / "campaign.toml").unlink()
    second = {file.path.name: file.kept for file in starter.write_starter(tmp_path / "new")}
    assert second == {name: name != "campaign.toml" for name in names}
    assert (tmp_path / "new" / "config.toml").read_text() == "mine"
