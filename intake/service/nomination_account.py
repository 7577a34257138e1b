"""One nomination, for a terminal: its papers, what its scan shows, findings, fields, letters, events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.config.language import either, said, when
from intake.domain.campaign.terms import Words
from intake.domain.campaign.wording import LETTER_STATE_NAMES, role_name, state_name
from intake.domain.letters.staff_hints import finding_account, kind_name
from intake.domain.model.document import Document
from intake.domain.model.inspection import Cost, Expected, Inspection, ScanPage, SealMark
from intake.domain.model.mail import LETTER_NAMES
from intake.domain.page.comparison import Compared, Likeness, compare, terms_of
from intake.domain.scans.inspection_cost import COST_NAMES
from intake.domain.scans.page_text import shown_pages
from intake.service.bootstrap import Parts
from store import reports
from store.database import audit


def nomination_account(
    parts: Parts, row: reports.Row, scan: Sequence[Document], events: Sequence[audit.AuditEvent]
) -> str:
    """All about one nomination: `row` as it is exported, the files of its scan, and what happened to it."""
    campaign, words = parts.loaded.campaign, parts.loaded.campaign.words
    unclear, category = said("（待核）"), row["category"]
    lines = [
        f"{row['number']}  {either(row['state'], state_name(row['state']))}",
        f"{either('unit', words.unit)}  {row['unit']['name'] or unclear}",
        f"{either('category', '类别')}  {either(category or unclear, campaign.category_name(category))}",
        f"{either('nominee', words.nominee)}  {row['nominee'] or unclear}",
        f"{said('收到时间')}  {row['received_at']}",
        "",
        said("材料"),
        *(
            f"  {either(d['role'], role_name(d['role'], words))}  {d['filename']}  "
            f"{'' if d['current'] else said('（旧版本）')}"
            f"{said('（发件人未经验证）') if d['authentication'] == 'unverified' else ''}"
            for d in row["documents"]
        ),
        "",
        said("扫描件所见"),
        *scan_account(parts, row, scan),
        "",
        said("检查情况"),
        *(_finding(f, words) for f in row["findings"]),
        "",
        said("填报内容"),
        *(f"  {either(n, campaign.field_label(n, category))}: {f['text']}" for n, f in row["fields"].items()),
        "",
        said("往来信函"),
        *(
            f"  {either(item['kind'], LETTER_NAMES[item['kind']])} {item['reference']} "
            f"{either(item['state'], LETTER_STATE_NAMES[item['state']])}"
            for item in row["letters"]
        ),
        "",
        said("经过"),
        *(f"  {when(e.at)}  {e.actor}  {_event(e)}" for e in events),
    ]
    return "\n".join(lines)


def _finding(finding: reports.Row, words: Words) -> str:
    """A finding, where it goes, and of a doubt its kind: what it says is told as it was recorded."""
    code, basis = finding["code"], finding.get("basis")
    kind = finding.get("kind") or ""
    weight = either(finding["severity"], SEVERITY_NAMES[finding["severity"]])
    head = " · ".join(filter(None, (weight, either(kind, kind_name(finding, words)))))
    score = "" if finding.get("confidence") is None else f", {finding['confidence']:.2f}"
    english = f"{code}: {finding['evidence']}" + (f" ({basis}{score})" if basis else "")
    return f"  [{head}] {either(english, finding_account(finding, words))}"


def _event(event: audit.AuditEvent) -> str:
    """What happened: as it is recorded for operators, or as staff read it."""
    return either(f"{event.verb}  {event.detail}", event_told(event))


SEVERITY_NAMES = {"curable": "可补正", "review": "人工核对", "note": "备注"}
"""What a finding's severity is called."""

_EVENTS = {
    "opened": "登记",
    "decided: accept": "确认齐全",
    "decided: return": "退回补正",
    "decided: reject": "不予受理",
    "decided: withdraw": "同意撤回",
    "decided: reopen": "重新办理",
    "settled": "办结",
    "taken up": "恢复列入待办",
    "answered": "答复",
    "answer taken back": "收回答复",
    "orders taken up": "以邮件办理",
    "orders answered": "办理情况已回告",
    "orders refused": "以邮件提出的办理未予办理",
    "put away": "归档，不再处理",
    "letter spared": "此前信函已答复，未另发函",
    "time given": "指定收到时间",
    "replayed": "重新读取",
    "corrected": "人工更正",
    "paired": "人工认定",
    "parted": "人工认定",
    "joined": "邮件归入单位",
    "taken back": "撤销更正",
}


def event_told(event: audit.AuditEvent) -> str:
    """An event of a nomination as staff read it: 状态由人工核对变为待补正：扫描件未盖章."""
    if event.verb == "state":
        change, _, why = event.detail.partition(": ")
        before, _, after = change.partition(" -> ")
        said = f"状态由{state_name(before)}变为{state_name(after)}"
        # Why a rule changed it is told in English, for the operator.
        return f"{said}：{why}" if event.actor != audit.SERVICE and why else said
    name = _EVENTS.get(event.verb, event.verb)
    if event.verb.startswith("orders "):
        # How many and why is told in English, for the operator.
        return name
    return f"{name}：{event.detail}" if event.detail else name


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
        yield f"  {either(document.filename, f'《{document.filename}》')}"
        if seen is None:
            yield said("    未经自动核验")
            continue
        if seen.refused:
            yield said(f"    无法核验：{seen.refused}")
            continue
        yield from _seen(parts, document, seen)
        pages += shown_pages(document)
    if pages:
        words = parts.loaded.campaign.words
        yield said("  识读")
        read = _readings(parts, row, tuple(pages))
        yield from (f"    {either(name, words.of(name))}: {said(told)}" for name, told in read.items())


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
    comma = either(", ", "，")
    yield "    " + comma.join(map(said, f"共{seen.page_count}页{looked}，{effort}".split("，")))
    for page in seen.pages:
        yield f"    {said(f'第{page.number}页')}  {comma.join(map(said, _page(page)))}"
    for picture in seen.pictures:
        path = parts.archive.place("pictures", picture.content_hash)
        what = either(picture.what, _PICTURES.get(picture.what, picture.what))
        yield f"    {said('附图')}  {said(f'第{picture.page}页')}  {what}  {path}"
    yield f"    {said('用时')}  {_costs(seen.costs)}"


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
    names = [either(c.step, COST_NAMES.get(c.step, c.step)) for c in costs]
    each = ", ".join(f"{name} {c.milliseconds / 1000:.2f} s" for name, c in zip(names, costs, strict=True))
    return f"{sum(c.milliseconds for c in costs) / 1000:.2f} s" + (f" ({each})" if each else "")
