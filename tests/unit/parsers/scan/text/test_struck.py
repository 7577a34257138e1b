"""Figures that a pen went through, among print that no pen has touched."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from intake.demo.papers.typeface import Face, font
from parsers.scan.text.struck import is_struck

FIGURES = ("4年", "17年", "2016年", "20余人", "六年", "十一年", "60%以上", "50场次")
PRINT = (
    "姓名",
    "科技志愿服务",
    "一二三",
    "二〇二五年",
    "三十一",
    "王玉",
    "2025-02",
    "4-5年",
    "十一",
    "年年",
    "工士干",
)


def line(text: str, size: int = 33, face: Face = "serif") -> Image.Image:
    width = round(font(face, size).getlength(text)) + size // 2
    crop = Image.new("L", (width, round(size * 1.4)), 246)
    ImageDraw.Draw(crop).text((size // 4, size // 6), text, 40, font=font(face, size))
    return crop


def scanned(crop: Image.Image, soft: float, grain: float) -> np.ndarray:
    pixels = np.asarray(crop.filter(ImageFilter.GaussianBlur(soft)), np.float32)
    noise = np.random.default_rng(7).normal(0, grain, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("rise", [-0.2, 0.0, 0.1])
@pytest.mark.parametrize("size", [18, 33, 60])
@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_that_was_struck_through(text: str, size: int, rise: float) -> None:
    crop = line(text, size)
    run, middle = crop.width - 4, size * 0.75
    stroke = (2, middle + rise * run / 2, crop.width - 2, middle - rise * run / 2)
    ImageDraw.Draw(crop).line(stroke, 50, max(2, size // 12))

    assert is_struck(scanned(crop, 0.6, 4))


@pytest.mark.parametrize("soft", [0.4, 1.2])
@pytest.mark.parametrize("size", [14, 18, 33, 60])
@pytest.mark.parametrize("text", [*FIGURES, *PRINT])
def test_print_that_no_pen_has_touched(text: str, size: int, soft: float) -> None:
    assert not is_struck(scanned(line(text, size), soft, 5))


def test_what_is_underlined_holds() -> None:
    crop = line("17年")
    ImageDraw.Draw(crop).line((2, 44, crop.width - 2, 44), 40, 2)

    assert not is_struck(np.asarray(crop))


def test_an_empty_crop_is_nothing() -> None:
    assert not is_struck(np.full((30, 90), 240, np.uint8))
