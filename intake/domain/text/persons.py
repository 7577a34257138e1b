"""How people are written: the bare name among courtesies and remarks, a name in a text, identity cards."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = re.compile(r"[㐀-䶿一-鿿〇𠀀-𲎯·•]{2,}|[×✕✖*○Xx]{2,}|[A-Za-z][A-Za-z.·-]{2,}")
_TITLES = (
    "同志|同学|先生|女士|小姐|老师|(?:副|正)?教授|(?:副|助理)?研究员|院士|博士|硕士|医生|大夫|律师"
    "|主任|院长|所长|处长|书记|会长|理事长|秘书长|站长|馆长|校长|队长|经理"
    "|(?:正高级|高级|助理)?(?:工程师|农艺师|经济师|会计师|畜牧师|兽医师)|(?:正|副)?主任(?:医|药|护|技)?师"
)
_COURTESY = re.compile(rf"[,，、/\s]*(?:{_TITLES})$")
_REMARK = re.compile(
    r"(?:先生|女士|同志|男|女|曾用名[:：]?[一-鿿]{2,4}|已?退休|在职|候选人|推荐人选|必填|选填|签[名字]|手写|本人|正楷|盖章|[\s,，、;；]"
    rf"|{_TITLES}|[一-鿿]{{1,3}}族|中共(?:预备)?党员"
    r"|(?:公民|居民)?身份(?:证件?)?(?:号码?)?|证件(?:号码?)?|(?:手机|电话|联系电话|联系方式)(?:号码?)?|[IＩ][DＤ]|[:：]"
    r"|[\dXx*+\-]{6,}+)++",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{0,60})[)）\]】]")
_NUMBERED = re.compile(
    r"[\s,，、;；:：]*(?:(?:公民|居民)?身份(?:证件?)?(?:号码?)?|证件(?:号码?)?)[\s:：]*[\dXx*\s]{0,24}$"
)
_CALLED = re.compile(
    r"[\s,，、;；:：]*(?:联系)?(?:电话|手机|联系方式)(?:号码?)?[\s:：]*[\d*+\-\s]{0,24}$"
    r"|[\s,，、;；/]+[男女](?:[\s,，、;；/].{0,40})?$"
)
"""A telephone number, or the next cells of the row: 张伟，男，1970年生."""
_EDGES = "\"'“”‘’*＊、，,。.;；:： \u3000"
_LABEL = re.compile(r"^\s*姓\s*名\s*[:：]\s*")
_BARE_NUMBER = re.compile(r"[\s,，、;；:：]*[1-9]\d{5,16}[\dXx]$")
_DOUBLE_SURNAME = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠"
    "|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|令狐"
)
_GROUP = re.compile(r"(?<!\d)[1-9]")
_CARDS = (
    re.compile(r"\d(?:[ \u00a0-]?\d){16}[ \u00a0-]?[\dXx](?!\d)"),
    re.compile(r"\d(?:[ \u00a0-]?\d){14}(?!\d)"),
)
_IDENTITY = re.compile(
    r"[1-9]\d{5}(?:(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]"
    r"|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})"
)
"""GB 11643: six digits of a place, the day of birth, three of a serial number, a check character; and the
numbers of fifteen digits that were given until 1999."""
_FOLDED = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF38: "X", 0xFF58: "x"}
LONGEST_NAME = 80
"""Characters; a longer cell holds more than a name with its remarks."""


def person_name(text: str) -> str:
    """A person's name without 同志 or 教授, and without brackets of remarks (女, 身份证号：…, 必填).

    What may be the name itself stays: a surname alone is no name, and brackets that hold words stay too.
    """
    if len(text) > LONGEST_NAME:
        return text
    bare = _BRACKETS.sub(lambda found: "" if _REMARK.fullmatch(found[1]) else found[0], text).strip()
    bare = _BARE_NUMBER.sub("", _CALLED.sub("", _NUMBERED.sub("", bare)))
    bare = _LABEL.sub("", bare).strip(_EDGES)
    cut = _COURTESY.sub("", bare).strip()
    letters = "".join(cut.split())
    return cut if _NAME.fullmatch(letters) and not _DOUBLE_SURNAME.fullmatch(letters) else bare or text


def is_identity_number(text: str) -> bool:
    """True for the number of an identity card, of eighteen or of fifteen characters."""
    return _IDENTITY.fullmatch(re.sub(r"[ \u00a0-]", "", text.translate(_FOLDED)).upper()) is not None


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""GB 11643-1999 §3.4: the check character by the weighted sum of the first seventeen digits, modulo 11."""


