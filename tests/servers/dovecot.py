"""A real Dovecot from a private directory, as root or as an ordinary user.

Written for Dovecot 2.3 (Debian `dovecot-imapd`).  Starting takes about 0.1 s, so
that each test has a mailbox of its own.
"""

from __future__ import annotations

import grp
import imaplib
import itertools
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from imapclient.imap_utf7 import encode as encode_utf7

from tests.servers.certificate import write_certificate
from tests.servers.snapshot import Snapshot, take_snapshot

START_SECONDS = 10.0
MAILDIR_FLAGS = {"\\Draft": "D", "\\Flagged": "F", "\\Answered": "R", "\\Seen": "S", "\\Deleted": "T"}

# Each line that is not self-evident answers something that Dovecot would otherwise do:
# without the anvil listener's mode a bad login costs four seconds, and so does the delay;
# without first_valid_gid the group of an ordinary user may be refused.
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{directory}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 0
mailbox_list_index = no
mail_fsync = never
passdb {{
  driver = passwd-file
  args = {directory}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={directory}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
  {chroot}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
  {chroot}
}}
"""
AS_ORDINARY_USER = """
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
"""


def find_dovecot() -> tuple[str | None, str]:
    """The program, or None and how to get one that these tests can use."""
    program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None:
        return None, "install the package dovecot-imapd"
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    if not answer.stdout.startswith("2.3."):
        return None, f"version 2.3 is wanted, {answer.stdout.strip() or 'none'} is installed"
    return program, ""


class Dovecot:
    """A Dovecot for one user, running while the context is open.

    `port` speaks plain text and STARTTLS, `tls_port` TLS, with a certificate for
    localhost and 127.0.0.1 that `certificate` (PEM) vouches for.
    """

    host = "127.0.0.1"

    def __init__(self, program: str, username: str = "intake@example.org", password: str = "secret") -> None:
        self.program = program
        self.username = username
        self.password = password
        self.port = self.tls_port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._serial = itertools.count(1)

    def __enter__(self) -> Self:
        # Not below pytest's own directory: that one is closed to the user whom mail belongs to,
        # and too long a path for Dovecot's sockets (108 bytes).
        self.directory = Path(tempfile.mkdtemp(prefix="shouwen-dovecot-"))
        try:
            self._lay_out()
            self._start()
        except BaseException:
            self._clear()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def create_folder(self, name: str) -> None:
        """Makes the folder, by decoded name; nothing happens when it exists."""
        with self._connection() as connection:
            connection.create(f'"{encode_utf7(name).decode("ascii")}"')

    def deliver(
        self, raw: bytes, internal_date: datetime, folder: str = "INBOX", flags: Iterable[str] = ()
    ) -> None:
        """Drops a message as a file, as a delivery agent would: INTERNALDATE is the file's time (seconds).

        Dovecot sends every line with CRLF, and 0x80 for a NUL, whatever the file
        has: `raw` comes back byte for byte only when it has neither bare LF nor NUL.
        """
        maildir = self._maildir(folder)
        # Dovecot numbers new messages in the order of the time that their names begin with.
        name = f"{1_600_000_000 + next(self._serial)}.M1P1.example"
        marks = "".join(sorted(MAILDIR_FLAGS[flag] for flag in flags))
        draft = maildir / "tmp" / name
        draft.write_bytes(raw)
        os.utime(draft, (internal_date.timestamp(),) * 2)
        if os.geteuid() == 0:
            os.chown(draft, self._user.pw_uid, self._user.pw_gid)
        draft.rename(maildir / "cur" / f"{name}:2,{marks}" if marks else maildir / "new" / name)

    def append(
        self, raw: bytes, internal_date: datetime, folder: str = "INBOX", flags: Iterable[str] = ()
    ) -> None:
        """Puts a message in by IMAP APPEND; see `deliver` for what is taken."""
        written = f'"{encode_utf7(folder).decode("ascii")}"'
        with self._connection() as connection:
            date = imaplib.Time2Internaldate(internal_date)
            status, answer = connection.append(written, f"({' '.join(flags)})", date, raw)
        if status != "OK":
            raise RuntimeError(f"APPEND was refused: {answer!r}")

    def remove(self, folder: str = "INBOX") -> None:
        """Takes all messages out of a folder: their UIDs never come again."""
        for part in ("new", "cur"):
            for message in (self._maildir(folder) / part).iterdir():
                message.unlink()

    def renew_uidvalidity(self, folder: str = "INBOX") -> None:
        """Makes Dovecot number the folder anew under another UIDVALIDITY; the messages stay."""
        maildir = self._maildir(folder)
        uidlist = maildir / "dovecot-uidlist"
        lines = uidlist.read_text(encoding="utf-8").splitlines()
        validity = re.search(r"\bV(\d+)", lines[0])
        if validity is None:
            raise RuntimeError(f"{uidlist} has no UIDVALIDITY: {lines[0]}")
        uidlist.write_text(f"3 V{int(validity[1]) + 1} N1 G{'0' * 32}\n", encoding="utf-8")
        for index in maildir.glob("dovecot.index*"):
            index.unlink()

    def snapshot(self) -> Snapshot:
        """What all folders hold now; equal before and after a run that changed nothing."""
        return take_snapshot(self.host, self.port, self.username, self.password)

    @property
    def log(self) -> str:
        """What Dovecot has logged so far."""
        path = self.directory / "dovecot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _connection(self) -> imaplib.IMAP4:
        connection = imaplib.IMAP4(self.host, self.port)
        connection.login(self.username, self.password)
        return connection

    def _maildir(self, folder: str) -> Path:
        root = self.directory / "mail" / self.username
        if folder.upper() == "INBOX":
            return root
        # Maildir++: a folder is a directory with a dot before its encoded name.
        path = root / f".{encode_utf7(folder).decode('ascii').replace('/', '.')}"
        if not path.exists():
            self.create_folder(folder)
        return path

    @property
    def _user(self) -> pwd.struct_passwd:
        return pwd.getpwnam("mail") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    def _lay_out(self) -> None:
        for name in ("run", "state", "mail"):
            (self.directory / name).mkdir()
        certificate, key = write_certificate(self.directory)
        self.certificate = certificate
        self.port, self.tls_port = _free_ports()
        user, group = self._user.pw_name, grp.getgrgid(self._user.pw_gid).gr_name
        root = os.geteuid() == 0
        text = CONFIGURATION.format(
            directory=self.directory,
            certificate=certificate,
            key=key,
            user=user,
            group=group,
            port=self.port,
            tls_port=self.tls_port,
            # Only root may chroot; Dovecot would otherwise refuse to start these two.
            chroot="" if root else "chroot =",
        )
        if root:
            # mkdtemp closes the directory to everyone else, and mail belongs to another user than ours.
            self.directory.chmod(0o755)
            os.chown(self.directory / "mail", self._user.pw_uid, self._user.pw_gid)
        else:
            text += AS_ORDINARY_USER.format(user=user, group=group)
        (self.directory / "dovecot.conf").write_text(text, encoding="utf-8")
        (self.directory / "users").write_text(f"{self.username}:{{PLAIN}}{self.password}\n", encoding="utf-8")

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [self.program, "-F", "-c", self.directory / "dovecot.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.create_folder("INBOX")
                return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.02)
        raise RuntimeError(f"Dovecot did not start: {self.log or self._error()}")

    def _error(self) -> str:
        if self._process is None or self._process.poll() is None or self._process.stderr is None:
            return "it is not answering"
        return self._process.stderr.read().decode("utf-8", "replace")

    def _clear(self) -> None:
        if self._process is not None:
            # To the master alone it would take a second: it waits for its children to leave by themselves.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None
        shutil.rmtree(self.directory, ignore_errors=True)


def _free_ports() -> tuple[int, int]:
    """Two ports that were free a moment ago; Dovecot cannot choose its own."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]
