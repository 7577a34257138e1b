"""The demo's mailbox: a real IMAP server inside this process, on loopback, in memory.

It is pymap with its `dict` backend, which gives back byte for byte what it was
given.  Never its `maildir` backend: that one rewrites line endings, and then no
content hash holds.  For samples and tests only: there is no TLS, and everything
is gone when it stops.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from argparse import Namespace
from collections.abc import Coroutine, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import Cleartext

T = TypeVar("T")

START_SECONDS = 10.0
CALL_SECONDS = 60.0
_NOT_RUNNING = "the embedded IMAP server is not running"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to be put into the mailbox, and when the server says that it came.

    `internal_date` is aware; `folder` is a decoded name (垃圾邮件), made when it
    does not exist; `flags` are IMAP system flags such as `\\\\Seen`.
    """

    raw: bytes
    internal_date: datetime
    folder: str = "INBOX"
    flags: tuple[str, ...] = ()


class EmbeddedMailbox:
    """An IMAP server for one user, running while the context is open.

    `host` and `port` say where it listens: a free port, kept when the same object
    is started again (empty, and with another UIDVALIDITY).  Folder names are
    decoded ones.
    """

    host = "127.0.0.1"

    def __init__(self, username: str, password: str, folders: Iterable[str] = ()) -> None:
        # pymap drops the connection at a login that is not ASCII.
        if not (username + password).isascii():
            raise ValueError("the embedded IMAP server takes an ASCII user name and password only")
        self.username = username
        self.password = password
        self.port = 0
        self._first_folders = tuple(folders)
        self._folders: MailboxSet | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._fault: BaseException | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._ready.clear()
        self._fault = None
        self._thread = threading.Thread(target=self._serve, name="embedded-mailbox", daemon=True)
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise TimeoutError(f"the embedded IMAP server did not start within {START_SECONDS:.0f} s")
        if self._fault is not None:
            raise RuntimeError("the embedded IMAP server did not start") from self._fault
        for name in self._first_folders:
            self.create_folder(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join(START_SECONDS)
        self._folders = self._loop = self._stop = self._thread = None

    def create_folder(self, name: str) -> None:
        """Makes the folder; nothing happens when it exists."""
        self._call(self._folder(name))

    def deliver(
        self, raw: bytes, internal_date: datetime, folder: str = "INBOX", flags: Iterable[str] = ()
    ) -> int:
        """Puts one message into a folder; returns its UID.  See `Delivery` for what is taken."""
        return self.deliver_many([Delivery(raw, internal_date, folder, tuple(flags))])[0]

    def deliver_many(self, deliveries: Iterable[Delivery]) -> list[int]:
        """Puts messages into their folders in the order given; returns their UIDs.

        Raises ValueError, before anything is put in, when an `internal_date` has
        no offset: it would be told in this machine's zone.
        """
        deliveries = list(deliveries)
        for delivery in deliveries:
            if delivery.internal_date.utcoffset() is None:
                raise ValueError(f"internal_date needs an offset: {delivery.internal_date.isoformat()}")
        return self._call(self._append(deliveries))

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            work.close()
            raise RuntimeError(_NOT_RUNNING)
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_SECONDS)

    async def _folder(self, name: str) -> MailboxData:
        if self._folders is None:
            raise RuntimeError(_NOT_RUNNING)
        try:
            return await self._folders.get_mailbox(name)
        except KeyError:
            await self._folders.add_mailbox(name)
            return await self._folders.get_mailbox(name)

    async def _append(self, deliveries: list[Delivery]) -> list[int]:
        uids = []
        for item in deliveries:
            folder = await self._folder(item.folder)
            flags = frozenset(Flag(flag.encode("ascii")) for flag in item.flags)
            message = await folder.append(AppendMessage(item.raw, item.internal_date, flags), recent=True)
            uids.append(message.uid)
        return uids

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as fault:  # noqa: BLE001 - handed to the thread that waits in __enter__
            self._fault = fault
            self._ready.set()

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        # A client that hangs up in the middle of a command is ordinary here, and no news on a terminal.
        loop.set_exception_handler(lambda _, context: _log.debug("embedded IMAP server: %s", context))
        backend, config = await DictBackend.init(_arguments(self.username, self.password), **_OVERRIDES)
        config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            self._folders = await _folders_of(backend, config)
            callback = ProxyProtocolReader(config.proxy_protocol).get_callback(
                IMAPServer(backend.login, config)
            )
            server = await asyncio.start_server(callback, self.host, self.port)
            self.port = server.sockets[0].getsockname()[1]
            self._loop, self._stop = loop, asyncio.Event()
            self._ready.set()
            await self._stop.wait()
            # Connections that are still open end when `asyncio.run` cancels their tasks;
            # `wait_closed` would wait for a client that never hangs up.
            server.close()


_OVERRIDES: dict[str, Any] = {
    "hash_context": Cleartext(),  # the default costs 0.3 s of key stretching at every login
    "invalid_user_sleep": 0.0,
    "reject_dnsbl": False,  # never ask the network about a loopback address
}


def _arguments(username: str, password: str) -> Namespace:
    """What pymap's own command line would have parsed, without its signal handlers."""
    return Namespace(
        host=EmbeddedMailbox.host,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        proxy_protocol=None,
        passlib_cfg=None,
        demo_data=False,
        demo_user=username,
        demo_password=password,
    )


async def _folders_of(backend: DictBackend, config: Config) -> MailboxSet:
    """The one user's folders, which pymap makes when its first session opens."""
    async with backend.login.demo_user_identity.new_session() as session:
        return session.mailbox_set