def holds_check(text: str) -> bool:
    """True for the number of an identity card of eighteen characters that its check character agrees with."""
    number = re.sub(r"[ \u00a0-]", "", text.translate(_FOLDED)).upper()
    if len(number) != len(_WEIGHTS) + 1 or not is_identity_number(number):
        return False
    return _CHECKS[sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=False)) % 11] == number[-1]


def masked_number(text: str) -> str:
    """The number of a document, of whatever kind, with all but its last four characters masked."""
    shown = "".join(text.split())[-4:] if len("".join(text.split())) >= LEAST_MASKED else ""
    return "*" * 14 + shown


LEAST_MASKED = 12
"""Characters of a number whose last four may be shown: of a shorter one they would be half."""


def without_identity_numbers(text: str) -> str:
    """The text with each number of an identity card masked but for its last four characters.

    Such a number is sensitive (《个人信息保护法》 §28): it stands in no letter, digest or log.
    """
    folded, pieces, at = text.translate(_FOLDED), [], 0
    # From each group of digits anew: other numbers may stand before it, and it may be written in groups.
    for group in _GROUP.finditer(folded):
        if group.start() < at:
            continue
        spans = [found.span() for card in _CARDS if (found := card.match(folded, group.start()))]
        for start, end in spans:
            if is_identity_number(folded[start:end]):
                pieces += [text[at:start], "*" * 14, text[end - 4 : end]]
                at = end
                break
    return "".join((*pieces, text[at:]))


_ADDRESS = re.compile(r"[^\s<>()\[\]{}\"',;:=/@]{1,64}@(?=[\w-]{1,63}(?:\.[\w-]{1,63})+)")


def without_addresses(text: str) -> str:
    """The text with the mailbox name of each mail address masked; its domain tells the provider."""
    return _ADDRESS.sub("***@", text)


LEAST_NAME = 2
"""Characters of a name that can be looked for: one alone stands everywhere."""


class PersonName:
    """One name to look for, as it may stand in a text: 于洁, 于 洁, 于　洁; and not within a longer name.

    `others` are the names on record: those that hold it are not meant."""

    def __init__(self, name: str, others: Iterable[str] = ()) -> None:
        self.name = "".join(name.split())
        if len(self.name) < LEAST_NAME:
            raise ValueError(f"a name has {LEAST_NAME} characters at least")
        longer = {"".join(other.split()) for other in others}
        longer = {other for other in longer if self.name in other and other != self.name}
        first = "|".join(map(_spaced, sorted(longer, key=len, reverse=True)))
        first = f"(?P<longer>{first})|" if longer else ""
        self._pattern = re.compile(f"{first}(?P<name>{_spaced(self.name)})")

    def is_in(self, text: str) -> bool:
        """True where the name stands in the text."""
        return any(found["name"] for found in self._pattern.finditer(text))

    def is_of(self, nominee: str | None) -> bool:
        """True where a nominee bears exactly this name."""
        return "".join((nominee or "").split()) == self.name

    def replaced(self, text: str, stand_in: str) -> str:
        """The text with something else in the name's place."""
        return self._pattern.sub(lambda found: stand_in if found["name"] else found[0], text)


def _spaced(name: str) -> str:
    # At most a few blanks: two characters are often written as wide as three.
    return r"\s{0,4}".join(map(re.escape, name))
