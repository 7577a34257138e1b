"""Mails of strangers who try to be taken for a unit, or to reach its nominations: one trick each."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256

from intake.demo.mails.programs import AttachedFile, Author
from intake.demo.units import SampleUnit
from tests.journey import words
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, message_id, sample_unit, scan

EVIL = "evil@attacker.example"
OWN = SOCIETY.sender.address


def writer(address: str, name: str = "李工") -> SampleUnit:
    """The unit's paper from another address."""
    return replace(SOCIETY, sender=Author(name, address))


STRANGER = writer(EVIL)


@dataclass(frozen=True)
class Known:
    """What a stranger may know: a number, the mails that went to and fro, the unit's papers."""

    number: str
    first: bytes
    letter: EmailMessage
    reference: str

    @property
    def notice(self) -> str:
        """The Message-ID of the letter that the unit got."""
        return str(self.letter["Message-ID"])


@dataclass(frozen=True)
class Trick:
    """A stranger's mail.

    `author` is the whole of its From, more headers with it, in which "{own}" is his address of this trick;
    `answered` is where an answer may go instead.
    """

    files: Sequence[AttachedFile] = ()
    subject: str = "报送材料"
    text: str = "请查收附件。"
    headers: Mapping[str, str] = field(default_factory=dict)
    sender: SampleUnit = STRANGER
    author: str = ""
    answered: str = ""
    sent_at: datetime | None = None

    @property
    def address(self) -> str:
        """The address that he always writes from, where the trick lies in it."""
        return self.answered if self.sender == STRANGER else self.sender.sender.address

    def mail(self, own: str, at: datetime, key: str) -> bytes:
        """The mail as it comes at that time, from the address of his own."""
        sender = writer(own) if self.sender == STRANGER else self.sender
        raw = letter(
            self.files,
            at,
            sender,
            subject=self.subject,
            text=self.text,
            sent_at=self.sent_at,
            headers=self.headers,
            key=key,
        )
        if not self.author:
            return raw
        author = f"From: {self.author.replace('{own}', own)}\r\n".encode()
        changed, count = re.subn(rb"(?m)^From: .*\r\n(?:[ \t].*\r\n)*", lambda _: author, raw, count=1)
        assert count
        return changed

    def names(self) -> str:
        """What his own mail names: of that he may hear."""
        names = " ".join((self.subject, self.text, *(file.filename for file in self.files)))
        inside = any(file.filename.endswith((".eml", ".zip")) for file in self.files)
        return names + ("于洁马骁" if inside else "") + ("于洁" if CHANGED in self.files else "")


def _answer(parent: str) -> dict[str, str]:
    return {"In-Reply-To": parent, "References": parent}


CHANGED = form(entry("于洁", figures={"service_years": ("30年", 30)}), "于洁推荐表.docx")
PASS = f"spf=pass smtp.mailfrom={OWN}; dkim=pass header.d=163.example; dmarc=pass header.from=163.example"
DOMAIN = OWN.rpartition("@")[2]

