"""When a page shows a form's figures, so that its reader may stop."""

from __future__ import annotations

import pytest

from intake.domain.model.inspection import Box, Expected, ScanLine
from parsers.scan.text.form_text import has_figures


def lines(*texts: str) -> list[ScanLine]:
    return [
        ScanLine(text, 0.99, Box(0.1, 0.1 * row, 0.4, 0.1 * row + 0.02)) for row, text in enumerate(texts)
    ]


@pytest.mark.parametrize("text", ["4", "４", "服务年限4", "4年"])
def test_a_figure_in_its_cell_is_read(text: str) -> None:
    assert has_figures(Expected("张伟", figures=("4",)), lines("2024年度推荐表", text))


@pytest.mark.parametrize("text", ["2024年度推荐表", "1990年4月", "14", "17年", "四年级"])
def test_its_digits_in_another_number_or_a_date_are_not_it(text: str) -> None:
    assert not has_figures(Expected("张伟", figures=("4",)), lines(text))


def test_each_of_the_figures_is_looked_for() -> None:
    form = Expected("张伟", figures=("4年", "300小时"))
    assert has_figures(form, lines("4年", "300小时"))
    assert not has_figures(form, lines("4年", "30小时"))
