"""Pages of scans as a reader of pictures gives them: lines with places, slips and all.

page("张伟")                         the first page of a volunteer's form
page("张伟", slips=Slips(7, 0.02))    the same, two of a hundred characters misread
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.domain.model.document import Document, Role
from intake.domain.model.facts import ImageFacts, PdfFacts, PdfPage
from intake.domain.model.inspection import Box, Inspection, ScanLine, ScanPage, SealMark
from tests.unit.domain.cases import CAMPAIGN, ZHEJIANG, Paper

LABELS = {"volunteer": "姓名", "organisation": "组织名称", "project": "项目名称", "site": "服务点名称"}
MISREAD = "的一是了我不在人们有来他这上着个地到大里说就去子得也和那要下看天时过出小么起你都把好还多没为又"


@dataclass
class Slips:
    """Misreadings at random: `share` of all characters, two of three of them marked as unsure."""

    seed: int
    share: float

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def read(self, text: str) -> tuple[str, tuple[int, ...]]:
        letters, weak = list(text), []
        for place in range(len(letters)):
            if self.random.random() < self.share:
                letters[place] = self.random.choice(MISREAD)
                if self.random.random() < 0.67:
                    weak.append(place)
        return "".join(letters), tuple(weak)


EXACT = Slips(0, 0.0)


def page(
    nominee: str,
    category: str = "volunteer",
    number: int = 1,
    unit: str = ZHEJIANG,
    slips: Slips = EXACT,
    titled: bool = True,
    figures: Sequence[Sequence[str]] = (),
) -> ScanPage:
    """The first page of a form; `figures` are further rows of labels and values."""
    head = [["附件1"], [f"2024年度“{CAMPAIGN.category_name(category)}”推荐表"]] if titled else []
    rows = [
        [LABELS[category], nominee, "性别", "男"]
        if category == "volunteer"
        else [LABELS[category], nominee, "负责人", "王建国"],
        ["民族", "汉族", "出生年月", "1970年5月"],
        ["推荐单位", unit, "联系电话", "0571-88123456"],
        ["工作单位及职务", "某某县农业技术推广中心研究员"],
        ["主要事迹", "长期扎根基层，组织开展科普宣讲和农技培训，深受群众好评"],
    ]
    return _page([*head, *rows, *figures], number, slips)


def second(number: int = 2, unit: str = ZHEJIANG, slips: Slips = EXACT, title: str = "") -> ScanPage:
    """The page that goes on with a form and is sealed."""
    rows = [
        *([[title]] if title else []),
        ["他坚持每周下乡服务，累计培训农民两千余人次，编写实用手册三册"],
        ["推荐单位意见", "同意推荐。"],
        ["", f"{unit}（盖章）"],
        ["", "2025年2月19日"],
    ]
    seal = SealMark(Box(0.5, 0.6, 0.7, 0.75), "sure", "red")
    return replace(_page(rows, number, slips), seals=(seal,))


def letter(number: int = 1) -> ScanPage:
    """The letter that goes with the forms."""
    rows = [["关于报送科技志愿服务先进典型推荐材料的函"], ["现将我单位推荐材料报上，请审阅。"], [ZHEJIANG]]
    return _page(rows, number, EXACT)


def listing(names: Sequence[str], number: int = 1) -> ScanPage:
    """The list of all nominees."""
    rows = [["科技志愿服务先进典型推荐汇总表"], ["序号", "姓名", "类别", "推荐单位"]]
    rows += [[str(place), name, "最美科技志愿者", ZHEJIANG] for place, name in enumerate(names, 1)]
    return _page(rows, number, EXACT)


def blank(number: int, paper: float = 0.9) -> ScanPage:
    """A page on which nothing was read."""
    return ScanPage(number, 1240, 1754, "colour", paper=paper)


def _page(rows: Sequence[Sequence[str]], number: int, slips: Slips) -> ScanPage:
    lines = []
    for place, row in enumerate(rows):
        lefts = (0.08, 0.25, 0.6, 0.75) if len(row) > 1 else (0.3,)
        for left, text in zip(lefts, row, strict=False):
            if text:
                read, weak = slips.read(text)
                top = 0.06 + 0.05 * place
                box = Box(left, top, left + 0.018 * len(text), top + 0.016)
                lines.append(ScanLine(read, 0.85 if weak else 0.98, box, weak))
    return ScanPage(number, 1240, 1754, "colour", lines=tuple(lines), read_to=1.0)


def seen(*pages: ScanPage, heads: bool = True, count: int = 0) -> Inspection:
    """An inspection of these pages, the head of each read."""
    return Inspection(pages, count or len(pages), effort=1, satisfied=True, heads=heads)


def pictures_only(count: int) -> PdfFacts:
    """A PDF of so many pages without a letter of text."""
    return PdfFacts(tuple(PdfPage("", 595.0, 842.0, 1.0) for _ in range(count)), count)


def layered(*texts: str) -> PdfFacts:
    """A PDF that a program wrote, a text layer for each page."""
    return PdfFacts(tuple(PdfPage(text, 595.0, 842.0, 0.0) for text in texts), len(texts))


def scan_paper(filename: str, pages: int = 1) -> Paper:
    return Paper(filename, Role.SCAN, pictures_only(pages))


def upright(filename: str) -> Paper:
    """A picture in the shape of a sheet that stands upright."""
    return Paper(filename, Role.PHOTO, ImageFacts("jpeg", 1240, 1754))


def looked_at(document: Document, *pages: ScanPage, heads: bool = True) -> Document:
    return replace(document, inspection=seen(*pages, heads=heads))
