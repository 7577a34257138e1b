"""Names of files as mail programs of every kind write them; `test_fields.py` has the ordinary ones."""

from __future__ import annotations

import base64
import email.message
import email.policy
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.common import limits
from parsers.mail import headers
from parsers.mail.encoded_words import decode_words
from parsers.mail.fields import parameter
from tests.unit.parsers.mail.mails import Box, base64_part, crlf, mixed, text_part
from tests.unit.parsers.mail.test_fields import part, word

RARE = "朱镕基、喆、㛃、𠮷推荐表.docx"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def name_of(
    disposition: str | bytes, kind: str | bytes = b"application/pdf", hint: str | None = None
) -> str | None:
    def raw(value: str | bytes) -> bytes:
        return value.encode() if isinstance(value, str) else value

    return headers.filename(part(Content_Disposition=raw(disposition), Content_Type=raw(kind)), hint)


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", "x-gbk", "cp936"])
def test_rare_characters_survive_every_gb_label(label: str) -> None:
    words = f'attachment; filename="{word(RARE, "gb18030", label)}"'
    extended = f"attachment; filename*={label}''{quote_from_bytes(RARE.encode('gb18030'))}"
    assert name_of(words) == name_of(extended) == RARE


@pytest.mark.parametrize("cut", range(1, 24))
def test_a_name_cut_into_words_anywhere(cut: int) -> None:
    data = "推荐表（张三）.docx".encode()
    assert name_of(f'attachment; filename="=?UTF-8?B?{b64(data[:cut])}?= =?utf-8?B?{b64(data[cut:])}?="') == (
        "推荐表（张三）.docx"
    )


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_name_whose_base64_itself_is_cut(cut: int) -> None:
    text = b64("推荐表（张三）.docx".encode("gbk"))
    assert decode_words(f"=?gbk?B?{text[:cut]}?= =?gb2312?B?{text[cut:]}?=") == "推荐表（张三）.docx"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=?utf-8?Q?=E8=A1=A8 1?2.doc?=", "表 1?2.doc"),  # raw blanks and question marks
        ("=?utf-8?Q?=E8=A1=A8?=2024.doc", "表2024.doc"),  # nothing between the word and what follows
        ("=?utf-8?B?6KGo", "表"),  # no end
        ("=?utf-8?B?6KGo =?utf-8?B?5LiA?=", "表一"),
        ('"=?utf-8?B?6KGo?=" <a@b>', '"表" <a@b>'),
        ("=?utf-8*zh?B?6KGo?=", "表"),
        ("=?hz-gb-2312?Q?~{1m~}?=", "表"),
        ("=?utf-7?Q?+iGg-?=", "+iGg-"),  # never decoded: it hides text from whoever looks at the bytes
        ("=?iso-8859-1?Q?B=FCrling?=", "Bürling"),
        ("=?big5?B?qu0=?=", "表"),
        ("=?x-unknown?B?6KGo?=", "表"),
        ("a =? b ?= c", "a =? b ?= c"),
    ],
)
def test_encoded_words_as_they_come(text: str, expected: str) -> None:
    assert decode_words(text) == expected


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        ("attachment; filename*2*=%A8.pdf; filename*0*=utf-8''%E6%8E%A8; filename*1*=%E8%A1", "推表.pdf"),
        ("attachment; filename*0*=utf-8''%E8%A1%A8; filename*1=1.pdf", "表1.pdf"),
        ("attachment; filename*=utf-8'zh-CN'%E8%A1%A8.pdf", "表.pdf"),
        ("attachment; filename*=%E8%A1%A8.pdf", "表.pdf"),
        ("attachment; filename*=\"UTF-8''%E8%A1%A8.pdf\"", "表.pdf"),
        ("attachment; filename*=iso-8859-1''%B1%ED%B8%F1.pdf", "表格.pdf"),  # a false charset
        ("attachment; filename*=utf-8''%3D%3Futf-8%3FB%3F6KGo%3F%3D.pdf", "表.pdf"),  # a word within
        ("attachment; filename=\"x.pdf\"; filename*=utf-8''%E8%A1%A8.pdf", "表.pdf"),
        ('attachment; filename="%E6%8E%A8%E8%8D%90%E8%A1%A8.pdf"', "推荐表.pdf"),
        ('attachment; filename="RV %A312000 100%.xls"', "RV %A312000 100%.xls"),
        ("attachment; filename=推荐 表 1.pdf", "推荐 表 1.pdf"),
        ("attachment; filename=推荐表.pdf; size=12", "推荐表.pdf"),
        ('attachment; filename="推荐表.pdf', "推荐表.pdf"),
        ('attachment; filename="张三"推荐表".pdf"; size=1', '张三"推荐表".pdf'),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ("attachment ;filename = 表.pdf", "表.pdf"),
        ('attachment; name="表.pdf"', "表.pdf"),
        ('attachment; filename="甲/乙\\丙.pdf"', "丙.pdf"),
        ('attachment; filename="甲\u202e\u200b\u0007乙.pdf"', "甲乙.pdf"),
        ('attachment; filename="表.pdf "', "表.pdf"),
    ],
)
def test_names_of_every_shape(disposition: str, expected: str) -> None:
    assert name_of(disposition) == expected


