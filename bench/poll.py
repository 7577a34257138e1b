"""What fetching costs: the poller beside the bare calls of imapclient, on the same mailbox.

`python -m bench.poll` prints four rows: processor time of polling 1,000 new mails of 60 KB, with that of
imapclient alone (EXAMINE, SEARCH, FETCH of all bodies in commands of the same size); commands that a poll
sends to a mailbox of 100,000 known mails; and of polling and reading mails of 5 MB, processor time a mail
beside half as many of them, and the most memory that the service held. The server is a process apart
from the client, whose processor time alone counts.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from imapclient import IMAPClient
from rich.console import Console
from rich.table import Table

from bench.measure import own_peak, processor_seconds, run
from intake.config.settings import load_settings
from intake.mail.imap import Listed, batches
from intake.service.bootstrap import open_parts
from store.database.engine import writing
from store.mail import messages
from tests.servers.imap_faults import FaultyMailbox, Stored

MAIL_BYTES, LARGE_BYTES = 60_000, 5_000_000
MOST_MEMORY = 300 * 1024 * 1024
AT = datetime(2025, 2, 8, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PollFigures:
    """Seconds of processor time in all, commands, bytes."""

    mails: int
    raw_seconds: float
    poll_seconds: float
    known: int
    idle_commands: int
    large: int
    large_seconds: float
    half_seconds: float
    large_memory: int

    @property
    def ratio(self) -> float:
        """The poller's processor time over that of the bare calls."""
        return self.poll_seconds / self.raw_seconds


