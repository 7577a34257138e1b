"""The judge: what a tormented run left, against what the same mails yield undisturbed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.journey import STAFF
from tests.torture.evidence import Evidence, Kept

LOSS, DOUBLE, LEDGER, LETTER, HANG, BROKEN = "loss", "double", "wrong ledger", "wrong letter", "hang", "fault"
KINDS = (LOSS, DOUBLE, LEDGER, LETTER, HANG, BROKEN)
"""What the judge objects to; `fault` is one of ours in what the service said."""

COPIES = 2
"""Copies of one letter, at most, and only where the service cannot know that the first one was taken."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that is not as it must be."""

    kind: str
    what: str


def judged(found: Evidence, truth: Evidence) -> list[Objection]:
    """Everything that is wrong with a run; `truth` is what the undisturbed run left.

    A run that hung never came to rest: what it had not done yet is not told beside it.
    """
    if found.hangs:
        compared = []
    else:
        compared = [*_messages(found, truth), *_nominations(found, truth), *_letters(found, truth)]
    return [
        *compared,
        *_copies(found),
        *(Objection(HANG, what) for what in found.hangs),
        *(Objection(BROKEN, what) for what in found.broken),
    ]


def _messages(found: Evidence, truth: Evidence) -> Iterator[Objection]:
    rows = Counter(row["content_hash"] for row in found.messages)
    for name in sorted(found.held - rows.keys()):
        yield Objection(LOSS, f"message {name} lies in the mailbox and not in the ledger")
    for name in sorted(found.held):
        if found.archived.get(name) != name:
            yield Objection(LOSS, f"message {name} is not whole in the archive")
    for name, times in rows.items():
        if times > 1:
            yield Objection(DOUBLE, f"message {name} stands {times} times in the ledger")
    known = found.mail() - Counter({line: times - 1 for line, times in found.mail().items()})
    for line in sorted(known - truth.mail()):
        yield Objection(LEDGER, f"a message became: {line}")


def _nominations(found: Evidence, truth: Evidence) -> Iterator[Objection]:
    alive = [row for row in found.nominations if row["state"] != "superseded"]
    names = Counter((row["unit"]["name"], row["category"], row["nominee"]) for row in alive)
    meant = Counter(
        (row["unit"]["name"], row["category"], row["nominee"])
        for row in truth.nominations
        if row["state"] != "superseded"
    )
    for name, times in (names - meant).items():
        kind = DOUBLE if meant[name] else LEDGER
        yield Objection(kind, f"nomination {name} stands {times} times too often in the ledger")
    for name, times in (meant - names).items():
        yield Objection(LOSS, f"nomination {name} lacks {times} times in the ledger")
    numbers = Counter(row["number"] for row in found.nominations)
    for number in (number for number, times in numbers.items() if times > 1):
        yield Objection(DOUBLE, f"number {number} was given twice")
    if names == meant:
        for line in sorted(found.ledger() - truth.ledger()):
            yield Objection(LEDGER, f"a nomination became: {line}")


def _letters(found: Evidence, truth: Evidence) -> Iterator[Objection]:
    told, meant = found.told(), truth.told()
    for (to, text), times in (told - meant).items():
        kind = DOUBLE if meant[to, text] else LETTER
        yield Objection(kind, f"{times} letter(s) to {to} too much:\n{text}")
    for (to, text), times in (meant - told).items():
        yield Objection(LOSS, f"{times} letter(s) to {to} never came:\n{text}")
    arrived = {item.message_id for item in found.kept}
    for row in found.letters:
        if row["state"] == "sent" and row["message_id"] not in arrived:
            yield Objection(LOSS, f"letter {row['id']} to {row['to']} is told as sent and never came")


def _copies(found: Evidence) -> Iterator[Objection]:
    copies: dict[str, list[Kept]] = defaultdict(list)
    for item in found.kept:
        if item.to != STAFF:
            copies[item.message_id].append(item)
    for number, items in copies.items():
        known = [item for item in items[:-1] if not item.unsure]
        if len(items) > COPIES or known:
            yield Objection(DOUBLE, f"letter {number} to {items[0].to} came {len(items)} times")
