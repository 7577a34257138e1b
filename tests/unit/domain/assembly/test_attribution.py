"""Whose mail is this."""

from __future__ import annotations

import pytest

from intake.domain.assembly.attribution import (
    Attribution,
    Belonging,
    Incoming,
    attribute,
    follow_nominees,
    follow_sender,
    nobody,
)
from intake.domain.campaign.campaign import UnitRow
from intake.domain.campaign.registry import Registry
from intake.domain.model.document import Document
from intake.domain.model.nomination import Unit
from tests.unit.domain.cases import (
    AFFILIATE,
    AGRONOMISTS,
    CAMPAIGN,
    LOADED,
    REGISTRY,
    SENDER,
    ZHEJIANG,
    photo,
    post,
    ref,
    scanned,
    unit,
    word,
)

KNOWN_SENDER = Registry(
    [
        UnitRow(kind="society", name=AGRONOMISTS, addresses=(SENDER,)),
        *(row for row in LOADED.units if row.name != AGRONOMISTS),
    ]
)


def mail(
    documents: list[Document],
    subject: str = "",
    body: str = "",
    replies_to: Unit | None = None,
    registry: Registry = REGISTRY,
) -> Attribution:
    incoming = Incoming(ref(1, subject=subject), body, tuple(documents), replies_to)
    return attribute(incoming, registry, CAMPAIGN)


def test_the_form_outranks_every_other_witness() -> None:
    found = mail(
        post(1, word("张伟"), scanned("张伟.pdf")),
        subject=AFFILIATE,
        replies_to=unit(AFFILIATE),
        registry=KNOWN_SENDER,
    )
    assert (found.unit.name, found.how) == (ZHEJIANG, "form")
    assert {owner.name for owner in found.documents.values()} == {ZHEJIANG}


@pytest.mark.parametrize("written", ["浙江省科协", "浙江科协（盖章）", "浙江省 科学技术协会"])
def test_the_form_s_unit_by_any_of_its_names(written: str) -> None:
    assert mail(post(1, word("张伟", unit_name=written))).unit == unit(ZHEJIANG)


def test_a_form_that_names_an_unknown_unit_still_says_whose_it_is() -> None:
    found = mail(post(1, word("张伟", unit_name="某某研究会")), registry=KNOWN_SENDER)
    assert (found.unit.name, found.unit.known, found.how) == ("某某研究会", False, "form")


@pytest.mark.parametrize(
    ("subject", "filename", "body", "replies_to", "known", "expected", "how"),
    [
        (AFFILIATE, "", "", ZHEJIANG, True, ZHEJIANG, "reply"),
        (AFFILIATE, "", "", None, True, AGRONOMISTS, "address"),
        ("【浙江省科协】推荐材料", f"{AGRONOMISTS}.pdf", AFFILIATE, None, False, ZHEJIANG, "named"),
        ("推荐材料", f"{AGRONOMISTS}盖章.pdf", AFFILIATE, None, False, AGRONOMISTS, "named"),
        ("推荐材料", "1.pdf", "此致敬礼 科技导报社", None, False, AFFILIATE, "named"),
        ("浙江省科协、中国农学会", "1.pdf", "科技导报社", None, False, AFFILIATE, "named"),
        ("浙江省科协、中国农学会", "1.pdf", "", None, False, None, "none"),
        ("推荐材料", "1.pdf", "请查收", None, False, None, "none"),
    ],
)
def test_without_a_form(
    subject: str,
    filename: str,
    body: str,
    replies_to: str | None,
    known: bool,
    expected: str | None,
    how: str,
) -> None:
    found = mail(
        post(1, scanned(filename or "1.pdf")),
        subject,
        body,
        unit(replies_to) if replies_to else None,
        KNOWN_SENDER if known else REGISTRY,
    )
    assert (found.unit.name, found.how) == (expected, how)
    assert set(found.documents.values()) == {found.unit}
    if how == "none":
        assert found.unit == nobody(SENDER)


@pytest.mark.parametrize(
    "body", ["中国科协农村专业技术服务中心：", "中国科学技术协会农村专业技术服务中心：", "农技中心老师："]
)
def test_whom_a_mail_addresses_is_not_who_sends_it(body: str) -> None:
    scan = post(1, scanned("1.pdf"))
    assert mail(scan, body=f"{body}现报送材料，请查收。").how == "none"
    found = mail(scan, body=f"{body}现报送浙江省科协推荐材料，请查收。")
    assert (found.unit.name, found.how) == (ZHEJIANG, "named")


