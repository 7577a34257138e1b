"""Whole Word forms in the layouts that units make of them, read to category, nominee, unit and figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import parsers
from intake.config.campaign_file import load_campaign
from intake.domain.documents.roles import read_parts
from intake.domain.model.document import Form, Role
from tests.unit.parsers.word.wordxml import box, cell, control, docx, field, para, run, table

CAMPAIGN = load_campaign().campaign
TITLE = "2024年度“最美科技志愿者”推荐表"
UNIT = "浙江省科学技术协会"
LONG = "长期扎根基层开展服务。" * 30
PROMPT = "<w:showingPlcHdr/>"
START, GOES_ON = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"


def forms(put: Callable[[bytes], Path], scratch: Path, *elements: str) -> list[Form]:
    parts = read_parts(parsers.parse(put(docx(*elements)), scratch), "新建文档.docx", CAMPAIGN)
    assert all(role is Role.FORM for role, _ in parts)
    return [form for _, form in parts if form]


def said(form: Form) -> tuple[str | None, str | None, str | None]:
    return form.category, form.text("nominee"), form.text("unit")


def tabbed(*words: str) -> str:
    return para("<w:r>" + "<w:tab/>".join(f"<w:t>{word}</w:t>" for word in words) + "</w:r>")


VOLUNTEER = {
    "two columns": [
        para(TITLE),
        table(["推荐单位", UNIT], ["姓名", "张伟"], ["性别", "男"], ["服务年限", "5年"]),
    ],
    "four columns": [
        para("附件1"),
        para(TITLE),
        para("推荐单位：" + UNIT),
        table(
            ["姓　名", "张 伟", "性别", "男"],
            ["服务年限", "5年", "联系电话", "13800001234"],
            ["主要事迹", ("服务群众，累计3年。", 3)],
        ),
    ],
    "six columns": [
        para(TITLE),
        table(
            ["推荐单位", (UNIT, 5)],
            ["姓名", "张伟", "性别", "男", "民族", "汉族"],
            ["学历", "本科", "服务年限", "5年", "联系电话", "1"],
            ["工作单位", ("农业局", 3), "职务", "科长"],
        ),
    ],
    "values below a row of labels": [
        para(TITLE),
        table(["姓名", "性别", "民族", "服务年限"], ["张伟", "男", "汉族", "5年"], ["推荐单位", (UNIT, 3)]),
    ],
    "each value below its label": [
        para(TITLE),
        table(["姓名"], ["张伟"], ["推荐单位"], [UNIT], ["服务年限"], ["5年"]),
    ],
    "runs split at every character": [
        para("2024年度“", "最美", "科技志", "愿者", "”推", "荐表"),
        table(
            [para("姓", " ", "名"), para("张", "伟")],
            [para("推荐", "单位"), para("浙江省", "科学技术", "协会")],
            [para("服务", "年限"), para("5", "年")],
        ),
    ],
    "two tables": [
        para(TITLE),
        table(["姓名", "张伟"], ["推荐单位", UNIT]),
        para(""),
        table(["服务年限", "5年"], ["推荐单位意见", "同意"]),
    ],
    "all in a cell of a frame table": [
        table(
            [
                para(TITLE)
                + para("推荐单位：" + UNIT)
                + table(["姓名", "张伟", "性别", "男"], ["服务年限", "5年", "民族", "汉"])
            ]
        )
    ],
    "a table in a value": [
        para(TITLE),
        table(
            ["姓名", "张伟"],
            ["推荐单位", UNIT],
            ["服务情况", table(["服务年限", "5年"], ["服务时长", "100小时"])],
        ),
    ],
    "a text box": [
        para(TITLE, box(*map(para, ("姓名：张伟", "性别：男", "推荐单位：" + UNIT, "服务年限：5年"))))
    ],
    "text boxes in cells": [
        para(TITLE),
        table(["姓名", para(box(para("张伟")))], ["推荐单位", UNIT], ["服务年限", para(box(para("5年")))]),
    ],
    "a table in a text box": [
        para(TITLE, box(table(["姓名", "张伟"], ["推荐单位", UNIT], ["服务年限", "5年"])))
    ],
    "one cell with colons": [
        para(TITLE),
        table([f"姓名：张伟\n性别：男\n推荐单位：{UNIT}\n服务年限：5年\n主要事迹：\n{LONG}"]),
    ],
    "one cell with labels on lines of their own": [
        table([f"{TITLE}\n推荐单位：{UNIT}\n姓名\n张伟\n性别\n男\n服务年限\n5年"])
    ],
    "lines with colons": [
        *map(para, (TITLE, "推荐单位：" + UNIT, "姓名：张伟", "性别：男    民族：汉族", "服务年限：5年")),
        *map(para, ("主要事迹：", LONG, "推荐单位意见：同意")),
    ],
    "numbered lines": [
        *map(para, (TITLE, "一、推荐单位：" + UNIT, "二、姓名：张伟", "三、性别：男", "四、服务年限：5年"))
    ],
    "lines with tabs": [
        para(TITLE),
        tabbed("推荐单位", UNIT),
        tabbed("姓名", "张伟", "性别", "男"),
        tabbed("服务年限", "5年"),
    ],
    "lines with blanks": [
        *map(para, (TITLE, "推荐单位 " + UNIT, "姓 名 张伟", "性 别 男", "服务年限 5年")),
    ],
    "values on the next line": [
        *map(
            para, (TITLE, "推荐单位", UNIT, "姓名", "张伟", "性别", "男", "服务年限", "5年", "主要事迹", LONG)
        ),
    ],
    "written on lines": [
        para(TITLE),
        para("推荐单位：", run(f"  {UNIT}  ", "<w:u w:val='single'/>")),
        para("姓名：", run("__张伟__"), "性别：", run("__男__")),
        para("服务年限：___5年___"),
    ],
    "labels set vertically": [
        para(TITLE),
        table(
            [para("姓") + para("名"), "张伟"],
            [para("推荐") + para("单位"), UNIT],
            ["服\n务\n年\n限", "5年"],
        ),
    ],
    "a photo merged downwards": [
        para(TITLE),
        table(
            ["姓名", "张伟", "性别", "男", cell("照片", START)],
            ["民族", "汉", "服务年限", "5年", cell("", GOES_ON)],
            ["推荐单位", (UNIT, 4)],
        ),
    ],
    "the title in the table": [
        table([(TITLE, 4)], ["推荐单位", (UNIT, 3)], ["姓名", "张伟", "服务年限", "5年"])
    ],
    "a heading merged at the side": [
        para(TITLE),
        table(
            [cell("基本情况", START), "姓名", "张伟", "性别", "男"],
            [cell("", GOES_ON), "推荐单位", (UNIT, 3)],
            [cell("", GOES_ON), "服务年限", ("5年", 3)],
        ),
    ],
    "labels with hints": [
        para(TITLE),
        table(["姓名（必填）*", "张伟"], ["推荐单位（盖章）", UNIT], ["服务年限（年）", "5"]),
    ],
    "controls in cells": [
        para(TITLE),
        table(
            ["姓名", para(control(run("张伟")))],
            ["推荐单位", para(control(run(UNIT)))],
            ["服务年限", para(control(run("5年")))],
            ["职务", para(control(run("单击此处输入文字"), PROMPT))],
        ),
    ],
    "controls around cells": [
        para(TITLE),
        table(
            [cell("姓名"), control(cell("张伟"))],
            [cell("推荐单位"), control(cell(UNIT))],
            [cell("服务年限"), control(cell("5年"))],
            [cell("民族"), control(cell("单击此处"), PROMPT)],
        ),
    ],
    "tracked changes": [
        para(TITLE),
        table(
            ["姓名", para(f"<w:del>{run('张玮')}</w:del><w:ins>{run('张伟')}</w:ins>")],
            [
                "推荐单位",
                para(f"<w:moveFrom>{run('河南省科协')}</w:moveFrom><w:moveTo>{run(UNIT)}</w:moveTo>"),
            ],
            ["服务年限", "5年"],
        ),
    ],
    "hidden hints": [
        para(TITLE),
        table(["姓名", para(run("李四", "<w:vanish/>"), "张伟")], ["推荐单位", UNIT], ["服务年限", "5年"]),
    ],
    "fields of a mail merge": [
        para(TITLE),
        table(
            ["姓名", para(field("MERGEFIELD 姓名", run("张伟")))],
            ["推荐单位", para(field("MERGEFIELD 单位", run("浙江省") + run("科学技术协会")))],
            ["服务年限", "5年"],
        ),
    ],
    "soft hyphens and spaces of no width": [
        para(TITLE),
        table(["姓\u200b名", "张\u00ad伟"], ["推荐\u00a0单位", UNIT], ["服务年限", "5\u00a0年"]),
    ],
    "a long letter above": [
        *map(para, ("关于报送推荐材料的函", *["现将我单位推荐材料报上，请审阅。"] * 20)),
        para("附件：1.最美科技志愿者推荐表"),
        para(TITLE),
        table(["姓名", "张伟"], ["推荐单位", UNIT], ["服务年限", "5年"], ["性别", "男"], ["民族", "汉"]),
    ],
    "its statement below": [
        para(TITLE),
        table(["姓名", "张伟"], ["推荐单位", UNIT], ["服务年限", "5年"]),
        para("张伟同志事迹材料"),
        *[para("张伟，男，参加服务10年，累计开展活动50场。")] * 10,
    ],
    "a second page with the title again": [
        para(TITLE),
        table(["姓名", "张伟"], ["推荐单位", UNIT], ["服务年限", "5年"]),
        para("最美科技志愿者推荐表（续）"),
        table(["姓名", "张伟"], ["主要事迹", "好"], ["推荐单位意见", "同意"]),
    ],
    "the blank template above": [
        para(TITLE),
        table(["姓名", ""], ["推荐单位", ""], ["服务年限", ""]),
        para(TITLE),
        table(["姓名", "张伟"], ["推荐单位", UNIT], ["服务年限", "5年"]),
    ],
    "the template's example above": [
        para("最美科技志愿者推荐表（填写示例）"),
        table(["姓名", "张三"], ["推荐单位", "XX省科协"], ["服务年限", "3年"]),
        para(TITLE),
        table(["姓名", "张伟"], ["推荐单位", UNIT], ["服务年限", "5年"]),
    ],
}


@pytest.mark.parametrize("layout", VOLUNTEER)
def test_a_person_in_every_layout(put: Callable[[bytes], Path], scratch: Path, layout: str) -> None:
    (form,) = forms(put, scratch, *VOLUNTEER[layout])
    assert said(form) == ("volunteer", "张伟", UNIT)
    assert (form.fields["service_years"].value, form.fields["service_years"].sure) == (5.0, True)
    assert form.conflicts == ()
