"""The measured runs: bare calls and service in turn, so that a busy machine is unfair to neither."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.databases import Database
from bench.measure import run
from bench.workload import OFFICE, Mail
from intake.demo.mailbox import Delivery, EmbeddedMailbox
from intake.demo.postoffice import EmbeddedPostOffice

BARE = "bare calls"


@dataclass(slots=True)
class Measurements:
    """The results of all runs by what was run, in the order in which they ran; `faults` spoil them."""

    runs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything that the runs share: the mails as files, and the servers that hold and take mail."""

    folder: Path
    mails: Sequence[Mail]
    mailbox: EmbeddedMailbox
    post_office: EmbeddedPostOffice

    @property
    def bare_folder(self) -> Path:
        """The mails as files, for the bare calls."""
        return self.folder / "mails"


@contextmanager
def workshop(mails: Sequence[Mail]) -> Iterator[Workshop]:
    """Puts the mails on disk and into a mailbox on an embedded IMAP server; an SMTP server takes letters."""
    password = secrets.token_urlsafe(12)
    with (
        TemporaryDirectory(prefix="shouwen-bench-") as name,
        EmbeddedMailbox(OFFICE.address, password) as mailbox,
        EmbeddedPostOffice(OFFICE.address, password) as post_office,
    ):
        shop = Workshop(Path(name), mails, mailbox, post_office)
        shop.bare_folder.mkdir()
        for number, mail in enumerate(mails):
            (shop.bare_folder / f"{number:05d}.eml").write_bytes(mail.raw)
        (shop.folder / "password").write_text(password, "utf-8")
        mailbox.deliver_many(Delivery(mail.raw, mail.received_at) for mail in mails)
        yield shop


def measure(
    shop: Workshop, databases: Sequence[Database], rounds: int, told: Callable[[str], None]
) -> Measurements:
    """In each round, for each database: the bare calls, then the service.

    A service's run keeps, as `beside`, the bare run before it, to which it is compared.
    Raises `measure.Failed`.
    """
    result = Measurements()
    for number in range(1, rounds + 1):
        for database in databases:
            told(f"round {number} of {rounds}: {BARE}")
            beside = _bare(shop)
            told(f"round {number} of {rounds}: the service on {database.name}")
            outcome = serve(shop, database, result.faults) | {"beside": beside}
            result.runs.setdefault(BARE, []).append(beside)
            result.runs.setdefault(database.name, []).append(outcome)
    return result


def _bare(shop: Workshop) -> dict[str, Any]:
    return run("bench.bare", str(shop.bare_folder))


def serve(shop: Workshop, database: Database, faults: list[str]) -> dict[str, Any]:
    """One run of the service on a fresh database; what was not the whole work is added to `faults`."""
    before = len(shop.post_office.received)
    with TemporaryDirectory(dir=shop.folder) as name:
        folder = Path(name)
        config = folder / "config.toml"
        config.write_text(_config(shop, database.fresh(folder)), "utf-8")
        outcome = run("bench.service", str(config))
    taken = shop.post_office.received[before:]
    faults += [f"{database.name}: {fault}" for fault in _faults(shop, outcome["outcome"], len(taken))]
    return outcome


def _faults(shop: Workshop, outcome: dict[str, Any], letters: int) -> Iterator[str]:
    """What keeps the figures from being those of the whole work."""
    units = len({mail.unit for mail in shop.mails})
    if outcome["nominations"] != len(shop.mails):
        yield f"{outcome['nominations']} nominations came of {len(shop.mails)} mails"
    if outcome["states"].get("complete", 0) != len(shop.mails):
        yield f"not all nominations are complete: {outcome['states']}, {outcome['findings']}"
    if letters != units:
        yield f"{letters} letters came for {units} units"
    yield from outcome["troubles"]


def _config(shop: Workshop, database: str) -> str:
    return f"""\
[mailbox]
host = "{shop.mailbox.host}"
port = {shop.mailbox.port}
security = "plain"
username = "{OFFICE.address}"
password = {{ file = "../password" }}
folders = ["INBOX"]

[smtp]
host = "{shop.post_office.host}"
port = {shop.post_office.port}
security = "plain"
username = "{OFFICE.address}"
password = {{ file = "../password" }}
sender = "{OFFICE.name} <{OFFICE.address}>"
daily_limit = 100000
pause_seconds = 0

[store]
database = "{database}"
archive = "archive"

[letters]
settle_seconds = 0

[scans]
look = "off"
"""
