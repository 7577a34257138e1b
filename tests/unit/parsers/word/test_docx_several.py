"""Several forms in one Word file, and what is no form among them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from tests.unit.parsers.word.test_blocks import LONG, TITLE, UNIT, forms, said
from tests.unit.parsers.word.wordxml import para, table


def person(name: str, *, unit: bool = True) -> str:
    rows = [
        ["姓名", name, "性别", "男"],
        ["民族", "汉", "服务年限", "5年"],
        ["联系电话", "1", "学历", "本科"],
    ]
    return table(*([["推荐单位", (UNIT, 3)]] if unit else []), *rows)


SEVERAL = {
    "each with its title": [
        *chain.from_iterable((para("附件1"), para(TITLE), person(name)) for name in ("张伟", "张玮", "李强"))
    ],
    "titles in the rows of one table": [
        table(
            *chain.from_iterable(
                ([(TITLE, 2)], ["姓名", name], ["推荐单位", UNIT], ["服务年限", "5年"])
                for name in ("张伟", "张玮", "李强")
            )
        )
    ],
    "one title over all": [
        para(TITLE),
        para("推荐单位：" + UNIT),
        *chain.from_iterable((person(name, unit=False), para("")) for name in ("张伟", "张玮", "李强")),
    ],
    "below a summary": [
        para("推荐汇总表"),
        table(
            ["序号", "推荐类别", "姓名"],
            ["1", "最美科技志愿者", "张伟"],
            ["2", "最美科技志愿者", "张玮"],
            ["3", "最美科技志愿者", "李强"],
        ),
        *chain.from_iterable((para(TITLE), person(name)) for name in ("张伟", "张玮", "李强")),
    ],
    "each with its statement": [
        *chain.from_iterable(
            (para(TITLE), person(name), para("事迹材料"), para(f"{name}，男。{LONG}"))
            for name in ("张伟", "张玮", "李强")
        )
    ],
    "each typed as lines": [
        *chain.from_iterable(
            map(
                para,
                (TITLE, "推荐单位：" + UNIT, "姓名：" + name, "性别：男", "服务年限：5年", "2025年2月20日"),
            )
            for name in ("张伟", "张玮", "李强")
        )
    ],
}


@pytest.mark.parametrize("layout", SEVERAL)
def test_several_forms_in_one_file(put: Callable[[bytes], Path], scratch: Path, layout: str) -> None:
    found = forms(put, scratch, *SEVERAL[layout])
    assert [said(form) for form in found] == [("volunteer", name, UNIT) for name in ("张伟", "张玮", "李强")]
    assert all(form.fields["service_years"].value == 5.0 and not form.conflicts for form in found)
