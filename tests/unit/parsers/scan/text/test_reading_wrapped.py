"""Names that wrap in the cells of a form, on pages as scanners give them: askew, on their side."""

from __future__ import annotations

from functools import partial
from itertools import accumulate

import numpy as np
import pytest
from PIL import Image, ImageDraw

from intake.demo.papers.typeface import font, wrap
from intake.domain.model.inspection import Expected, Likeness, ScanPage
from intake.domain.page import comparison
from parsers.scan.text.ocr import Pixels
from parsers.scan.text.reading import read_page

SIZE = (1240, 1754)
PAPER, INK = (250, 250, 247), (30, 30, 30)
UNIT, CATEGORY = "中国自然科学博物馆学会", "最佳科技志愿服务项目"
NAME = "“田间课堂”杏花村科普志愿服务行动"
TITLE = "科技志愿服务先进典型推荐表"
ROWS = [
    ("推荐单位名称", UNIT, "推荐类别", CATEGORY),
    ("志愿服务项目名称", NAME, "项目负责人", "郑若明"),
    ("联系电话", "13800001234", "项目团队人数", "48人"),
]
EXPECTED = Expected(NAME, (CATEGORY,), (UNIT,))


def form(widths: tuple[int, ...], *, centred: bool, white: int, title: str = TITLE) -> Image.Image:
    """Rows of as many cells as there are widths (pixels), each text wrapped and set half way up its cell."""
    page = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(page)
    letters, pitch = font("serif", 24), 33
    draw.text((620, 120), title, INK, font=font("serif", 36), anchor="ma")
    cells = [text for row in ROWS for text in row]
    lefts = [*accumulate(widths, initial=(SIZE[0] - sum(widths)) // 2)]
    top = 230
    for start in range(0, len(cells), len(widths)):
        texts = [
            wrap(text, "serif", 24, width - 16)
            for text, width in zip(cells[start : start + len(widths)], widths, strict=True)
        ]
        height = max(map(len, texts)) * pitch + 2 * white
        for place, (lines, left, width) in enumerate(zip(texts, lefts, widths, strict=False)):
            draw.rectangle((left, top, left + width, top + height), outline=INK, width=2)
            for number, line in enumerate(lines):
                in_middle = centred or place % 2 == 0
                x = left + (width - letters.getlength(line)) / 2 if in_middle else left + 8
                y = top + height / 2 + (number - (len(lines) - 1) / 2) * pitch
                draw.text((x, y), line, INK, font=letters, anchor="lm")
        top += height
    return page


def scanned(page: Image.Image, skew: float = 0.0, turned: int = 0) -> Pixels:
    """As a scanner gives it: it must be turned clockwise by so much to stand upright and level."""
    askew = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=PAPER)
    return np.asarray(askew.rotate(turned, expand=True))


def read(pixels: Pixels) -> ScanPage:
    """What is read of the page by who looks for the form."""

    def picture(side: int) -> Pixels:
        height, width = pixels.shape[:2]
        scale = min(1.0, side / max(height, width))
        return np.asarray(Image.fromarray(pixels).resize((round(width * scale), round(height * scale))))

    found = read_page(picture, partial(comparison.enough, [EXPECTED]))
    height, width = pixels.shape[:2]
    return ScanPage(1, width, height, "colour", turned=found.turned, skew=found.skew, lines=found.lines)


def answers(page: ScanPage, nominee: str = NAME) -> dict[str, Likeness]:
    expected = Expected(nominee, (CATEGORY,), (UNIT,))
    return {name: found.likeness for name, found in comparison.compare(expected, (page,)).items()}


FOUR, TWO = (130, 240, 130, 240), (140, 240)


@pytest.mark.parametrize(
    ("widths", "centred", "white", "skew", "turned"),
    [
        (FOUR, True, 6, 0.0, 0),
        (FOUR, False, 20, 3.0, 0),
        (FOUR, True, 20, -3.0, 90),
        (TWO, True, 12, -2.0, 0),
        (TWO, False, 4, 4.0, 0),
    ],
)
def test_wrapped_names_of_a_skewed_page(
    widths: tuple[int, ...], centred: bool, white: int, skew: float, turned: int
) -> None:
    page = read(scanned(form(widths, centred=centred, white=white), skew, turned))
    assert set(answers(page).values()) == {Likeness.EQUAL}
    assert answers(page, NAME.replace("杏", "桃"))["nominee"] is Likeness.NEAR
    assert answers(page, NAME.removesuffix("行动"))["nominee"] is Likeness.NEAR


def test_a_page_on_its_side_whose_first_part_has_short_cells_alone() -> None:
    page = read(scanned(form((160, 330, 80, 100), centred=True, white=12, title="推荐表"), turned=90))
    assert page.turned == 90
    assert answers(page)["nominee"] is Likeness.EQUAL
