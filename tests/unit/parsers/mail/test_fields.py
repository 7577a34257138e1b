"""Names, addresses, dates and trace fields, as Chinese mail programs write them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.common import limits
from parsers.mail import headers
from parsers.mail.fields import Fields


def part(**values: bytes) -> Fields:
    """A header that holds these bytes, as the parser would keep them."""
    return tuple(
        (name.replace("_", "-").lower(), value.decode("ascii", "surrogateescape"))
        for name, value in values.items()
    )


def word(text: str, charset: str = "utf-8", label: str | None = None) -> str:
    return f"=?{label or charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        (
            f'attachment; filename="{word("朱镕基推荐表.docx", "gb18030", "gb2312")}"'.encode(),
            "朱镕基推荐表.docx",
        ),
        (f"attachment; filename={word('推荐表.pdf')}".encode(), "推荐表.pdf"),
        ('attachment; filename="推荐表.pdf"'.encode("gbk"), "推荐表.pdf"),
        ('attachment; filename="推荐表.pdf"'.encode(), "推荐表.pdf"),
        ('attachment; filename="昞.doc"'.encode("gbk"), "昞.doc"),  # its second byte is a backslash
        (b"attachment; filename*=UTF-8''%E6%8E%A8%E8%8D%90%E8%A1%A8.pdf", "推荐表.pdf"),
        (b"attachment; filename*=gb2312''%D6%EC%E9F%BB%F9.pdf", "朱镕基.pdf"),
        (b"attachment; filename*=utf-8''%CD%C6%BC%F6%B1%ED.pdf", "推荐表.pdf"),  # GBK under a false charset
        (b"attachment; filename*0*=utf-8''%E6%8E; filename*1*=%A8.pdf", "推.pdf"),
        (b'attachment; filename*0="a very long "; filename*1="name.pdf"', "a very long name.pdf"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\桌面\\表.doc"'.encode("gbk"), "表.doc"),
        (b'attachment; filename="a\x00b\r\n\tc.pdf"', "ab c.pdf"),
        ('attachment; filename="表\u202efdp.exe"'.encode(), "表fdp.exe"),
        (b'attachment; filename=".."', None),
        (b'attachment; filename=""', None),
        (b"attachment", None),
        (b"attachment; filename*99999999999999999999=x", "x"),
        (b"attachment; filename*" + b"9" * 5000 + b"=x", None),
    ],
)
def test_a_filename_is_read_however_it_is_written(disposition: bytes, expected: str | None) -> None:
    assert headers.filename(part(Content_Disposition=disposition)) == expected


def test_an_encoded_word_folded_in_the_middle_of_a_character() -> None:
    data = "关于推荐最美科技志愿者的函".encode()
    first, second = (base64.b64encode(half).decode() for half in (data[:10], data[10:]))
    assert headers.text_of(f"=?utf-8?B?{first}?= =?UTF-8?B?{second}?=") == "关于推荐最美科技志愿者的函"
    name = f'attachment; filename="=?utf-8?B?{first}?= =?utf-8?B?{second}?="'
    assert headers.filename(part(Content_Disposition=name.encode())) == "关于推荐最美科技志愿者的函"


def test_encoded_words_between_plain_words() -> None:
    assert headers.text_of(f"Re: {word('补正', 'gbk')} {word('通知', 'gbk')} KX2024-0001") == (
        "Re: 补正通知 KX2024-0001"
    )
    assert headers.text_of("=?utf-8?Q?=E8=A1=A8_1?= x") == "表 1 x"


def test_the_undamaged_of_two_names_is_taken() -> None:
    both = part(
        Content_Disposition=b'attachment; filename="\xff\xff\xff.pdf"',
        Content_Type=f'application/pdf; name="{word("表.pdf")}"'.encode(),
    )
    assert headers.filename(both) == "表.pdf"


def test_a_long_name_keeps_its_extension() -> None:
    name = headers.safe_name("表" * 500 + ".docx")
    assert name is not None
    assert name.endswith("表.docx")
    assert len(name) == limits.NAME_CHARACTERS


@given(st.text(max_size=400))
def test_a_safe_name_stays_in_its_folder(claimed: str) -> None:
    name = headers.safe_name(claimed)
    if name is not None:
        assert "/" not in name and "\\" not in name and "\x00" not in name
        assert name not in (".", "..") and 0 < len(name) <= limits.NAME_CHARACTERS
        name.encode("utf-8")


def test_addresses_with_wrongly_labelled_and_raw_names() -> None:
    values = [
        f"{word('朱镕基', 'gb18030', 'gb2312')} <A@Kepu.CN>",
        '"张三, 李四" <x@y.cn>'.encode("gbk").decode("ascii", "surrogateescape"),
        f'"{word("王五")}" <w@y.cn>, plain@y.cn',
    ]
    found = headers.addresses(values)
    assert [(a.name, a.address) for a in found] == [
        ("朱镕基", "a@kepu.cn"),
        ("张三, 李四", "x@y.cn"),
        ("王五", "w@y.cn"),
        ("", "plain@y.cn"),
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(None, None), ("<>", ""), (" <> ", ""), ("<Bounce@X.cn>", "bounce@x.cn"), ("a@b.cn", "a@b.cn")],
)
def test_the_null_sender_differs_from_none(raw: str | None, expected: str | None) -> None:
    assert headers.null_or_address(raw) == expected


def test_message_ids_as_they_stand() -> None:
    assert headers.message_ids(["<a@b> (comment) <c@\r\n d>", "junk"]) == ("<a@b>", "<c@d>")


def test_a_163_received_field() -> None:
    hop = headers.hop(
        "from user$jicengfuwuchu ( [183.1.2.3] ) by\r\n zwg-szmx-m0 (Coremail) with SMTP id gikvCg;"
        "\r\n Thu, 20 Feb 2025 10:00:00 +0800 (CST)"
    )
    assert hop.by == "zwg-szmx-m0 (Coremail)"
    assert hop.at == datetime(2025, 2, 20, 2, 0, tzinfo=UTC)
    assert hop.at.utcoffset() == timedelta(hours=8)


def test_a_received_field_of_postfix_and_one_that_starts_with_by() -> None:
    postfix = (
        "from a (b [1.2.3.4]) by mx.kepu.cn (Postfix) with ESMTPS id 4Y; Sun, 23 Feb 2025 23:59:59 +0800"
    )
    assert headers.hop(postfix).by == "mx.kepu.cn (Postfix)"
    coremail = "by zwg-szmx-m0 (Coremail) with SMTP id x; Mon, 24 Feb 2025 00:00:00 +0800 (CST)"
    assert headers.hop(coremail).at == datetime(2025, 2, 23, 16, 0, tzinfo=UTC)


def test_a_helo_that_breaks_the_syntax_does_not_move_the_time() -> None:
    hop = headers.hop("from x (helo; Mon, 1 Jan 2001 00:00:00 +0000 by y; Thu, 20 Feb 2025 10:00:00 +0800")
    assert hop.by == ""
    assert hop.at == datetime(2025, 2, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", [None, "", "yesterday", "Thu, 20 Feb 2025 10:00:00 CST", "Thu, 20 Feb 20250 10:00:00 +0800"]
)
def test_a_date_that_is_not_certain_is_none(raw: str | None) -> None:
    assert headers.date_of(raw) is None


@given(st.binary(max_size=300))
def test_no_header_bytes_raise(data: bytes) -> None:
    message = part(Content_Type=data, Content_Disposition=data)
    raw = data.decode("ascii", "surrogateescape")
    headers.filename(message)
    headers.text_of(raw).encode()
    headers.addresses([raw])
    headers.hop(raw).raw.encode()
    headers.null_or_address(raw)
    headers.message_ids([raw])


@pytest.mark.parametrize("name", ["推荐表 (1)  副本.docx", "张　三推荐表.docx", "表" * 300 + ".docx"])
def test_a_name_comes_out_as_it_was_given(name: str) -> None:
    given_twice = part(Content_Disposition=f'attachment; filename="{word(name)}"'.encode())
    assert headers.filename(given_twice) == name


def test_a_name_folded_over_lines_has_one_blank_there() -> None:
    folded = part(Content_Disposition='attachment; filename="推荐表\r\n\t 终稿.docx"'.encode())
    assert headers.filename(folded) == "推荐表 终稿.docx"


@pytest.mark.parametrize(
    "fields",
    [
        ["<kp@unit.cn>, <li@other.example>"],
        ["<li@other.example>", "<kp@unit.cn>"],
        ["<kp@unit.cn><li@other.example>"],
        ["科协: kp@unit.cn, li@other.example;"],
    ],
)
def test_a_mail_of_several_authors_is_nobodys(fields: list[str]) -> None:
    found = headers.sender(fields)
    assert found is not None and found.address == ""
    assert "kp@unit.cn" in found.name and "li@other.example" in found.name


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("kp@unit.cn <kp@unit.cn>", "kp@unit.cn"),
        ("kp@unit.cn <li@other.example>", "li@other.example"),
        ("<KP@unit.cn>, <kp@unit.cn>", "kp@unit.cn"),
        ("科协办公室 <kp@unit.cn", "kp@unit.cn"),
        ('"科协, 办公室" <kp@unit.cn>', "kp@unit.cn"),
        ("科协, 办公室 <kp@unit.cn>", "kp@unit.cn"),
        ("Li, Ming <kp@unit.cn>", "kp@unit.cn"),
    ],
)
def test_a_mail_of_one_author_is_his(field: str, address: str) -> None:
    found = headers.sender([field])
    assert found is not None and found.address == address
