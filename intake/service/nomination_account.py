"""One nomination, for a terminal: its papers, what its scan shows, findings, fields, letters, events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.domain.campaign.terms import Words
from intake.domain.campaign.wording import LETTER_STATE_NAMES, role_name, state_name
from intake.domain.letters.staff_hints import finding_account, kind_name
from intake.domain.model.document import Document
from intake.domain.model.inspection import Cost, Expected, Inspection, ScanPage, SealMark
from intake.domain.model.mail import LETTER_NAMES
from intake.domain.page.comparison import Compared, Likeness, compare, terms_of
from intake.domain.scans.inspection_cost import COST_NAMES
from intake.domain.scans.page_text import shown_pages
from intake.domain.text.calendar import moment
from intake.service.bootstrap import Parts
from store import reports
from store.database import audit


def nomination_account(
    parts: Parts, row: reports.Row, scan: Sequence[Document], events: Sequence[audit.AuditEvent]
) -> str:
    """All about one nomination: `row` as it is exported, the files of its scan, and what happened to it."""
    campaign, words = parts.loaded.campaign, parts.loaded.campaign.words
    lines = [
        f"{row['number']}  {state_name(row['state'])}",
        f"{words.unit}  {row['unit']['name'] or '（待核）'}",
        f"类别      {campaign.category_name(row['category'])}",
        f"{words.nominee}  {row['nominee'] or '（待核）'}",
        f"收到时间  {row['received_at']}",
        "",
        "材料",
        *(
            f"  {role_name(d['role'], words)}  {d['filename']}  {'' if d['current'] else '（旧版本）'}"
            f"{'（发件人未经验证）' if d['authentication'] == 'unverified' else ''}"
            for d in row["documents"]
        ),
        "",
        "扫描件所见",
        *scan_account(parts, row, scan),
        "",
        "检查情况",
        *(f"  [{_weight(f, words)}] {finding_account(f, words)}" for f in row["findings"]),
        "",
        "填报内容",
        *(f"  {campaign.field_label(n, row['category'])}：{f['text']}" for n, f in row["fields"].items()),
        "",
        "往来信函",
        *(
            f"  {LETTER_NAMES[item['kind']]} {item['reference']} {LETTER_STATE_NAMES[item['state']]}"
            for item in row["letters"]
        ),
        "",
        "经过",
        *(f"  {moment(e.at)}  {e.actor}  {e.verb}  {e.detail}" for e in events),
    ]
    return "\n".join(lines)


def _weight(finding: reports.Row, words: Words) -> str:
    """Where a finding goes, and of a doubt its kind: review · 扫描件归属不明."""
    return " · ".join(filter(None, (finding["severity"], kind_name(finding, words))))


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
        read = _readings(parts, row, tuple(pages))
        yield from (f"    {words.of(name)}：{said}" for name, said in read.items())


def scan_readings(parts: Parts, row: reports.Row, scan: Sequence[Document]) -> dict[str, str]:
    """What was read on a nomination's scan of nominee, unit and category, beside its form; by field."""
    pages = tuple(page for document in scan if document.inspection for page in shown_pages(document))
    return _readings(parts, row, pages) if pages else {}


def _readings(parts: Parts, row: reports.Row, pages: tuple[ScanPage, ...]) -> dict[str, str]:
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
        path = parts.archive.place("pictures", picture.content_hash)
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
