"""Parts: what mail programs do to attachments, and mails, TNEF and signatures that hold files."""

from __future__ import annotations

import binascii
from collections.abc import Iterator

from intake.demo.mails.wire import encoded_words
from parsers.mailfiles import mapi
from tests.corpus import papers
from tests.corpus.posting import LETTER, WORD_TYPE, file, head, lined, mail, named, text, with_files
from tests.corpus.statement import Held, Message
from tests.unit.parsers.mail.mails import base64_part, mixed
from tests.unit.parsers.mailfiles.compound import compound
from tests.unit.parsers.mailfiles.test_eml import in_pieces
from tests.unit.parsers.mailfiles.test_msg import attachment
from tests.unit.parsers.mailfiles.test_msg import message as saved_message
from tests.unit.parsers.mailfiles.test_tnef import file as tnef_file
from tests.unit.parsers.mailfiles.test_tnef import tnef, wide

INNER = "这是原来的信。"
DETACHED = bytes.fromhex(
    "3080 0609 2a864886f70d010702 a080 3080 020101 3100 3080 0609 2a864886f70d010701 0000 3100 0000 0000 0000"
)
"""A signature that encloses nothing and names no signer (RFC 5652 §5.1, lengths left open)."""


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    yield from _dispositions()
    yield from _encodings()
    yield from _boundaries()
    yield from _saved_and_mangled()
    yield from _enclosed()
    yield from _wrapped()


def _sound(key: str, raw: bytes, files: list[Held], body: str = LETTER) -> Message:
    return Message(key, raw, "推荐材料", body, files)


def _dispositions() -> Iterator[Message]:
    form, scan = papers.both(0)
    name, stamped = (encoded_words(item.name, "gb18030").encode() for item in (form, scan))
    odd = {
        "inline": (
            file(name, form.data, WORD_TYPE, "inline"),
            file(stamped, scan.data, "application/pdf", "inline"),
        ),
        "no-disposition": (
            file(name, form.data, WORD_TYPE, None),
            file(stamped, scan.data, disposition=None),
        ),
        "octet-stream": (file(name, form.data), file(stamped, scan.data)),
        "wrong-types": (
            file(name, form.data, "application/zip"),
            file(stamped, scan.data, 'text/plain; charset="utf-8"'),
        ),
        "types-of-pictures": (file(name, form.data, "image/jpeg"), file(stamped, scan.data, "image/png")),
        "nonsense-types": (file(name, form.data, "word"), file(stamped, scan.data, "x/y/z")),
        "html-type": (file(name, form.data, "text/html"), file(stamped, scan.data, "text/html")),
    }
    for style, parts in odd.items():
        key = f"parts/{style}"
        yield _sound(key, mail(key, *parts), [form, scan])
    unnamed = [
        Held("未命名附件1", scan.data, scan.facts, "scan"),
        Held("未命名附件2", form.data, "word", "form", form.forms),
    ]
    key = "parts/neither-name-nor-disposition"
    bare = file(None, scan.data, "application/pdf", None), file(None, form.data, WORD_TYPE, None)
    yield _sound(key, mail(key, *bare), unnamed)
    key = "parts/pdf-passes-for-the-text"
    yield _sound(key, mail(key, file(None, scan.data, "text/plain", None)), unnamed[:1])
    key = "parts/content-description"
    described = b"Content-Description: " + name + b"\r\n" + file(None, form.data, WORD_TYPE)
    yield _sound(key, mail(key, described), [form])
    key = "parts/nothing-but-a-file"
    raw = head(key) + file(stamped, scan.data, "application/pdf")
    yield _sound(key, raw, [scan], "")


