"""Names of units as they are written, and the one form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ASSOCIATION = "科学技术协会"

LONGEST_NAME = 200
"""Characters of a cell that are read as a name; the rest is no name."""

_SEAL = re.compile(
    r"[(\[【]?(?:单位)?(?:盖章处?|公章|签章|印章|加盖公章|章)[)\]】]?$|^[(\[【](?:单位)?(?:盖章处?|公章|章)[)\]】]"
)
_LEAD = re.compile(r"^(?:推荐|报送|申报|选送)单位(?:名称)?(?:\((?:盖章|公章|签章|加盖公章)处?\))?:")
_QUOTES = re.compile(r"[\"'“”‘’《》「」]+")
_DIGIT = r"[\d_一二三四五六七八九十〇零○]"
_DATE = (
    rf"(?:(?:填表|填报|推荐|报送|盖章)?(?:日期|时间):?)?"
    rf"(?:{_DIGIT}{{0,4}}年{_DIGIT}{{0,3}}月(?:{_DIGIT}{{0,3}}[日号])?|{_DIGIT}{{4}}年"
    rf"|(?:19|20)\d\d[./-]\d{{1,2}}(?:[./-]\d{{1,2}})?)"
)
_DATED = re.compile(rf"(?:[(]{_DATE}[)]|{_DATE})$")
_EDGE = " \t\r\n　:：,，.。;；、_-—/"
_TRADITIONAL = str.maketrans(
    "國華學會協術醫業農電機電車標準興藥護針圖書館與", "国华学会协术医业农电机电车标准兴药护针图书馆与"
)


def fold_name(text: str) -> str:
    """A text of any length without quotes, in the common form and the simplified characters of Unicode."""
    return _QUOTES.sub("", unicodedata.normalize("NFKC", text)).translate(_TRADITIONAL)


def unit_name(text: str) -> str:
    """A unit's name as written, without 推荐单位：, （盖章）, the date below it and white space."""
    name = "".join(unicodedata.normalize("NFKC", text[:LONGEST_NAME]).split())
    before = None
    while before != name:
        before = name
        name = _DATED.sub("", _SEAL.sub("", _LEAD.sub("", name)).strip(_EDGE)).strip(_EDGE)
    return name.replace("(", "（").replace(")", "）")


@lru_cache(maxsize=4096)
def _normalised(text: str) -> str:
    name = unit_name(fold_name(text))
    return name.replace("（", "(").replace("）", ")").replace("科协", ASSOCIATION)


def normalise_unit(text: str) -> str:
    """The form in which names are compared: quotes off, 科协 written out, in simplified characters."""
    return _normalised(text)
