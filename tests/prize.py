"""Forms, scans and mails of the shipped paper prize: papers of invented people at invented bodies."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PIL import Image

from intake.config.campaign_file import shipped_files
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers.content import seeded
from intake.demo.papers.paper import draw_pages
from intake.demo.papers.seals import SealLook, stamp
from intake.demo.papers.sheet import Line, SampleSheet, SheetCell
from intake.demo.units import SampleUnit
from tests.journey import Office
from tests.material import SHANGHAI, docx, picture_pdf, sample_unit

AT = datetime(2025, 6, 20, 10, 0, tzinfo=SHANGHAI)
"""A working day before the prize's deadline."""

TECH = sample_unit("江东理工大学", "university", address="kjc@jdut.example")
FARMING = sample_unit("江东农业大学", "university", address="kjc@jdau.example")
ACADEMY = sample_unit("江东省农业科学院", "institute", address="kyc@jaas.example")
JOURNAL = sample_unit("《江东农业学报》编辑部", "journal", address="jdnyxb@jdkan.example")
CATEGORIES = {"academic": "优秀学术论文", "popular": "优秀科普文章"}
DPI = 150

_PLAIN = {
    "academic": {"发表时间": "2024年3月", "被引次数": "12次", "查重率": "8.6%"},
    "popular": {"发表时间": "2024年9月", "阅读量": "3500次", "查重率": "11%"},
}


@dataclass(frozen=True)
class Paper:
    """A paper that is in order, except for what `figures` (by label) say."""

    title: str
    unit: SampleUnit = TECH
    category: str = "academic"
    figures: Mapping[str, str] = field(default_factory=dict)

    def sheet(self) -> SampleSheet:
        """Its form: other labels, another heading and fewer seals than those of other campaigns."""
        first = "论文题目" if self.category == "academic" else "文章题目"
        values = {
            first: self.title,
            "申报类别": CATEGORIES[self.category],
            "第一作者": "陆文",
            "作者单位": f"{self.unit.name}资源环境学院",
            "发表期刊": "江东科学",
            **_PLAIN[self.category],
            **self.figures,
            "推荐单位": self.unit.name,
            "联系电话": "000-00007788",
            "论文摘要": "本文研究江东平原稻麦轮作区的土壤养分变化，提出了减量施肥的办法。",
        }
        rows = [(SheetCell(label, label=True), SheetCell(value)) for label, value in values.items()]
        opinion = SheetCell(
            "同意推荐。",
            min_height_mm=52,
            closing=("（盖章）", "2025年6月18日"),
            seal=self.unit.name,
        )
        rows.append((SheetCell("推荐单位意见", label=True, min_height_mm=52), opinion))
        return SampleSheet((Line("优秀科技论文申报表", "title"),), (40.0, 126.0), tuple(rows))

    def form(self, filename: str = "") -> AttachedFile:
        """The Word form."""
        return AttachedFile(filename or f"{self.title}申报表.docx", docx(self.sheet()))

    def scan(self) -> AttachedFile:
        """A scan that nobody looks at: one picture."""
        return AttachedFile(f"{self.title}申报表（盖章）.pdf", picture_pdf(self.title))

    def stamped(self, *, seal: bool = True) -> AttachedFile:
        """The printed form as a colour scanner sees it, with or without the unit's seal."""
        return AttachedFile(f"{self.title}申报表（盖章）.pdf", _scanned(self.sheet(), self.title, seal))

    def both(self) -> tuple[AttachedFile, AttachedFile]:
        """Form and scan."""
        return self.form(), self.scan()


def _scanned(sheet: SampleSheet, key: str, seal: bool) -> bytes:
    pages = []
    for page in draw_pages(sheet, DPI):
        paper = Image.merge("RGB", [page.image.point([v * top // 255 for v in range(256)]) for top in _PAPER])
        grain = Image.frombytes("RGB", (96, 96), seeded("grain", key).randbytes(96 * 96 * 3))
        paper = Image.blend(paper, grain.resize(paper.size), 0.03)
        for spot in page.seals if seal else ():
            stamp(paper, spot.name, (spot.x, spot.y), DPI, SealLook(), key)
        pages.append(paper)
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=DPI, quality=75)
    return buffer.getvalue()


_PAPER = (250, 249, 244)


def prize_office(office: Office, *changes: tuple[str, str]) -> Path:
    """Gives an installation the prize's campaign file, with `changes` (old, new) made; returns its path."""
    for file in shipped_files("paper-prize"):
        (office.folder / file.name).write_bytes(file.read_bytes())
    path = office.folder / "paper-prize.toml"
    amend(path, *changes)
    office.change(campaign={"file": path.name})
    return path


def amend(path: Path, *changes: tuple[str, str]) -> None:
    """Edits a campaign file as an operator would; each old text must stand in it."""
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
