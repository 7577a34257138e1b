"""Which lines of a page are running text, and which only look like it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from intake.demo.papers.typeface import font
from intake.domain.model.inspection import Box
from parsers.scan.text import rows
from parsers.scan.text.reading import read_page

HIGH = 0.012
STEP = 0.016


def column(*rights: float, left: float = 0.2, top: float = 0.3, high: float = HIGH) -> list[Box]:
    """Lines one below the other that begin alike and end where it is told."""
    step = high * STEP / HIGH
    return [Box(left, top + step * i, right, top + step * i + high) for i, right in enumerate(rights)]


def test_lines_that_fill_a_column_are_prose_with_the_end_of_their_paragraph() -> None:
    assert rows.prose(column(0.85, 0.86, 0.85, 0.85, 0.6)) == {0, 1, 2, 3, 4}


def test_two_paragraphs_in_one_column_are_prose() -> None:
    assert rows.prose(column(0.85, 0.85, 0.6, 0.85, 0.85, 0.7)) == {0, 1, 2, 3, 4, 5}


def test_the_lines_of_a_cover_are_no_prose() -> None:
    assert rows.prose(column(0.75, 0.53, 0.56)) == set()


def test_long_cells_are_no_prose() -> None:
    assert rows.prose(column(0.81, 0.62, 0.7, 0.55)) == set()


def test_a_short_line_above_running_text_is_kept() -> None:
    assert rows.prose(column(0.62, 0.85, 0.85, 0.85, 0.85)) == {1, 2, 3, 4}


@pytest.mark.parametrize("gap", [0.004, 0.01])
def test_a_title_of_two_lines_above_a_long_name_is_no_prose(gap: float) -> None:
    title = column(0.74, 0.745, left=0.25, high=0.024)
    name = column(0.78, left=0.29, top=title[-1].bottom + gap)
    assert rows.prose([*title, *name]) == set()


def test_few_lines_of_one_length_are_prose_only_while_nothing_was_missed() -> None:
    lines = column(0.8, 0.8, 0.8)
    assert rows.prose(lines) == {0, 1, 2}
    assert rows.prose(lines, 6) == set()


@pytest.mark.parametrize("effort", [1, 2])
def test_a_cover_is_read(effort: int) -> None:
    page = Image.new("RGB", (1240, 1754), (250, 250, 247))
    draw = ImageDraw.Draw(page)
    lines = [
        "候选典型名称：沙洲古渡口生态观察课堂",
        "推荐单位：浙江省科学技术协会",
        "通讯地址：杭州市西湖区文一西路九号",
    ]
    for number, line in enumerate(lines):
        draw.text((210, 900 + 44 * number), line, (30, 30, 30), font=font("serif", 32))
    pixels = np.asarray(page)
    reading = read_page(lambda _: pixels, lambda _: False, start_effort=effort, most_effort=effort)
    assert [line.text for line in reading.lines] == lines
