"""Parts of every shape: which are files, and that they leave as the very bytes that were sent."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import hashlib
import quopri
from email.message import Message
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.unit.parsers.mail.mails import PDF, Box, base64_part, crlf, mixed, pdf_part, text_part

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def uuencoded(data: bytes, name: str = "a.pdf") -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


@pytest.mark.parametrize(
    "declared",
    [
        'multipart/mixed; boundary="=_other"',
        "multipart/mixed",
        "multipart/mixed; boundary=",
        "text/plain; multipart/mixed",
        "",
        "mixed",
    ],
)
def test_parts_are_found_without_their_boundary(box: Box, declared: str) -> None:
    raw = mixed(text_part("正文"), pdf_part())
    raw = raw.replace(b'multipart/mixed; boundary="=_b"', declared.encode())
    if declared.startswith("text/plain"):
        raw = raw.replace(b"Content-Type: " + declared.encode() + b"\r\n", b"")
    assert box.files(raw) == [("a.pdf", PDF)]
    facts = box.read(raw)
    assert facts.body == "正文"
    assert "a boundary that is not declared, or another than is declared" in facts.defects


def test_a_boundary_whose_quotation_mark_is_missing(box: Box) -> None:
    raw = mixed(pdf_part()).replace(b'boundary="=_b"', b'boundary="=_b; charset=utf-8')
    assert box.files(raw) == [("a.pdf", PDF)]


def test_a_part_after_the_final_boundary_is_not_lost(box: Box) -> None:
    raw = mixed(text_part("正文")) + b"\r\n--=_b\r\n" + pdf_part() + b"\r\n--=_b--\r\n"
    assert box.files(raw) == [("a.pdf", PDF)]
    assert "a part after the final boundary" in box.read(raw).defects


def test_a_boundary_that_begins_like_another(box: Box) -> None:
    inner = mixed(text_part("正文"), head=b"", kind=b"alternative", boundary=b"=_b_alt")
    assert box.files(mixed(inner, pdf_part())) == [("a.pdf", PDF)]
    assert box.read(mixed(inner, pdf_part())).body == "正文"


def test_a_boundary_of_raw_bytes(box: Box) -> None:
    assert box.files(mixed(pdf_part(), boundary="边界".encode("gbk"))) == [("a.pdf", PDF)]


def test_a_header_that_goes_on_after_an_empty_line(box: Box) -> None:
    raw = mixed(pdf_part(), head=b"Message-ID: <1@b>\r\n\r\n   \r\n\r\nSubject: late\r\n")
    facts = box.read(raw)
    assert (facts.subject, len(facts.attachments)) == ("late", 1)


def test_a_stray_line_in_the_header(box: Box) -> None:
    raw = mixed(pdf_part(), head=crlf("Subject: 推荐\n未缩进的后半\nFrom: a@b.cn\n", "gbk"))
    facts = box.read(raw)
    assert facts.subject == "推荐"
    assert facts.claimed_from is not None and facts.claimed_from.address == "a@b.cn"
    assert len(facts.attachments) == 1


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/zip", "表.docx"),
        ("text/plain", "表.pdf"),
        ("image/jpeg", "表.doc"),
        ("nonsense", "表.pdf"),
    ],
)
def test_a_wrong_type_changes_nothing(box: Box, kind: str, name: str) -> None:
    part = base64_part(f'Content-Type: {kind}; name="{name}"', PDF)
    assert box.files(mixed(text_part("正文"), part)) == [(name, PDF)]


@pytest.mark.parametrize("kind", ["text/plain", "text/html", ""])
def test_a_pdf_that_passes_for_the_text_is_a_file(box: Box, kind: str) -> None:
    head = f"Content-Type: {kind}" if kind else "X-Empty: 1"
    facts = box.read(mixed(text_part("正文"), base64_part(head, PDF)))
    assert [item.size for item in facts.attachments] == [len(PDF)]
    assert facts.body == "正文"


def test_files_within_an_alternative_and_a_related(box: Box) -> None:
    page = text_part("<p>正文</p>", "Content-Type: text/html; charset=utf-8")
    picture = base64_part("Content-Type: image/png\r\nContent-ID: <1>", b"\x89PNG\r\n\x1a\n")
    related = mixed(page, picture, head=b"", kind=b"related", boundary=b"=_r")
    facts = box.read(mixed(text_part("正文"), related, pdf_part(), kind=b"alternative"))
    assert facts.body == "正文"
    assert [item.claimed_type for item in facts.attachments] == ["image/png", "application/pdf"]


def test_texts_that_are_no_alternatives_all_count(box: Box) -> None:
    page = text_part("<p>第二段</p>", "Content-Type: text/html; charset=utf-8")
    assert box.read(mixed(text_part("第一段"), pdf_part(), page)).body == "第一段\n第二段"


def test_a_text_that_only_points_to_the_html_gives_way_to_it(box: Box) -> None:
    letter = "关于推荐最美科技志愿者的函" * 30
    page = text_part(f"<p>{letter}</p>", "Content-Type: text/html; charset=utf-8")
    assert box.read(mixed(text_part("请用HTML方式查看"), page, kind=b"alternative")).body == letter


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
def test_an_enclosed_message_leaves_as_it_was_sent(box: Box, encoding: str, named: bool) -> None:
    inner = mixed(pdf_part(), head=crlf("Subject: =?utf-8?B?6KGl5YWF?=\nX-A:  b \n"), boundary=b"=_i")
    encoded = {
        "7bit": inner,
        "base64": base64.encodebytes(inner),
        "quoted-printable": quopri.encodestring(inner.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"),
    }[encoding]
    head = "Content-Type: message/rfc822" + ('; name="原件.eml"' if named else "")
    part = crlf(f"{head}\nContent-Transfer-Encoding: {encoding}\n\n") + encoded
    ((name, data),) = box.files(mixed(text_part("见附件"), part))
    assert name == ("原件.eml" if named else "补充.eml")
    assert data.replace(b"\r\n", b"\n").rstrip() == inner.replace(b"\r\n", b"\n").rstrip()


def test_a_multipart_that_is_wrongly_encoded_as_a_whole(box: Box) -> None:
    whole = mixed(text_part("正文"), pdf_part())
    head, _, body = whole.partition(b"\r\n\r\n")
    raw = head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body)
    assert box.files(raw) == [("a.pdf", PDF)]


def test_uuencoded_files_come_out_of_the_text(box: Box) -> None:
    data = bytes(range(256)) * 3
    text = f"您好：\n\n{uuencoded(data, '推荐表.doc')}\n此致\nbegin 2024 with a plan\n{uuencoded(b'', 'b')}"
    facts = box.read(crlf(f"Subject: x\nContent-Type: text/plain; charset=gbk\n\n{text}", "gbk"))
    assert [(item.filename, box.bytes_of(item)) for item in facts.attachments] == [
        ("推荐表.doc", data),
        ("b", b""),
    ]
    assert facts.body == "您好：\n\n\n此致\nbegin 2024 with a plan"


def test_uuencode_whose_blanks_were_stripped_on_the_way(box: Box) -> None:
    data = b"\xd0\xcf\x11\xe0" + bytes(200) + b"end of file"
    text = uuencoded(data).replace("`", " ")
    stripped = "\n".join(line.rstrip() for line in text.split("\n"))
    assert box.files(crlf(f"Subject: x\n\n{stripped}")) == [("a.pdf", data)]


def test_uuencode_cut_short_is_kept_and_told(box: Box) -> None:
    raw = crlf(f"Subject: x\n\n{uuencoded(bytes(range(200)))[:120]}")
    facts = box.read(raw)
    assert len(facts.attachments) == 1
    assert "the encoding of file 1 was cut short" in facts.defects


@pytest.mark.parametrize(
    "stated",
    [
        "BASE64",
        "base-64",
        "base64;",
        '"base64"',
        "base64 (MIME)",
        "b64",
        "base64\r\nContent-Transfer-Encoding: 7bit",
    ],
)
def test_a_misspelt_encoding_is_understood(box: Box, stated: str) -> None:
    part = pdf_part().replace(b"Encoding: base64", f"Encoding: {stated}".encode())
    assert box.files(mixed(part)) == [("a.pdf", PDF)]


def test_plain_is_not_believed_of_a_body_that_is_base64_throughout(box: Box) -> None:
    part = base64_part("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: 7bit", PDF * 5)
    assert box.files(mixed(part)) == [("a.pdf", PDF * 5)]


@pytest.mark.parametrize(
    "stated", ["", "Content-Transfer-Encoding: 8bit\n", "Content-Transfer-Encoding: binary\n"]
)
def test_a_file_that_stands_in_base64_unsaid_is_decoded(box: Box, stated: str) -> None:
    head = f"Content-Type: application/octet-stream; name=a.pdf\n{stated}".strip()
    part = base64_part(head, PDF * 5).replace(b"Content-Transfer-Encoding: base64\r\n", b"")
    assert box.files(mixed(part)) == [("a.pdf", PDF * 5)]


def test_base64_that_is_a_mail_s_own_text_stays(box: Box) -> None:
    words = base64.encodebytes(PDF * 5).decode()
    assert box.read(mixed(text_part(words))).body.startswith("JVBERi0")


def test_an_unknown_encoding_leaves_the_bytes_alone(box: Box) -> None:
    part = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: UTF-8\r\n\r\n" + PDF
    assert box.files(mixed(part)) == [(None, PDF)]


def test_base64_with_line_noise(box: Box) -> None:
    encoded = base64.encodebytes(PDF * 20)
    noisy = encoded.replace(b"\n", b" \xff!\r\n>")
    part = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + noisy
    assert box.files(mixed(part)) == [(None, PDF * 20)]


def test_base64_is_not_confused_by_a_list_footer(box: Box) -> None:
    part = b"Content-Transfer-Encoding: base64\r\n\r\nQUJDRA==\r\n-- \r\nlist footer"
    part = b"Content-Type: application/pdf\r\n" + part
    assert box.files(mixed(part)) == [(None, b"ABCD")]


@QUIET
@given(st.binary(max_size=300), st.integers(1, 3), st.booleans())
def test_base64_comes_back_and_a_cut_is_seen(box: Box, data: bytes, cut: int, folded: bool) -> None:
    head = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    encoded = base64.encodebytes(data) if folded else base64.b64encode(data)
    assert box.files(mixed(head + encoded)) == [(None, data)]
    bare = base64.b64encode(data).rstrip(b"=")[:-cut]
    facts = box.read(mixed(head + bare))
    (item,) = facts.attachments
    assert data.startswith(box.bytes_of(item))
    assert item.size >= len(bare) * 3 // 4 - 1
    assert any("cut short" in defect for defect in facts.defects) == (len(bare) % 4 != 0)


LINES = st.sampled_from(
    b"|--a|--b|--a--|--b--|--ab|x|--a |Content-Type: multipart/mixed; boundary=b|QUJD|QQ==|QQ|=41=|"
    b"Content-Type: multipart/mixed; boundary=a|Content-Type: application/pdf|Content-Type: text/plain|"
    b"Content-Transfer-Encoding: base64|Content-Transfer-Encoding: quoted-printable|"
    b"Content-Disposition: attachment".split(b"|")
)


def independent_files(message: Message) -> list[str]:
    """The hashes of what Python's own reader takes for files."""
    found = []
    for part in message.walk():
        is_text = part.get_content_type() in ("text/plain", "text/html")
        if part.is_multipart() or part.get_content_maintype() == "multipart":
            continue
        if is_text and part.get_content_disposition() != "attachment":
            continue
        data = part.get_payload(decode=True)
        broken = any("Base64Length" in type(defect).__name__ for defect in part.defects)
        if data and not broken:
            found.append(hashlib.sha256(data).hexdigest())
    return found


