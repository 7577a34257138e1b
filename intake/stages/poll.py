"""poll: from the mailbox to the archive.  Nothing is parsed, and nothing in the mailbox changes.

The cursor is (UIDVALIDITY, last UID) in our store, never the \\Seen flag, which
anybody who opens a mail would move.  A message is on disk before its row is
written; identity is the hash of its bytes, so that a mailbox that is renumbered,
or a mail that is moved to another folder, brings nothing twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection, Engine
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter
from tenacity.nap import sleep_using_event

from intake import clock
from intake.config.settings import MailboxSettings
from intake.mail.imap import Fetched, Listed, Mailbox, MailboxDown, MailboxRefused, batches
from store.archive.archive import Archive
from store.archive.names import Damaged, content_hash, same_mail, twin_hash
from store.database.engine import viewing, writing
from store.mail import damage, messages, progress
from store.mail.messages import Archived, MailboxPlace

log = logging.getLogger(__name__)

SESSIONS = 4
"""Sessions tried in one pass before the outage is reported; the next pass goes on from there."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between sessions, doubled each time with jitter; NetEase blocks frequent logins."""

FULL_BATCH = 100
PATIENCE = 5
"""Fetches of a mail that never comes whole before letters stop waiting for it; staff are told."""

MOST_SEARCHED, MOST_COPIES = 20, 5
"""Lost messages searched for by Message-ID in one pass, and finds of each that are fetched."""

LEFT_OUT = "服务器列有此信，取信时却未给出"


