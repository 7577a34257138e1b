"""Bytes of doubtful encoding to clean Chinese text.

Senders' labels are often wrong: gb2312 for what is GBK or GB18030 (朱镕基 is then
damaged), us-ascii or iso-8859-1 for anything, UTF-8 under a gb label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from parsers import limits


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GB_LABELS = _set(
    "gb2312 gbk gb18030 gb gb_2312_80 gb2312_80 csgb2312 chinese x_gbk cp936 ms936 936 euc_cn euccn"
)
_MEANINGLESS_LABELS = _set(
    "us_ascii ascii iso_8859_1 iso8859_1 latin1 latin_1 windows_1252 cp1252 unknown_8bit x_unknown unknown "
    "default 8bit binary none"
)
_CARRIED_IN_ASCII = ("hz", "utf_7", "utf7", "iso_2022", "iso2022", "utf_16", "utf16", "utf_32", "utf32")
_UNTRUSTED_CODECS = ("escape", "punycode", "idna")
_FIRST_THREE_BYTE_CHARACTER = "\u0800"
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_BLOCKS = _set(
    "address article blockquote center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li ol p "
    "pre section table tbody thead tr ul"
)
_INVISIBLE = _set("head script style title noscript template")


def decode(data: bytes, label: str | None = None) -> str:
    """The text of `data`; `label` is the sender's charset, which may be wrong or unknown.

    Never raises: what no encoding fits comes with replacement characters.
    """
    charset = (label or "").strip().strip("\"'").lower().replace("-", "_")
    if data.isascii() and not charset.startswith(_CARRIED_IN_ASCII):
        return data.decode("ascii")
    if not charset or charset in _MEANINGLESS_LABELS:
        return guess(data)
    if charset in _GB_LABELS:
        return _as_utf8(data) or _strictly(data, "gb18030") or guess(data)
    return _labelled(data, charset)


def guess(data: bytes) -> str:
    """The text of unlabelled `data`: UTF-8 or GB18030, whichever fits.

    GBK names of two or three characters are at times also valid UTF-8 (as Latin or
    Arabic letters of two bytes), so only UTF-8 with a three-byte character counts as
    surely UTF-8.
    """
    for text in (_as_utf8(data), _strictly(data, "gb18030"), _strictly(data, "utf-8")):
        if text is not None:
            return text
    return min(
        (data.decode("utf-8", "replace"), data.decode("gb18030", "replace")),
        key=lambda text: text.count("\ufffd"),
    )


def _labelled(data: bytes, charset: str) -> str:
    text = _strictly(data, charset)
    return guess(data) if text is None else text


def _as_utf8(data: bytes) -> str | None:
    text = _strictly(data, "utf-8")
    if text is None or not (text.isascii() or max(text) >= _FIRST_THREE_BYTE_CHARACTER):
        return None
    return text


def _strictly(data: bytes, charset: str) -> str | None:
    # The codec's name is the sender's word: none that makes up surrogates or takes quadratic time.
    if any(name in charset for name in _UNTRUSTED_CODECS):
        return None
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return None


def from_surrogates(raw: str) -> str:
    """A raw header value, in which bytes above 127 stand as surrogates, as text."""
    if raw.isascii():
        return raw
    return guess(raw.encode("utf-8", "surrogateescape"))


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates; line ends become \\n.

    NUL in particular: Postgres stores it neither in text nor in JSON.
    """
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))


def one_line(text: str) -> str:
    """`text` cleaned, every run of white space one blank."""
    return " ".join(clean(text).split())


def html_to_text(html: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a reader of an HTML body sees, and its links as (text, address).

    Nothing is fetched and no entity of the sender's is expanded.
    """
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    data = clean(html[: limits.HTML_CHARACTERS]).encode("utf-8")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return "", ()
    lines = (" ".join(line.split(" ")).strip() for line in "".join(_visible(root)).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return text, tuple(islice(_links(root), limits.LINKS))


def _visible(root: Any) -> Iterator[str]:
    from lxml import etree

    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _INVISIBLE:
            hidden += 1 if event == "start" else -1
        elif not hidden:
            if tag in _BLOCKS or (tag == "br" and event == "start"):
                yield "\n"
            elif tag in ("td", "th") and event == "end":
                yield "\t"
        words = element.text if event == "start" else element.tail
        if words and not hidden:
            yield re.sub(r"[ \t\r\n\u00a0]+", " ", words)


def _links(root: Any) -> Iterator[tuple[str, str]]:
    for anchor in root.iter("a"):
        address = (anchor.get("href") or "").strip()
        if address.lower().startswith(("http://", "https://")):
            yield one_line("".join(anchor.itertext())), address
