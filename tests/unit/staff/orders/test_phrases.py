"""How clerks write their orders, and what is asked back rather than guessed."""

from __future__ import annotations

import time

import pytest

from intake.domain.letters.order_report import ABOVE, UNSAID, example_of
from intake.domain.model.nomination import Action
from intake.staff.orders.phrases import MOST_LINES, orders_in
from intake.staff.workbook.carry_out import AskedDecision, UnclearRow

A = Action
PREFIX = "KX2024"


def read(text: str) -> list[tuple[str, str, str]]:
    """Number, act and reason of what is certain; number, "?" and why of what is not."""
    return [
        (item.number, item.action.value, item.reason)
        if isinstance(item, AskedDecision)
        else (item.number, "?", item.why.zh)
        for item in orders_in(text, PREFIX, "张敏").asked
    ]


@pytest.mark.parametrize(
    ("line", "number", "act", "reason"),
    [
        ("KX2024-0007 退回 缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("kx2024-0007 退回 缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("kx2024-7退回缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("ＫＸ２０２４－０００７　退回　缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("KX2024—0007：退回，缺单位意见。", 7, A.RETURN, "缺单位意见"),
        ("KX20240007 退回补正：缺“单位意见”（第3页）", 7, A.RETURN, "缺“单位意见”（第3页）"),
        ("1. KX2024-0007 退回 缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("（1）KX2024-0007 退回 缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("退回 KX2024-0007 缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("退回KX2024-0007：缺单位意见", 7, A.RETURN, "缺单位意见"),
        ("KX2024-0007 退回 请核对姓名是否有误", 7, A.RETURN, "请核对姓名是否有误"),
        ("KX2024-0007 退回 与KX2024-0008内容重复", 7, A.RETURN, "与KX2024-0008内容重复"),
        ("KX2024-0012 通过", 12, A.ACCEPT, UNSAID),
        ("KX2024-0012 受理。", 12, A.ACCEPT, UNSAID),
        ("KX2024-0012同意", 12, A.ACCEPT, UNSAID),
        ("KX2024-0012 确认齐全 经电话核实", 12, A.ACCEPT, "经电话核实"),
        ("同意：KX2024-0012", 12, A.ACCEPT, UNSAID),
        ("KX2024-0012 不予受理 不符合条件", 12, A.REJECT, "不符合条件"),
        ("KX2024-0012 不受理，不符合条件", 12, A.REJECT, "不符合条件"),
        ("KX2024-0012 撤回 单位来函", 12, A.WITHDRAW, "单位来函"),
        ("KX2024-0012 同意撤回 单位来函", 12, A.WITHDRAW, "单位来函"),
        ("KX2024-0012 恢复", 12, A.REOPEN, UNSAID),
        ("KX2024-0012 重新办理 原意见有误", 12, A.REOPEN, "原意见有误"),
    ],
)
def test_what_is_certain(line: str, number: int, act: Action, reason: str) -> None:
    assert read(line) == [(f"KX2024-{number:04d}", act.value, reason)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("KX2024-0007 不同意", "未能辨认意见"),
        ("KX2024-0007 不通过 材料不全", "未能辨认意见"),
        ("KX2024-0007 驳回 材料不全", "未能辨认意见"),
        ("KX2024-0007 通过电话联系单位", "未能辨认意见"),
        ("KX2024-0007 同意不了", "未能辨认意见"),
        ("KX2024-0007 退回的材料收到了", "未能辨认意见"),
        ("KX2024-0007 退回了吗", "未能辨认意见"),
        ("KX2024-0007 退回 是不是太严了？", "疑问"),
        ("KX2024-0007 通过 吧", "疑问"),
        ("KX2024-0007 通过，但需补盖公章", "条件"),
        ("KX2024-0007 通过 如单位补章", "条件"),
        ("KX2024-0007 能否退回", "未能辨认意见"),
        ("KX2024-0007", "未能辨认意见"),
        ("请看KX2024-0007 退回 缺章", "未能辨认意见"),
        ("KX2024-0007 退回", "未写理由"),
        ("KX2024-0007 不予受理。", "未写理由"),
        ("KX2024-0007 撤回", "未写理由"),
        ("退回 缺单位意见", "未写编号"),
        ("同意。", "未写编号"),
        ("KX2024-0007 同意 退回 缺章", "两条意见"),
        ("KX2024-0007 退回 缺章 KX2024-0008 通过", "两条意见"),
        ("KX2024-0007至0010 通过", "至"),
        ("通过 KX2024-0007至0010", "至"),
        ("KX2024-0007 退回 缺单位意见\n并请重新扫描全部页面", "下一行"),
        ("KX2024-0007 退回 " + "缺" * 1001, "1000字"),
    ],
)
def test_what_is_asked_back(line: str, why: str) -> None:
    (item,) = read(line)
    assert item[1] == "?" and why in item[2], item


def test_several_lines_and_several_numbers() -> None:
    said = """各位好：

KX2024-0001 通过
kx2024-2，退回：缺单位意见
KX2024-0003、0004和KX2024-0005 同意
KX2024-0006 退回 缺章；KX2024-0007 通过

谢谢！
张敏
"""
    assert read(said) == [
        ("KX2024-0001", "accept", UNSAID),
        ("KX2024-0002", "return", "缺单位意见"),
        ("KX2024-0003", "accept", UNSAID),
        ("KX2024-0004", "accept", UNSAID),
        ("KX2024-0005", "accept", UNSAID),
        ("KX2024-0006", "return", "缺章"),
        ("KX2024-0007", "accept", UNSAID),
    ]
    assert orders_in(said, PREFIX, "张敏").unread == ("各位好：", "谢谢！", "张敏")


def test_two_orders_for_one_number_are_both_asked_back() -> None:
    items = read("KX2024-0007 通过\nKX2024-0007 退回 缺章\nKX2024-0008 通过")
    assert [item[1] for item in items] == ["?", "?", "accept"]
    assert "两条" in items[0][2]


def test_a_line_that_a_program_broke_is_whole_again() -> None:
    reason = "推荐表第3页“推荐单位意见”栏未填写，且未加盖推荐单位公章，请补齐后"
    assert read(f"KX2024-0007 退回 {reason}\n重新扫描报送") == [
        ("KX2024-0007", "return", f"{reason}重新扫描报送")
    ]


def test_a_signature_below_is_no_part_of_the_reason() -> None:
    for below in ("张敏", "谢谢！", "发自我的iPhone", "-- ", "2025年2月22日", "", "KX2024-0008 通过"):
        assert read(f"KX2024-0007 退回 缺章\n{below}")[0] == ("KX2024-0007", "return", "缺章"), below


def test_nothing_quoted_is_an_order() -> None:
    assert read("收到\n> KX2024-0007 退回 缺章\n＞KX2024-0008 通过") == []
    ours = f"办理：直接回复本邮件，每行一件，如“{example_of(PREFIX)}”（{ABOVE}）。"
    assert read(f"KX2024-0001 通过\n{ours}\nKX2024-0002 通过") == [("KX2024-0001", "accept", UNSAID)]
    broken = ours.replace("写在", "写\n在")
    assert [item[0] for item in read(f"KX2024-0001 通过\n\n{broken}\nKX2024-0002 通过")] == ["KX2024-0001"]


def test_numbers_of_another_campaign_are_no_numbers() -> None:
    assert read("KX2023-0007 退回 缺章\nDM2024-0007 通过") == []


def test_who_says_so_and_where() -> None:
    (item,) = orders_in("您好\n\nKX2024-0007 通过", PREFIX, "张敏").asked
    assert isinstance(item, AskedDecision) and (item.row, item.by) == (3, "张敏")
    (item,) = orders_in("KX2024-0007", PREFIX, "张敏").asked
    assert isinstance(item, UnclearRow) and item.row == 1


@pytest.mark.parametrize("sign", [" ", "\u3000", "、", "KX2024-0007 ", "退回", "KX2024-0007、", "，", "1."])
def test_a_hostile_text_costs_little(sign: str) -> None:
    began = time.process_time()
    orders_in("KX2024-0007" + sign * 20_000 + "x", PREFIX, "张敏")
    orders_in((sign * 40 + "\n") * (MOST_LINES * 2), PREFIX, "张敏")
    assert time.process_time() - began < 3
