"""The ledger at a glance, for a terminal: all nominations, what a scan shows, what looking cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from intake import clock
from intake.domain.campaign.findings import finding_name
from intake.domain.campaign.wording import state_name
from intake.domain.letters.outage import DUTY_NAMES, done_line
from intake.domain.model.document import Document
from intake.domain.model.inspection import Cost, Expected, Inspection, ScanPage, SealMark
from intake.domain.page.comparison import Compared, Likeness, compare, terms_of
from intake.domain.scans.inspection_cost import COST_NAMES, STEP_NAMES, Tally
from intake.domain.scans.page_text import shown_pages
from intake.domain.text.calendar import moment
from intake.service.bootstrap import Parts
from store import reports
from store.database.engine import viewing
from store.database.restored import Restored
from store.mail import secrecy

COLOURS = {"complete": "green", "deficient": "yellow", "review": "red", "held": "magenta"}


def ledger_table(parts: Parts) -> Table:
    """All nominations as a table for the terminal."""
    words = parts.loaded.campaign.words
    with viewing(parts.engine) as cn:
        rows = reports.nominations(cn, clock.SHANGHAI)
        marked = [str(row["id"]) for row in secrecy.marked(cn)]
    table = Table(title=f"{parts.loaded.campaign.campaign.title}：台账（{len(rows)}项）", header_style="bold")
    if marked:
        table.caption = f"另有{len(marked)}封邮件带密级标志，未处理（邮件编号{'、'.join(marked)}）"
    for heading, whole in (
        ("编号", True),
        ("状态", True),
        (words.unit, False),
        ("类别", False),
        (words.nominee, False),
        ("收到时间", True),
        ("情况", False),
    ):
        table.add_column(heading, overflow="fold", no_wrap=whole)
    for row in rows:
        said = "、".join(
            dict.fromkeys(finding_name(f["code"], words) for f in row["findings"] if f["severity"] != "note")
        )
        table.add_row(
            row["number"],
            f"[{COLOURS.get(row['state'], 'white')}]{state_name(row['state'])}[/]",
            _plain(row["unit"]["name"] or "（待核）"),
            parts.loaded.campaign.category_name(row["category"]),
            _plain(row["nominee"] or "（待核）"),
            row["received_at"][5:16].replace("T", " "),
            said,
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
        yield done_line(done)
    for known in parts.monitor().record.read().outages.values():
        if known.over is None:
            yield f"{DUTY_NAMES[known.duty]}自{moment(known.since)}起未成功：{known.why}"


def _plain(text: str) -> str:
    """Text of a stranger's, its square brackets no markup."""
    return text.replace("[", r"\[")


_PAGE_COLOURS = {"colour": "彩色", "grey": "灰度", "bw": "黑白"}
_CERTAIN = {"sure": "确认", "maybe": "疑似"}
_INKS = {"red": "红色", "grey": "无色"}
_PICTURES = {"page": "整页", "line": "识别名称处"}


def scan_account(parts: Parts, row: reports.Row, scan: Sequence[Document]) -> Iterator[str]:
    """What was seen in the files of one nomination's scan, a line each; nothing where there is none.

    `row` is the nomination as it is exported.
    """
    pages: list[ScanPage] = []
    for document in scan:
        seen = document.inspection
        yield f"  《{document.filename}》"
        if seen is None:
            yield "    未经自动核验"
            continue
        if seen.refused:
            yield f"    无法核验：{seen.refused}"
            continue
        yield from _seen(parts, document, seen)
        pages += shown_pages(document)
    if pages:
        words = parts.loaded.campaign.words
        yield "  识读"
        yield from (f"    {words.of(name)}：{said}" for name, said in _readings(parts, row, pages).items())


def scan_readings(parts: Parts, row: reports.Row, scan: Sequence[Document]) -> dict[str, str]:
    """What was read on a nomination's scan of nominee, unit and category, beside its form; by field."""
    pages = [page for document in scan if document.inspection for page in shown_pages(document)]
    return _readings(parts, row, pages) if pages else {}


