"""Names and text: every way in which mail programs write Chinese into a header or a body."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterator
from urllib.parse import quote_from_bytes

from intake.demo.mails.wire import encoded_words, rfc2231
from tests.corpus import papers
from tests.corpus.posting import LETTER, file, head, lined, mail, text
from tests.corpus.statement import Held, Message
from tests.unit.parsers.mail.mails import mixed

RARE = "朱镕基 李喆 王㛃 推荐表.docx"
FOUR_BYTES = "𠮷田𬱖推荐表.docx"
TRADITIONAL = "張偉國推薦表.docx"
LONG = "关于报送二〇二四年度最美科技志愿者候选人张伟同志推荐表的材料（正式版）.docx"


def _word(raw: bytes, label: str) -> str:
    return f"=?{label}?B?{base64.b64encode(raw).decode()}?="


def _cut(value: str, label: str, codec: str, size: int) -> bytes:
    """Encoded words cut every `size` bytes, within a character too, as old programs do."""
    raw = value.encode(codec)
    return "\r\n ".join(_word(raw[at : at + size], label) for at in range(0, len(raw), size)).encode()


def _quoted_printable(value: str, label: str, codec: str) -> bytes:
    raw = quopri.encodestring(value.encode(codec), header=True).decode().replace("=\n", "")
    return f"=?{label}?Q?{raw.replace('?', '=3F')}?=".encode()


Encoder = Callable[[str], bytes]
WORDS: dict[str, tuple[str, Encoder]] = {
    "b-utf8": (RARE, lambda v: encoded_words(v, "UTF-8").encode()),
    "b-utf8-four-bytes": (FOUR_BYTES, lambda v: encoded_words(v, "utf-8").encode()),
    "b-gb18030": (RARE, lambda v: encoded_words(v, "gb18030").encode()),
    "b-gb18030-four-bytes": (FOUR_BYTES, lambda v: encoded_words(v, "gb18030").encode()),
    "b-gb2312-means-gb18030": (RARE, lambda v: encoded_words(v, "GB2312", "gb18030").encode()),
    "b-gbk-means-gb18030": (FOUR_BYTES, lambda v: encoded_words(v, "GBK", "gb18030").encode()),
    "b-big5": (TRADITIONAL, lambda v: encoded_words(v, "big5").encode()),
    "q-utf8": (LONG, lambda v: _quoted_printable(v, "UTF-8", "utf-8")),
    "q-gbk": (LONG, lambda v: _quoted_printable(v, "gbk", "gbk")),
    "cut-utf8": (LONG, lambda v: _cut(v, "utf-8", "utf-8", 40)),
    "cut-gb2312": (LONG, lambda v: _cut(v, "gb2312", "gb18030", 31)),
    "cut-gb18030-four-bytes": (FOUR_BYTES * 2, lambda v: _cut(v, "gb18030", "gb18030", 5)),
    "raw-utf8": (RARE, lambda v: v.encode()),
    "raw-gbk": (LONG, lambda v: v.encode("gbk")),
    "raw-gb18030": (RARE, lambda v: v.encode("gb18030")),
    "long-utf8-one-word": (LONG, lambda v: _word(v.encode(), "utf-8").encode()),
}

Parameters = dict[str, tuple[str, bytes]]


def _extended() -> Parameters:
    """Parameters of RFC 2231, sound and not; the name and the Content-Disposition that gives it."""
    utf8, gbk = quote_from_bytes(LONG.encode()), quote_from_bytes(LONG.encode("gbk"))
    plain = b"attachment; "
    pieces = [utf8[at : at + 27] for at in range(0, len(utf8), 27)]
    continued = "; ".join(
        f"filename*{n}*={'' if n else 'utf-8' + 2 * chr(39)}{p}" for n, p in enumerate(pieces)
    )
    backwards = "; ".join(reversed(continued.split("; ")))
    return {
        "one": (RARE, plain + rfc2231("filename", RARE).encode()),
        "continued": (LONG, plain + rfc2231("filename", LONG).encode()),
        "cut-in-escape-groups": (LONG, plain + continued.encode()),
        "out-of-order": (LONG, plain + backwards.encode()),
        "gbk": (LONG, plain + f"filename*=gbk''{gbk}".encode()),
        "gb2312-means-gb18030": (
            RARE,
            plain + f"filename*=gb2312''{quote_from_bytes(RARE.encode('gb18030'))}".encode(),
        ),
        "false-charset-gb2312": (LONG, plain + f"filename*=gb2312''{utf8}".encode()),
        "false-charset-ascii": (LONG, plain + f"filename*=us-ascii''{utf8}".encode()),
        "false-charset-unknown": (LONG, plain + f"filename*=x-unknown''{utf8}".encode()),
        "language": (LONG, plain + f"filename*=UTF-8'zh-CN'{utf8}".encode()),
        "beside-a-plain-one": (
            LONG,
            plain + b'filename="???.docx"; ' + f"filename*=UTF-8''{utf8}".encode(),
        ),
    }


ODD: dict[str, tuple[bytes, str]] = {
    "unix-path": ("../../etc/张三推荐表.docx".encode(), "张三推荐表.docx"),
    "windows-path": ("C:\\\\材料\\\\张三推荐表.docx".encode(), "张三推荐表.docx"),
    "control-characters": ("张\x01三\x7f推荐\u202e表.docx".encode(), "张三推荐表.docx"),
    "tabs-and-blanks": ("张三\t 推荐表.docx".encode(), "张三 推荐表.docx"),
    "300-characters": (
        ("推" * 300 + ".docx").encode(),
        "推" * 300 + ".docx",
    ),
    "quotes-inside": ('张三\\"终稿\\"推荐表.docx'.encode(), '张三"终稿"推荐表.docx'),
    "no-ending": ("张三推荐表".encode(), "张三推荐表"),
    "two-endings": ("张三推荐表.pdf.docx".encode(), "张三推荐表.pdf.docx"),
}
BODIES: dict[str, tuple[str, str]] = {
    "gb2312-means-gb18030": ("gb2312", "gb18030"),
    "gbk-means-gb18030": ("gbk", "gb18030"),
    "gb18030": ("gb18030", ""),
    "utf-8": ("utf-8", ""),
    "utf-8-said-to-be-gbk": ("gbk", "utf-8"),
    "gbk-said-to-be-utf-8": ("utf-8", "gbk"),
    "utf-16": ("utf-16", ""),
    "unknown-charset": ("x-mystery", "gbk"),
}
SPEECH = "各位老师：\n附上朱镕基、李喆两位同志的推荐材料，请查收。\n联系人：欧阳璟雯"


def _with_name(name: str, number: int) -> Held:
    held = papers.form(number)
    return Held(name, held.data, held.facts, held.role, held.forms)


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    yield from _encoded()
    yield from _odd()
    yield from _bodies()


def _encoded() -> Iterator[Message]:
    for number, (style, (name, encode)) in enumerate(WORDS.items()):
        key, held = f"names/word-{style}", _with_name(name, number)
        subject = name.removesuffix(".docx")
        raw = mail(key, file(encode(name), held.data), subject=encode(subject))
        yield Message(key, raw, subject, LETTER, [held])
    for number, (style, (name, place)) in enumerate(_extended().items()):
        key, held = f"names/extended-{style}", _with_name(name, number + 3)
        part = b"Content-Type: application/octet-stream\r\nContent-Disposition: " + place
        part += b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lined(held.data)
        yield Message(key, mail(key, part), "推荐材料", LETTER, [held])


def _odd() -> Iterator[Message]:
    for number, (style, (raw_name, name)) in enumerate(ODD.items()):
        key, held = f"names/odd-{style}", _with_name(name, number + 1)
        yield Message(key, mail(key, file(raw_name, held.data)), "推荐材料", LETTER, [held])
    key, held = "names/none", _with_name("未命名附件1", 5)
    yield Message(key, mail(key, file(None, held.data)), "推荐材料", LETTER, [held])
    key = "names/two-of-the-same"
    pair = [_with_name("推荐表.docx", 1), _with_name("推荐表.docx", 2)]
    encoded = encoded_words("推荐表.docx", "gb18030").encode()
    yield Message(key, mail(key, *(file(encoded, item.data) for item in pair)), "推荐材料", LETTER, pair)
    key, held = "names/big5-bytes", _with_name(TRADITIONAL, 6)
    raw = mixed(text(LETTER), file(TRADITIONAL.encode("big5"), held.data), head=head(key))
    raw = raw.replace(b'text/plain; charset="utf-8"', b'text/plain; charset="big5"')
    said = text(LETTER).partition(b"\r\n\r\n")[2]
    raw = raw.replace(said, lined("請查收推薦材料。".encode("big5")))
    yield Message(key, raw, "推荐材料", "請查收推薦材料。", [held])


def _bodies() -> Iterator[Message]:
    for number, (style, (charset, codec)) in enumerate(BODIES.items()):
        held = papers.form(number + 2)
        for subtype in ("plain", "html"):
            key = f"names/body-{subtype}-{style}"
            words = SPEECH if subtype == "plain" else "".join(f"<p>{line}</p>" for line in SPEECH.split("\n"))
            encoded = encoded_words(held.name, "utf-8").encode()
            raw = mixed(text(words, charset, codec, subtype), file(encoded, held.data), head=head(key))
            yield Message(key, raw, "推荐材料", SPEECH, [held])
    key, held = "names/body-flowed", papers.form(4)
    flowed = "附上朱镕基、李喆两位同志 \n的推荐材料， \n请查收。\n联系人：欧阳璟雯"
    encoded = encoded_words(held.name, "utf-8").encode()
    raw = mixed(text(flowed, more="; format=flowed; delsp=yes"), file(encoded, held.data), head=head(key))
    wanted = "附上朱镕基、李喆两位同志的推荐材料，请查收。\n联系人：欧阳璟雯"
    yield Message(key, raw, "推荐材料", wanted, [held])
