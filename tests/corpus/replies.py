"""Supplements: replies to a letter, with the history that each mail program puts below."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus import papers
from tests.corpus.posting import head, named, text
from tests.corpus.statement import Held, Message
from tests.unit.parsers.mail.mails import mixed

LETTER_ID = "<shouwen.0123456789012345678901234567890123456789@example.org>"
NUMBER = "KX2024-0001"
TOLD = f"贵单位推荐材料经形式检查需补正，编号{NUMBER}。"
OWN = "现补报盖章扫描件，请查收。"

HISTORIES: dict[str, str] = {
    "qq": '------------------ 原始邮件 ------------------\n发件人: "农技中心" <intake@example.org>;\n'
    f"发送时间: 2025年2月20日(星期四) 上午9:00\n"
    f'收件人: "科普部"<kepu@unit.example>;\n主题: 补正通知\n\n{TOLD}',
    "163": f'在 2025-02-20 09:00:00，"农技中心" <intake@example.org> 写道：\n> {TOLD}',
    "163-replied": "---- 回复的原邮件 ----\n发件人 农技中心<intake@example.org>\n日期 2025年02月20日 09:00\n"
    f"收件人 kepu@unit.example\n主题 补正通知\n{TOLD}",
    "foxmail": f"发件人： 农技中心\n发送时间： 2025-02-20 09:00\n收件人： kepu\n主题： 补正通知\n{TOLD}",
    "outlook": "发件人: 农技中心 <intake@example.org>\n发送时间: 2025年2月20日 9:00\n"
    f"收件人: kepu@unit.example\n主题: 补正通知\n\n{TOLD}",
    "outlook-english": "-----Original Message-----\nFrom: intake@example.org\n"
    "Sent: Thursday, February 20, 2025 9:00 AM\n"
    f"To: kepu@unit.example\nSubject: notice\n\n{TOLD}",
    "thunderbird": f"在 2025/2/20 9:00, 农技中心 写道:\n> {TOLD}",
    "english": f"On Thu, Feb 20, 2025 at 9:00 AM Office <intake@example.org> wrote:\n> {TOLD}",
}
WITHDRAWN = {
    "corrected": ("更正：推荐表", "以此次报送的材料为准。"),
    "instead": ("推荐材料（以此为准）", "此前报送的推荐表有误，以此为准。"),
    "withdrawn": (f"撤回推荐 {NUMBER}", "因故撤回对该同志的推荐，请予办理。"),
}


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    more = f"In-Reply-To: {LETTER_ID}\r\nReferences: <first@unit.example> {LETTER_ID}\r\n"
    for number, (style, history) in enumerate(HISTORIES.items()):
        key, subject, scan = f"replies/{style}", f"回复：补正通知（{NUMBER}）", papers.scan(number)
        raw = mixed(text(f"{OWN}\n\n{history}"), named(scan), head=head(key, subject, more=more))
        yield Message(key, raw, subject, OWN, [scan], quoted=NUMBER, replies_to=LETTER_ID)
    key, scan = "replies/html-history", papers.scan(9)
    page = f"<div>{OWN}</div><blockquote type='cite'><div>农技中心 写道：</div><p>{TOLD}</p></blockquote>"
    raw = mixed(text(page, subtype="html"), named(scan), head=head(key, "Re: 补正通知", more=more))
    yield Message(key, raw, "Re: 补正通知", OWN, [scan], quoted=NUMBER, replies_to=LETTER_ID)
    for number, (style, (subject, words)) in enumerate(WITHDRAWN.items()):
        key = f"replies/{style}"
        files: list[Held] = [] if style == "withdrawn" else [papers.form(number)]
        raw = mixed(text(words), *map(named, files), head=head(key, subject))
        yield Message(key, raw, subject, words, files, "material" if files else "enquiry")
