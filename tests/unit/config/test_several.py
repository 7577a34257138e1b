"""A configuration for several campaigns: what each gets, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.config.campaign_file import shipped_files
from intake.config.faults import ConfigFault
from intake.config.several import load_campaigns

MAILBOX = 'host = "imap.163.com"\nusername = "{0}@163.com"\npassword = {{ env = "P" }}\n'
SMTP = '[smtp]\nhost = "smtp.163.com"\nusername = "a@163.com"\npassword = { env = "P" }\n'
TWO = '[[campaign]]\n[[campaign]]\nfile = "paper-prize.toml"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for file in shipped_files("paper-prize"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path / "config.toml"


def written(config: Path, *parts: str) -> Path:
    config.write_text("".join(parts), "utf-8")
    return config


def faults(config: Path, *parts: str) -> str:
    with pytest.raises(ConfigFault) as told:
        load_campaigns(written(config, *parts), secrets=False)
    return str(told.value)


def test_one_of_each_is_one_without_a_name(config: Path) -> None:
    found = load_campaigns(written(config, "[mailbox]\n", MAILBOX.format("a"), SMTP), secrets=False)
    assert [*found] == [""] and found[""].sharing == (found[""],)


def test_each_has_its_place_in_the_store_and_its_own_keys(config: Path) -> None:
    own = '[campaign.digest]\nto = ["prize@example.org"]\n'
    shared = '[digest]\nto = ["all@example.org"]\nat = "09:00"\n'
    found = load_campaigns(
        written(config, "[mailbox]\n", MAILBOX.format("a"), SMTP, shared, TWO, own), secrets=False
    )
    first, second = found["cast-2024"], found["paper-prize"]
    assert first.store.database.endswith("/var/shouwen-cast-2024.db")
    assert second.store.database.endswith("/var/shouwen-paper-prize.db")
    assert first.store.archive.name == "cast-2024" and second.store.archive.name == "paper-prize"
    assert first.digest.to == ("all@example.org",) and second.digest.to == ("prize@example.org",)
    assert first.digest.at == second.digest.at
    assert first.alerts.record != second.alerts.record
    assert first.sharing == second.sharing == (first, second)


def test_on_postgres_each_has_a_schema(config: Path) -> None:
    store = '[store]\ndatabase = "postgresql+psycopg://shouwen@localhost/shouwen"\n'
    found = load_campaigns(
        written(config, "[mailbox]\n", MAILBOX.format("a"), SMTP, store, TWO), secrets=False
    )
    assert found["paper-prize"].store.url.endswith("/shouwen?options=-csearch_path%3Dcampaign_paper_prize")
    kept = store + "[[campaign]]\n[campaign.store]\n" + store.partition("\n")[2]
    found = load_campaigns(
        written(config, "[mailbox]\n", MAILBOX.format("a"), SMTP, kept, TWO.partition("\n")[2]), secrets=False
    )
    assert "options" not in found["cast-2024"].store.url


def test_mailboxes_have_names_and_campaigns_of_their_own(config: Path) -> None:
    boxes = "".join(f'[[mailbox]]\nname = "{name}"\n{MAILBOX.format(name)}' for name in ("one", "two"))
    campaigns = '[[campaign]]\n[[campaign]]\nfile = "paper-prize.toml"\nmailbox = "two"\n'
    smtp = SMTP.replace("a@163.com", "one@163.com")
    found = load_campaigns(written(config, boxes, smtp, campaigns), secrets=False)
    assert [one.mailbox.username for one in found.values()] == ["one@163.com", "two@163.com"]
    assert all(one.sharing == (one,) for one in found.values())


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["[mailbox]\n", MAILBOX.format("a"), SMTP, TWO, "colour = 1\n"], "unknown key"),
        (["[mailbox]\n", MAILBOX.format("a"), SMTP, TWO, 'mailbox = "b"\n'], "names no [[mailbox]]"),
        (["[mailbox]\n", MAILBOX.format("a"), SMTP, "[[campaign]]\n", "[[campaign]]\n"], "id of two"),
        (["[[mailbox]]\n", MAILBOX.format("a"), "[[mailbox]]\n", MAILBOX.format("b"), SMTP, TWO], "a name"),
        (["[mailbox]\n", MAILBOX.format("a"), SMTP, TWO, '[campaign.digest]\nat = "25"\n'], "(paper-prize)"),
        (["[mailbox]\n", MAILBOX.format("a"), SMTP, "[desk]\n", TWO], "is that of cast-2024 too"),
    ],
)
def test_what_is_refused(config: Path, parts: list[str], said: str) -> None:
    assert said in faults(config, *parts)
