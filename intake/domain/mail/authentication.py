"""Is a mail from whom it says?  What the mailbox's own provider found out of it (RFC 8601), weighed.

Anybody can write an Authentication-Results header.  What tells the provider's own from a
forged one is its place: each server writes on top of what it was given.

Domains of addresses and servers: which belong to one organisation (RFC 7489 §3.2).

The provider's own is what stands above the topmost Received, or the topmost directly below it under the
provider's name (`[mailbox] authserv_ids` names others); lower down it neither helps nor harms.  `dmarc`
decides, else a pass of dkim or spf for the domain of From, relaxed as in RFC 7489 §3.1.  No header, no
change: many providers write none.

From an unverified sender a form or scan that counts makes `sender-unverified`, for a person, unless the
same bytes came from one who is not.  Nominations that rest on such mail alone take no place in the quota
and stand in nobody's letter until a person has decided.  The mail teaches nothing about its sender, its
links are asked for nowhere, and its answer is a plain receipt that belongs to no unit.  Where the domain
disowns the mail (spf or dmarc *fail*) nobody is written to, about questions neither: the address is most
likely a victim's (RFC 3834 §2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.domain.model.facts import AuthenticationResults, Hop, MessageFacts, MethodResult

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
_CN_CHINESE = frozenset({"公司", "网络", "政务"})
_CN_SUFFIXES |= {f"xn--{name.encode('punycode').decode()}" for name in _CN_CHINESE} | _CN_CHINESE
"""Suffixes in Chinese below cn, as they are written and as mail servers write them (RFC 3492)."""

_CUSTOMARY_SUFFIXES = frozenset({"ac", "co", "com", "edu", "gov", "go", "mil", "ne", "net", "or", "org"})
_ADDRESS = re.compile(r"[\d.]+|.*:.*")


class Authenticity(StrEnum):
    """Whether the mailbox's own provider could tell that a mail is from whom it says."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose Authentication-Results headers are believed.

    `authserv_ids` and `received_by` are fnmatch patterns of the provider's names in those
    headers and in the by-clause of Received, case ignored; `host` is the mailbox's server.
    """

    authserv_ids: tuple[str, ...] = ()
    received_by: tuple[str, ...] = ()
    host: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the provider judged the sender, and in which words ("spf=fail, dkim=none").

    `failed` tells that the domain's owner disowns the mail (RFC 7208 §2.6.4, RFC 7489 §6.6.2):
    whoever is named in it is most likely its victim, and no program may write to him.
    """

    authenticity: Authenticity
    said: str = ""
    failed: bool = False

    @property
    def is_verified(self) -> bool:
        """True where the provider vouches for the sender."""
        return self.authenticity is Authenticity.VERIFIED


UNKNOWN = Verdict(Authenticity.UNKNOWN)
TOPMOST = Trust()

_PROPERTIES = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.from", "smtp.helo"),
    "auth": ("smtp.auth", "smtp.mailfrom"),
}
"""Where a method names the domain that it speaks of; smtp.mail is Coremail's own spelling."""

_METHODS = frozenset({"dmarc", "none", *_PROPERTIES})
"""What speaks of the sender; iprev, arc, x-… tell of connections and of other servers."""


def verdict_of(facts: MessageFacts, trust: Trust) -> Verdict:
    """What the provider says of the sender; unknown where it says nothing, as many do."""
    sender = domain_of(facts.claimed_from.address) if facts.claimed_from else ""
    found = [result for header in believed(facts, trust) for result in header.results]
    results = [result for result in found if result.method in _METHODS]
    if not results:
        return UNKNOWN
    said = ", ".join(dict.fromkeys(_said(result, sender) for result in results))
    # A result for another author than ours is of no use; it may be that of a second From.
    dmarc = {r.result for r in results if r.method == "dmarc" and _is_of(r, ("header.from",), sender)}
    if "fail" not in dmarc and ("pass" in dmarc or any(_vouches(result, sender) for result in results)):
        return Verdict(Authenticity.VERIFIED, said)
    disowned = any(r.method == "spf" and r.result in ("fail", "hardfail") for r in results)
    return Verdict(Authenticity.UNVERIFIED, said, disowned or "fail" in dmarc)


def believed(facts: MessageFacts, trust: Trust) -> list[AuthenticationResults]:
    """The headers that surely, or by the operator's word, are the provider's own.

    With `authserv_ids`: those of that name above the first Received of another server.  Without:
    what stands above the provider's Received, where no sender can write; else the topmost header
    directly below it that bears the provider's name.  Only the topmost, since a
    provider that leaves forged ones in place (against RFC 8601 §5) writes above them.
    """
    if trust.authserv_ids:
        last = _provider_hops(facts.received, trust)[1]
        return [h for h in facts.authentication if h.above <= last and _fits(h.name, trust.authserv_ids)]
    if not facts.received:
        return []
    first, last = _provider_hops(facts.received, trust)
    above = [header for header in facts.authentication if header.above < first]
    if above:
        return above
    names = (trust.host.lower(), *(_by(hop) for hop in facts.received[first - 1 : last]))
    below = [h for h in facts.authentication if h.above <= last and _names_one_of(h.name, names)]
    return below[:1]


def _provider_hops(hops: Sequence[Hop], trust: Trust) -> tuple[int, int]:
    """How many Received fields stand down to the provider's first (that one too), and to its last.

    (0, 0) where none is the provider's.  Of a provider whose hosts nobody has named only the topmost is sure.
    """
    patterns = (*trust.received_by, *trust.authserv_ids)
    first = 0
    for place, hop in enumerate(hops, 1):
        if not trust.received_by or _fits(_by(hop), trust.received_by):
            first = place
            break
    last = first
    while patterns and 0 < last < len(hops) and _fits(_by(hops[last]), patterns):
        last += 1
    return first, last


def _by(hop: Hop) -> str:
    """The name of the server that wrote a Received field, without what it says of itself in brackets."""
    return hop.by.split()[0].lower() if hop.by.split() else ""


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def _names_one_of(name: str, hosts: Sequence[str]) -> bool:
    """True for the name of one of these hosts, or one in the domain of its organisation."""
    return any(name == host or ("." in host and same_organisation(name, host)) for host in hosts if name)


def _vouches(result: MethodResult, sender: str) -> bool:
    """True for a pass that speaks of the sender's own domain."""
    places = _PROPERTIES.get(result.method)
    return places is not None and result.result == "pass" and _is_of(result, places, sender)


def _is_of(result: MethodResult, places: Sequence[str], sender: str) -> bool:
    """True where the result names the sender's domain, or none at all."""
    named = _domain(result, places)
    return not named or same_organisation(named, sender)


def _domain(result: MethodResult, places: Sequence[str]) -> str:
    found = dict(reversed(result.properties))
    return next((domain_of(found[place]) for place in places if found.get(place)), "")


def _said(result: MethodResult, sender: str) -> str:
    if result.method == "none":
        return "none"
    told = f"{result.method}={result.result}"
    places = _PROPERTIES.get(result.method, ("header.from",))
    if result.result == "pass" and not _is_of(result, places, sender):
        return f"{told}（{_domain(result, places)}）"
    return told


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
