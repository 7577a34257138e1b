"""Bodies as a person reads them: HTML, flowed text, charsets, links, and the two ways of one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.common import limits
from parsers.mail.flowed import unflow
from parsers.mail.htmltext import declared_charset, html_to_text
from tests.unit.parsers.mail.mails import Box, crlf, mixed, text_part

HTML = "Content-Type: text/html; charset=utf-8"
CLOUD = "https://mail.qq.com/cgi-bin/ftnExs_download?k=1"


def shown(html: str) -> str:
    return html_to_text(html)[0]


def test_html_shows_what_a_reader_sees_and_tells_its_links() -> None:
    text, links = html_to_text(
        "<html><head><title>t</title><style>p{}</style></head><body><p>您好，<b>附件</b></p>"
        f"<script>alert(1)</script>请查收&nbsp;<a href='{CLOUD}'>推荐表.zip</a><br>张三"
        "<div style='display:none'>隐藏</div></body></html>"
    )
    assert text == f"您好，附件\n请查收 推荐表.zip <{CLOUD}>\n张三"
    assert links == (("推荐表.zip", CLOUD),)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>甲</p><p>乙</p>", "甲\n乙"),
        ("<div>甲<br></div><div><br></div><div>乙</div>", "甲\n\n乙"),
        ("甲<br><br><br><br>乙", "甲\n\n乙"),
        ("<div>甲\n  乙</div>", "甲 乙"),
        ("<ul><li>甲</li><li>乙</li></ul>", "甲\n乙"),
        ("<pre>甲\n  乙</pre>", "甲\n乙"),
        (
            "<table><tr><td>姓名</td><td>张三</td></tr><tr><td>单位</td><td> </td></tr></table>",
            "姓名\t张三\n单位",
        ),
        ("<table><tr><td><p>姓名</p></td><td><p>张三</p></td></tr></table>后", "姓名\t张三\n后"),
        ("<table><tr><td><p>第一段</p><p>第二段</p></td></tr></table>", "第一段\n第二段"),
        ("<table><tr><td><table><tr><td>甲</td><td>乙</td></tr></table></td></tr></table>", "甲\t乙"),
        ("<a href='http://a.cn/'>http://a.cn/</a>", "http://a.cn/"),
        ("<a href='http://a.cn/'><img></a>", "<http://a.cn/>"),
        ("<a href='mailto:a@b.cn'>a@b.cn</a>", "a@b.cn"),
        ("收到<blockquote type='cite'><p>甲</p><p>乙</p></blockquote>", "收到\n> 甲\n> 乙"),
        ("<blockquote style='margin-left:2em'>自己的话</blockquote>", "自己的话"),
        ("&#26417;&#38229;&#22522;&amp;&lt;", "朱镕基&<"),
    ],
)
def test_layout(html: str, expected: str) -> None:
    assert shown(html) == expected


@pytest.mark.parametrize(
    "html",
    ["", "   ", "<", "<!--", "<?xml version='1.0' encoding='gbk'?><p>好</p>", "\x00", "</td></tr></a>"],
)
def test_odd_html_is_read_as_far_as_it_goes(html: str) -> None:
    text, links = html_to_text(html)
    assert text in ("", "<", "好")
    assert links == ()


TAGS = "<td>|</td>|<tr>|</tr>|<a href=http://x>|</a>|<blockquote type=cite>|<br>|甲|>|<table>|<script>"


@given(st.lists(st.sampled_from(TAGS.split("|")), max_size=40))
def test_no_html_brings_the_reader_down(tags: list[str]) -> None:
    assert "\x0b" not in shown("".join(tags))


@pytest.mark.parametrize(
    "page", [b'<meta charset="gbk">', b"<META http-equiv=Content-Type content='text/html; charset=gbk'>"]
)
def test_a_page_may_name_its_own_charset(page: bytes) -> None:
    assert declared_charset(page) == "gbk"
    assert declared_charset(b"<p>x</p>") is None


@pytest.mark.parametrize(
    ("text", "delsp", "expected"),
    [
        ("关于推荐 \n材料的函", True, "关于推荐材料的函"),
        ("one \ntwo\nthree", False, "one two\nthree"),
        ("> a \n> b\nc", False, "> a b\nc"),
        ("> a \n>> b", False, "> a \n>> b"),
        ("a\n-- \n张三", False, "a\n-- \n张三"),
        (" From\n >x", False, "From\n>x"),
    ],
)
def test_flowed_text(text: str, delsp: bool, expected: str) -> None:
    assert unflow(text, delsp) == expected


def test_flowed_text_in_a_mail(box: Box) -> None:
    head = 'Content-Type: text/plain; charset=utf-8; format=flowed; delsp="yes"'
    assert box.read(crlf(f"{head}\n\n关于推荐 \n材料的函")).body == "关于推荐材料的函"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb2312", "朱镕基、喆、㛃"),
        ("gbk", "推荐材料"),
        ("big5", "推薦材料"),
        ("hz-gb-2312", "推荐材料"),
        ("utf-16", "推荐材料"),
        ("iso-2022-jp", "日本"),
        ("us-ascii", "推荐材料见附件"),
    ],
)
def test_bodies_of_every_charset(box: Box, charset: str, text: str) -> None:
    written = {"gb2312": "gb18030", "us-ascii": "gbk"}.get(charset, charset)
    raw = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + text.encode(written)
    assert box.read(raw).body == text


def test_a_page_in_gbk_that_only_its_own_head_tells(box: Box) -> None:
    page = "<meta charset=gb2312><p>朱镕基</p>".encode("gb18030")
    assert box.read(b"Content-Type: text/html\r\n\r\n" + page).body == "朱镕基"


def test_a_link_that_only_the_html_shows_follows_the_text(box: Box) -> None:
    page = text_part(f"<a href='{CLOUD}'>云附件</a>请下载", HTML)
    assert box.read(mixed(text_part("请下载"), page, kind=b"alternative")).body == f"请下载\n云附件 <{CLOUD}>"


def test_a_link_in_the_history_is_none_of_the_sender(box: Box) -> None:
    history = f"<div>------------------ 原始邮件 ------------------</div><a href='{CLOUD}'>云附件</a>"
    page = text_part(f"<p>收到</p>{history}", HTML)
    plain = text_part("收到\n\n------------------ 原始邮件 ------------------\n云附件")
    head = crlf("Subject: 回复：补正\nIn-Reply-To: <1@b>\n")
    facts = box.read(mixed(plain, page, kind=b"alternative", head=head))
    assert (facts.body, facts.forwarded) == ("收到", False)
    assert facts.quoted.endswith("云附件")


def test_a_forwarded_submission_keeps_what_it_says(box: Box) -> None:
    text = "请收\n\n-------- 转发邮件信息 --------\n发件人：某县科协\n\n推荐张三"
    facts = box.read(crlf(f"Subject: x\nContent-Type: text/plain; charset=utf-8\n\n{text}"))
    assert (facts.body, facts.quoted, facts.forwarded) == (text, "", True)


def test_a_body_over_the_limit_is_cut_and_told(box: Box) -> None:
    facts = box.read(crlf("Subject: x\n\n" + "字" * (limits.BODY_CHARACTERS + 10)))
    assert len(facts.body) == limits.BODY_CHARACTERS
    assert "a text over the limit: its end was left out" in facts.defects


def test_the_link_of_a_file_keeps_the_label_that_names_it(box: Box) -> None:
    """A provider links the file by its icon, its name and a button."""
    html = (
        f"<p>见附件</p><a href='{CLOUD}'><img></a><a href='{CLOUD}'>张三.zip</a> <a href='{CLOUD}'>下载</a>"
        "<a href='https://a.cn/'><img></a>"
    )
    for words in ("见附件", f"见附件 {CLOUD}"):
        body = box.read(mixed(text_part(words), text_part(html, HTML), kind=b"alternative")).body
        assert f"张三.zip <{CLOUD}>" in body.split("\n")
        assert body.endswith("<https://a.cn/>")
        assert f"\n<{CLOUD}>" not in body
    named = f"见附件 张三.zip {CLOUD}"
    body = box.read(mixed(text_part(named), text_part(html, HTML), kind=b"alternative")).body
    assert body == f"{named}\n<https://a.cn/>"


@pytest.mark.parametrize("depth", [300, 2000, 5000, 50_000])
@pytest.mark.parametrize("tag", ["div", "blockquote type=cite", "td", "table><tr><td", "a href=http://a.cn/"])
def test_a_page_that_nests_beyond_measure_still_says_its_words(tag: str, depth: int) -> None:
    """libxml2 gives up at 256 levels, and at 2048 for good; long histories pass the first."""
    text = shown(f"<p>最上面的话</p>{f'<{tag}>' * depth}最里面的话")
    assert text.startswith("最上面的话")
    assert "最里面的话" in text
    assert len(text) < 100 * depth


def test_citations_within_citations_do_not_swell() -> None:
    words = shown("<blockquote type=cite>" * 200 + "甲<br>" * 5000)
    assert len(words) < 5000 * 20