def test_one_mail_with_the_forms_of_two_units() -> None:
    documents = post(
        1,
        word("张伟"),
        word("李四", unit_name=AGRONOMISTS),
        scanned("李四.pdf"),
        scanned("张伟.pdf"),
        photo("合影.jpg"),
    )
    found = mail(documents)
    assert (found.unit.name, found.how) == (ZHEJIANG, "form")
    names = [found.documents[document.id].name for document in documents]
    assert names == [ZHEJIANG, AGRONOMISTS, AGRONOMISTS, ZHEJIANG, ZHEJIANG]


def test_a_photo_goes_with_the_nominee_that_it_names() -> None:
    documents = post(
        1,
        word("张伟"),
        word("李四", unit_name=AGRONOMISTS),
        photo("李四工作照1.jpg"),
    )
    assert mail(documents).documents[documents[2].id].name == AGRONOMISTS


def belonging(message: int, unit_name: str | None, how: str, sender: str = SENDER) -> Belonging:
    return Belonging(message, sender, unit_name or nobody(sender).key, how)


def test_a_scan_that_came_before_the_form_follows_its_sender() -> None:
    assert follow_sender([belonging(1, None, "none"), belonging(2, ZHEJIANG, "form")]) == {1: ZHEJIANG}
    assert follow_sender([belonging(2, ZHEJIANG, "form"), belonging(3, None, "none")]) == {3: ZHEJIANG}


def test_what_follows_already_is_not_moved_again() -> None:
    assert follow_sender([belonging(1, ZHEJIANG, "sender"), belonging(2, ZHEJIANG, "form")]) == {}


def test_a_sender_of_two_units_is_followed_for_none() -> None:
    """Not even by what followed while there was one."""
    known = [
        belonging(1, ZHEJIANG, "sender"),
        belonging(2, ZHEJIANG, "form"),
        belonging(3, AGRONOMISTS, "named"),
        belonging(4, None, "none"),
    ]
    assert follow_sender(known) == {1: nobody(SENDER).key}
    assert follow_sender(reversed(known)) == {1: nobody(SENDER).key}


def test_senders_are_followed_each_for_himself() -> None:
    known = [
        belonging(1, None, "none"),
        belonging(2, ZHEJIANG, "form"),
        belonging(3, None, "none", "else@example.org"),
        belonging(4, AGRONOMISTS, "address", "else@example.org"),
        belonging(5, None, "none", "third@example.org"),
    ]
    assert follow_sender(known) == {1: ZHEJIANG, 3: AGRONOMISTS}


def test_mails_without_a_sender_are_not_one_sender_s() -> None:
    known = [belonging(1, None, "none", ""), belonging(2, ZHEJIANG, "form", "")]
    assert follow_sender(known) == {}


def test_strangers_are_told_apart_by_their_addresses() -> None:
    assert nobody("a@example.org").key != nobody("b@example.org").key
    assert (nobody("a@example.org").known, nobody("a@example.org").kind) == (False, None)


NOMINEES = {"张伟": {ZHEJIANG}, "银龄队": {AGRONOMISTS}, "李四": {ZHEJIANG, AGRONOMISTS}, "甲": {AFFILIATE}}


@pytest.mark.parametrize(
    ("words", "followed"),
    [
        ("张伟的推荐表盖章件 扫描件.pdf", ZHEJIANG),
        ("补报 银 龄 队（盖章）.pdf", AGRONOMISTS),
        ("李四.pdf", None),
        ("张伟、李四.pdf", None),
        ("甲.pdf", None),
        ("张伟东推荐表.pdf", None),
        ("扫描件.pdf", None),
    ],
)
def test_a_colleague_s_mail_follows_the_one_nominee_whom_it_names(words: str, followed: str | None) -> None:
    assert follow_nominees({7: words}, NOMINEES) == ({7: followed} if followed else {})


def test_who_follows_a_nominee_stays_until_the_sender_shows_his_unit() -> None:
    follows = belonging(1, AGRONOMISTS, "nominee")
    assert follow_sender([follows]) == {}
    assert follow_sender([follows, belonging(2, ZHEJIANG, "form")]) == {1: ZHEJIANG}
