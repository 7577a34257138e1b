"""Categories offered side by side on a scan: which is ticked, and what is known where no tick was read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.model.inspection import Box, Expected, ScanLine, ScanPage
from intake.domain.model.nomination import Judgement, Severity, State
from intake.domain.page.checkboxes import offer_in
from intake.domain.page.comparison import Likeness, compare, terms_of
from intake.domain.page.geometry import CellText
from intake.domain.rules.scan_content import labelled_as
from tests.unit.domain.cases import ZHEJIANG, judged, post, scanned, word
from tests.unit.domain.seen import CAMPAIGN, NAME, inspected, line, seal

EQUAL, NEAR, DIFFERENT, UNREAD = Likeness.EQUAL, Likeness.NEAR, Likeness.DIFFERENT, Likeness.UNREAD
IDS = ("volunteer", "organisation", "project", "site")
SPELT = {data.id: (data.name, *data.aliases) for data in CAMPAIGN.category}
NAMES = ("最美科技志愿者", "最佳科技志愿服务组织", "最佳科技志愿服务项目", "最美科技志愿服务点（社区或村）")
HEADING = "2024年度科技志愿服务先进典型推荐表"
TICKS = "☑√✔✓■☒⊠●"
EMPTY = "□☐○口囗"


def row(*boxes: str, apart: str = "") -> str:
    return apart.join(box + name for box, name in zip(boxes, NAMES, strict=True))


def sheet(*cell: str, heading: str = HEADING, label: str = "推荐类别", score: float = 0.96) -> ScanPage:
    """A page under a heading, with the lines of one cell beside its label."""
    pitch, top = 0.016, 0.2
    lines = [ScanLine(heading, 0.99, Box(0.25, 0.08, 0.75, 0.1))]
    if label:
        level = top + pitch * (len(cell) - 1) / 2
        lines.append(ScanLine(label, 0.99, Box(0.16, level, 0.25, level + 0.02)))
    for number, text in enumerate(cell):
        start = top + pitch * number
        box = Box(0.31, start, 0.31 + 0.012 * len(text), start + 0.02)
        lines.append(ScanLine(text, score, box, tuple(n for n, char in enumerate(text) if char in EMPTY)))
    return ScanPage(1, 1654, 2339, "colour", lines=tuple(lines))


def said(page: ScanPage) -> list[Likeness]:
    """What the page says of each category."""
    return [
        compare(Expected(NAME, SPELT[own], ()), (page,), terms_of(CAMPAIGN, own))["category"].likeness
        for own in IDS
    ]


@pytest.mark.parametrize(
    "heading", [HEADING, "科技志愿服务先进典型推荐表", "2024年度科技志愿服务推荐表", "科技志愿服务活动推荐表"]
)
def test_a_heading_that_names_no_category_is_like_none(heading: str) -> None:
    assert said(sheet(heading=heading, label="")) == [UNREAD] * 4


def test_a_slip_in_a_name_is_still_nearly_that_name() -> None:
    assert said(sheet(heading="最美科技志愿老推荐表", label=""))[0] is NEAR
    assert said(sheet(heading="最美科技志愿服务占推荐表", label=""))[3] is NEAR


def test_a_heading_of_several_categories_names_none() -> None:
    assert said(sheet(heading="最美科技志愿者和最佳科技志愿服务项目推荐表", label="")) == [UNREAD] * 4


@settings(deadline=None)
@given(st.integers(0, 3), st.sampled_from(TICKS), st.sampled_from(EMPTY), st.sampled_from(("", " ", "　")))
def test_the_ticked_category_is_equal_and_no_other(own: int, tick: str, box: str, apart: str) -> None:
    boxes = [tick if place == own else box for place in range(4)]
    whole = row(*boxes, apart=apart)
    for cell in ((whole[:30], whole[30:]), (whole[:17], whole[17:34], whole[34:])):
        assert said(sheet(*cell)) == [EQUAL if place == own else DIFFERENT for place in range(4)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(("☑", "□", "", "回")), min_size=4, max_size=4))
def test_nothing_but_one_tick_beside_an_empty_box_is_ever_equal(boxes: list[str]) -> None:
    told = said(sheet(row(*boxes)[:32], row(*boxes)[32:]))
    for box, likeness in zip(boxes, told, strict=True):
        assert likeness is not EQUAL or (box == "☑" and boxes.count("☑") == 1 and "□" in boxes)
        assert likeness is not DIFFERENT or (box == "□" and boxes.count("☑") == 1)


@pytest.mark.parametrize(
    ("boxes", "told"),
    [
        (("☑", "", "□", "□"), [EQUAL, NEAR, DIFFERENT, DIFFERENT]),
        (("□", "□", "", "□"), [NEAR, NEAR, UNREAD, NEAR]),
        (("", "□", "□", "□"), [UNREAD] * 4),
        (("□", "□", "□", "□"), [UNREAD] * 4),
        (("☑", "☑", "□", "□"), [NEAR] * 4),
        (("□", "□√", "□", "□"), [DIFFERENT, EQUAL, DIFFERENT, DIFFERENT]),
        (("（ ）", "（√）", "（ ）", "（ ）"), [DIFFERENT, EQUAL, DIFFERENT, DIFFERENT]),
    ],
)
def test_boxes_that_were_left_out_tell_nothing(boxes: tuple[str, ...], told: list[Likeness]) -> None:
    whole = row(*boxes)
    assert said(sheet(whole[:31], whole[31:])) == told


def test_each_category_on_a_line_of_its_own() -> None:
    lines = [box + name for box, name in zip("□□☑□", NAMES, strict=True)]
    assert said(sheet(*lines)) == [DIFFERENT, DIFFERENT, EQUAL, DIFFERENT]
    assert said(sheet(*lines, label="")) == [DIFFERENT, DIFFERENT, EQUAL, DIFFERENT]


def test_boxes_behind_the_names() -> None:
    assert said(sheet("最美科技志愿者□最佳科技志愿服务组织√最佳科技志愿服务项目□最美科技志愿服务点□")) == [
        DIFFERENT,
        EQUAL,
        DIFFERENT,
        DIFFERENT,
    ]


def test_what_stands_below_the_cell_is_no_part_of_it() -> None:
    cell = (row("□", "□", "☑", "□")[:30], row("□", "□", "☑", "□")[30:])
    page = sheet(*cell)
    sex = [
        ScanLine(text, 0.99, Box(left, 0.233, left + 0.08, 0.253))
        for text, left in (("性别", 0.16), ("☑男 □女", 0.35))
    ]
    assert said(replace(page, lines=(*page.lines, *sex))) == [DIFFERENT, DIFFERENT, EQUAL, DIFFERENT]


def test_an_empty_box_alone_is_no_name() -> None:
    assert said(sheet("□最佳科技志愿服务组织")) == [UNREAD] * 4
    assert said(sheet("最佳科技志愿服务组织"))[1] is EQUAL


def test_a_poor_reading_of_the_cell_claims_nothing() -> None:
    whole = row("□", "☑", "□", "□")
    assert said(sheet(whole[:30], whole[30:], score=0.7)) == [NEAR, UNREAD, NEAR, NEAR]


def test_a_title_against_the_tick_is_for_a_person() -> None:
    whole = row("□", "☑", "□", "□")
    assert said(sheet(whole[:30], whole[30:], heading="最美科技志愿者推荐表"))[:2] == [NEAR, NEAR]


def test_a_tick_that_belongs_to_no_name_is_not_passed_over() -> None:
    text = "☑最美科技志愿者☑最隹科技志思服条组识□最佳科技志愿服务项目"
    offer = offer_in(CellText((), text, (), 1), terms_of(CAMPAIGN))
    assert offer is not None
    assert offer.likeness("volunteer") is NEAR


@pytest.mark.parametrize(
    "text",
    [
        "最美科技志愿者□最佳科技志愿服务组织☑最隹料技忐愿",
        "最羊料技忐愿者☑最佳科技志愿服务组织□最佳科技志愿服务项目",
        "□最美科技志愿者最佳科技志愿服务组织☑最隹料技忐愿",
    ],
)
def test_the_tick_of_a_misread_name_is_not_its_neighbour_s(text: str) -> None:
    assert {EQUAL, DIFFERENT}.isdisjoint(said(sheet(text)))


def test_the_label_in_one_box_with_what_it_offers() -> None:
    whole = "推荐类别：" + row("□", "☑", "□", "□")
    assert said(sheet(whole[:36], whole[36:], label=""))[1] is EQUAL


PROJECT = "银龄课堂"


def form_lines(*rows: tuple[str, str], heading: str = HEADING) -> tuple[ScanLine, ...]:
    """A scan whose heading names no category, with these labels and values."""
    found = [line(heading, 1, 0.25, 0.5), line(f"推荐单位：{ZHEJIANG}", 2, width=0.5)]
    for number, (label, value) in enumerate(rows, 3):
        found += [line(label, number, 0.1, 0.1), line(value, number, 0.3, 0.02 * len(value))]
    return tuple(found)


def judge(lines: tuple[ScanLine, ...], *also: str, category: str = "project") -> Judgement:
    """The judgement of a form and its scan; `also`: categories in which the unit put the name forward too."""
    seen = inspected(ScanPage(1, 1654, 2339, "colour", lines=lines, read_to=0.4, seals=(seal(),)))
    others = [word(PROJECT, other, filename=f"{other}.docx") for other in also]
    papers = post(1, word(PROJECT, category), scanned(f"{PROJECT}推荐表.pdf"), *others)
    papers = [replace(p, inspection=seen) if p.filename.endswith(".pdf") else p for p in papers]
    return next(told for case, told in judged(papers, rules=CAMPAIGN) if case.category == category)


def test_a_category_that_labels_tell_needs_no_tick() -> None:
    figures = ("项目实施时间", "3年"), ("团队人数", "10人")
    read = form_lines(("项目名称", PROJECT), ("项目负责人", "贾世海"), *figures)
    assert judge(read).state is State.COMPLETE


@pytest.mark.parametrize(
    "rows",
    [
        (("候选典型名称", PROJECT), ("联系电话", "13800001234")),
        (("组织名称", PROJECT), ("联系电话", "13800001234")),
        (("项目名称", PROJECT), ("社区（村）名称", PROJECT)),
    ],
)
def test_labels_that_other_forms_have_tell_no_category(rows: tuple[tuple[str, str], ...]) -> None:
    told = judge(form_lines(*rows))
    assert told.state is State.REVIEW
    assert ("category",) in [item.fields for item in told.findings if item.severity is Severity.REVIEW]


def test_a_namesake_in_another_category_keeps_the_doubt() -> None:
    rows = (("项目名称", PROJECT), ("项目负责人", "贾世海"))
    told = judge(form_lines(*rows), "organisation")
    assert any("推荐类别" in item.evidence for item in told.findings if item.code == "doubtful")


def test_a_person_s_labels_stand_in_every_form() -> None:
    def owned(category: str, *rows: tuple[str, str]) -> bool:
        return labelled_as(category, (ScanPage(1, 0, 0, "colour", lines=form_lines(*rows)),), CAMPAIGN)

    assert owned("volunteer", ("姓名", "贾世海"))
    assert owned("project", ("姓名", "贾世海"), ("项目名称", PROJECT))
    assert not owned("volunteer", ("姓名", "贾世海"), ("项目名称", PROJECT))
    assert not owned("volunteer")


def test_a_label_whose_lines_nearly_lie_on_each_other_is_one() -> None:
    name = "右玉县城关镇柏杨村"
    lines = [
        ScanLine("最美科技志愿服务点推荐表", 1.0, Box(0.317, 0.112, 0.686, 0.136)),
        ScanLine("社区（村）名", 0.98, Box(0.246, 0.213, 0.369, 0.236)),
        ScanLine(name, 1.0, Box(0.545, 0.220, 0.713, 0.243)),
        ScanLine("基本況", 0.74, Box(0.162, 0.217, 0.193, 0.275)),
        ScanLine("称", 1.0, Box(0.294, 0.2275, 0.323, 0.247)),
        ScanLine("负责人", 1.0, Box(0.275, 0.279, 0.341, 0.303)),
        ScanLine("万轩小", 1.0, Box(0.403, 0.279, 0.471, 0.304)),
    ]
    page = ScanPage(1, 1654, 2339, "colour", lines=tuple(lines))
    found = compare(Expected(name, SPELT["site"], ()), (page,), terms_of(CAMPAIGN, "site"))
    assert found["nominee"].likeness is EQUAL