@pytest.mark.parametrize("garbage", ["????.pdf", "??? ??.pdf", "=?utf-8?X?nonsense?=", ""])
def test_the_other_name_is_taken_when_the_first_is_garbage(garbage: str) -> None:
    assert name_of(
        f'attachment; filename="{garbage}"', 'application/pdf; name="推荐表.pdf"'.encode("gbk")
    ) == ("推荐表.pdf")


def test_the_disposition_wins_over_the_type() -> None:
    assert name_of('attachment; filename="乙.pdf"', 'application/pdf; name="甲.pdf"') == "乙.pdf"


def test_a_description_names_a_file_only_as_the_last_resort() -> None:
    described = part(Content_Type=b"application/pdf", Content_Description="推荐表.pdf".encode())
    assert headers.filename(described) == "推荐表.pdf"
    assert headers.filename(part(Content_Description=b"Card for <A B>")) is None


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "gb18030", "big5"])
def test_raw_bytes_of_every_charset(box: Box, charset: str) -> None:
    """A raw name, where the mail's own text tells its charset."""
    name = "推薦表（張偉）.docx" if charset == "big5" else "推荐表（张伟）.docx"
    head = f'Content-Type: application/pdf\nContent-Disposition: attachment; filename="{name}"'
    raw = mixed(
        text_part("x", f"Content-Type: text/plain; charset={charset}"),
        base64_part(head, b"x", charset),
        head=crlf(f"Subject: {name}\nFrom: {name[4:6]} <a@b.cn>\n", charset),
    )
    facts = box.read(raw)
    assert facts.subject == name
    assert [item.filename for item in facts.attachments] == [name]
    assert facts.claimed_from is not None and facts.claimed_from.name == name[4:6]


def test_raw_big5_without_a_hint_is_told_by_its_characters() -> None:
    name = "關於推薦最美科技志願者的函.doc"
    assert name_of(b'attachment; filename="' + name.encode("big5") + b'"') == name


def test_two_files_of_one_name_are_two_files(box: Box) -> None:
    parts = [base64_part('Content-Type: application/pdf; name="表.pdf"', data) for data in (b"1", b"2")]
    assert box.files(mixed(*parts)) == [("表.pdf", b"1"), ("表.pdf", b"2")]


def test_a_mailbox_encoded_as_one_word() -> None:
    (address,) = headers.addresses([word("张三 <zhangsan@kepu.cn>")])
    assert (address.name, address.address) == ("张三", "zhangsan@kepu.cn")


NAMES = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from("（）《》—0123456789 _-+&;,='%"),
    ),
    min_size=1,
    max_size=60,
).map(lambda text: " ".join(f"表{text}".split()) + ".docx")


@given(NAMES)
def test_what_the_standard_library_writes_comes_back(name: str) -> None:
    message = email.message.EmailMessage()
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename=name)
    (attached,) = message.iter_attachments()
    raw = attached.as_bytes(policy=email.policy.SMTP).replace(b"\r\n ", b" ").decode()
    lines = [line for line in raw.split("\r\n") if line.lower().startswith("content-disposition:")]
    assert name_of(lines[0].partition(":")[2]) == name[: limits.NAME_CHARACTERS]


@given(NAMES, st.sampled_from(["utf-8", "gb18030"]), st.integers(20, 75))
def test_extended_values_cut_anywhere_come_back(name: str, charset: str, size: int) -> None:
    coded = quote(name.encode(charset), safe="")
    pieces = [coded[at : at + size] for at in range(0, len(coded), size)]
    stated = [
        f"filename*{n}*={(charset + chr(39) * 2) if not n else ''}{piece}" for n, piece in enumerate(pieces)
    ]
    # A percent sign parted from its digits is only whole again when the pieces are joined.
    assert name_of("attachment; " + "; ".join(reversed(stated))) == name


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_parameter_brings_the_reader_down(value: str, key: str) -> None:
    header = f"{key}; {key}*0*={value}; {value}={key}".encode("utf-8", "ignore")
    found = parameter(part(Content_Type=header), "content-type", key.lower() or "name")
    assert found is None or "\x00" not in found
