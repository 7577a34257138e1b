"""Bytes of doubtful encoding to clean Chinese text.

Senders' labels are often wrong: gb2312 for what is GBK or GB18030 (朱镕基 is then
damaged), us-ascii or iso-8859-1 for anything, UTF-8 under a gb label.
"""

from __future__ import annotations

import re

_BLANKS = re.compile(r"\s+")
_OWN_BLANKS = " \u3000\xa0"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GB_LABELS = _set(
    "gb2312 gbk gb18030 gb gb_2312_80 gb2312_80 csgb2312 chinese x_gbk cp936 ms936 936 euc_cn euccn"
)
_MEANINGLESS_LABELS = _set(
    "us_ascii ascii iso_8859_1 iso8859_1 latin1 latin_1 windows_1252 cp1252 unknown_8bit x_unknown unknown "
    "default 8bit binary none"
)
_WESTERN_LABELS = _set("iso_8859_1 iso8859_1 latin1 latin_1 windows_1252 cp1252")
_WIDER = {
    "big5": ("big5", "cp950", "big5hkscs"),
    "x_x_big5": ("big5", "cp950", "big5hkscs"),
    "shift_jis": ("shift_jis", "cp932"),
    "euc_kr": ("euc_kr", "cp949"),
    "ks_c_5601_1987": ("euc_kr", "cp949"),
}
"""What programs mean by a label when they write more than it allows."""

_CARRIED_IN_ASCII = ("hz", "iso_2022", "iso2022")
_WIDE_UNITS = ("utf_16", "utf16", "utf_32", "utf32")
_UNTRUSTED_CODECS = ("escape", "punycode", "idna", "utf_7", "utf7")
"""Codecs that make up surrogates, take quadratic time, or hide text from whoever looks at the bytes."""

_LABEL_CHARACTERS = 40
_FIRST_THREE_BYTE_CHARACTER = "\u0800"
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_FOREIGN = re.compile("[^\x00-\x7f]")
_HAN = re.compile("[\u4e00-\u9fff]")
_CHINESE_MARKS = re.compile("[\u3000-\u3011\uff01-\uff5e\u2018\u2019\u201c\u201d\u2026\u2014\u00b7]")
_IN_LATIN_WORD = re.compile("(?<=[A-Za-z])(?:\u00b7(?=[A-Za-z])|[\u00c0-\u017f])|[\u00c0-\u017f](?=[A-Za-z])")
_SAMPLE = 2000


def canonical_label(label: str | None) -> str:
    """A charset's name in one spelling; all names of the GB family are gb18030."""
    charset = (label or "")[:_LABEL_CHARACTERS].strip().strip("\"'").lower().replace("-", "_")
    return "gb18030" if charset in _GB_LABELS else charset


def decode(data: bytes, label: str | None = None) -> str:
    """The text of `data`; `label` is the sender's charset, which may be wrong or unknown.

    Never raises: what no encoding fits comes with replacement characters.
    """
    charset = canonical_label(label)
    if data.isascii() and not charset.startswith(_CARRIED_IN_ASCII):
        wide = charset.startswith(_WIDE_UNITS) and b"\x00" in data
        return (_strictly(data, charset) if wide else None) or data.decode("ascii")
    if charset == "gb18030":
        return _as_utf8(data) or _strictly(data, "gb18030") or guess(data)
    if charset in _WESTERN_LABELS:
        return _western(data)
    if not charset or charset in _MEANINGLESS_LABELS:
        return guess(data)
    return _labelled(data, charset)


def guess(data: bytes, hint: str | None = None) -> str:
    """The text of unlabelled `data`: UTF-8, GB18030 or Big5, whichever fits.

    GBK names of two or three characters are at times also valid UTF-8 (as Latin or
    Arabic letters of two bytes), so only UTF-8 with a three-byte character counts as
    surely UTF-8, or two-byte ones within Latin words. `hint` is an encoding used elsewhere in the same mail.
    """
    text = _as_utf8(data) or _as_latin_utf8(data)
    if text is None and canonical_label(hint) in _WIDER:
        text = _wider(data, canonical_label(hint))
    if text is None:
        text = _chinese(data)
    if text is None:
        text = _strictly(data, "utf-8")
    return _least_damaged(data, ("utf-8", "gb18030")) if text is None else text