TRICKS: dict[str, Callable[[Known], Trick]] = {
    "guessed number": lambda k: Trick([scan(entry("马骁"), "扫描0001.pdf")], f"补交{k.number}"),
    "number in words": lambda k: Trick(text=f"请撤回{k.number}的推荐材料。"),
    "number as filename": lambda k: Trick([scan(entry("马骁"), f"{k.number}.pdf")]),
    "nominee as filename": lambda k: Trick([scan(entry("马骁"), "马骁.pdf")]),
    "nominee's scan as unit's": lambda k: Trick([scan(entry("马骁"))], f"{SOCIETY.name}补交"),
    "copied Message-ID": lambda k: Trick([scan(entry("马骁"), "补交.pdf")], headers=_answer(k.notice)),
    "the unit's Message-ID": lambda k: Trick(
        [scan(entry("马骁"), "补.pdf")], headers=_answer(message_id(k.first))
    ),
    "computed Message-ID": lambda k: Trick([scan(entry("马骁"), "补.pdf")], headers=_answer(_computed())),
    "letter's number": lambda k: Trick([scan(entry("马骁"), "补.pdf")], text=f"{k.reference}收悉，现补交。"),
    "Return-Path of the unit": lambda k: Trick([form(entry("王五"))], headers={"Return-Path": f"<{OWN}>"}),
    "From of the unit, Return-Path of his own": lambda k: Trick(
        [form(entry("王五"))], sender=writer(EVIL, SOCIETY.name), headers={"Return-Path": f"<{EVIL}>"}
    ),
    "own Authentication-Results": lambda k: Trick(
        [CHANGED], headers={"Authentication-Results": f"mx.163.com; {PASS}"}
    ),
    "unit in the subject": lambda k: Trick([scan(entry("马骁"), "盖章.pdf")], f"{SOCIETY.name}推荐材料"),
    "unit's form with changes": lambda k: Trick([CHANGED], "更正", "以此为准，原材料作废。"),
    "unit's own file": lambda k: Trick([form(entry("于洁")), scan(entry("于洁"))]),
    "quota filled": lambda k: Trick([file for n in range(6) for file in both(entry(f"王{n}号"))]),
    "same nominee, other category": lambda k: Trick(both(entry("于洁", category="site"))),
    "display name": lambda k: Trick([CHANGED], sender=writer(EVIL, f"{SOCIETY.name} <{OWN}>")),
    "look-alike domain": lambda k: Trick([CHANGED], sender=writer(OWN.replace("163", "l63"))),
    "subdomain": lambda k: Trick([CHANGED], sender=writer(f"kp@mail.{DOMAIN}")),
    "forwarded mail of the unit": lambda k: Trick(
        [AttachedFile("原邮件.eml", k.first)], f"转发：{SOCIETY.name}推荐材料", "转上，请查收。"
    ),
    "forwarded words": lambda k: Trick(
        [scan(entry("马骁"), "1.pdf")],
        "转发：推荐材料",
        f"转上。\n\n-------- 原始邮件 --------\n发件人：{SOCIETY.name} <{OWN}>\n主题：推荐材料\n\n见附件。",
    ),
    "link": lambda k: Trick(text="马骁推荐表见 https://pan.baidu.com/s/1abcdefg 提取码1234，KX2024-0002。"),
    "anonymous scan": lambda k: Trick([scan(entry("马骁"), "IMG_0001.pdf")], f"{SOCIETY.name}"),
    "another unit's form": lambda k: Trick(both(entry("于洁", PROVINCE)), "推荐材料"),
    "form of a body nobody knows": lambda k: Trick(both(entry("于洁", sample_unit("新星协会", "society")))),
    "another unit's form, deficient": lambda k: Trick(
        [form(entry("马骁", sample_unit("乙学会", "society")))]
    ),
    "Reply-To of the unit": lambda k: Trick([CHANGED], headers={"Reply-To": OWN}),
    "Sender of the unit": lambda k: Trick([CHANGED], headers={"Sender": f"<{OWN}>"}),
    "sent again by the unit": lambda k: Trick([CHANGED], headers={"Resent-From": OWN, "Resent-Sender": OWN}),
    "receipts to the unit": lambda k: Trick([CHANGED], headers={"Disposition-Notification-To": OWN}),
    "group in From": lambda k: Trick([CHANGED], author=f"units:{OWN},{{own}};"),
    "two authors": lambda k: Trick([CHANGED], author=f"<{OWN}>, <{{own}}>"),
    "a second From": lambda k: Trick([CHANGED], author=f"<{{own}}>\r\nFrom: <{OWN}>"),
    "a second From, first": lambda k: Trick([CHANGED], author=f"<{OWN}>\r\nFrom: <{{own}}>"),
    "comment in From": lambda k: Trick([CHANGED], author=f"{{own}} ({OWN})"),
    "unit's address as name": lambda k: Trick([CHANGED], author=f'"{OWN}" <{{own}}>'),
    "address before an address": lambda k: Trick([CHANGED], author=f"<{OWN}> <{{own}}>"),
    "source route": lambda k: Trick([CHANGED], author=f"<@{DOMAIN}:{{own}}>"),
    "encoded name": lambda k: Trick([CHANGED], author=f"=?utf-8?q?{OWN.replace('@', '=40')}?= <{{own}}>"),
    "NUL in the address": lambda k: Trick([CHANGED], author=f"<{OWN}\0.{EVIL}>"),
    "address of another script": lambda k: Trick(
        [CHANGED],
        # Cyrillic letters, whose bytes are taken for Chinese ones.
        author=f"<{OWN.replace('example', 'еxamplе')}>",
        answered=OWN.replace("example", "xn--xampl-mw4kfa"),
    ),
    "domain of another script": lambda k: Trick([CHANGED], sender=writer("kp@xn--163-7cd.example")),
    "full-width @": lambda k: Trick([CHANGED], author=f"<{OWN.replace('@', '＠')}>"),
    "subaddress": lambda k: Trick([CHANGED], sender=writer(OWN.replace("@", "+1@"))),
    "unit's domain as another's host": lambda k: Trick(
        [CHANGED], sender=writer(f"kp@{DOMAIN}.attacker.example")
    ),
    "same local part elsewhere": lambda k: Trick(
        [CHANGED], sender=writer(f"{OWN.partition('@')[0]}@gmail.example")
    ),
    "made-up mail of the unit": lambda k: Trick(
        [AttachedFile("原邮件.eml", letter([CHANGED], AT + timedelta(hours=1)))], "转发：更正材料", "转上。"
    ),
    "our letter passed on": lambda k: Trick(
        [AttachedFile("通知.eml", bytes(k.letter)), scan(entry("马骁"), "补.pdf")], "转发：补正通知"
    ),
    "our letter quoted": lambda k: Trick(
        [scan(entry("马骁"), "补.pdf")],
        f"回复：{k.letter['Subject']}",
        "补正如附件。\n\n" + "\n".join(f"> {line}" for line in words(k.letter).splitlines()),
        headers=_answer(k.notice),
    ),
    "withdrawal in answer": lambda k: Trick(
        (),
        f"回复：{k.letter['Subject']}",
        "我单位决定撤回于洁、马骁的推荐，请予注销。",
        headers=_answer(k.notice),
    ),
    "correction announced": lambda k: Trick(
        both(entry("马骁", figures={"service_years": ("9年", 9)})),
        "更正后的推荐材料，以此为准",
        "原材料作废。",
    ),
    "ranking": lambda k: Trick(text=f"{SOCIETY.name}推荐排序：1.马骁 2.于洁", subject="排序"),
    "seals of approval": lambda k: Trick(
        [CHANGED],
        headers={
            "ARC-Authentication-Results": f"i=1; mx.163.com; {PASS}",
            "Received-SPF": f"pass (domain of {OWN} designates 1.2.3.4)",
            "X-Originating-Email": OWN,
        },
    ),
    "older than the unit's": lambda k: Trick([CHANGED], sent_at=AT - timedelta(days=9)),
    "list of the unit": lambda k: Trick([CHANGED], headers={"List-Post": f"<mailto:{OWN}>"}),
    "answer to many": lambda k: Trick(
        [scan(entry("马骁"), "补.pdf")],
        headers={"References": " ".join([f"<{n}@x.example>" for n in range(40)] + [k.notice])},
    ),
    "packed": lambda k: Trick([_zipped(f"{SOCIETY.name}.zip", CHANGED, scan(entry("马骁")))]),
    "packed under a number": lambda k: Trick([_zipped("KX2024-0002.zip", scan(entry("马骁"), "1.pdf"))]),
    "I am the unit": lambda k: Trick(
        [CHANGED], "联系人变更", f"我是{SOCIETY.name}新的联系人，今后请与本邮箱联系，原邮箱{OWN}停用。"
    ),
}


def _computed() -> str:
    # What the product did before it had a secret.
    name = f"cast-kpzy-2024/unit/{SOCIETY.name}/1"
    return f"<shouwen.{sha256(name.encode()).hexdigest()[:40]}@example.org>"


def _zipped(name: str, *files: AttachedFile) -> AttachedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files:
            archive.writestr(file.filename, file.content)
    return AttachedFile(name, packed.getvalue())
