"""Which category is ticked where several are offered: marks, places, separators and choices."""

from __future__ import annotations

from itertools import product

import pytest

from intake.domain.documents.category import SEVERAL_TICKED, ticked_categories
from tests.unit.domain.sheets import CAMPAIGN, NAMES, read, table

OFFERED = {name: f"{said}（社区或村）" if name == "site" else said for name, said in NAMES.items()}
BOXES = {
    **dict.fromkeys(("☑", "√", "✓", "✔", "■", "□√"), "□"),
    "（√）": "（ ）",
    "[√]": "[ ]",
    "__√__": "____",
}
"""Marks, and the empty box that stands beside the names that are not chosen."""
SEPARATORS = ("", " ", "   ", "\n", "\t", "、", "；\n")
PLACES = ("before", "behind")


def offer(mark: str, box: str, place: str, separator: str, choice: str) -> str:
    marks = {name: mark if name == choice else box for name in OFFERED}
    pieces = [marks[n] + said if place == "before" else said + marks[n] for n, said in OFFERED.items()]
    return separator.join(pieces)


@pytest.mark.parametrize("boxed", [True, False], ids=["boxes", "bare"])
def test_no_combination_names_another_category(boxed: bool) -> None:
    tried = list(product(BOXES, PLACES, SEPARATORS, OFFERED))
    assert len(tried) == 504
    for mark, place, separator, choice in tried:
        text = offer(mark, BOXES[mark] if boxed else "", place, separator, choice)
        found = ticked_categories(text, CAMPAIGN)
        # Without boxes, a mark between two names that both touch it may be either's.
        untold = not boxed and not separator
        assert found == [choice] or (untold and found is None), text


@pytest.mark.parametrize("box", ["〇", "◻", "⬜", "▢", "❏", "◯"])
@pytest.mark.parametrize("mark", ["✅", "◼", "◉", "⬛", "☑", "√"])
def test_boxes_of_every_shape_are_boxes(mark: str, box: str) -> None:
    for place, separator, choice in product(PLACES, SEPARATORS, OFFERED):
        assert ticked_categories(offer(mark, box, place, separator, choice), CAMPAIGN) == [choice]


@pytest.mark.parametrize("box", ["", "□", "〇"])
@pytest.mark.parametrize("colon", ["：", ": ", "：　"])
def test_a_mark_behind_a_colon_is_that_name_s(colon: str, box: str) -> None:
    for separator, choice in product(SEPARATORS, OFFERED):
        marks = {name: "√" if name == choice else box for name in OFFERED}
        text = separator.join(f"{said}{colon}{marks[name]}" for name, said in OFFERED.items())
        assert ticked_categories(text, CAMPAIGN) == [choice], text


VOLUNTEER, ORGANISATION = "最美科技志愿者", "最佳科技志愿服务组织"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{VOLUNTEER} √ {ORGANISATION}", None),
        (f"{VOLUNTEER}\n√\n{ORGANISATION}", None),
        (f"{VOLUNTEER}√□{ORGANISATION}", None),
        (f"{VOLUNTEER} √\n{ORGANISATION}", ["volunteer"]),
        (f"□{VOLUNTEER}√□{ORGANISATION}", None),
        (f"□ {VOLUNTEER}  ☑ {ORGANISATION}", ["organisation"]),
        (f"□{VOLUNTEER}√ □{ORGANISATION}", ["volunteer"]),
        (f"☑{VOLUNTEER} ☑{ORGANISATION}", ["volunteer", "organisation"]),
        (f"□{VOLUNTEER} □{ORGANISATION}", []),
        (f"√{VOLUNTEER}", []),
    ],
)
def test_a_mark_belongs_to_the_name_that_it_touches(text: str, found: list[str] | None) -> None:
    assert ticked_categories(text, CAMPAIGN) == found


def test_where_it_cannot_be_told_the_label_of_the_name_decides_nothing() -> None:
    form = read(
        "2024年度科技志愿服务先进典型推荐表",
        table(["推荐类别", f"{VOLUNTEER} √ {ORGANISATION}"], ["姓名", "李强"], ["推荐单位", "浙江省科协"]),
    )
    assert form.category is None
    assert form.conflicts == ("category: it cannot be told which one is ticked",)


def test_several_ticked_categories_are_named_as_such() -> None:
    offered = f"☑{VOLUNTEER} ☑{ORGANISATION} □{NAMES['site']}"
    form = read(
        "科技志愿服务先进典型推荐表", table(["推荐类别", offered], ["姓名", "张伟"], ["推荐单位", "某会"])
    )
    assert form.category is None
    assert form.conflicts == (f"{SEVERAL_TICKED}{VOLUNTEER}、{ORGANISATION}",)
