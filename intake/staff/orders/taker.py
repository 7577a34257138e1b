"""The way of a clerk's mail: read, weighed, carried out once, answered.

It is taken up on record before anything is done, and answered in the transaction that says so: after a
crash the rest is carried out, and what somebody decided meanwhile stands.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection, Engine

from intake import clock
from intake.config.campaign_file import LoadedCampaign
from intake.config.settings import DigestSettings
from intake.domain.campaign.wording import state_name
from intake.domain.letters.order_report import TITLE, OrderLine, OrderReportView, example_of
from intake.domain.model.mail import LetterKind
from intake.letters.letterhead import LetterDraft, Letterhead
from intake.staff.orders.mandate import (
    REFUSALS,
    VALID,
    Mandate,
    StaffWord,
    has_papers,
    is_book,
    mandate_of,
    named_ids,
    staff_names,
)
from intake.staff.orders.phrases import orders_in
from intake.staff.workbook.carry_out import (
    AskedDecision,
    RowEnd,
    RowReport,
    UnclearRow,
    Why,
    carry_out_rows,
    once_each,
)
from parsers.sandbox.pool import Sandbox
from store.archive.archive import Archive
from store.archive.names import Damaged
from store.database import audit
from store.database.engine import StoreDown, viewing, writing
from store.letters import orders
from store.letters.orders import StaffMail
from store.mail import damage

log = logging.getLogger(__name__)

BOOK_SECONDS = 60
"""For reading one workbook."""

_NO_BOOK = Why("it is no 台账", "所附表格不是台账，或已损坏")


@dataclass(frozen=True, slots=True)
class OrderTaker:
    """The parts that it needs; `settings.to` are those whose word counts."""

    engine: Engine
    archive: Archive
    loaded: LoadedCampaign
    letterhead: Letterhead
    settings: DigestSettings
    sandbox: Sandbox

    def take(self) -> None:
        """Takes up what staff ordered by mail since."""
        names = staff_names(self.settings.to)
        if not names:
            return
        with viewing(self.engine) as cn:
            waiting = orders.waiting(cn, names, clock.now() - VALID)
        for mail in waiting:
            self._turn(mail, names[mail.mail.claimed_from.lower()])

    def _turn(self, mail: StaffMail, by: str) -> None:
        """One mail's turn: what fails in it keeps neither the others nor the pass; it is tried again."""
        try:
            self._take(mail, by)
        except Damaged as fault:
            log.error("message %d: %s; it is fetched again", mail.mail.id, fault)
        except (StoreDown, OSError):
            raise
        except Exception:
            log.exception("message %d: what it orders cannot be taken up", mail.mail.id)
            with writing(self.engine) as cn:
                audit.note_trouble(cn, f"邮件{mail.mail.id}的办理意见未能处理，将再次尝试", clock.now())
                # No plain receipt goes meanwhile: the report will be its answer.
                self._set_aside(cn, mail)

    def _take(self, mail: StaffMail, by: str) -> None:
        now, address = clock.now(), mail.mail.claimed_from
        with viewing(self.engine) as cn:
            digest_at = orders.digest_meant(cn, named_ids(mail.facts), address)
            over = orders.said_of(cn, mail, orders.ANSWERED)
            refused = orders.said_of(cn, mail, orders.REFUSED)
            begun = orders.said_of(cn, mail, orders.BEGUN)
        if over is not None or refused is not None:
            # Read anew, or come again.  What nobody vouches for stays what it is: a mail like any other.
            if over is not None or mail.verified:
                with writing(self.engine) as cn:
                    self._set_aside(cn, mail)
            return
        said = orders_in(mail.facts.body, self.loaded.campaign.campaign.number_prefix, by)
        answers = digest_at is not None
        books = [file for file in mail.files if is_book(file.filename, answers=answers)]
        word = StaffWord(
            mail.kind, mail.verified, mail.facts.forwarded, digest_at, bool(said.asked), bool(books)
        )
        mandate = mandate_of(word, begun or now)
        if mandate is Mandate.NONE:
            return
        if mandate is not Mandate.FULL:
            self._refuse(mail, mandate, by, now)
            return
        if begun is None:
            with writing(self.engine) as cn:
                orders.note(cn, mail, orders.BEGUN, "", by, now)
        asked = once_each([*said.asked, *(row for file in books for row in self._of_book(file, by))])
        reports = carry_out_rows(self.engine, asked, self.loaded.units, since=begun, shown=digest_at)
        in_words = len(said.asked)
        lines = tuple(_line("正文", report) for report in reports[:in_words])
        lines += tuple(_line("台账", report) for report in reports[in_words:])
        told = any(report.end is RowEnd.DONE and not report.unreachable for report in reports)
        self._answer(mail, by, now, self._view(mail, lines=lines, unread=said.unread, undoable=told))

    def _of_book(self, file: orders.StaffFile, by: str) -> list[AskedDecision | UnclearRow]:
        """What the 台账 asks for, read behind the sandbox's walls as every file from a mail."""
        # Here and not above: openpyxl takes its time and room, for a file that comes once in a while.
        from intake.staff.workbook.read_back import asked
        from intake.staff.workbook.sheet_rows import BookRow, rows_of_file

        try:
            with self.archive.scratch() as scratch:
                path = self.archive.checked("documents", file.content_hash, scratch)
                rows = self.sandbox.run(rows_of_file, path, seconds=BOOK_SECONDS, kind=list[BookRow])
        except Damaged as fault:
            with writing(self.engine) as cn:
                damage.note_document(cn, file.content_hash, str(fault))
            raise
        except OSError:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever the file does, the clerk is told
            # Its own words may repeat what stands in a cell.
            log.warning("a workbook that came by mail cannot be read (%s)", type(fault).__name__)
            return [UnclearRow(0, "", _NO_BOOK)]
        # Who signs in the file may be anybody: the mail is this clerk's.
        return [
            replace(item, by=f"{item.by}（{by}来信）")
            if isinstance(item, AskedDecision) and item.by != by
            else item
            for item in asked(rows, by)
        ]

    def _refuse(self, mail: StaffMail, mandate: Mandate, by: str, now: datetime) -> None:
        """Nothing is done, and staff know; whoever surely wrote it is told himself."""
        why = REFUSALS[mandate]
        with writing(self.engine) as cn:
            # A name that anybody may have put there stands in no history.
            who = audit.SERVICE if mandate is Mandate.ALOOF else by
            orders.note(cn, mail, orders.REFUSED, str(mandate), who, now)
            if mandate is not Mandate.EMPTY:
                said = f"有来信以{mail.mail.claimed_from}的名义要求办理，未予办理：{why}"
                audit.note_trouble(cn, said, now)
            if mandate is Mandate.ALOOF:
                return
            self._write(cn, mail, now, self._view(mail, refused=why))
            self._set_aside(cn, mail)

    def _answer(self, mail: StaffMail, by: str, now: datetime, view: OrderReportView) -> None:
        done = sum(line.done for line in view.lines)
        told = f"{done} done, {len(view.lines) - done} left out"
        with writing(self.engine) as cn:
            orders.note(cn, mail, orders.ANSWERED, told, by, now)
            self._write(cn, mail, now, view)
            self._set_aside(cn, mail)

    def _write(self, cn: Connection, mail: StaffMail, now: datetime, view: OrderReportView) -> None:
        answers = () if orders.is_answered(cn, mail.mail.id) else (mail.mail.id,)
        draft = LetterDraft(LetterKind.DIGEST, ("orders", mail.content_hash), view, answers=answers)
        self.letterhead.write_to_staff(cn, mail.mail.claimed_from, draft, TITLE, now, now, mail.mail)

    @staticmethod
    def _set_aside(cn: Connection, mail: StaffMail) -> None:
        if not has_papers([file.filename for file in mail.files]):
            orders.set_aside(cn, mail)

    def _view(
        self,
        mail: StaffMail,
        *,
        lines: tuple[OrderLine, ...] = (),
        unread: tuple[str, ...] = (),
        refused: str = "",
        undoable: bool = False,
    ) -> OrderReportView:
        campaign = self.loaded.campaign.campaign
        return OrderReportView(
            campaign.title,
            mail.mail.received_at,
            lines,
            unread,
            refused,
            undoable,
            self.letterhead.letters.settle_minutes,
            example_of(campaign.number_prefix),
        )


def _line(where: str, report: RowReport) -> OrderLine:
    place = f"{where}第{report.row}行" if report.row else where
    if report.end is RowEnd.DONE_BEFORE:
        return OrderLine(place, report.number, True, "此前已作同样办理，未重复办理")
    if report.end is RowEnd.LEFT_OUT:
        return OrderLine(place, report.number, False, report.why.zh if report.why else "")
    told = f"已办理，现为“{state_name(report.state)}”" if report.state else "已办理"
    if report.unreachable:
        told += "；没有可以发函的来信地址，请电话告知单位"
    return OrderLine(place, report.number, True, told)