def _readings(parts: Parts, row: reports.Row, pages: Sequence[ScanPage]) -> dict[str, str]:
    read = compare(_expected(parts, row), pages, terms_of(parts.loaded.campaign))
    return {name: _told(value) for name, value in read.items() if value.expected}


def _seen(parts: Parts, document: Document, seen: Inspection) -> Iterator[str]:
    """Pages, seals, pictures and costs of one file."""
    looked = "" if len(seen.pages) == seen.page_count else f"，核验了{len(seen.pages)}页"
    effort = f"识读到第{seen.effort}级" if seen.effort else "未识读文字"
    yield f"    共{seen.page_count}页{looked}，{effort}"
    for page in seen.pages:
        yield f"    第{page.number}页  {'，'.join(_page(page))}"
    for picture in seen.pictures:
        path = parts.archive.path("pictures", picture.content_hash)
        yield f"    附图  第{picture.page}页{_PICTURES.get(picture.what, picture.what)}  {path}"
    yield f"    用时  {_costs(seen.costs)}"


def _page(page: ScanPage) -> Iterator[str]:
    yield "电子文档导出" if page.digital else _PAGE_COLOURS[page.colour]
    if page.turned:
        yield f"顺时针转{page.turned}°后为正"
    if page.doubt:
        yield f"图像存疑（{page.doubt}）"
    yield from map(_seal, page.seals) if page.seals else ("未见印章",)


def _seal(mark: SealMark) -> str:
    text = f"印文“{mark.text}”（{mark.score:.2f}）" if mark.text else "印文未读出"
    return f"{_CERTAIN[mark.certainty]}{_INKS[mark.ink]}圆章，{text}"


def _told(value: Compared) -> str:
    match value.likeness:
        case Likeness.EQUAL:
            return f"“{value.read}”，与WORD版一致"
        case Likeness.NEAR:
            return f"“{value.read}”，WORD版为“{value.expected}”，不能确定是否一致"
        case Likeness.DIFFERENT:
            return f"“{value.read}”，WORD版为“{value.expected}”，不一致"
    return f"未识别出“{value.expected}”"


def _expected(parts: Parts, row: reports.Row) -> Expected:
    """What the ledger says of the nomination: its scan is held against that."""
    category = next((c for c in parts.loaded.campaign.category if c.id == row["category"]), None)
    unit = row["unit"]["name"]
    written = row["fields"].get("unit", {}).get("text", "")
    names = [written, *(parts.loaded.spellings(unit) if unit else ())]
    return Expected(
        nominee=row["nominee"] or "",
        categories=(category.name, *category.aliases) if category else (),
        units=tuple(dict.fromkeys(name for name in names if name)),
    )


def _costs(costs: Sequence[Cost]) -> str:
    each = "、".join(f"{COST_NAMES.get(c.step, c.step)}{c.milliseconds / 1000:.2f}秒" for c in costs)
    return f"{sum(c.milliseconds for c in costs) / 1000:.2f}秒（{each}）" if each else "0秒"


def scans_account(account: Tally) -> str:
    """What each step of looking at scans decided and cost, in one paragraph; "" where none was looked at."""
    if not account.files:
        return ""
    steps = "，".join(
        f"{STEP_NAMES[step]}{count}份（{account.seconds[step]:.1f}秒）"
        for step, count in account.settled.items()
    )
    spent = "、".join(
        f"{COST_NAMES.get(name, name)}{seconds:.1f}秒" for name, seconds in account.spent.items()
    )
    known = f"；重复来件{account.known}份沿用已有结果" if account.known else ""
    return (
        f"扫描件核验：已看{account.files}份，其中{steps}{known}。处理器用时共{account.total:.1f}秒：{spent}。"
    )
