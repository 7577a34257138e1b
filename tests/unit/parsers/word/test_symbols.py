"""Categories that are ticked, and forms with a list inside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.parsers.word.test_blocks import UNIT, forms, said
from tests.unit.parsers.word.wordxml import control, field, para, run, table

PROJECT = "最佳科技志愿服务项目推荐表"
WINGDINGS2 = "<w:rFonts w:ascii='Wingdings 2' w:hAnsi='Wingdings 2'/>"

TICKS = {
    "characters": para("☐最美科技志愿者 ☐最佳科技志愿服务组织 ☑最佳科技志愿服务项目"),
    "letters of a symbol font": para(
        run("£", WINGDINGS2), "最美科技志愿者 ", run("R", WINGDINGS2), "最佳科技志愿服务项目"
    ),
    "a box drawn round a tick": para("□最美科技志愿者 ", field(r" eq \o\ac(□,√)"), "最佳科技志愿服务项目"),
    "controls": para(
        control(run("☐"), "<w14:checkbox><w14:checked w14:val='0'/></w14:checkbox>"),
        "最美科技志愿者",
        control(run("☒"), "<w14:checkbox><w14:checked w14:val='1'/></w14:checkbox>"),
        "最佳科技志愿服务项目",
    ),
    "a tick in brackets": para("最美科技志愿者（  ）最佳科技志愿服务项目（ √ ）"),
}


@pytest.mark.parametrize("tick", TICKS)
def test_a_category_that_is_ticked(put: Callable[[bytes], Path], scratch: Path, tick: str) -> None:
    (form,) = forms(
        put,
        scratch,
        para("科技志愿服务先进典型推荐表"),
        table(
            ["推荐类别", TICKS[tick]],
            ["名称", "大篷车"],
            ["推荐单位", UNIT],
            ["实施时间", "2019年1月至今"],
            ["团队人数", "25人"],
        ),
    )
    assert said(form) == ("project", "大篷车", UNIT)
    assert form.fields["team"].value == 25.0


def test_a_list_of_the_team_does_not_make_it_a_summary(put: Callable[[bytes], Path], scratch: Path) -> None:
    members = [[str(n), name, "男", "1"] for n, name in enumerate(("甲某", "乙某", "丙某"), 1)]
    (form,) = forms(
        put,
        scratch,
        para(PROJECT),
        table(
            ["项目名称", "大篷车"], ["推荐单位", UNIT], ["项目实施时间", "2019年1月至今"], ["团队人数", "12"]
        ),
        para("项目团队成员名单"),
        table(["序号", "姓名", "性别", "联系电话"], *members),
    )
    assert said(form) == ("project", "大篷车", UNIT)
    assert form.fields["team"].value == 12.0
