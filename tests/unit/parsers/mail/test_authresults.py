"""Authentication-Results as providers write them, and as nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.model.facts import MethodResult
from parsers.common import limits
from parsers.mail import authresults
from tests.unit.parsers.mail.mails import Box, crlf


def read(text: str) -> tuple[str, dict[str, str]]:
    (found,) = authresults.read((("authentication-results", text),))
    return found.name, {result.method: result.result for result in found.results}


GOOGLE = (
    " mx.google.com;       dkim=pass header.i=@qq.com header.s=s201512 header.b=aBc;       spf=pass"
    " (google.com: domain of kepu@qq.com designates 203.0.113.7 as permitted sender)"
    " smtp.mailfrom=kepu@qq.com;       dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=qq.com"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOGLE, ("mx.google.com", {"dkim": "pass", "spf": "pass", "dmarc": "pass"})),
        (
            "gzga-mx-mtada-g1-2; spf=fail smtp.mail=a@b.cn; dkim=none",
            ("gzga-mx-mtada-g1-2", {"spf": "fail", "dkim": "none"}),
        ),
        ("mx.example.org 1; none", ("mx.example.org", {"none": "none"})),
        ("mx.example.org; dkim/1 = pass header.d = b.cn", ("mx.example.org", {"dkim": "pass"})),
        ("MX.Example.org (Postfix (a; b)); SPF=Pass", ("mx.example.org", {"spf": "pass"})),
        ('"mx.example.org"; spf=pass reason="a; dkim=pass (x"', ("mx.example.org", {"spf": "pass"})),
        # Microsoft leaves out whose header it is.
        (
            "spf=none (sender IP is 192.0.2.1) smtp.mailfrom=b.cn; dmarc=none",
            ("", {"spf": "none", "dmarc": "none"}),
        ),
        (
            "mx.example.org; spf; =pass; dkim=; x y z; 无=过; dmarc=fail",
            ("mx.example.org", {"dmarc": "fail"}),
        ),
        ("", ("", {})),
        (";;;", ("", {})),
    ],
)
def test_what_stands_in_a_field(text: str, expected: tuple[str, dict[str, str]]) -> None:
    assert read(text) == expected


def test_properties_are_kept_with_their_result() -> None:
    (found,) = authresults.read((("authentication-results", GOOGLE),))
    assert found.results[1] == MethodResult("spf", "pass", (("smtp.mailfrom", "kepu@qq.com"),))
    assert dict(found.results[0].properties)["header.i"] == "@qq.com"


@pytest.mark.parametrize(
    "text",
    [
        "mx.a.cn; spf=none (domain of (@x.cn) smtp.mailfrom=(@x.cn; dmarc=pass",
        'mx.a.cn; spf=none smtp.mailfrom="x@y.cn; dmarc=pass header.from=a.cn',
    ],
)
def test_a_comment_that_never_ends_slips_nothing_in(text: str) -> None:
    assert read(text) == ("mx.a.cn", {"spf": "none"})


def test_their_place_among_the_received_fields() -> None:
    names = ["authentication-results", "received", "authentication-results", "received", "from"]
    found = authresults.read(tuple((name, f"mx{place}; spf=pass") for place, name in enumerate(names)))
    assert [(item.name, item.above) for item in found] == [("mx0", 0), ("mx2", 1)]


def test_a_message_tells_them(box: Box) -> None:
    facts = box.read(
        crlf(
            "Received: from a by mx.b.cn with ESMTP; Fri, 21 Feb 2025 10:00:00 +0800\n"
            "Authentication-Results: mx.b.cn;\n\tspf=softfail\n\tsmtp.mailfrom=x@c.cn\n"
            "From: x@c.cn\nSubject: x\n\nwords"
        )
    )
    (found,) = facts.authentication
    assert (found.name, found.above) == ("mx.b.cn", 1)
    assert found.results == (MethodResult("spf", "softfail", (("smtp.mailfrom", "x@c.cn"),)),)


def test_of_many_only_so_many_are_kept() -> None:
    many = tuple(("authentication-results", f"mx{n}; spf=pass") for n in range(500))
    assert len(authresults.read(many)) == limits.AUTHENTICATION_FIELDS
    results = "; ".join(f"dkim=pass header.d=d{n}.cn" for n in range(500))
    (found,) = authresults.read((("authentication-results", f"mx; {results}"),))
    assert len(found.results) == limits.AUTHENTICATION_RESULTS
    assert found.results[-1].properties[0][1] == f"d{limits.AUTHENTICATION_RESULTS - 1}.cn"


@given(st.text(alphabet='ab=;()"\\. /1\r\n\t@\udcff无', max_size=200))
def test_nothing_raises(text: str) -> None:
    (found,) = authresults.read((("authentication-results", text),))
    assert all(result.method and result.result for result in found.results)
