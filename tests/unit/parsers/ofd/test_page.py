"""The text of an OFD page: which pieces are one line, and what stands between them."""

from __future__ import annotations

import time

import pytest
from lxml import etree

from parsers.ofd.page import _FOLDED, A4, box, lines, runs_of
from tests.unit.parsers.ofd import ofds


def text_of(*objects: str) -> str:
    return lines(list(runs_of(etree.fromstring(ofds.page(*objects)))))


def test_characters_that_were_set_one_by_one_are_a_word() -> None:
    pieces = [ofds.text_object(one, 1, 20 + 4 * at) for at, one in enumerate("推荐单位")]
    assert text_of(*pieces) == "推荐单位"


def test_a_gap_is_a_blank_and_a_further_line_a_line() -> None:
    row = (ofds.text_object("姓名", 1), ofds.text_object("于洁", 1, 50))
    assert text_of(*row, ofds.text_object("性别", 2)) == "姓名 于洁\n性别"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [("4 4 4", "姓名于洁"), ("4 12 4", "姓名 于洁"), ("g 3 4", "姓名于洁"), ("x", "姓名于洁")],
)
def test_steps_between_characters(steps: str, expected: str) -> None:
    assert text_of(ofds.text_object("姓名于洁", 1, code=f' DeltaX="{steps}"')) == expected


def test_a_matrix_moves_and_scales_the_text() -> None:
    scaled = ofds.text_object("姓名", 1, more=' CTM="0.5 0 0 0.5 0 2"')
    assert text_of(scaled, ofds.text_object("于洁", 1, 24)) == "姓名于洁"


def test_hidden_text_and_an_xml_writer_s_indents_are_left_out() -> None:
    assert (
        text_of(ofds.text_object("水印", 1, more=' Visible="false"'), ofds.text_object("姓名", 2)) == "姓名"
    )
    assert text_of(ofds.text_object("\n      姓名\n    ", 1)) == "姓名"


@pytest.mark.parametrize("told", ["nan nan 1 1", "inf 0 1 1", "a b c d", "", "1"])
def test_a_place_that_is_none_costs_the_place_alone(told: str) -> None:
    assert text_of(ofds.text_object("姓名", 1).replace("20 16 170 6", told)) == "姓名"


def test_a_step_that_is_repeated_a_million_times_costs_nothing() -> None:
    begun = time.process_time()
    pieces = [ofds.text_object("姓名", 1, code=' DeltaX="g 9999999 1"')] * 2000
    assert text_of(*pieces).count("姓名") == 2000
    assert time.process_time() - begun < 5


def test_a_page_without_a_size_is_a_sheet_of_a4() -> None:
    area = etree.fromstring("<Area xmlns='x'><PhysicalBox>0 0 1e-200 1e-200</PhysicalBox></Area>")
    assert box(area) == A4


def test_a_long_run_of_blanks_costs_no_more_than_its_length() -> None:
    def cost(length: int) -> float:
        begun = time.thread_time()
        assert _FOLDED.sub("", "于" + " " * length + "洁") == "于" + " " * length + "洁"
        return time.thread_time() - begun

    assert cost(20_000) <= 10 * max(cost(5_000), 0.004)  # four times the length; sixteen is quadratic
    assert _FOLDED.sub("", "于 \t\n \r\n  洁") == "于洁"