@QUIET
@given(st.lists(LINES, max_size=25), st.sampled_from([b"\r\n", b"\n"]))
def test_an_independent_reader_takes_out_nothing_else(box: Box, lines: list[bytes], end: bytes) -> None:
    # An empty part right before a delimiter leads the other reader astray.
    assume(not any(a[:2] in (b"--", b"Co") and b.startswith(b"--") for a, b in pairwise(lines)))
    raw = b"Subject: x" + end + b"Content-Type: multipart/mixed; boundary=a" + end * 2 + end.join(lines)
    ours = iter([item.content_hash.removeprefix("sha256:") for item in box.read(raw).attachments])
    theirs = independent_files(email.message_from_bytes(raw, policy=email.policy.default))
    # In the same order; ours may be more, since we go on after a final boundary.
    assert all(digest in ours for digest in theirs)


@QUIET
@given(st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=4), st.data())
def test_files_leave_as_they_were_sent(box: Box, files: list[bytes], data: st.DataObject) -> None:
    """Built by Python's own writer, whatever encoding it is told to use."""
    message = email.message.EmailMessage()
    message.set_content("正文")
    for number, content in enumerate(files):
        encoding = data.draw(st.sampled_from(["base64", "quoted-printable"]))
        message.add_attachment(
            content, maintype="application", subtype="pdf", filename=f"表{number}.pdf", cte=encoding
        )
    raw = message.as_bytes(policy=email.policy.SMTP)
    assert box.files(raw) == [(f"表{number}.pdf", content) for number, content in enumerate(files)]
