"""Who writes for a unit, and whose material a mail brings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.domain.assembly.correspondents import KNOWN, Correspondents
from intake.domain.model.document import MessageRef
from tests.unit.domain.cases import post, ref, word

NOBODY = Correspondents()
WHO = Correspondents(("kp@zast.example.cn", "@zjkx.example.cn"), frozenset({"li@private.example"}))


def mail(sender: str, *, verified: bool = False, unverified: str = "") -> MessageRef:
    return replace(ref(1, sender=sender), verified=verified, unverified=unverified)


@pytest.mark.parametrize(
    ("sender", "verified", "known"),
    [
        ("kp@zast.example.cn", False, True),
        ("KP@ZAST.example.cn", False, True),
        ("li@private.example", False, True),
        ("anybody@zjkx.example.cn", True, True),
        ("anybody@zjkx.example.cn", False, False),
        ("anybody@mail.zjkx.example.cn", True, False),
        ("anybody@zjkx.example.cn.evil.example", True, False),
        ("kp@zast.example.com", True, False),
        ("evil@attacker.example", True, False),
        ("", False, False),
    ],
)
def test_an_address_is_known_whole_and_a_domain_only_by_the_providers_word(
    sender: str, verified: bool, known: bool
) -> None:
    assert WHO.includes(mail(sender, verified=verified)) is known


def test_a_mail_that_the_provider_could_not_verify_is_nobody_s() -> None:
    assert not WHO.includes(mail("kp@zast.example.cn", unverified="spf=fail"))


def test_a_person_s_no_outranks_the_registry() -> None:
    who = replace(WHO, refused=frozenset({"kp@zast.example.cn"}))
    assert not who.includes(mail("kp@zast.example.cn"))
    assert who.addresses == ("li@private.example",)
    assert not who.by_sender(post(1, word("张伟"), sender="kp@zast.example.cn"))


def test_correspondents_are_one_and_everybody_else_is_himself() -> None:
    assert WHO.sender_of(mail("KP@zast.example.cn")) == WHO.sender_of(mail("li@private.example")) == KNOWN
    assert WHO.sender_of(mail("A@b.cn")) == "a@b.cn"
    assert NOBODY.sender_of(mail("kp@zast.example.cn")) == "kp@zast.example.cn"
    assert (WHO.named, NOBODY.named, Correspondents(("@x.cn",)).named) == (True, False, True)
