"""An installation on embedded servers, for the tests that walk the journey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests import kept_servers
from tests.journey import Office, Server
from tests.kept_work import work_kept
from tests.servers.smtp_faults import FaultyPostOffice

OfficeOn = Callable[..., Office]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For a test that asks the databases nothing which the others of its file do not ask both."""
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
"""For one among others on SQLite that ask the same."""


@pytest.fixture(scope="session", autouse=True)
def _kept() -> Iterator[None]:
    """Each pass in this process has the fork server of the pass before, and more of its work."""
    with pytest.MonkeyPatch.context() as patch, work_kept():
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
