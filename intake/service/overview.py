"""The ledger at a glance, for a terminal: all nominations, and what looking at their scans cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rich.table import Table

from intake import clock
from intake.config.language import either, said
from intake.domain.campaign.findings import finding_name
from intake.domain.campaign.wording import state_name
from intake.domain.letters.outage import DUTY_NAMES, done_line, work_line
from intake.domain.model.mail import LetterState
from intake.domain.model.nomination import State
from intake.domain.scans.inspection_cost import COST_NAMES, STEP_NAMES, Tally
from intake.domain.text.calendar import moment
from intake.service.bootstrap import Parts
from intake.service.outage_record import OutageRecord
from store import listing, reports
from store.database.engine import viewing
from store.database.restored import Restored
from store.mail import secrecy

COLOURS = {"complete": "green", "deficient": "yellow", "review": "red", "held": "magenta"}


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which nominations are shown: of units whose name holds a text, in a state, the first so many."""

    unit: str = ""
    state: State | None = None
    limit: int | None = None


EVERYTHING = LedgerFilter()


def ledger_rows(parts: Parts, wanted: LedgerFilter = EVERYTHING) -> list[reports.Row]:
    """The nominations asked for, by number, as they are exported."""
    with viewing(parts.engine) as cn:
        rows = reports.nominations(cn, clock.SHANGHAI)
    fitting = (row for row in rows if _fits(row, wanted))
    return list(islice(fitting, wanted.limit))


def _fits(row: reports.Row, wanted: LedgerFilter) -> bool:
    name = row["unit"]["name"] or ""
    named = wanted.unit.strip() in name or wanted.unit.strip() in short_unit(name)
    return named and wanted.state in (None, row["state"])


def short_unit(name: str) -> str:
    """A unit's name as offices say it among themselves: 浙江省科协."""
    return name.replace("科学技术协会", "科协")


def ledger_table(parts: Parts, wanted: LedgerFilter = EVERYTHING) -> Table:
    """The nominations asked for as a table for the terminal, a line each in 80 columns."""
    words = parts.loaded.campaign.words
    rows = ledger_rows(parts, wanted)
    with viewing(parts.engine) as cn:
        marked = [str(row["id"]) for row in secrecy.marked(cn)]
    title = f"{parts.loaded.campaign.campaign.title} · {said(f'台账（{len(rows)}项）')}"
    table = Table(title=title, header_style="bold", box=None, pad_edge=False)
    if marked:
        table.caption = said(f"另有{len(marked)}封邮件带密级标志，未处理（邮件编号{'、'.join(marked)}）")
    for heading, narrowest in (
        (said("编号"), 11),
        (said("状态"), 8),
        (either("Unit", words.unit), 10),
        (said("类别"), 4),
        (either("Nominee", words.nominee), 8),
        (said("收到"), 5),
        (said("情况"), 8),
    ):
        table.add_column(heading, no_wrap=True, overflow="ellipsis", min_width=narrowest)
    unclear = said("（待核）")
    for row in rows:
        findings = [f["code"] for f in row["findings"] if f["severity"] != "note"]
        told = dict.fromkeys(either(code, finding_name(code, words)) for code in findings)
        table.add_row(
            row["number"],
            f"[{COLOURS.get(row['state'], 'white')}]{either(row['state'], state_name(row['state']))}[/]",
            _plain(short_unit(row["unit"]["name"] or unclear)),
            either(row["category"] or unclear, parts.loaded.campaign.category_name(row["category"])),
            _plain(row["nominee"] or unclear),
            row["received_at"][5:10],
            either(", ", "、").join(told),
        )
    return table


def restored_line(back: Restored) -> str:
    """What is said of a store that was put back from a backup."""
    taken, at = (
        moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") for moment in (back.taken, back.at)
    )
    waits = "" if back.caught_up else "；邮箱来信尚未收完，暂不发信"
    return f"数据库于{at}由{taken}的备份恢复，备份之后的人工处理记录不在其中{waits}"


def service_lines(parts: Parts) -> Iterator[str]:
    """When mail was last fetched and sent, and what has failed since; nothing before the first pass."""
    with viewing(parts.engine) as cn:
        done = reports.last_done(cn)
    if any(done.values()):
        yield from done_line(done).split("；")
    if parts.by_workers:
        from store.mail import jobs

        with viewing(parts.engine) as cn:
            load = jobs.workload(cn)
        yield from work_line(load.workers, load.waiting, load.doing, load.stalled).split("；")
    for known in OutageRecord(parts.settings.alerts.record).read().outages.values():
        if known.over is None:
            yield f"{DUTY_NAMES[known.duty]}自{moment(known.since)}起未成功：{known.why}"


def _plain(text: str) -> str:
    """Text of a stranger's, its square brackets no markup."""
    return text.replace("[", r"\[")


def scans_account(account: Tally) -> str:
    """What each step of looking at scans decided and cost, in one paragraph; "" where none was looked at."""
    if not account.files:
        return ""
    steps = either(", ", "，").join(
        said(f"{STEP_NAMES[step]}{count}份（{account.seconds[step]:.1f}秒）")
        for step, count in account.settled.items()
    )
    spent = either(", ", "、").join(
        either(f"{name} {seconds:.1f} s", f"{COST_NAMES.get(name, name)}{seconds:.1f}秒")
        for name, seconds in account.spent.items()
    )
    known = said(f"；重复来件{account.known}份沿用已有结果") if account.known else ""
    return either(
        f"scans: {account.files} looked at: {steps}{known}; {account.total:.1f} s of CPU: {spent}",
        f"扫描件核验：已看{account.files}份，其中{steps}{known}。处理器用时共{account.total:.1f}秒：{spent}。",
    )


def needs_person(parts: Parts) -> str:
    """What waits for a person, in a line; "" where nothing does."""
    with viewing(parts.engine) as cn:
        counts = {
            "nomination(s) to look at": listing.count(cn, listing.ListFilter(waiting=True)),
            "letter(s) held": listing.count_letters(cn, LetterState.HELD),
            "letter(s) that failed": listing.count_letters(cn, LetterState.DEAD),
            "mail(s) in quarantine": listing.count_quarantined(cn),
        }
    waiting = either(", ", "，").join(said(f"{count} {what}") for what, count in counts.items() if count)
    return said(f"a person is needed: {waiting}; `shouwen digest` lists them") if waiting else ""
