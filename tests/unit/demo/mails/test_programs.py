import base64
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from intake.demo.mails.machines import bounce, newsletter, outlook_out_of_office, qq_vacation
from intake.demo.mails.programs import AttachedFile, Author, Client, SampleLetter, compose
from intake.demo.mails.wire import encoded_words, rfc2231

NAMES = (
    "推荐表（陈祎晨）.docx",
    "“海丝”科技志愿服务队最佳科技志愿服务组织推荐表-盖章扫描件-最终版.pdf",
    "a b.pdf",
)


@pytest.fixture
def draft(deadline: datetime) -> SampleLetter:
    return SampleLetter(
        sender=Author("浙江省科协科普部", "kepu@zjkx.example"),
        to=Author("收件处", "intake@office.example"),
        subject="浙江省科协关于报送2024年度科技志愿服务先进典型（陈祎晨、翟昕烜）推荐材料的函",
        body="尊敬的老师：\n　　现报送翟昕烜同志材料。\n敬礼！",
        sent_at=deadline - timedelta(days=2, seconds=5),
        received_at=deadline - timedelta(days=2),
        key="k",
        files=tuple(AttachedFile(name, bytes(range(256)) * (i + 1)) for i, name in enumerate(NAMES)),
    )


def heading(raw: bytes, name: str) -> str:
    """A decoded header; gb2312 is read as gb18030, as any reader of Chinese mail has to."""
    words = decode_header(str(message_from_bytes(raw)[name]))
    return "".join(
        word if isinstance(word, str) else word.decode(_charset(charset or "ascii"))
        for word, charset in words
    )


def _charset(label: str) -> str:
    return "gb18030" if label.lower() in ("gb2312", "gbk") else label


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("client", Client)
def test_every_client_writes_mail_that_reads_back(draft: SampleLetter, client: Client) -> None:
    raw = compose(draft, client)
    message = parsed(raw)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998  # RFC 5322 §2.1.1
    assert heading(raw, "Subject") == draft.subject
    assert draft.sender.name in heading(raw, "From")
    assert message["From"].addresses[0].addr_spec == draft.sender.address
    assert parsedate_to_datetime(message["Date"]) == draft.sent_at
    assert message.keys()[0] == "Received"
    stamped = message["Received"].rpartition(";")[2].replace("(CST)", "").strip()
    assert parsedate_to_datetime(stamped) == draft.received_at
    parts = [part for part in message.walk() if part.get_content_disposition() == "attachment"]
    assert [part.get_content() for part in parts] == [file.content for file in draft.files]
    text = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    charset = _charset(str(text.get_content_charset()))
    assert text.get_payload(decode=True).decode(charset).replace("\r\n", "\n") == draft.body  # type: ignore[union-attr]


def test_names_are_encoded_in_each_program_s_way(draft: SampleLetter) -> None:
    assert b'filename="=?gb18030?B?' in compose(draft, Client.QQ)
    assert b'filename="=?GBK?B?' in compose(draft, Client.NETEASE)
    assert b"filename*0*=UTF-8''" in compose(draft, Client.THUNDERBIRD)
    foxmail = compose(draft, Client.FOXMAIL)
    assert b'filename="=?GB2312?B?' in foxmail
    with pytest.raises(UnicodeDecodeError):  # 祎 is not in GB 2312, whatever the label says
        base64.b64decode(foxmail.split(b'filename="=?GB2312?B?')[1].split(b"?=")[0]).decode("gb2312")


def test_words_hold_whole_characters_and_keep_to_their_length() -> None:
    words = encoded_words("祎" * 60, "gb2312", "gb18030").split("\r\n ")
    assert len(words) > 2 and all(len(word) <= 75 for word in words)
    assert encoded_words("plain", "gb2312") == "plain"


def test_a_long_name_continues_without_cutting_an_escape() -> None:
    for line in rfc2231("filename", "推荐表" * 20).split("\r\n "):
        value = line.rstrip(";").partition("=")[2].removeprefix("UTF-8''")
        assert value.count("%") * 3 == len(value)


def test_an_id_is_as_stable_as_its_key(draft: SampleLetter) -> None:
    assert compose(draft, Client.QQ) == compose(draft, Client.QQ)
    assert (
        parsed(compose(draft, Client.QQ))["Message-ID"]
        != parsed(compose(draft, Client.NETEASE))["Message-ID"]
    )


def test_the_vacation_reply_has_no_telling_header(draft: SampleLetter) -> None:
    message = parsed(qq_vacation(draft))
    assert "这是来自QQ邮箱的假期自动回复邮件" in message.get_content()
    assert message["Auto-Submitted"] is None and message["Precedence"] is None


def test_the_out_of_office_reply_says_so(draft: SampleLetter) -> None:
    assert parsed(outlook_out_of_office(draft))["Auto-Submitted"] == "auto-replied"


def test_the_bounce_is_a_delivery_report(draft: SampleLetter) -> None:
    message = parsed(bounce(draft, "nobody@zjkx.example", "letter-1@office.example"))
    assert message["Return-Path"] == "<>"
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "message/delivery-status", "text/rfc822-headers"]
    recipient = list(message.iter_parts())[1].get_payload()[1]  # type: ignore[index]
    assert recipient["Final-Recipient"] == "rfc822; nobody@zjkx.example"  # type: ignore[index]
    assert b"letter-1@office.example" in bounce(draft, "nobody@zjkx.example", "letter-1@office.example")


def test_the_newsletter_is_marked_as_bulk(draft: SampleLetter) -> None:
    message = parsed(newsletter(draft))
    assert message["Precedence"] == "bulk" and message["List-Unsubscribe"]
