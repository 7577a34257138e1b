"""What a run left behind, gathered from outside: exports, archive, letters at the mail server, its words."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from aiosmtpd.smtp import Envelope

from tests.journey import STAFF, Office, Rows, parsed, words
from tests.same import steady
from tests.servers.smtp_faults import F, FaultyPostOffice, LoseAnswer, Slow
from tests.torture.mails import Sent

DATES = re.compile(r"\d{4}年|\d{1,2}月\d{1,2}日|\d{1,2}[:：时]\d{2}分?|\d{4}-\d{2}-\d{2}")
AFTER_KEPT = 10.0
"""Seconds from a letter at the mail server to the end of what the service does with it."""

Window = tuple[float, float]
"""From when to when, by the monotonic clock, something was done to the service or its database."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter that the mail server took; `unsure` where the service cannot know that it was taken."""

    to: str
    message_id: str
    text: str
    unsure: bool = False


@dataclass(slots=True)
class Evidence:
    """Everything that a run is judged by; `held` are the hashes of what lies in the mailbox."""

    held: set[str]
    messages: Rows
    nominations: Rows
    letters: Rows
    kept: list[Kept]
    archived: dict[str, str]
    broken: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)

    def ledger(self) -> Counter[str]:
        """The nominations without numbers, letters and times of ours."""
        return Counter(
            _settled({key: value for key, value in row.items() if key not in ("number", "letters")})
            for row in self.nominations
        )

    def mail(self) -> Counter[str]:
        """What became of each message: its kind, its state, its documents."""
        return Counter(
            f"{row['content_hash']} {row['kind']} {row['state']} {row['documents']}" for row in self.messages
        )

    def told(self) -> Counter[tuple[str, str]]:
        """The letters to units, each once however often it was sent: to whom, and what they say."""
        once = {item.message_id: item for item in self.kept if item.to != STAFF}
        return Counter((item.to, item.text) for item in once.values())


class RecordingPostOffice(FaultyPostOffice):
    """The mail server with a record of when it took each letter, and whether its answer was heard.

    `file` is given a copy of each letter.
    """

    def __init__(self, username: str, password: str) -> None:
        super().__init__(username, password)
        self.file: Callable[[bytes], None] = lambda raw: None
        self.kept_at: list[float] = []
        self.unsure: set[int] = set()
        self._slow = False

    def next_fault(self, kind: type[F]) -> F | None:
        """Takes the next planned fault when it is of this kind; remembers a slow answer."""
        fault = super().next_fault(kind)
        self._slow = self._slow or isinstance(fault, Slow)
        return fault

    def keep(self, envelope: Envelope) -> int:
        """Keeps the letter, notes the time, and files a copy where that is wished."""
        if self._slow or (self._planned and isinstance(self._planned[0], LoseAnswer)):
            self.unsure.add(len(self.kept_at))
        self._slow = False
        self.kept_at.append(time.monotonic())
        place = super().keep(envelope)
        self.file(self.received[-1].raw)
        return place

    def forget_plans(self) -> None:
        """From now on everything is accepted."""
        self._planned.clear()

    def letters(self, windows: Iterable[Window]) -> list[Kept]:
        """What came, with the doubt about letters that came in one of these windows."""
        windows = list(windows)
        found = []
        for place, (letter, at) in enumerate(zip(self.received, self.kept_at, strict=True)):
            cut = any(begin <= at + AFTER_KEPT and at <= end for begin, end in windows)
            mail = parsed(letter)
            to, number = letter.rcpt_tos[0], str(mail["Message-ID"])
            found.append(Kept(to, number, plain(words(mail)), cut or place in self.unsure))
        return found


def plain(text: str) -> str:
    """A letter's words without numbers, Message-IDs, dates and times."""
    return DATES.sub("<time>", steady(text))


def gathered(
    office: Office,
    postoffice: RecordingPostOffice,
    mails: Iterable[Sent],
    windows: Iterable[Window] = (),
    said: str = "",
) -> Evidence:
    """Looks at everything that an installation left."""
    return Evidence(
        held={content_hash(mail.raw) for mail in mails},
        messages=office.export("messages"),
        nominations=office.export("nominations"),
        letters=office.export("letters"),
        kept=postoffice.letters(windows),
        archived={name: content_hash(raw) for name, raw in office.archived().items()},
        broken=tracebacks(said),
    )


def content_hash(raw: bytes) -> str:
    """The name that the archive gives to these bytes."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def tracebacks(said: str) -> list[str]:
    """The last line of each traceback in what the service said: a fault of ours, never an outage."""
    found = re.findall(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*(\S.*)$", said, re.MULTILINE)
    return [*found, *(line for line in said.splitlines() if "Fatal Python error" in line)]


def _settled(row: dict[str, object]) -> str:
    return steady(json.dumps(row, ensure_ascii=False, sort_keys=True))
