"""Cloud links: files that a mail offers and does not bring, in text and in HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.corpus import papers
from tests.corpus.posting import head, named, text
from tests.corpus.statement import Held, Message
from tests.unit.parsers.mail.mails import mixed

Told = Sequence[tuple[str, str, str, str]]
QQ = "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=6539643862343131&code=7684decd"
WX = "https://wx.mail.qq.com/ftn/download?func=3&key=9d99e661d02acf1e&code=bffa6c29"
NETEASE = "https://mail.163.com/large-attachment-download/index.html?file=bXNnYXR0YWNobWVudA"
DASHI = "https://dashi.163.com/html/cloud-attachment-download/?key=bXNnYXR0YWNo"
EDISK = "https://edisk.qiye.163.com/api/biz/attachment/download?identity=e7bb4414a8c248bc"
SINA = "https://mail.sina.com.cn/filecenter/download.php?id=8f3a2b"
DAY = "2025年3月7日 21:59 到期"

LISTS: dict[str, tuple[str, Told]] = {
    "qq": (
        f"从QQ邮箱发来的超大附件\n\n于洁推荐表.zip (128.03M, {DAY})进入下载页面：{QQ}",
        [("QQ邮箱超大附件", "于洁推荐表.zip", "128.03M", DAY)],
    ),
    "qq-two": (
        f"从QQ邮箱发来的超大附件\n\n于洁.pdf (1.2G, {DAY})进入下载页面：{QQ}\n"
        f"李喆.pdf (35M, {DAY})进入下载页面：{QQ.replace('6539', '7777')}",
        [("QQ邮箱超大附件", "于洁.pdf", "1.2G", DAY), ("QQ邮箱超大附件", "李喆.pdf", "35M", DAY)],
    ),
    "qq-new-host": (
        f"从QQ邮箱发来的超大附件\n于洁.zip (20M, {DAY}) {WX}",
        [("QQ邮箱超大附件", "于洁.zip", "20M", DAY)],
    ),
    "163": (
        f"从网易163邮箱发来的超大附件\n于洁.zip (80.96M, {DAY})\n下载：{NETEASE}",
        [("网易邮箱超大附件", "于洁.zip", "80.96M", DAY)],
    ),
    "163-mail-master": (
        f"来自网易邮箱大师的云附件：\n于洁（盖章）.pdf（3.2MB，{DAY}）\n{DASHI}",
        [("网易邮箱云附件", "于洁（盖章）.pdf", "3.2MB", DAY)],
    ),
    "163-office": (
        f"从网易企业邮箱发来的云附件\n推荐表.docx (20.49K, {DAY})\n{EDISK}",
        [("网易企业邮箱云附件", "推荐表.docx", "20.49K", DAY)],
    ),
    "sina": (
        f"从新浪邮箱发来的超大附件\n材料.zip (128.03M, {DAY}) {SINA}",
        [("新浪邮箱超大附件", "材料.zip", "128.03M", DAY)],
    ),
    "marker-without-link": (
        f"从QQ邮箱发来的超大附件\n\n于洁.zip (128.03M, {DAY})",
        [("QQ邮箱超大附件", "于洁.zip", "128.03M", DAY)],
    ),
}
ANCHORED = {
    "qq-html": (
        "从QQ邮箱发来的超大附件",
        f'<div>从QQ邮箱发来的超大附件</div><div><a href="{QQ}">于洁.zip</a> (128.03M, {DAY})</div>'
        f'<div><a href="{QQ}">进入下载页面</a></div>',
        ("QQ邮箱超大附件", "于洁.zip", "128.03M", DAY),
    ),
    "163-html": (
        "从网易163邮箱发来的超大附件",
        f'<div>从网易163邮箱发来的超大附件</div><div><a href="{NETEASE}">于洁.zip</a> (80.96M, {DAY})'
        f' <a href="{NETEASE}">下载</a></div>',
        ("网易邮箱超大附件", "于洁.zip", "80.96M", DAY),
    ),
}


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    for number, (style, (words, told)) in enumerate(LISTS.items()):
        files: list[Held] = [papers.form(number)] if number % 2 else []
        key, body = f"links/{style}", f"材料见附件。\n\n{words}"
        raw = mixed(text(body), *map(named, files), head=head(key))
        yield Message(key, raw, "推荐材料", body, files, links=told)
    for style, (_, html, link) in ANCHORED.items():
        key = f"links/{style}"
        raw = mixed(text(f"<p>材料见附件。</p>{html}", subtype="html"), head=head(key))
        yield Message(key, raw, "推荐材料", None, links=[link])
    key, body = "links/prose-offers-nothing", "请勿使用超大附件或网盘报送，材料已作为附件发送。"
    form = papers.form(2)
    yield Message(key, mixed(text(body), named(form), head=head(key)), "推荐材料", body, [form])
