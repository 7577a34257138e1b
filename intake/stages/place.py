"""place: a mail of a mailbox that serves several campaigns, to the campaign that it is for.

Each campaign reads the mailbox for itself and keeps its own; what a mail is for is said once, in the store of
the first of them, so that no mail is taken up, or answered, by two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy.engine import Engine

from intake import clock
from intake.config.campaign_file import load_campaign
from intake.config.settings import Settings
from intake.domain.campaign.campaign import Campaign
from intake.domain.mail.destination import BroughtFile, Memory, destination
from intake.domain.model.mail import MessageKind
from intake.domain.secrecy.mail_marks import dropped
from store.database import audit
from store.database import engine as store_engine
from store.database.engine import viewing, writing
from store.mail import messages, placement
from store.mail.readings import MailReading

PLACED = frozenset({MessageKind.MATERIAL, MessageKind.ENQUIRY, MessageKind.OTHER})
"""Kinds of mail that are for one campaign; machines' mail is sorted by each with its own letters."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A campaign that is served from the mailbox, and its store."""

    campaign: Campaign
    engine: Engine

    @property
    def key(self) -> str:
        """The campaign's id."""
        return self.campaign.campaign.id


@contextmanager
def open_neighbours(settings: Settings, own: Campaign, engine: Engine) -> Iterator[tuple[Neighbour, ...]]:
    """The campaigns that are served from one mailbox, each with its store, in the configuration's order.

    `own` is the one of `settings`, whose store is open already.  Raises as `load_campaign` and the store do.
    """
    found: list[Neighbour] = []
    try:
        for each in settings.sharing:
            if each.store.url == settings.store.url:
                found.append(Neighbour(own, engine))
                continue
            other = store_engine.connect(each.store.url)
            found.append(Neighbour(load_campaign(each.campaign.file).campaign, other))
            store_engine.migrate(other)
            with writing(other) as cn:
                store_engine.claim(cn, found[-1].key, clock.now())
        yield tuple(found)
    finally:
        for neighbour in found:
            if neighbour.engine is not engine:
                neighbour.engine.dispose()


@dataclass(frozen=True, slots=True)
class Placer:
    """All campaigns of the mailbox, in the configuration's order; `own` is the one that reads."""

    own: str
    neighbours: Sequence[Neighbour]
    keeps: bool = True
    """False for a rehearsal, which says nothing for good."""

    @property
    def is_first(self) -> bool:
        """True for the campaign whose staff hear of mail that bears a mark of a state secret."""
        return self.neighbours[0].key == self.own

    def place(self, content_hash: str, reading: MailReading) -> MailReading | None:
        """The reading as this campaign takes it up; None where a person has to say whose the mail is.

        Then it waits in each campaign, since any of them might ask for what it brings.  Of a mail that is
        another's nothing is kept but its header.
        """
        if reading.kind in (MessageKind.BOUNCE, MessageKind.AUTO_REPLY):
            others = [each for each in self.neighbours if each.key != self.own]
            return _elsewhere(reading) if self._wrote_of(others, reading) else reading
        if reading.kind not in PLACED or not self._was_polled(content_hash):
            return reading
        if reading.classified is not None:
            return reading if self.is_first else _elsewhere(reading)
        whose = self._whose(content_hash, reading)
        if whose == self.own:
            return reading
        return _elsewhere(reading) if whose else None

    def _was_polled(self, content_hash: str) -> bool:
        own = next(each for each in self.neighbours if each.key == self.own)
        with viewing(own.engine) as cn:
            return placement.came_by_mailbox(cn, content_hash)

    def place_by_person(self, content_hash: str, campaign: str, by: str) -> None:
        """A person says whose a mail is; each campaign of the mailbox reads it again at its next pass."""
        with writing(self.neighbours[0].engine) as cn:
            placement.place_by_person(cn, content_hash, campaign, by, clock.now())
        for each in self.neighbours:
            with writing(each.engine) as cn:
                if row := placement.row_of(cn, content_hash):
                    audit.append(cn, audit.AuditEvent(clock.now(), "placed", campaign, by, message_id=row))
                    messages.replay(cn, [row], clock.now())

    def _whose(self, content_hash: str, reading: MailReading) -> str | None:
        first = self.neighbours[0].engine
        with viewing(first) as cn:
            said = placement.placed(cn, content_hash)
        campaigns = {each.key: each.campaign for each in self.neighbours}
        if said == placement.NOBODY or said in campaigns:
            return said or None
        papers = [BroughtFile(item.filename, item.facts) for item in reading.documents]
        known = {each.key: _memory(each, reading) for each in self.neighbours}
        found = destination(reading.facts, papers, reading.received_at, campaigns, known)
        if not self.keeps:
            return found
        with writing(first) as cn:
            return placement.place(cn, content_hash, found or placement.NOBODY, clock.now()) or None

    @staticmethod
    def _wrote_of(neighbours: Sequence[Neighbour], reading: MailReading) -> bool:
        for each in neighbours:
            with viewing(each.engine) as cn:
                if placement.wrote(cn, _threads(reading)):
                    return True
        return False


def _threads(reading: MailReading) -> list[str]:
    return [*reading.facts.in_reply_to, *reading.facts.references]


def _memory(each: Neighbour, reading: MailReading) -> Memory:
    sender = reading.facts.claimed_from
    with viewing(each.engine) as cn:
        return Memory(
            placement.wrote(cn, _threads(reading)),
            placement.nominees(cn),
            placement.heard_from(cn, sender.address if sender else ""),
        )


def _elsewhere(reading: MailReading) -> MailReading:
    return replace(
        reading,
        facts=dropped(reading.facts),
        kind=MessageKind.ELSEWHERE,
        answer_to=None,
        documents=(),
        classified=None,
    )
