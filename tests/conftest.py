"""The servers and databases that tests run against, each a fixture; `tests/servers/` tells how they work."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.engine import make_url

from intake.demo.mailbox import EmbeddedMailbox
from tests.servers.dovecot import Dovecot, find_dovecot
from tests.servers.imap_faults import FaultyMailbox
from tests.servers.parts import missing
from tests.servers.postgres import Postgres, find_programs, running_postgres
from tests.servers.s3 import ObjectGate, ObjectStoreServer, running_store
from tests.servers.smtp_faults import FaultyPostOffice

MEMORY = Path("/dev/shm")
MEMORY_WANTED = 4 << 30
"""Bytes: many times what all tests together hold at a time."""

settings.register_profile("shouwen", deadline=None)
settings.load_profile("shouwen")
"""No time limit for one example: on a machine with other work it says nothing of the program."""

USERNAME = "intake@example.org"
PASSWORD = "secret"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine procrastinate` runs the journeys with workers (`tests/by_workers.py`)."""
    parser.addoption("--engine", choices=("embedded", "procrastinate"), default="embedded")


def pytest_configure(config: pytest.Config) -> None:
    """Whatever tests and servers write lies in memory: on the disk they would wait for it thousands of times.

    Only where there is room and programs may be run from it (tests write some).  Who wants to look at what
    a test left names another place: TMPDIR=/tmp make test.
    """
    if "TMPDIR" in os.environ or hasattr(config, "workerinput") or not MEMORY.is_dir():
        return
    place = os.statvfs(MEMORY)
    if place.f_bavail * place.f_frsize < MEMORY_WANTED or place.f_flag & os.ST_NOEXEC:
        return
    folder = Path(tempfile.mkdtemp(prefix="sw-", dir=MEMORY))
    # Postgres and Dovecot run under accounts of their own.
    folder.chmod(0o711)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    config.add_cleanup(lambda: _forget(folder))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that is loaded with the tests is ever let go: the collector of garbage need not look at it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _forget(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop("TMPDIR", None)
    tempfile.tempdir = None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what another engine has not."""
    if config.getoption("--engine") != "embedded":
        out = [item for item in items if item.get_closest_marker("embedded")]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]


@pytest.fixture(scope="session")
def _engine(request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """The engine that the command line names; gives what ends whatever it began for a test."""
    if request.config.getoption("--engine") == "embedded":
        yield lambda: None
        return
    from tests.by_workers import by_workers, end_workers

    with by_workers(request.getfixturevalue("postgres_server")):
        yield end_workers


@pytest.fixture(autouse=True)
def _worked_for(_engine: Callable[[], None]) -> Iterator[None]:
    """Each test has workers of its own."""
    yield
    _engine()


@pytest.fixture(autouse=True)
def umask_kept() -> Iterator[None]:
    """The command writes for its own account alone; the servers of the next test run under others."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A fresh mailbox on a real Dovecot."""
    program, mend = find_dovecot()
    if program is None:
        missing("Dovecot", mend)
    with Dovecot(program, USERNAME, PASSWORD) as server:
        yield server


@pytest.fixture
def pymap_mailbox() -> Iterator[EmbeddedMailbox]:
    """A fresh mailbox on the embedded IMAP server, which every machine has."""
    with EmbeddedMailbox(USERNAME, PASSWORD) as server:
        yield server


@pytest.fixture
def imap_fault_server() -> Iterator[Callable[..., FaultyMailbox]]:
    """Starts IMAP servers that go wrong; takes what `FaultyMailbox` takes."""
    with ExitStack() as stack:

        def start(*given: object, **named: object) -> FaultyMailbox:
            return stack.enter_context(FaultyMailbox(*given, **named))  # type: ignore[arg-type]

        yield start


@pytest.fixture
def postoffice() -> Iterator[FaultyPostOffice]:
    """A mail server that takes every letter, except for the faults that a test plans."""
    with FaultyPostOffice(USERNAME, PASSWORD) as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'shouwen.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A running Postgres: the one that SHOUWEN_TEST_POSTGRES names (a URL), else one of our own."""
    if given := os.environ.get("SHOUWEN_TEST_POSTGRES"):
        yield Postgres(make_url(given))
        return
    programs = find_programs()
    if programs is None:
        missing("Postgres", "install the package postgresql, or set SHOUWEN_TEST_POSTGRES to a URL")
    with running_postgres(programs) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The URL of a fresh, empty Postgres database."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test twice: on a fresh SQLite file and on a fresh Postgres database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStoreServer]:
    """A running object store."""
    with running_store() as server:
        yield server


@pytest.fixture
def bucket(object_store: ObjectStoreServer, request: pytest.FixtureRequest) -> str:
    """The name of a fresh bucket on it."""
    name = f"test-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:20]}"
    object_store.client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def object_gate(object_store: ObjectStoreServer) -> Iterator[ObjectGate]:
    """A gate before the object store, at which a test plans faults."""
    gate = ObjectGate(object_store)
    gate.open()
    yield gate
    gate.shut()
