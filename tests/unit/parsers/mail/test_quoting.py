"""The sender's own words, and the history below them, as each mail program writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.mail.quoting import split

OWN = "您好：\n补正材料见附件。\n\n张三"
LETTER = "你单位推荐材料收悉，编号KX2024-0001。"

HISTORIES = {
    "QQ": f'------------------ 原始邮件 ------------------\n发件人: "a" <a@163.com>;\n主题: 补正\n{LETTER}',
    "QQ with no-break spaces": f"------------------\u00a0原始邮件\u00a0------------------\n{LETTER}",
    "QQ abroad": f'------------------ Original ------------------\nFrom: "a" <a@163.com>;\n\n{LETTER}',
    "QQ mobile": f'---原始邮件---\n发件人: "a"\n\n{LETTER}',
    "163": f'在 2025-02-20 10:00:00，"农技中心" <a@163.com> 写道：\n\n{LETTER}',
    "163 without blanks": f'在2025-02-20 10:00:00，"农技中心"<a@163.com>写道：\n{LETTER}',
    "163 abroad": f'At 2025-02-20 10:00:00, "a" <a@163.com> wrote:\n{LETTER}',
    "163 master": f"---- 回复的原邮件 ----\n| 发件人 | 农技中心<a@163.com> |\n| 主题 | 补正 |\n{LETTER}",
    "Foxmail": f"发件人： a@163.com\n发送时间： 2025-02-20 10:00\n收件人： 张三\n主题： 补正\n{LETTER}",
    "Foxmail with a rule": f"______________\n发件人： a\n发送时间： 2025-02-20\n主题： 补正\n{LETTER}",
    "Outlook": f"-----Original Message-----\nFrom: a\nSent: Thursday\nTo: b\nSubject: c\n\n{LETTER}",
    "Outlook in Chinese": f"-----邮件原件-----\n发件人: a\n发送时间: 2025年\n收件人: b\n主题: c\n\n{LETTER}",
    "Outlook without a line": f"From: a <a@163.com>\nSent: Thursday\nTo: b\nSubject: c\n\n{LETTER}",
    "Outlook in bold": f"*发件人:* a <a@163.com>\n*发送时间:* 2025年\n*收件人:* b\n*主题:* c\n\n{LETTER}",
    "Gmail": f"On Thu, Feb 20, 2025 at 10:00 AM a <a@163.com> wrote:\n\n> {LETTER}",
    "Gmail folded": f"On Thu, Feb 20, 2025 at 10:00 AM 农技中心\n<a@163.com>\nwrote:\n\n> {LETTER}",
    "Gmail in Chinese": f"农技中心 <a@163.com> 于2025年2月20日周四 10:00写道：\n\n> {LETTER}",
    "Apple": f"在 2025年2月20日，上午10:00，农技中心 <a@163.com> 写道：\n\n{LETTER}",
    "Thunderbird": f"在 2025/2/20 10:00, 农技中心 写道:\n> {LETTER}",
    "Coremail": f"> -----原始邮件-----\n> 发件人:农技中心 <a@163.com>\n> 发送时间:2025-02-20\n> \n> {LETTER}",
    "Aliyun": f"------------------------------------------------------------------\n发件人：a<a@163.com>\n"
    f"发送时间：2025年2月20日\n收件人：b\n主 题：c\n\n{LETTER}",
    "marks alone": f"> {LETTER}\n>\n> 农技中心",
}


@pytest.mark.parametrize("program", HISTORIES)
def test_a_reply_is_parted_from_its_history(program: str) -> None:
    found = split(f"{OWN}\n\n{HISTORIES[program]}", "回复：关于补正推荐材料的函", is_reply=True)
    assert found.own == OWN
    assert LETTER in found.quoted
    assert not found.forwarded


@pytest.mark.parametrize("program", [name for name in HISTORIES if name != "marks alone"])
@pytest.mark.parametrize("own", [OWN, ""])
def test_the_same_lines_in_a_forwarded_mail_keep_it_whole(program: str, own: str) -> None:
    text = f"{own}\n\n{HISTORIES[program]}".strip()
    assert split(text, "转发：推荐材料").own == text
    assert split(text, "Fwd: 推荐材料").forwarded


@pytest.mark.parametrize(
    "mark",
    [
        "-------- 转发邮件信息 --------",
        "---- 转发的邮件 ----",
        "---------- Forwarded message ---------",
        "-------- Forwarded Message --------",
        "-------- 转发的消息 --------",
        "Begin forwarded message:",
        "开始转发的邮件：",
        "下面是被转发的邮件：",
    ],
)
def test_a_line_that_says_forwarded_needs_no_subject(mark: str) -> None:
    text = f"{OWN}\n\n{mark}\n发件人：a@b.cn\n发送日期：2025-02-20\n主题：推荐\n\n县科协的推荐材料见附件"
    found = split(text, "推荐材料", is_reply=True)
    assert (found.own, found.quoted, found.forwarded) == (text, "", True)


def test_a_mail_that_is_nothing_but_another_is_a_forwarded_one() -> None:
    text = HISTORIES["QQ"]
    assert split(text, "推荐材料").forwarded
    assert not split(text, "推荐材料", is_reply=True).forwarded


def test_the_history_within_a_forwarded_reply_is_history() -> None:
    found = split(f"{OWN}\n\n-------- 转发邮件信息 --------\n{LETTER}", "回复：转发：补正")
    assert (found.own, found.forwarded) == (OWN, False)


@pytest.mark.parametrize(
    "text",
    [
        "他在2024年的日记里写道：\n“科技志愿服务是一生的事业。”",
        "张三在2025年2月的总结中写道：\n\n志愿服务无止境",
        "发件人请注意：材料已寄出\n收件人：张三",
        "主题：关于推荐\n时间：2025年2月20日\n我们推荐张三",
        "一、基本情况\n----------------\n二、主要事迹",
        "评审标准：\n> 3年及以上\n请核对",
        "------ 推荐单位 ------\n浙江省科协",
        "原始邮件已丢失，现重新报送",
        "From now on: please send it here\nTo: nobody",
    ],
)
def test_the_senders_own_words_are_never_cut(text: str) -> None:
    found = split(text, "推荐材料")
    assert (found.own, found.quoted, found.forwarded) == (text, "", False)


def test_answers_between_and_below_the_lines_are_own_words() -> None:
    text = "在 2025-02-20 10:00，<a@163.com> 写道：\n> 请补报盖章件。\n\n已附上。\n\n> 请核对姓名。\n\n无误。"
    found = split(text, "回复：补正", is_reply=True)
    assert found.own == "已附上。\n\n\n无误。"
    assert found.quoted.endswith("> 请核对姓名。")


@given(st.text(alphabet="> -—原始邮件写道：:\n发件人主题时间在2025@a", max_size=300), st.booleans())
def test_no_word_is_lost(text: str, is_reply: bool) -> None:
    found = split(text, "回复：补正" if is_reply else "", is_reply)
    kept = found.own + found.quoted
    assert sorted(kept.replace("\n", "").replace(" ", "")) == sorted(
        "".join(text.split("\n")).replace(" ", "")
    )