def _encodings() -> Iterator[Message]:
    form, scan = papers.both(5)
    name = encoded_words(scan.name, "utf-8").encode()
    start = b'Content-Type: application/pdf; name="' + name + b'"\r\nContent-Transfer-Encoding: '

    key = "parts/base64-cut-off"
    cut = Held(scan.name, scan.data[:600], "unreadable unreadable pdf", "scan")
    raw = mail(key, named(form), file(name, scan.data[:600]))
    # Damaged where a person's reader opens it too: what is left has no page.
    broken = Held(cut.name, b"%PDF-1.7\nno page is left", cut.facts, "scan")
    raw = mail(key, named(form), file(name, broken.data))
    yield _sound(key, raw, [form, broken])

    key = "parts/base64-without-its-padding"
    data = scan.data + b"x" * (1 - len(scan.data) % 3 if len(scan.data) % 3 != 1 else 0)
    padded = Held(scan.name, data if len(data) % 3 else data + b"y", scan.facts, "scan")
    raw = mail(key, start + b"base64\r\n\r\n" + lined(padded.data).rstrip(b"="))
    yield _sound(key, raw, [padded])

    key = "parts/base64-within-a-group"
    whole = lined(scan.data).replace(b"\r\n", b"").rstrip(b"=")
    # Two characters of a group are one byte; what is lost are the words behind the PDF's trailer.
    stop = (len(whole) - 8) // 4 * 4 + 2
    raw = mail(key, start + b"base64\r\n\r\n" + whole[:stop])
    yield _sound(key, raw, [Held(scan.name, scan.data[: stop * 3 // 4], scan.facts, "scan")])

    key = "parts/base64-with-stray-lines"
    lines = lined(scan.data).split(b"\r\n")
    raw = mail(key, start + b"BASE64\r\n\r\n" + b"\r\n\r\n".join([*lines[:3], b" ".join(lines[3:])]))
    yield _sound(key, raw, [scan])

    key = "parts/quoted-printable-binary"
    encoded = b"\r\n".join(_quoted(scan.data))
    yield _sound(key, mail(key, start + b"quoted-printable\r\n\r\n" + encoded), [scan])

    key = "parts/binary"
    yield _sound(key, mail(key, start + b"binary\r\n\r\n" + scan.data), [scan])

    key = "parts/misspelt-encoding"
    yield _sound(key, mail(key, start + b"base-64 (RFC 2045)\r\n\r\n" + lined(scan.data)), [scan])

    key = "parts/x-uuencode"
    body = _uuencoded(scan.data, "scan.pdf")
    yield _sound(key, mail(key, start + b"x-uuencode\r\n\r\n" + body), [scan])

    key = "parts/uuencode-in-the-body"
    held = Held("tuijianbiao.pdf", scan.data, scan.facts, "scan")
    said = f"{LETTER}\r\n\r\n".encode() + _uuencoded(scan.data, held.name) + "此致".encode()
    raw = (
        head(key)
        + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + said
    )
    yield Message(key, raw, "推荐材料", f"{LETTER}\n\n此致", [held])

    key = "parts/uuencode-after-chinese-name"
    held = Held("张三推荐表.docx", form.data, form.facts, "form", form.forms)
    said = f"{LETTER}\r\n\r\n".encode("gbk") + _uuencoded(form.data, held.name)
    raw = (
        head(key) + b"Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + said
    )
    yield Message(key, raw, "推荐材料", LETTER, [held])


def _boundaries() -> Iterator[Message]:
    form, scan = papers.both(6)
    sound = mail("KEY", named(form), named(scan))
    changed = {
        "boundary-other": (b'boundary="=_b"', b'boundary="=_other"'),
        "boundary-missing": (b'; boundary="=_b"', b""),
        "boundary-unquoted": (b'boundary="=_b"', b"boundary==_b"),
        "boundary-open-quote": (b'boundary="=_b"', b'boundary="=_b'),
        "no-final-boundary": (b"\r\n--=_b--\r\n", b""),
        "line-feeds-alone": (b"\r\n", b"\n"),
        "carriage-returns-doubled": (b"--=_b\r\n", b"--=_b \t\r\n"),
        "empty-line-in-the-header": (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\n\r\n"),
        "stray-line-in-the-header": (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nnot a field\r\n"),
    }
    for style, (old, new) in changed.items():
        key = f"parts/{style}"
        raw = sound.replace(b"<KEY@", f"<{key.replace('/', '.')}@".encode()).replace(old, new)
        yield _sound(key, raw, [form, scan])
    key = "parts/after-the-final-boundary"
    raw = mail(key, named(form)) + b"\r\n--=_b\r\n" + named(scan) + b"\r\n--=_b--\r\n"
    yield _sound(key, raw, [form, scan])
    key = "parts/mixed-in-alternative-in-related"
    page = text(f"<p>{LETTER}</p>", subtype="html")
    inner = mixed(text(LETTER), page, head=b"", kind=b"alternative", boundary=b"=_a")
    related = mixed(inner, named(scan), head=b"", kind=b"related", boundary=b"=_r")
    yield _sound(key, mixed(related, named(form), head=head(key)), [scan, form])
    key = "parts/files-between-texts"
    raw = mixed(text("第一段"), named(form), text("第二段"), named(scan), head=head(key))
    yield _sound(key, raw, [form, scan], "第一段\n第二段")


def _original(number: int) -> tuple[bytes, tuple[Held, Held]]:
    form, scan = papers.both(number)
    key = f"original/{number}"
    return mail(
        key, named(form), named(scan), subject=f"原件{number}", words=INNER, boundary=b"=_original"
    ), (form, scan)


def _saved_and_mangled() -> Iterator[Message]:
    """What editors, gateways and old programs leave behind around sound parts."""
    form, scan = papers.both(3)
    key = "parts/byte-order-mark-above"
    yield _sound(key, b"\xef\xbb\xbf" + mail(key, named(form), named(scan)), [form, scan])
    key = "parts/boundary-empty"
    yield _sound(key, mail(key, named(form), named(scan), boundary=b""), [form, scan])
    key = "parts/two-types"
    raw = b"Content-Type: text/plain; charset=us-ascii\r\n" + mail(key, named(form), named(scan))
    yield _sound(key, raw, [form, scan])
    key = "parts/base64-not-said"
    start = b'Content-Type: application/pdf; name="' + encoded_words(scan.name, "utf-8").encode()
    yield _sound(key, mail(key, named(form), start + b'"\r\n\r\n' + lined(scan.data)), [form, scan])
    key = "parts/html-nested-beyond-measure"
    page = text("<div>" * 1500 + LETTER, subtype="html")
    yield _sound(key, mixed(page, named(form), head=head(key)), [form])


def _enclosed() -> Iterator[Message]:
    original, files = _original(7)
    held = Held("原件7.eml", original, "container message", inside=files)
    plain = b"Content-Type: message/rfc822\r\n\r\n" + original
    for style, part in {
        "rfc822": plain,
        "rfc822-base64": base64_part("Content-Type: message/rfc822", original),
        "rfc822-octet-stream": file(encoded_words(held.name, "utf-8"), original),
    }.items():
        key = f"parts/{style}"
        yield Message(key, mail(key, part, subject="转发：推荐材料"), "转发：推荐材料", LETTER, [held])
    key = "parts/rfc822-named"
    other = Held("转发的邮件.eml", original, "container message", inside=files)
    part = file(encoded_words(other.name, "gbk", "gb18030"), original, "message/rfc822")
    yield _sound(key, mail(key, part), [other])
    key = "parts/rfc822-as-the-whole"
    raw = head(key, "转发：推荐材料") + b"Content-Type: message/rfc822\r\n\r\n" + original
    yield Message(key, raw, "转发：推荐材料", "", [held])
    for depth in (2, 4):
        key = f"parts/rfc822-{depth}-deep"
        raw, inside = original, held
        for level in range(1, depth):
            part = base64_part("Content-Type: message/rfc822", raw)
            raw = mail(f"{key}.{level}", part, subject=f"第{level}层", boundary=b"=_level%d" % level)
            inside = Held(f"第{level}层.eml", raw, "container message", inside=(inside,))
        part = b"Content-Type: message/rfc822\r\n\r\n" + raw
        yield _sound(key, mail(key, part), [inside])
    key = "parts/digest"
    second, more = _original(8)
    digest = mixed(b"\r\n" + original, b"\r\n" + second, head=b"", kind=b"digest", boundary=b"=_d")
    both = [held, Held("原件8.eml", second, "container message", inside=more)]
    yield _sound(key, mail(key, digest), both)
    key = "parts/outlook-msg"
    tree = saved_message(
        SUBJECT="推荐材料",
        SENDER_SMTP="kepu@unit.example",
        BODY=INNER,
        attachments=tuple(attachment(LONG_NAME=item.name, ATTACH_DATA=item.data) for item in files),
    )
    saved = Held("推荐材料.msg", compound(tree), "container outlook-message", inside=files)
    yield _sound(key, with_files(key, [saved]), [saved])


def _wrapped() -> Iterator[Message]:
    form, scan = papers.both(10)
    stream = tnef(
        tnef_file(b"TUIJIA~1.DOC", form.data, (mapi.LONG_NAME, mapi.UNICODE, wide(form.name))),
        tnef_file("盖章件.pdf".encode("gbk"), scan.data),
    )
    stamped = Held("盖章件.pdf", scan.data, scan.facts, "scan")
    wrapped = Held("winmail.dat", stream, "container tnef", inside=(form, stamped))
    key = "parts/tnef"
    yield _sound(key, mail(key, file("winmail.dat", stream, "application/ms-tnef")), [wrapped])
    key = "parts/tnef-without-its-type"
    dat = Held("winmail.dat", stream, "container tnef", inside=(form, stamped))
    yield _sound(key, mail(key, file("winmail.dat", stream)), [dat])

    entity = mixed(text(LETTER), named(form), named(scan), head=b"", boundary=b"=_s")
    sealed = in_pieces(entity)
    key = "parts/smime-opaque"
    smime = Held("smime.p7m", sealed, "container message", inside=(form, scan))
    raw = head(key) + base64_part(
        "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", sealed
    )
    yield _sound(key, raw, [smime])
    key = "parts/smime-detached"
    signature = DETACHED
    beside = base64_part("Content-Type: application/pkcs7-signature; name=smime.p7s", signature)
    raw = mixed(entity.rstrip(b"\r\n"), beside, head=head(key), kind=b"signed", boundary=b"=_outer")
    yield _sound(key, raw, [form, scan, Held("smime.p7s", signature, "opaque signature")])


def _quoted(data: bytes) -> Iterator[bytes]:
    """Lines of quoted-printable with soft breaks, every byte escaped that is no letter."""
    for at in range(0, len(data), 20):
        piece = b"".join(b"=%02X" % byte for byte in data[at : at + 20])
        yield piece + (b"=" if at + 20 < len(data) else b"")


def _uuencoded(data: bytes, name: str) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]).rstrip(b"\n") for at in range(0, len(data), 45)]
    opening = b"begin 644 " + name.encode("ascii" if name.isascii() else "gbk")
    return b"\r\n".join([opening, *lines, b"`", b"end", b""])
