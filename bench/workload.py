"""The mails of the benchmark: one nomination each, a Word form and a PDF with a text layer.

Sixty units of the shipped registry for five hundred mails, 32 of them provinces, each
within its quotas; all four categories and three layouts of the form, five mail
programs.  The same count gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice

from bench.textpdf import text_pdf
from intake.clock import SHANGHAI
from intake.demo.filling import SampleEntry
from intake.demo.mails.programs import AttachedFile, Author, Client, SampleLetter, compose
from intake.demo.papers.content import CATEGORY_NAMES, Category, FormContent
from intake.demo.papers.forms import word_form
from intake.demo.papers.sheet import SheetLayout, sheet_of
from intake.demo.units import SampleUnit
from intake.domain.campaign.campaign import UnitRow

OFFICE = Author("中国科协农村专业技术服务中心", "jicengfuwuchu@163.com")

MAILS_PER_UNIT = 25 / 3
"""Five hundred mails are sixty units."""

PROVINCES_PER_SOCIETY = 32 / 28
PROVINCE_MAILS, SOCIETY_MAILS = 3, 2
"""In what proportion they send: a province may nominate twenty, a society eight."""

TURNS = 5
"""In how many rounds all have sent as often as that."""

FIRST_DAY = datetime(2025, 2, 8, 9, tzinfo=SHANGHAI)
DAYS = 12
_SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄吕江何罗高萧潘简朱钟游彭詹胡施沈"
_FIRST = "文晓国建海振思雨嘉欣明志俊雪子静伟慧丽春"
_SECOND = "华平东辉博涵宁瑶轩琳峰燕强洁航云舟岚坤颖"
_NOMINEES: dict[Category, tuple[str, str]] = {
    "volunteer": ("{person}", "{place}农业技术推广站"),
    "organisation": ("“{person}工作室”科技志愿服务队", "{place}科技馆"),
    "project": ("“跟着{person}学农技”科技志愿服务项目", "{place}图书馆"),
    "site": ("{place}社区科技志愿服务点", "{place}社区居民委员会"),
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as the mailbox holds it."""

    raw: bytes
    received_at: datetime
    unit: str


@dataclass(frozen=True, slots=True)
class _Task:
    number: int
    unit: SampleUnit
    category: Category
    received_at: datetime


def write_mails(count: int, registry: Sequence[UnitRow], workers: int) -> Iterator[Mail]:
    """That many mails in the order in which they came; made in several processes."""
    tasks = _tasks(count, registry)
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_mail, tasks, chunksize=10)


def write_mails_of_one(count: int, registry: Sequence[UnitRow]) -> list[Mail]:
    """That many mails of one province, beyond its quota where there are many; made in this process."""
    unit = _units(2, registry)[0]
    categories = tuple(CATEGORY_NAMES)
    times = (FIRST_DAY + timedelta(days=DAYS) * number / count for number in range(count))
    return [
        _mail(_Task(number, unit, categories[number % len(categories)], at.replace(microsecond=0)))
        for number, at in enumerate(times)
    ]


def _tasks(count: int, registry: Sequence[UnitRow]) -> list[_Task]:
    units = _units(max(2, round(count / MAILS_PER_UNIT)), registry)
    shares = {"province": PROVINCE_MAILS, "society": SOCIETY_MAILS}
    senders = [unit for unit in units for _ in range(shares[unit.kind or ""])]
    # Units take turns: a unit's places in this list are neighbours.
    turns = cycle(unit for start in range(TURNS) for unit in senders[start::TURNS])
    sent: Counter[str] = Counter()
    categories = tuple(CATEGORY_NAMES)
    tasks = []
    for number, unit in enumerate(islice(turns, count)):
        category = categories[sent[unit.name] % len(categories)]
        sent[unit.name] += 1
        at = FIRST_DAY + timedelta(days=DAYS) * number / count
        tasks.append(_Task(number, unit, category, at.replace(microsecond=0)))
    return tasks


def _units(count: int, registry: Sequence[UnitRow]) -> list[SampleUnit]:
    provinces = [row for row in registry if row.kind == "province"]
    societies = [row for row in registry if row.kind == "society"]
    wanted = min(round(count * PROVINCES_PER_SOCIETY / (1 + PROVINCES_PER_SOCIETY)), len(provinces))
    rows = [*provinces[:wanted], *societies[: count - wanted]]
    clients = cycle(Client)
    return [_unit(number, row, next(clients)) for number, row in enumerate(rows)]


def _unit(number: int, row: UnitRow, client: Client) -> SampleUnit:
    """Every third writes its name as people say it (浙江省科协)."""
    written = row.aliases[0] if number % 3 == 0 and row.aliases else row.name
    sender = Author(f"{written}科普部", f"kepu{number:03d}@unit{number:03d}.example")
    phone = f"000-0000{number:04d}"
    return SampleUnit(row.name, row.kind, written, "科普部", "林老师", phone, sender, client)


def _mail(task: _Task) -> Mail:
    entry = _entry(task)
    content = entry.content(task.received_at.date() - timedelta(days=3), 2025, 2024)
    name = entry.nominee
    pdf = text_pdf(_paragraphs(content, entry.layout))
    files = (
        AttachedFile(f"推荐表-{name}.docx", word_form(content, entry.layout)),
        AttachedFile(f"推荐表-{name}（盖章）.pdf", pdf, "application/pdf"),
    )
    draft = SampleLetter(
        sender=task.unit.sender,
        to=OFFICE,
        subject=f"{task.unit.written}推荐{CATEGORY_NAMES[entry.category]}：{name}",
        body=(
            f"尊敬的老师：\n　　您好！我单位推荐{name}为{CATEGORY_NAMES[entry.category]}候选典型，"
            f"现将推荐表WORD版及盖章扫描PDF版随信报送，请查收。\n　　此致\n敬礼！\n\n"
            f"{task.unit.name}{task.unit.office}\n联系人：{task.unit.contact}"
        ),
        sent_at=task.received_at - timedelta(seconds=6),
        received_at=task.received_at,
        key=f"bench/{task.number}",
        files=files,
    )
    return Mail(compose(draft, task.unit.client), task.received_at, task.unit.name)


def _entry(task: _Task) -> SampleEntry:
    """A nomination whose names no other has."""
    number = task.number
    person = (
        _SURNAMES[number % len(_SURNAMES)]
        + _FIRST[number // len(_SURNAMES) % len(_FIRST)]
        + _SECOND[(number // len(_SURNAMES) // len(_FIRST) + number) % len(_SECOND)]
    )
    place = f"{_SECOND[number % len(_SECOND)]}{_FIRST[number // len(_SECOND) % len(_FIRST)]}"
    place += f"{_SURNAMES[number // len(_SECOND) // len(_FIRST) % len(_SURNAMES)]}家"
    nominee, body = (pattern.format(person=person, place=place) for pattern in _NOMINEES[task.category])
    return SampleEntry(task.unit, task.category, nominee, body, tuple(SheetLayout)[number % len(SheetLayout)])


def _paragraphs(content: FormContent, layout: SheetLayout) -> Iterator[str]:
    sheet = sheet_of(content, layout)
    for line in sheet.above:
        yield line.text
    for row in sheet.rows:
        yield "  ".join(box.text for box in row)
        for box in row:
            yield from box.closing
    for line in sheet.below:
        yield line.text
