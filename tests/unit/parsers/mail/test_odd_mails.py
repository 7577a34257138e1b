"""Whole mails as strangers' programs write them: their kind, their sender, their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.domain.mail.bounces import bounced_message_ids, failed_recipients
from intake.domain.mail.kind import answer_address, kind_of, recalled
from intake.domain.model.facts import MessageFacts
from intake.domain.model.mail import MessageKind
from parsers.mail import leaves, message, transfer

SAMPLES = Path(__file__).parent / "samples"
OWN = frozenset({"jicengfuwuchu@163.com"})
LETTER = "<shouwen.0123456789abcdef0123456789abcdef01234567@163.com>"
PDF = b"JVBERi0xLjQKJWVtcHR5Cg=="


def unpacked(raw: bytes, folder: Path) -> MessageFacts:
    path = folder / "mail"
    path.write_bytes(raw)
    return message.unpack(path, folder)


def sample(name: str, folder: Path) -> MessageFacts:
    return unpacked((SAMPLES / f"{name}.eml").read_bytes(), folder)


def parted(content_type: str, *, nested: bool = False) -> bytes:
    inner = (
        b"--cut\nContent-Type: text/plain\n\nwords\n--cut\nContent-Type: application/pdf; name=form.pdf\n"
        b"Content-Transfer-Encoding: base64\n\n" + PDF + b"\n--cut--\n"
    )
    head = b"From: li@example.org\nSubject: material\n"
    typed = f"Content-Type: {content_type}\n\n".encode()
    if not nested:
        return head + typed + inner
    return head + b'Content-Type: multipart/mixed; boundary="out"\n\n--out\n' + typed + inner + b"--out--\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bounce-bare-daemon", MessageKind.BOUNCE),
        ("mail-blank-lines-from-daemon", MessageKind.BOUNCE),
        ("mdn-with-original", MessageKind.AUTO_REPLY),
        ("arf-report", MessageKind.AUTO_REPLY),
        ("mail-recall", MessageKind.AUTO_REPLY),
        ("mail-provider-notice", MessageKind.BULK),
        ("mail-advertisement", MessageKind.BULK),
        ("mail-quarantine-digest", MessageKind.BULK),
    ],
)
def test_machines_are_never_answered(name: str, kind: MessageKind, tmp_path: Path) -> None:
    facts = sample(name, tmp_path)
    assert kind_of(facts, OWN) is kind
    assert answer_address(facts, kind, OWN) is None


@pytest.mark.parametrize(
    "sender", ["From: Mail Delivery System\n", "From: <>\n", "From: mailer-daemon\n", ""]
)
def test_a_bounce_without_an_address_is_matched_to_its_letter(sender: str, tmp_path: Path) -> None:
    raw = (
        f"{sender}Subject: Undelivered Mail Returned to Sender\n\nuser unknown: li@example.org\n\n"
        f"Message-ID: {LETTER}\n"
    )
    facts = unpacked(raw.encode(), tmp_path)
    assert kind_of(facts, OWN) is MessageKind.BOUNCE
    assert bounced_message_ids(facts) == (LETTER,)
    assert "li@example.org" in failed_recipients(facts)


def test_a_recall_tells_what_it_takes_back(tmp_path: Path) -> None:
    facts = sample("mail-recall", tmp_path)
    assert recalled(facts.subject, facts.body) == "报送推荐材料"
    asked = "From: li@example.org\nSubject: 撤回：张三的推荐\n\n请撤回张三的推荐。\n"
    answer = unpacked(asked.encode(), tmp_path)
    assert recalled(answer.subject, answer.body) is None


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("咨询", "请问评选是否收费，能否开具发票？"),
        ("邮箱登录异常", "我单位邮箱登录异常，请问能否换一个邮箱报送？"),
        ("回复：材料被隔离", "贵方邮件被我单位系统隔离，请问能否重发通知？"),
        ("联系方式", "有问题请加微信kepu12345联系。"),
        ("证书", "获奖证书由我会代发，请告知领取办法。"),
    ],
)
def test_a_person_who_speaks_of_such_things_is_answered(subject: str, body: str, tmp_path: Path) -> None:
    raw = f"From: li@example.org\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    assert kind_of(unpacked(raw.encode(), tmp_path), OWN) is MessageKind.ENQUIRY


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/*; boundary="cut"',
        "multipart / mixed; boundary=cut",
        "multipart/(a comment)mixed; boundary=cut",
        "multipart; boundary=cut",
        "mixed; boundary=cut",
        "; boundary=cut",
        "text/plain; boundary=cut",
        "text/html; charset=utf-8; boundary=cut",
        "application/octet-stream; boundary=cut",
        "MULTIPART/MIXED ; boundary=cut",
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_boundary_that_is_declared_and_stands_in_the_body_parts_it(
    content_type: str, nested: bool, tmp_path: Path
) -> None:
    facts = unpacked(parted(content_type, nested=nested), tmp_path)
    assert [item.filename for item in facts.attachments] == ["form.pdf"]
    assert facts.body == "words"
    assert facts.left_out == ()


def test_parts_that_no_boundary_tells_apart_are_named(tmp_path: Path) -> None:
    raw = (
        b"From: li@example.org\nContent-Type: multipart/mixed; boundary=lost\n\nhello\n"
        b"Content-Disposition: attachment; filename=form.pdf\nContent-Transfer-Encoding: base64\n\n" + PDF
    )
    facts = unpacked(raw, tmp_path)
    assert [name for name, _ in facts.left_out] == ["（未能拆分的邮件内容）"]
    assert kind_of(facts, OWN) is MessageKind.MATERIAL


@pytest.mark.parametrize("name", ["ct-00-star", "ct-03-space", "ct-08-paren", "ct-16-textplain"])
def test_misspelt_multiparts_bring_their_file(name: str, tmp_path: Path) -> None:
    assert [item.filename for item in sample(name, tmp_path).attachments] == ["form.pdf"]


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("王 <wang@example.org", "王", "wang@example.org"),
        ("Wang <wang..li@example.com>", "Wang", "wang..li@example.com"),
        ("Mail Delivery Subsystem <MAILER-DAEMON>", "Mail Delivery Subsystem", "mailer-daemon"),
        ("root", "", "root"),
        ("科技协会 办公室", "科技协会 办公室", ""),
    ],
)
def test_a_misspelt_sender_is_told_as_far_as_it_goes(
    written: str, name: str, address: str, tmp_path: Path
) -> None:
    sender = unpacked(f"From: {written}\nSubject: x\n\nhello\n".encode(), tmp_path).claimed_from
    assert sender is not None
    assert (sender.name, sender.address) == (name, address)


def test_raw_utf8_of_two_byte_characters_is_not_read_as_gbk(tmp_path: Path) -> None:
    facts = sample("raw-utf8-middle-dot", tmp_path)
    assert facts.subject == "A·B résumé"
    assert facts.attachments[0].filename == "A·B 1.pdf"
    gbk = "From: a@b.example\nSubject: 第3路\n\n".encode("gbk")
    assert unpacked(gbk, tmp_path).subject == "第3路"


@pytest.mark.parametrize(
    ("charset", "text"),
    [("big5", "推薦材料"), ("utf-8", "推荐 é"), ("gb2312", "推荐"), ("iso-8859-1", "café")],
)
def test_raw_bytes_in_an_encoded_word_are_in_its_charset(charset: str, text: str, tmp_path: Path) -> None:
    word = f"=?{charset}?Q?".encode() + text.replace(" ", "_").encode(charset) + b"?="
    assert unpacked(b"From: a@b.example\nSubject: " + word + b"\n\n", tmp_path).subject == text


def test_the_fill_of_a_uuencoded_line_says_nothing(tmp_path: Path) -> None:
    (item,) = sample("uu-fill-attachment", tmp_path).attachments
    data = (tmp_path / item.content_hash.removeprefix("sha256:")).read_bytes()
    assert data == b"hello, this is a small file made for the test, 55 bytes."


def test_a_part_that_a_library_trips_over_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pieces(fields: object, body: memoryview) -> object:
        if bytes(body).startswith(PDF[:8]):
            raise ValueError("a stone")
        return sound(fields, body)  # type: ignore[arg-type]

    sound = transfer.pieces
    monkeypatch.setattr(leaves.transfer, "pieces", pieces)
    facts = unpacked(parted("multipart/mixed; boundary=cut"), tmp_path)
    assert facts.left_out == (("form.pdf", "too-large"),)
    assert (facts.body, facts.attachments) == ("words", ())
    assert any("a stone" in defect for defect in facts.defects)