def measure(mails: int, known: int, large: int, large_bytes: int = LARGE_BYTES) -> PollFigures:
    """Runs everything once; raises `measure.Failed`."""
    usual = [_mail(number, MAIL_BYTES) for number in range(mails)]
    raw = _client("raw", usual)
    polled = _client("poll", usual)
    whole = _client("read", [_mail(number, large_bytes) for number in range(large)])
    half = _client("read", [_mail(number, large_bytes) for number in range(large // 2)])
    with FaultyMailbox(_mail(number, 300) for number in range(known)) as server:
        _run("idle", server, known)
        commands = len(server.commands)
    return PollFigures(
        mails,
        raw["processor"],
        polled["processor"],
        known,
        commands,
        large,
        whole["processor"],
        half["processor"],
        whole["own_peak"],
    )


def _client(role: str, mails: Sequence[Stored]) -> dict[str, Any]:
    with FaultyMailbox(mails) as server:
        found = _run(role, server, len(mails))
    if found["messages"] != len(mails):
        raise AssertionError(f"{role}: {found['messages']} of {len(mails)} mails")
    return found


def _run(role: str, server: FaultyMailbox, count: int) -> dict[str, Any]:
    with TemporaryDirectory(prefix="shouwen-bench-") as name:
        folder = Path(name)
        (folder / "password").write_text(server.password, "utf-8")
        (folder / "config.toml").write_text(_CONFIG.format(port=server.port, user=server.username), "utf-8")
        told = (name, server.username, server.password, str(server.port), str(server.uidvalidity))
        return run("bench.poll", "--role", role, "--count", str(count), *told)


def _mail(number: int, size: int) -> Stored:
    """A mail of about that size, a file of noise in it; the same number and size give the same bytes."""
    noise = random.Random(number).randbytes(size * 72 // 100)
    body = base64.encodebytes(noise).replace(b"\n", b"\r\n")
    head = (
        f"Received: from a.example by mx.example; Sat, 8 Feb 2025 17:00:00 +0800\r\n"
        f"From: a@unit.example\r\nSubject: {number}\r\nMessage-ID: <{number}@unit.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=1.dat\r\n"
        "Content-Disposition: attachment; filename=1.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return Stored(number + 1, head.encode() + body, AT)


def _raw(username: str, password: str, port: int) -> int:
    """The bare calls: everything fetched and thrown away."""
    done = 0
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client.login(username, password)
        client.select_folder("INBOX", readonly=True)
        found = client.search("ALL")
        for batch in batches(Listed(uid, MAIL_BYTES, None) for uid in found):
            answer = client.fetch(
                [item.uid for item in batch], ["RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[]"]
            )
            done += sum(len(item[b"BODY[]"]) > 0 for item in answer.values())
    return done


def _service(role: str, folder: Path, count: int, uidvalidity: int) -> tuple[int, float]:
    """How many mails were taken in, and the processor time of that."""
    with open_parts(load_settings(folder / "config.toml")) as parts:
        poller = parts.poller()
        if role == "idle":
            with writing(parts.engine) as cn:
                messages.set_cursor(cn, poller.account, "INBOX", uidvalidity, count)
        with parts.sandbox() as sandbox:
            if role == "read":
                # Starting its server is no cost of a mail.
                sandbox.run(os.getpid, seconds=5, kind=int)
            began = processor_seconds()
            done = poller.poll().new
            if role == "read":
                done = parts.reader(sandbox).read().read
            return done, processor_seconds() - began


_CONFIG = """\
[mailbox]
host = "127.0.0.1"
port = {port}
security = "plain"
username = "{user}"
password = {{ file = "password" }}
folders = ["INBOX"]

[smtp]
host = "127.0.0.1"
port = 9
security = "plain"
username = "{user}"
password = {{ file = "password" }}
sender = "{user}"

[store]
database = "sqlite:///shouwen.db"
archive = "archive"

[scans]
look = "off"
"""


def _play(options: argparse.Namespace) -> int:
    folder, username, password, port, uidvalidity = options.place
    if options.role == "raw":
        began = processor_seconds()
        done = _raw(username, password, int(port))
        spent = processor_seconds() - began
    else:
        done, spent = _service(options.role, Path(folder), options.count, int(uidvalidity))
    json.dump({"messages": done, "processor": spent, "own_peak": own_peak()}, sys.stdout)
    return 0


def main() -> int:
    """Prints the table; 1 where the service held more memory than it may."""
    parser = argparse.ArgumentParser(prog="python -m bench.poll", description=__doc__)
    parser.add_argument("--mails", type=int, default=1000, metavar="N", help="mails of 60 KB (1000)")
    parser.add_argument("--known", type=int, default=100_000, metavar="N", help="known mails (100000)")
    parser.add_argument("--large", type=int, default=300, metavar="N", help="mails of 5 MB (300)")
    parser.add_argument("--large-bytes", type=int, default=LARGE_BYTES, metavar="N", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to a file")
    parser.add_argument("--role", help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    parser.add_argument("place", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role:
        return _play(options)
    seen = measure(options.mails, options.known, options.large, options.large_bytes)
    table = Table("what", "figure", header_style="bold")
    per_mail = 1000 / seen.mails
    table.add_row(
        f"{seen.mails} mails of 60 KB, imapclient alone", f"{seen.raw_seconds * per_mail:.2f} ms CPU"
    )
    table.add_row("the poller", f"{seen.poll_seconds * per_mail:.2f} ms CPU, {seen.ratio:.2f} times")
    table.add_row(f"commands of a poll over {seen.known} known mails", str(seen.idle_commands))
    if seen.large:
        large, half = seen.large_seconds / seen.large, seen.half_seconds / max(1, seen.large // 2)
        size = options.large_bytes / 1e6
        table.add_row(f"{seen.large} mails of {size:.0f} MB, polled and read", f"{large:.3f} s CPU a mail")
        table.add_row(f"{seen.large // 2} of them", f"{half:.3f} s CPU a mail")
        table.add_row("the service's own memory", f"{seen.large_memory / 2**20:.0f} MiB at most")
    Console().print(table)
    if options.json:
        options.json.write_text(json.dumps(asdict(seen)), "utf-8")
    return 1 if seen.large_memory > MOST_MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
