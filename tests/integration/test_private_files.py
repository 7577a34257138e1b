"""What commands write of people's mail is for their own account alone, whatever the shell's umask is."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.journey import Office
from tests.material import AT, both, entry, letter


@pytest.mark.embedded
def test_every_command_writes_for_its_own_account_alone(
    pymap_mailbox: EmbeddedMailbox, office: Office, tmp_path: Path
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT), AT)
    before = set(tmp_path.rglob("*"))
    # The tests' own umask is that of an ordinary shell: see `Office.shouwen`.
    office.once()
    office.shouwen("digest", "--preview", tmp_path / "page.html")
    for what in ("nominations", "messages", "letters"):
        office.shouwen("export", what, "--format", "xlsx", "-o", tmp_path / f"{what}.xlsx")
    office.shouwen("init", tmp_path / "start")
    made = set(tmp_path.rglob("*")) - before
    names = {path.name for path in made}
    assert {"shouwen.db", "archive", "page.html", "letters.xlsx", "config.toml"} <= names
    assert {path for path in made if path.stat().st_mode & 0o077} == set()


def test_a_folder_of_a_killed_run_is_swept_by_any_command(office: Office) -> None:
    office.shouwen("status")
    left = office.folder / "archive" / "scratch" / "left"
    left.mkdir(parents=True)
    (left / "file").write_text("personal")
    office.shouwen("status")
    assert not left.exists()
