"""digest: a read-only view of the ledger for staff, once a day by mail and any time by command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config.campaign_file import LoadedCampaign
from intake.config.settings import DigestSettings
from intake.domain.letters.digest import Material, day_before, digest_view
from intake.domain.letters.order_report import example_of
from intake.domain.letters.outage import done_line, work_line
from intake.domain.letters.undelivered import postponed_line
from intake.domain.letters.views import DigestEvidence, DigestPicture, DigestView
from intake.domain.model.inspection import Picture
from intake.domain.model.mail import LetterKind
from intake.domain.text.calendar import local
from intake.letters.letterhead import LetterDraft, Letterhead
from intake.mail.message import OutboundFile, Rendered
from store import reports
from store.archive.archive import Archive
from store.archive.names import PREFIX
from store.database import audit
from store.database.engine import viewing, writing
from store.letters import caps, decisions, echoes, notices, questions, returns
from store.mail import attention, damage, jobs, scan_evidence, secrecy
from store.mail.jobs import Workload

LISTED = timedelta(days=7)
"""How long a question is listed that nobody has answered."""

_A_TICK = timedelta(microseconds=1)
"""A day's digest is as of the midnight after it."""

SHOWN_SCANS = 1
"""Scans whose pictures one digest shows, on a third of a telephone's screen: the desk shows all."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Digester:
    """The parts that the digest needs; `desk` is the address of the desk, or "".

    `by_workers`: the digest of now tells how they fare.
    """

    engine: Engine
    loaded: LoadedCampaign
    letterhead: Letterhead
    settings: DigestSettings
    archive: Archive
    desk: str = ""
    by_workers: bool = False

    def view(self, as_of: datetime, faults: Sequence[str] = ()) -> DigestView:
        """The digest as of an instant: of a past one the figures by the states of then, which events tell."""
        since = day_before(as_of)
        zone, past = clock.SHANGHAI, local(as_of - _A_TICK).date() < local(clock.now()).date()
        with viewing(self.engine) as cn:
            capped = caps.postponed(cn, since, as_of)
            faults = tuple(dict.fromkeys((*faults, *audit.troubles(cn, since, as_of))))
            material = Material(
                nominations=_nominations(cn, as_of if past else None),
                letters=reports.letters(cn, zone),
                enquiries=questions.unsettled(cn, as_of - LISTED, as_of),
                linked=attention.linked(cn),
                left_out=attention.left_out(cn, as_of - LISTED),
                returned=returns.returned(cn),
                marked=secrecy.marked(cn, as_of - LISTED),
                repeated=echoes.repeated(cn, as_of - LISTED, as_of),
                recalls=attention.recalls(cn, as_of - LISTED),
                unanswerable=attention.unanswerable(cn),
                quarantined=attention.quarantined(cn),
                unfetched=damage.unfetched(cn),
                damaged=damage.told(cn),
                units=self.loaded.units,
                reported=reports.reported_units(cn, as_of if past else None),
                lapsed=notices.lapsed(cn, since, as_of),
                untold=[self._untold(row) for row in decisions.untold_rows(cn, as_of)],
                faults=(
                    *faults,
                    *(postponed_line(name, self.letterhead.letters.per_sender_a_day) for name in capped),
                ),
            )
            seen = scan_evidence.to_look_at(cn, SHOWN_SCANS)
            done = reports.last_done(cn)
            load = jobs.workload(cn) if self.by_workers and not past else None
        view = digest_view(material, self.loaded.campaign, as_of, since)
        evidence = tuple(self._shown(item) for item in seen)
        # Only who is sent it can answer it, and with what waits he may.
        example = "" if past else example_of(self.loaded.campaign.campaign.number_prefix)
        told = _done(done, as_of, load)
        return replace(view, evidence=evidence, done=told, desk=self.desk, is_past=past, example=example)

    def _untold(self, row: decisions.Row) -> decisions.Row:
        return {**row, "category": self.loaded.campaign.category_name(row["category"])}

    def _shown(self, item: scan_evidence.ScanEvidence) -> DigestEvidence:
        pictures = tuple(
            DigestPicture(
                _picture_name(picture.content_hash),
                _caption(picture, picture.page in item.sealed),
                wide=picture.what == "line",
            )
            for picture in item.pictures
            if self._has(picture)
        )
        return DigestEvidence(item.number, item.unit, item.nominee, item.filename, pictures)

    def _has(self, picture: Picture) -> bool:
        with suppress(OSError):
            return self.archive.is_there("pictures", picture.content_hash)
        return False

    def pictures(self) -> dict[str, bytes]:
        """The bytes of the pictures that the digest shows now, by their names on its page."""
        with viewing(self.engine) as cn:
            seen = scan_evidence.to_look_at(cn, SHOWN_SCANS)
        hashes = [picture.content_hash for item in seen for picture in item.pictures]
        found = {}
        for name in hashes:
            # A picture that is gone, or cannot be had now, is only an aid: the digest goes without it.
            with suppress(OSError):
                found[_picture_name(name)] = self.archive.get("pictures", name)
        return found

    def render(self, as_of: datetime, faults: Sequence[str] = ()) -> Rendered:
        """The digest in words."""
        return self.letterhead.composer.render(self.view(as_of, faults))

    def book(self, as_of: datetime) -> bytes:
        """The ledger (台账) as xlsx."""
        with viewing(self.engine) as cn:
            rows = reports.nominations(cn, clock.SHANGHAI)
        # Here and not above: openpyxl brings numpy with it, for a file that is made once a day.
        from intake.staff.workbook.contents import book_of

        return book_of(rows, self.view(as_of), self.loaded, as_of)

    def send(self, as_of: datetime, faults: Sequence[str] = ()) -> int:
        """Puts the day's digest into the outbox, once a day for each address; returns how many."""
        day = local(as_of).date().isoformat()
        name, pictures = f"ledger-{day.replace('-', '')}.xlsx", self.pictures()
        draft = LetterDraft(
            LetterKind.DIGEST,
            ("digest", day),
            self.view(as_of, faults),
            attachments=(OutboundFile(name, XLSX, self.book(as_of)),),
            shown=tuple(OutboundFile(shown, "image/jpeg", data) for shown, data in pictures.items()),
        )
        written = 0
        for to in self.settings.to:
            with writing(self.engine) as cn:
                row = self.letterhead.write_to_staff(cn, to, draft, day, as_of, clock.now())
            written += row is not None
        return written


def _done(done: Mapping[str, datetime | None], as_of: datetime, load: Workload | None) -> str:
    """When mail was last fetched and sent, and how workers fare.

    Nothing before the first pass, and of a day that is over.
    """
    instants = [at for at in done.values() if at]
    if not instants or max(instants) > as_of:
        return ""
    told = [work_line(load.workers, load.waiting, load.doing, load.stalled)] if load else []
    return "；".join([done_line(done), *told])


def _nominations(cn: Connection, then: datetime | None) -> list[reports.Row]:
    """The nominations in the export's form; those that were there `then`, in the states that they had."""
    rows = reports.nominations(cn, clock.SHANGHAI)
    if then is None:
        return rows
    states = audit.states_then(cn, then)
    return [
        {**row, "state": states.get(row["number"], row["state"])}
        for row in rows
        if datetime.fromisoformat(row["received_at"]) < then
    ]


def _picture_name(content_hash: str) -> str:
    return f"{content_hash.removeprefix(PREFIX)[:16]}.jpg"


def _caption(picture: Picture, sealed: bool) -> str:
    if picture.what == "line":
        return f"第{picture.page}页名称识别处"
    return f"第{picture.page}页" + ("" if sealed else "，未见印章")
