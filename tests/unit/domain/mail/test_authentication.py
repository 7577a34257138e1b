"""Which Authentication-Results are believed, and what they say of the sender."""

from __future__ import annotations

import pytest

from intake.domain.mail.authentication import Trust, organisational, same_organisation, verdict_of
from intake.domain.model.facts import Address, AuthenticationResults, Hop, MessageFacts, MethodResult

MX = "mx1.163.com"


def result(text: str) -> MethodResult:
    """A result in the header's own way to write it: "spf=pass smtp.mailfrom=x.cn"."""
    said, *properties = text.split()
    method, _, value = said.partition("=")
    pairs = [tuple(item.split("=", 1)) for item in properties]
    return MethodResult(method, value or method, tuple((name, given) for name, given in pairs))


def header(name: str, above: int, *results: str) -> AuthenticationResults:
    return AuthenticationResults(name, above, tuple(map(result, results)))


def mail(
    *headers: AuthenticationResults, sender: str = "kp@cast.org.cn", by: tuple[str, ...] = (MX, "out.x.cn")
) -> MessageFacts:
    hops = tuple(Hop(name, None, "") for name in by)
    address = Address("", sender) if sender else None
    return MessageFacts(
        None,
        (),
        (),
        "",
        address,
        None,
        (),
        None,
        None,
        hops,
        {},
        "text/plain",
        "",
        (),
        authentication=headers,
    )


def judged(*results: str, sender: str = "kp@cast.org.cn") -> tuple[str, bool]:
    verdict = verdict_of(mail(header(MX, 1, *results), sender=sender), Trust())
    return verdict.authenticity.value, verdict.failed


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["dmarc=pass header.from=cast.org.cn", "spf=fail"], "verified"),
        (["spf=pass smtp.mailfrom=kp@cast.org.cn", "dkim=none"], "verified"),
        (["spf=pass smtp.mail=bounce@mail.cast.org.cn"], "verified"),
        (["spf=pass"], "verified"),
        (["dkim=fail", "dkim=pass header.i=@cast.org.cn"], "verified"),
        (["dkim=pass header.d=mail.cast.org.cn", "spf=fail smtp.mailfrom=x.cn"], "verified"),
        (["auth=pass smtp.auth=kp@cast.org.cn"], "verified"),
        (["spf=pass smtp.mailfrom=a@evil.org.cn", "dkim=none"], "unverified"),
        (["dkim=pass header.d=evil.com"], "unverified"),
        (["dmarc=pass header.from=evil.com", "spf=none"], "unverified"),
        (["dmarc=fail", "dkim=pass header.d=cast.org.cn"], "unverified"),
        (["dmarc=none", "spf=softfail", "dkim=neutral"], "unverified"),
        (["spf=temperror", "dkim=permerror"], "unverified"),
        (["none"], "unverified"),
        (["iprev=pass", "arc=fail"], "unknown"),
        ([], "unknown"),
    ],
)
def test_verdicts(results: list[str], expected: str) -> None:
    assert judged(*results)[0] == expected


@pytest.mark.parametrize(
    ("results", "failed"),
    [
        (["spf=fail", "dkim=none"], True),
        (["dmarc=fail", "spf=pass smtp.mailfrom=evil.com"], True),
        (["spf=none", "dkim=fail"], False),
        (["spf=softfail"], False),
        (["spf=fail", "dkim=pass header.d=cast.org.cn"], False),
    ],
)
def test_who_is_disowned_by_his_domain(results: list[str], failed: bool) -> None:
    assert judged(*results)[1] is failed


def test_what_it_says_why() -> None:
    facts = mail(header(MX, 1, "spf=pass smtp.mailfrom=x@evil.com", "dkim=none", "iprev=pass"))
    assert verdict_of(facts, Trust()).said == "spf=pass（evil.com）, dkim=none"


def test_a_mail_without_an_author_is_nobodys() -> None:
    assert judged("spf=pass smtp.mailfrom=x@evil.com", sender="")[0] == "unverified"


FAIL, PASS = "dmarc=fail", "dmarc=pass"


