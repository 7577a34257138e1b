"""Domains of addresses and servers: which belong to one organisation (RFC 7489 §3.2)."""

from __future__ import annotations

import re

_CN_SUFFIXES = frozenset(
    {
        *("ac", "com", "edu", "gov", "net", "org", "mil"),
        *(
            "ah",
            "bj",
            "cq",
            "fj",
            "gd",
            "gs",
            "gz",
            "gx",
            "ha",
            "hb",
            "he",
            "hi",
            "hl",
            "hn",
            "jl",
            "js",
            "jx",
        ),
        *(
            "ln",
            "nm",
            "nx",
            "qh",
            "sc",
            "sd",
            "sh",
            "sn",
            "sx",
            "tj",
            "xj",
            "xz",
            "yn",
            "zj",
            "hk",
            "mo",
            "tw",
        ),
    }
)
"""What CNNIC registers names under: com.cn, ac.cn, and one for each province (bj.cn)."""

_CUSTOMARY_SUFFIXES = frozenset({"ac", "co", "com", "edu", "gov", "go", "mil", "ne", "net", "or", "org"})
"""The same under other countries' codes: com.hk, co.uk, or.jp."""

_ADDRESS = re.compile(r"[\d.]+|.*:.*")


def domain_of(text: str) -> str:
    """The domain of an address, "@domain" or domain, in lower case; "" where there is none."""
    return text.strip().strip("<>").rpartition("@")[2].strip().rstrip(".").lower()


def organisational(domain: str) -> str:
    """The part of a domain that one organisation registered (kp.cma.org.cn: cma.org.cn).

    The public suffixes are those met in China and the customary ones elsewhere: a whole list of
    them is 300 KB and out of date by the month.  An IP address is given back as it is.
    """
    labels = domain.split(".")
    if len(labels) < 3 or _ADDRESS.fullmatch(domain):
        return domain
    suffixes = _CN_SUFFIXES if labels[-1] == "cn" else _CUSTOMARY_SUFFIXES
    is_double = len(labels[-1]) == 2 and labels[-2] in suffixes
    return ".".join(labels[-3:] if is_double else labels[-2:])


def same_organisation(one: str, other: str) -> bool:
    """True for two domains that are equal or of one organisation (relaxed alignment, RFC 7489 §3.1)."""
    return bool(one) and organisational(one) == organisational(other)