def _chinese(data: bytes) -> str | None:
    """GB18030, unless it gives characters that nobody uses and Big5 only common ones."""
    simplified = _strictly(data, "gb18030")
    if simplified is None or not _is_odd(simplified):
        return simplified
    traditional = _strictly(data, "big5")
    if traditional is None or not _is_common_big5(traditional):
        return simplified
    return traditional


def _western(data: bytes) -> str:
    """Latin text as labelled, where the guess would give characters that nobody uses."""
    text = guess(data)
    return data.decode("cp1252", "replace") if _is_odd(text) or "\ufffd" in text else text


def _is_odd(text: str) -> bool:
    """True where fewer than half of the non-ASCII characters are in GB 2312, the everyday set."""
    foreign = "".join(_FOREIGN.findall(text[:_SAMPLE]))
    if not foreign:
        return False
    han = "".join(_HAN.findall(foreign))
    everyday = len(han.encode("gb2312", "ignore")) // 2 + len(_CHINESE_MARKS.findall(foreign))
    return everyday * 2 < len(foreign)


def _is_common_big5(text: str) -> bool:
    """True where nearly all non-ASCII characters are marks or of Big5's level 1, the everyday set."""
    foreign = "".join(_FOREIGN.findall(text[:_SAMPLE]))
    leads = foreign.encode("big5", "ignore")[::2]
    common = sum(0xA1 <= lead <= 0xA2 or 0xA4 <= lead <= 0xC6 for lead in leads)
    return common * 5 >= len(foreign) * 4


def _labelled(data: bytes, charset: str) -> str:
    text = _wider(data, charset)
    if text is None:
        text = guess(data)
    if "\ufffd" in text and _is_codec(charset):
        return _least_damaged(data, (charset, "utf-8", "gb18030"))
    return text


def _is_codec(charset: str) -> bool:
    # Two bytes, since no bytes at all would not even be looked at.
    return _strictly(b"aa", charset) is not None


def _wider(data: bytes, charset: str) -> str | None:
    for name in _WIDER.get(charset, (charset,)):
        text = _strictly(data, name)
        if text is not None:
            return text
    return None


def _least_damaged(data: bytes, charsets: tuple[str, ...]) -> str:
    return min(
        (data.decode(charset, "replace") for charset in charsets), key=lambda text: text.count("\ufffd")
    )


def _as_utf8(data: bytes) -> str | None:
    text = _strictly(data, "utf-8")
    if text is None or not (text.isascii() or max(text) >= _FIRST_THREE_BYTE_CHARACTER):
        return None
    return text


def _as_latin_utf8(data: bytes) -> str | None:
    """UTF-8 of two-byte characters where each is one that Latin words have (A·B, résumé); else None.

    In GBK the same bytes are single Chinese characters within a Latin word (A路B, r茅sum茅).
    """
    text = _strictly(data, "utf-8")
    return text if text and not _FOREIGN.search(_IN_LATIN_WORD.sub("", text)) else None


def _strictly(data: bytes, charset: str) -> str | None:
    if any(name in charset for name in _UNTRUSTED_CODECS):
        return None
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return None


def from_surrogates(raw: str, hint: str | None = None) -> str:
    """A raw header value, in which bytes above 127 stand as surrogates, as text; `hint` as in `guess`."""
    if raw.isascii():
        return raw
    return guess(raw.encode("utf-8", "surrogateescape"), hint)


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates; line ends become \\n.

    NUL in particular: Postgres stores it neither in text nor in JSON.
    """
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))


def one_line(text: str) -> str:
    """`text` cleaned, every run of white space one blank."""
    return " ".join(clean(text).split())


def unfolded(text: str) -> str:
    """`text` cleaned, in one line: where lines were folded stands one blank; a name's own blanks stay."""
    return _BLANKS.sub(lambda run: " " if run[0].strip(_OWN_BLANKS) else run[0], clean(text)).strip()