@pytest.mark.parametrize(
    ("headers", "trust", "expected"),
    [
        # Above the topmost Received no sender can write, whatever the name.
        ([header("anything", 0, FAIL), header(MX, 1, PASS)], Trust(), "unverified"),
        ([header("", 0, PASS)], Trust(), "verified"),
        # Directly below it only under the provider's name, and the topmost only.
        ([header("mx.other.cn", 1, FAIL)], Trust(), "unknown"),
        ([header("mx9.163.com", 1, FAIL)], Trust(), "unverified"),
        ([header(MX, 1, FAIL), header(MX, 1, PASS)], Trust(), "unverified"),
        # Lower down anybody may have written it: it neither helps nor harms.
        ([header(MX, 2, PASS)], Trust(), "unknown"),
        ([header(MX, 2, FAIL)], Trust(), "unknown"),
        # By the names that the operator gives.
        ([header("MX.corp.cn", 1, FAIL)], Trust(("mx.corp.*",)), "unverified"),
        ([header(MX, 0, FAIL)], Trust(("mx.corp.*",)), "unknown"),
        ([header("mx.corp.cn", 2, FAIL)], Trust(("mx.corp.*",)), "unknown"),
        ([header("", 1, FAIL)], Trust(("",)), "unverified"),
        ([header(MX, 1, "spf=none"), header(MX, 1, PASS)], Trust(("*.163.com",)), "verified"),
    ],
)
def test_which_headers_are_believed(
    headers: list[AuthenticationResults], trust: Trust, expected: str
) -> None:
    assert verdict_of(mail(*headers), trust).authenticity == expected


@pytest.mark.parametrize(
    ("by", "above", "trust", "expected"),
    [
        # A bare name counts only as it stands.
        (("gzga-mx-1 (Coremail)",), 1, Trust(), "unknown"),
        (("mx1.163.com (Coremail)", "out.x.cn"), 1, Trust(), "unverified"),
        # The provider's inner hops, where its names are known.
        (("in3.163.com", "mx1.163.com", "out.x.cn"), 2, Trust(), "unknown"),
        (("in3.163.com", "mx1.163.com", "out.x.cn"), 2, Trust((), ("*.163.com",)), "unverified"),
        (("in3.163.com", "mx1.163.com", "out.x.cn"), 3, Trust((), ("*.163.com",)), "unknown"),
        # A relay of our own above the provider.
        (("relay.local", "mx1.163.com", "out.x.cn"), 1, Trust((), ("*.163.com",)), "unverified"),
        (("relay.local",), 0, Trust((), ("*.163.com",)), "unknown"),
        # The mailbox's own server names the domain.
        (("front", "out.x.cn"), 1, Trust(host="imap.163.com"), "unverified"),
        # Without any Received nobody knows who wrote it.
        ((), 0, Trust(host="imap.163.com"), "unknown"),
        ((), 0, Trust(("mx1.163.com",)), "unverified"),
    ],
)
def test_where_the_provider_writes(by: tuple[str, ...], above: int, trust: Trust, expected: str) -> None:
    assert verdict_of(mail(header(MX, above, FAIL), by=by), trust).authenticity == expected


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("kp.cms1924.org.cn", "cms1924.org.cn"),
        ("igsnrr.ac.cn", "igsnrr.ac.cn"),
        ("igsnrr.cas.cn", "cas.cn"),
        ("kx.bj.cn", "kx.bj.cn"),
        ("mail.kx.com.hk", "kx.com.hk"),
        ("mail.甲.公司.cn", "甲.公司.cn"),
        ("甲.网络.cn", "甲.网络.cn"),
        ("mail.xn--fiq.xn--55qx5d.cn", "xn--fiq.xn--55qx5d.cn"),
        ("kx.xn--zfr164b.cn", "kx.xn--zfr164b.cn"),
        ("vip.qq.com", "qq.com"),
        ("192.0.2.1", "192.0.2.1"),
        ("localhost", "localhost"),
    ],
)
def test_organisational_domains(domain: str, expected: str) -> None:
    assert organisational(domain) == expected


def test_two_offices_under_one_suffix_are_two_organisations() -> None:
    assert not same_organisation("one.org.cn", "two.org.cn")
    assert not same_organisation("", "")