@dataclass(slots=True)
class Polled:
    """What a pass brought: new messages, ones known by their bytes, and ones not fetched whole."""

    new: int = 0
    known: int = 0
    incomplete: int = 0
    absent: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Poller:
    """The parts that polling needs; `arrived` is told how many of how many are fetched in a folder.

    `recorded` gets the hashes of new messages in the transaction that records them.
    """

    settings: MailboxSettings
    engine: Engine
    archive: Archive
    stop: threading.Event
    arrived: Callable[[str, int, int], None] = lambda folder, done, total: None
    recorded: Callable[[Connection, Sequence[str]], None] = lambda cn, hashes: None

    @property
    def account(self) -> str:
        """What tells this mailbox from others in the store."""
        return f"{self.settings.username}@{self.settings.host}"

    def poll(self) -> Polled:
        """One pass over all folders; goes on after a lost connection where it stopped.

        Raises `MailboxDown` when the server stays away, `MailboxRefused` when a person must act.
        """
        began = clock.now()
        result = Polled()
        self._look_over_unread()
        retrying = Retrying(
            retry=retry_if_exception_type(MailboxDown),
            stop=stop_after_attempt(SESSIONS),
            wait=wait_exponential_jitter(multiplier=FIRST_WAIT, max=LONGEST_WAIT),
            sleep=sleep_using_event(self.stop),
            reraise=True,
        )
        for attempt in retrying:
            with attempt:
                # A connection that breaks at the same place again and again gets through
                # in smaller pieces.
                self._session(result, max(1, FULL_BATCH >> (3 * (attempt.retry_state.attempt_number - 1))))
        if not self.stop.is_set():
            with writing(self.engine) as cn:
                if not messages.hardly_tried(cn, self.account, self.settings.folders, PATIENCE):
                    progress.note_poll(cn, began, clock.now())
        return result

    def _look_over_unread(self) -> None:
        """Notes what an earlier run fetched and nobody can have now, so that this one fetches it again."""
        with viewing(self.engine) as cn:
            waiting = messages.unread(cn)
        for item in waiting:
            try:
                self.archive.checked("messages", item.content_hash)
            except Damaged as fault:
                with writing(self.engine) as cn:
                    damage.note(cn, item.id, str(fault), clock.now())

    def _session(self, result: Polled, batch_size: int) -> None:
        with Mailbox(self.settings) as mailbox:
            there = set(mailbox.folders())
            wanted = [name for name in self.settings.folders if name in there or name.upper() == "INBOX"]
            result.absent = [name for name in self.settings.folders if name not in wanted]
            if not wanted:
                raise MailboxRefused(
                    "none of mailbox.folders exists", f"there are: {', '.join(sorted(there))}"
                )
            for name in wanted:
                if self.stop.is_set():
                    return
                self._folder(mailbox, name, result, batch_size)
            self._search_elsewhere(mailbox, sorted(there.difference(wanted)))

    def _folder(self, mailbox: Mailbox, name: str, result: Polled, batch_size: int) -> None:
        state = mailbox.open(name)
        with viewing(self.engine) as cn:
            known = messages.cursor(cn, self.account, name)
            last = known[1] if known and known[0] == state.uidvalidity else 0
            again = messages.incomplete(cn, self.account, name, state.uidvalidity)
            damaged = damage.places(cn, self.account, name, state.uidvalidity)
        if known and known[0] != state.uidvalidity:
            log.warning(
                "folder %s was renumbered; its mails are fetched again and recognised by content", name
            )
            with writing(self.engine) as cn:
                messages.forget_renumbered(cn, self.account, name, state.uidvalidity)
        for uid, lost in damaged.items():
            self._mend(mailbox, uid, lost)
        if not again and (not state.exists or (state.uidnext and state.uidnext - 1 <= last)):
            return
        listed = mailbox.new_uids(min((last, *(uid - 1 for uid in again)))) if state.exists else []
        if vanished := set(again).difference(item.uid for item in listed):
            log.warning("folder %s no longer lists %d mail(s) that never came whole", name, len(vanished))
            with writing(self.engine) as cn:
                messages.forget_incomplete(cn, self.account, name, state.uidvalidity, vanished)
        todo = [item for item in listed if item.uid > last or item.uid in again]
        done = 0
        for batch in batches(todo, max_count=batch_size):
            self._batch(mailbox, name, state.uidvalidity, last, batch, result)
            last = max(last, batch[-1].uid)
            done += len(batch)
            self.arrived(name, done, len(todo))
            if self.stop.is_set():
                return

    def _mend(self, mailbox: Mailbox, uid: int, content_hash: str) -> bool:
        """Puts a message's lost bytes back from the open folder, if they are the same to the last one."""
        if self._has(content_hash):
            return True
        for item in mailbox.fetch([uid]):
            if item.whole and (raw := same_mail(item.raw, content_hash)):
                with suppress(Damaged):
                    self.archive.put("messages", raw)
                    log.warning("%s is put back from the mailbox", content_hash)
                    return True
        return False

    def _search_elsewhere(self, mailbox: Mailbox, folders: list[str]) -> None:
        """Looks for lost messages by their Message-ID in other folders: staff may have moved them."""
        with viewing(self.engine) as cn:
            lost = [item for item in damage.lost(cn) if item.message_id]
        wanted = [item for item in lost if not self._has(item.content_hash)][:MOST_SEARCHED]
        for name in folders if wanted else ():
            try:
                mailbox.open(name)
            except MailboxRefused as refusal:
                log.info("not searched: %s", refusal)
                continue
            wanted = [
                item
                for item in wanted
                if not any(
                    self._mend(mailbox, uid, item.content_hash)
                    for uid in mailbox.uids_of(item.message_id or "")[:MOST_COPIES]
                )
            ]

    def _has(self, content_hash: str) -> bool:
        try:
            return bool(self.archive.checked("messages", content_hash))
        except Damaged:
            return False

    def _batch(
        self, mailbox: Mailbox, name: str, uidvalidity: int, last: int, batch: list[Listed], result: Polled
    ) -> None:
        """Archives a batch, then writes its rows and moves the cursor in one transaction."""
        came: list[Fetched] = list(self._asked_twice(mailbox, [entry.uid for entry in batch]))
        named = {item.uid: (content_hash(item.raw), twin_hash(item.raw)) for item in came if item.whole}
        with viewing(self.engine) as cn:
            erased = messages.erased(cn, {name for names in named.values() for name in names if name})
        whole: list[Archived] = []
        broken: list[Fetched] = []
        for item in came:
            if item.uid in named:
                own, twin = named[item.uid]
                place = MailboxPlace(self.account, name, uidvalidity, item.uid)
                try:
                    if not erased & {own, twin}:
                        self.archive.put("messages", item.raw, own)
                except Damaged as fault:
                    log.error("folder %s uid %d cannot be archived: %s", name, item.uid, fault)
                else:
                    whole.append(Archived(own, len(item.raw), item.internal_date, place=place, twin=twin))
                    continue
            broken.append(item)
        now = clock.now()
        with writing(self.engine) as cn:
            told = messages.add(cn, whole, now)
            new = [entry.content_hash for entry, is_new in zip(whole, told, strict=True) if is_new]
            result.new += len(new)
            result.known += len(whole) - len(new)
            self.recorded(cn, new)
            for item in broken:
                self._note_broken(cn, item, MailboxPlace(self.account, name, uidvalidity, item.uid), now)
            messages.set_cursor(cn, self.account, name, uidvalidity, max(last, batch[-1].uid))
        result.incomplete += len(broken)

    @staticmethod
    def _asked_twice(mailbox: Mailbox, uids: list[int]) -> Iterable[Fetched]:
        """The fetched messages; one that did not come, or not whole, is asked for once more, alone."""
        again = []
        for item in mailbox.fetch(uids):
            if item.whole:
                yield item
            else:
                again.append(item.uid)
        for uid in again:
            yield from mailbox.fetch([uid])

    @staticmethod
    def _note_broken(cn: Connection, item: Fetched, place: MailboxPlace, now: datetime) -> None:
        # Listed and then left out: it may have been deleted meanwhile, which the next listing tells.
        trouble = LEFT_OUT if item.gone else f"{len(item.raw)} bytes came of {item.size} announced"
        log.warning("%s uid %d: %s; it is asked for again next time", place.folder, item.uid, trouble)
        messages.add_incomplete(cn, place, trouble, now)
