"""Does a scan show this form?  Equal, nearly, surely another, or not read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.model.inspection import Box, Expected, ScanLine, ScanPage
from intake.domain.page.comparison import (
    Likeness,
    compare,
    enough,
    figures,
    legible_head,
    likeness_score,
    ring_agrees,
    terms_of,
    text_lines,
    title_of,
)
from tests.unit.domain.sheets import CAMPAIGN

NAMES = {data.id: (data.name, *data.aliases) for data in CAMPAIGN.category}
VOLUNTEER = Expected("张伟", NAMES["volunteer"], ("浙江省科学技术协会", "浙江省科协"))
TERMS = terms_of(CAMPAIGN, "volunteer")

Row = tuple[str | ScanLine, ...]

TITLE: Row = ("2024年度“最美科技志愿者”推荐表",)
UNIT: Row = ("推荐单位：浙江省科学技术协会",)
NAME: Row = ("姓名", "张伟", "性别", "男")
WORK: Row = ("工作单位", "杭州市余杭区科技馆", "联系电话", "13800001234")


def read(text: str, score: float = 0.99, weak: tuple[int, ...] = ()) -> ScanLine:
    """A box whose place the row decides."""
    return ScanLine(text, score, Box(0, 0, 0, 0), weak)


def page(*rows: Row, number: int = 1, digital: bool = False, pitch: float = 0.04) -> ScanPage:
    """A page with a row of boxes each `pitch` of its height, their columns a fifth of its width apart."""
    lines = []
    for index, row in enumerate(rows):
        top = 0.05 + pitch * index
        for column, cell in enumerate(row):
            line = cell if isinstance(cell, ScanLine) else read(cell)
            left = 0.1 + 0.2 * column
            width = min(0.016 * len(line.text), 0.8)
            lines.append(replace(line, box=Box(left, top, left + width, top + 0.014)))
    return ScanPage(number, 1654, 2339, "colour", digital=digital, lines=tuple(lines))


def answers(expected: Expected, *pages: ScanPage) -> dict[str, Likeness]:
    return {key: found.likeness for key, found in compare(expected, pages, TERMS).items()}


def nominee(*rows: Row, expected: str = "张伟") -> Likeness:
    return answers(replace(VOLUNTEER, nominee=expected), page(TITLE, UNIT, *rows))["nominee"]


def unit(*rows: Row) -> Likeness:
    return answers(VOLUNTEER, page(TITLE, *rows, NAME))["unit"]


def category(*rows: Row) -> Likeness:
    return answers(VOLUNTEER, page(*rows, UNIT, NAME))["category"]


def test_a_genuine_scan_is_equal_throughout() -> None:
    genuine = page(TITLE, UNIT, NAME, WORK)
    assert set(answers(VOLUNTEER, genuine).values()) == {Likeness.EQUAL}
    assert enough((VOLUNTEER,), genuine.lines)


def test_an_answer_shows_the_line_that_was_read() -> None:
    found = compare(VOLUNTEER, (page(TITLE, UNIT, ("姓名", "张玮", "性别", "男"), number=3),), TERMS)[
        "nominee"
    ]
    assert (found.expected, found.read, found.page) == ("张伟", "张玮", 3)
    assert found.place is not None and found.place.text == "张玮"


@pytest.mark.parametrize(
    "row",
    [
        ("姓名：张伟",),
        ("姓名张伟性别男",),
        ("姓 名", "张 伟", "性别", "男"),
        ("姓", "名", "张伟"),
        ("姓名", "张", "伟"),
        ("姓名", "张伟性别", "男"),
        ("姓名：张伟 性别：男",),
        ("张伟",),
    ],
)
def test_a_name_however_its_cells_fell_apart(row: Row) -> None:
    assert nominee(row) is Likeness.EQUAL


@pytest.mark.parametrize("other", ["张玮", "章伟", "张大伟", "张伟伟"])
def test_one_character_less_or_other_is_never_equal_nor_claimed(other: str) -> None:
    assert nominee(("姓名", other, "性别", "男")) is Likeness.NEAR


@pytest.mark.parametrize("read", ["张伟同志", "张伟 教授", "张伟（身份证号：330106199001011234）"])
def test_a_name_with_title_or_number_is_the_name(read: str) -> None:
    assert nominee(("姓名", read, "性别", "男")) is Likeness.EQUAL


def test_a_misread_character_is_no_other_name() -> None:
    assert nominee(("姓名", read("张玮", weak=(1,)), "性别", "男")) is Likeness.NEAR


def test_a_wholly_other_name_is_claimed_only_of_a_sure_reading() -> None:
    assert nominee(("姓名", "李娜", "性别", "男")) is Likeness.DIFFERENT
    assert nominee(("姓名", read("李娜", weak=(0,)), "性别", "男")) is Likeness.NEAR
    assert nominee(("姓名", read("李娜", score=0.8), "性别", "男")) is Likeness.NEAR


def test_a_cell_that_may_have_been_missed_claims_nothing() -> None:
    assert nominee(("姓名", "性刘")) is Likeness.NEAR


def test_another_name_is_not_claimed_where_the_expected_one_is_mentioned() -> None:
    deeds = "张伟同志始终坚持把论文写在大地上，深入田间地头开展技术指导"
    assert nominee(("姓名", "李娜", "性别", "男"), (deeds,)) is Likeness.NEAR


def test_a_name_in_prose_is_none() -> None:
    deeds = "自2016年注册成为科技志愿者以来，群众都说感谢志愿者"
    for prose in (((deeds,), ("张伟",)), ((f"{deeds}张伟",),)):
        shown = page(TITLE, UNIT, *prose, pitch=0.025)
        assert answers(VOLUNTEER, shown)["nominee"] is not Likeness.EQUAL


def test_a_name_beside_another_label_is_none() -> None:
    assert nominee(("联系人", "张伟")) is not Likeness.EQUAL
    assert nominee(("姓名", "张玮", "联系人", "张伟")) is Likeness.NEAR


@pytest.mark.parametrize(("expected", "shown"), [("翟昕祎", "翟昕袆"), ("李己", "李已"), ("王0", "王〇")])
def test_what_print_cannot_tell_apart_is_equal(expected: str, shown: str) -> None:
    assert nominee(("姓名", shown, "性别", "男"), expected=expected) is Likeness.EQUAL


def test_what_is_easily_confused_is_equal_only_where_the_reading_was_unsure() -> None:
    assert nominee(("姓名", read("王末", weak=(1,)), "性别", "男"), expected="王未") is Likeness.EQUAL
    assert nominee(("姓名", "王末", "性别", "男"), expected="王未") is Likeness.NEAR


def test_two_readings_of_one_box_are_one_value() -> None:
    shown = page(TITLE, UNIT, ("姓名", "张玮", "性别", "男"))
    again = next(replace(line, text="张伟") for line in shown.lines if line.text == "张玮")
    assert answers(VOLUNTEER, replace(shown, lines=(*shown.lines, again)))["nominee"] is Likeness.EQUAL


def test_a_long_name_over_two_lines_of_its_cell() -> None:
    expected = Expected("“银龄跨越数字鸿沟”科普服务项目", NAMES["project"])
    label, upper, lower = read("项目名称"), read("“银龄跨越数字"), read("鸿沟”科普服务项目")
    lines = (
        replace(label, box=Box(0.1, 0.2, 0.2, 0.214)),
        replace(upper, box=Box(0.3, 0.19, 0.5, 0.204)),
        replace(lower, box=Box(0.3, 0.21, 0.52, 0.224)),
    )
    shown = ScanPage(1, 1654, 2339, "colour", lines=lines)
    assert compare(expected, (shown,), terms_of(CAMPAIGN, "project"))["nominee"].likeness is Likeness.EQUAL


@pytest.mark.parametrize(
    "row",
    [
        ("推荐单位：浙江省科学技术协会（盖章）",),
        ("推荐单位：浙江省科协　　填表日期：2025年2月8日",),
        ("推荐单位", "浙江省科协"),
        ("推荐单位：浙江省", "科学技术协会"),
        ("（盖章）浙江省科学技术协会",),
    ],
)
def test_a_unit_by_any_of_its_names(row: Row) -> None:
    assert unit(row) is Likeness.EQUAL


def test_another_unit() -> None:
    assert unit(("推荐单位：河南省科学技术协会",)) is Likeness.DIFFERENT
    assert unit(("推荐单位：浙西省科学技术协会",)) is Likeness.NEAR
    assert unit(("推荐单位：情况属实，同意推荐",)) is Likeness.NEAR
    assert unit(("学历", "本科")) is Likeness.UNREAD


def test_a_unit_that_is_another_in_the_second_place_is_for_a_person() -> None:
    assert unit(UNIT, ("（盖章）浙江省科学技术协会",)) is Likeness.EQUAL
    assert unit(UNIT, ("（盖章）浙西省科学技术协会",)) is Likeness.NEAR


@pytest.mark.parametrize(
    "rows",
    [
        (("附件1",), TITLE),
        (("2024年度",), ("“最美科技志愿者”推荐表",)),
        (("2024年度科技志愿服务先进典型",), ("最美科技志愿者推荐表",)),
        (("推荐类别", "最美科技志愿者"),),
        (("优秀科技志愿者推荐表",),),
    ],
)
def test_the_category_by_title_or_cell(rows: tuple[Row, ...]) -> None:
    assert category(*rows) is Likeness.EQUAL


def test_another_category() -> None:
    assert category(("2024年度“最佳科技志愿服务组织”推荐表",)) is Likeness.DIFFERENT
    assert category((read("“最佳科技志愿服务组织”推荐表", weak=(8,)),)) is Likeness.NEAR
    assert category(("2024年度“最佳科技志愿者”推荐表",)) is Likeness.NEAR
    assert category(("2024年度“最美科技志愿老”推荐表",)) is Likeness.NEAR
    assert category(("2024年度“史土科技志愿者”推荐表",)) is Likeness.NEAR
    assert category(("2024年度科技志愿者推荐表",)) is Likeness.EQUAL
    assert category(WORK) is Likeness.UNREAD
    twins = ("最佳科技志愿服务组织", "最佳科技志愿服务项目")
    shown = page((f"{twins[1]}推荐表",), UNIT)
    expected = Expected("余杭区科技志愿服务总队", NAMES["organisation"])
    assert compare(expected, (shown,), TERMS)["category"].likeness is Likeness.DIFFERENT


def test_a_value_below_the_title_names_no_category() -> None:
    expected = Expected("玉林街道青春岛社区科技志愿服务点", NAMES["site"], VOLUNTEER.units)
    shown = page(TITLE, UNIT, ("服务点名称", expected.nominee), pitch=0.02)
    assert not enough((expected,), shown.lines)
    assert compare(expected, (shown,), terms_of(CAMPAIGN, "site"))["category"].likeness is Likeness.DIFFERENT


TEXT = """附件1
2024年度“最美科技志愿者”推荐表
推荐单位：浙江省科学技术协会
姓 名 张伟 性别 男
主要事迹 长期服务基层。
"""


def test_a_text_layer_says_it_exactly() -> None:
    written = ScanPage(1, 595, 842, "colour", digital=True, lines=text_lines(TEXT, 1))
    assert set(answers(VOLUNTEER, written).values()) == {Likeness.EQUAL}
    assert answers(replace(VOLUNTEER, nominee="张玮"), written)["nominee"] is Likeness.DIFFERENT
    # The same words read from a picture prove nothing.
    assert (
        answers(replace(VOLUNTEER, nominee="张玮"), replace(written, digital=False))["nominee"]
        is Likeness.NEAR
    )


def test_a_wrapped_name_in_a_text_layer_is_no_other_name() -> None:
    text = "项目名称 “银龄跨越数字 联系电话 13800001234\n鸿沟”科普服务项目\n"
    written = ScanPage(1, 595, 842, "colour", digital=True, lines=text_lines(text, 1))
    expected = Expected("“银龄跨越数字鸿沟”科普服务项目", NAMES["project"])
    found = compare(expected, (written,), terms_of(CAMPAIGN, "project"))["nominee"]
    assert found.likeness is Likeness.NEAR
    plain = replace(written, lines=text_lines(text.replace(" 联系电话 13800001234", ""), 1))
    found = compare(expected, (plain,), terms_of(CAMPAIGN, "project"))["nominee"]
    assert found.likeness is Likeness.EQUAL


def test_nothing_read_is_unread() -> None:
    assert set(answers(VOLUNTEER, page()).values()) == {Likeness.UNREAD}
    assert not enough((VOLUNTEER,), ())
    assert likeness_score(VOLUNTEER, (page(),)) == 0


def test_enough_looks_at_the_pages_before_as_well() -> None:
    upper, lower = page(TITLE, UNIT), page(NAME, number=2)
    assert not enough((VOLUNTEER,), lower.lines)
    assert enough((VOLUNTEER,), lower.lines, (upper,))


def test_likeness_parts_twins_of_one_unit() -> None:
    shown = (page(TITLE, UNIT, NAME, WORK),)
    assert likeness_score(VOLUNTEER, shown, TERMS) >= 0.96
    assert likeness_score(replace(VOLUNTEER, nominee="张玮"), shown, TERMS) < 0.69
    assert likeness_score(replace(VOLUNTEER, nominee="欧阳璟雯"), shown, TERMS) < 0.69


def test_a_title_begins_a_form() -> None:
    title = title_of(page(TITLE, UNIT), TERMS)
    assert title is not None and title.category == "volunteer"
    assert title_of(page(WORK, NAME), TERMS) is None
    low = page(*(("主要事迹长期服务基层群众一直坚持到今天",),) * 12, TITLE)
    assert title_of(low, TERMS) is None


def test_figures_beside_their_labels() -> None:
    rows = (
        ("2024年度“最佳科技志愿服务组织”推荐表",),
        ("组织名称", "余杭区科技志愿服务总队"),
        ("成立时间", "2017年3月", "注册志愿者人数", "1386人"),
        ("活动场次", read("86场", weak=(0,))),
    )
    found = figures((page(*rows),), CAMPAIGN, "organisation")
    assert found["members"].field.value == 1386 and found["members"].sure
    assert found["activities"].field.value == 86 and not found["activities"].sure
    assert "brands" not in found


@pytest.mark.parametrize(
    ("text", "names", "answer"),
    [
        ("浙江省科学技术协会", ("浙江省科协",), "agrees"),
        ("技术协会浙江省科学", ("浙江省科学技术协会",), "agrees"),
        ("浙江省学技术协会3301020012345", ("浙江省科学技术协会",), "agrees"),
        ("浙江省科学技术协会办公室", ("浙江省科学技术协会",), "agrees"),
        ("杭州市余杭区科技馆", ("浙江省科学技术协会", "杭州市余杭区科技馆"), "agrees"),
        ("河南省科学技术协会", ("浙江省科学技术协会",), "disagrees"),
        ("郴州市科学技术协会", ("郑州市科学技术协会",), "unread"),
        ("科学技术协会", ("浙江省科学技术协会",), "unread"),
        ("术协会", ("浙江省科学技术协会",), "unread"),
        ("", ("浙江省科学技术协会",), "unread"),
        ("浙江省科学技术协会", (), "unread"),
    ],
)
def test_the_ring_of_a_seal(text: str, names: tuple[str, ...], answer: str) -> None:
    assert ring_agrees(text, names) == answer


HAN = st.sampled_from("科技志愿服务总队杭州市余杭区农业推广中心张伟王芳李娜项目组织")
VALUES = st.text(HAN, min_size=2, max_size=16)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(VALUES, st.integers(0, 3), st.sampled_from(["“{}”", "{}", "{}。", "「{}」", "{}："]))
def test_equal_whatever_the_white_space_quotes_and_widths(value: str, blanks: int, frame: str) -> None:
    shown = frame.format((" " * blanks).join(value)).translate(WIDE)
    assert nominee(("姓名", shown), expected=value) is Likeness.EQUAL


@given(VALUES, st.data())
def test_never_equal_where_a_sure_character_differs(value: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.sampled_from("玮郴湖西鑫磊"))
    forged = value[:place] + other + value[place + 1 :]
    weak = data.draw(st.sets(st.integers(0, len(value) - 1)))
    for unsure in ((), tuple(weak)):
        assert nominee(("姓名", read(forged, weak=unsure)), expected=value) is not Likeness.EQUAL


def test_a_spaced_title_of_a_text_layer_is_one_line() -> None:
    cover = text_lines("最佳科技志愿服务项目\n推 荐 表\n推 荐 单 位 ：中国昆虫学会\n姓 名 张 伟", 1)
    assert [line.text for line in cover[:2]] == ["最佳科技志愿服务项目", "推荐表"]
    assert [line.text for line in cover[-4:]] == ["姓", "名", "张", "伟"]
    sheet = ScanPage(1, 595, 842, "colour", digital=True, lines=cover)
    title = title_of(sheet, TERMS)
    assert title is not None and title.category == "project"


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("候选“最美科技志愿服务点”申报推荐表（2024年", "site"),
        ("河南省最美科技志愿服务点推荐表", "site"),
        ("候选志愿服务项目推荐表", "project"),
        ("史土科技志愿服务项目推荐表", None),
    ],
)
def test_what_stands_before_a_category_in_a_title(title: str, category: str | None) -> None:
    found = title_of(page((title,), NAME), TERMS)
    assert found is not None and found.category == category


HEAD_TEXTS = (
    ("最美科技志愿者推荐表", 0.3, 0.05),
    ("推荐单位：浙江省科学技术协会", 0.1, 0.1),
    ("姓名", 0.1, 0.15),
    ("张伟", 0.25, 0.15),
    ("性别", 0.4, 0.15),
)
HEAD = tuple(
    ScanLine(text, 0.99, Box(left, top, left + 0.02 * len(text), top + 0.02))
    for text, left, top in HEAD_TEXTS
)


def test_a_legible_head_reaches_from_the_title_to_the_lower_of_both_cells() -> None:
    assert legible_head(HEAD) == pytest.approx((0.05, 0.17))


@pytest.mark.parametrize("left_out", [0, 1, 3])
def test_each_of_title_nominee_and_unit_must_be_there(left_out: int) -> None:
    assert legible_head([line for place, line in enumerate(HEAD) if place != left_out]) is None


@pytest.mark.parametrize("place", [0, 1, 3])
def test_none_of_a_legible_head_may_be_unsure(place: int) -> None:
    last = len(HEAD[place].text) - 1
    for unsure in (replace(HEAD[place], weak=(last,)), replace(HEAD[place], score=0.9)):
        assert legible_head([*HEAD[:place], unsure, *HEAD[place + 1 :]]) is None


def test_an_unsure_bracket_is_no_doubt() -> None:
    title = replace(HEAD[0], text="最美科技志愿者（推荐表", weak=(7,))
    assert legible_head([title, *HEAD[1:]]) is not None
