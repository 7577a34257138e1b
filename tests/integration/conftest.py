"""An installation on embedded servers, for the tests that walk the journey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests import kept_servers
from tests.journey import Office, Server
from tests.servers.smtp_faults import FaultyPostOffice

OfficeOn = Callable[..., Office]


@pytest.fixture(scope="session", autouse=True)
def _kept_servers() -> Iterator[None]:
    """Each pass in this process reads with a fork server that the pass before has left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parsers.sandbox.pool.ForkServer", kept_servers.KeptServer)
        yield
    kept_servers.end()


@pytest.fixture
def office_on(postoffice: FaultyPostOffice, tmp_path: Path) -> OfficeOn:
    """Sets up an installation on the mailbox given; takes what `Office` takes after the servers."""

    def set_up(
        server: Server, database: str = "sqlite:///shouwen.db", /, **tables: dict[str, object]
    ) -> Office:
        return Office(tmp_path / "office", server, postoffice, database, **tables)

    return set_up


@pytest.fixture
def office(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> Office:
    """An installation on an empty mailbox."""
    return office_on(pymap_mailbox)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions after a lost connection begin at once."""
    monkeypatch.setattr("intake.stages.poll.FIRST_WAIT", 0.01)
    monkeypatch.setattr("intake.stages.poll.LONGEST_WAIT", 0.01)
