"""Texts that make a careless regular expression slow, and the functions that strangers' texts reach.

A text is a beginning and a stretch repeated to whatever length.  Beside the common ones each module
gets those that its own patterns suggest: for every repetition in a pattern what leads up to it, and
then what it repeats, so that it is entered and fails at the very end.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as grammar  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

_LONG = 16
"""Repetitions up to this many times cannot make a text slow."""

_MOST_SAMPLE = 60

COMMON: tuple[tuple[str, str], ...] = (
    *(("", unit) for unit in ("\n", " ", "\t", "\u3000", "\r\n", " \n", "-", "_", "=", "*", "—", "~", "·")),
    *(
        ("", unit)
        for unit in ('"', "'", "“", "”", "《", "》", "(", ")", "（", "）", "[", "【", "{", "<", "<>")
    ),
    *(
        ("", unit)
        for unit in ("0", "1", "9.", "1,", "一", "十", "二〇", "年", "1年", "第", "密", "文件", "张三")
    ),
    *(
        ("", unit)
        for unit in ("a", "a.", "a@", "@", ".", "a@b.", "a-", ",", "，", "、", ";", "；", ":", "：", "/")
    ),
    *(
        ("", unit)
        for unit in (">", "> ", ">\n", "\n>", "\n> ", "|", "\\", "%", "&", "?", "！", "□", "☑", "★")
    ),
    *(
        ("", unit)
        for unit in ("=?", "=?utf-8?q?", "=?gbk?b?YQ==?=", "=?utf-8?q?a?= ", "=41", "%41", "=\n", "a=b;")
    ),
    *(
        ("", unit)
        for unit in ("http://a.b/c ", "http://", "https://pan.baidu.com/s/1 ", "a.pdf", "a.pdf\n", "(a", "a ")
    ),
    *(
        ("", unit)
        for unit in (
            "\nFrom: a\n",
            "\n发件人：a\n",
            "From: a@b.c\nDate: 1\nTo: b\n",
            "--a\n",
            "begin 644 a\n",
        )
    ),
    *(
        ("", unit)
        for unit in (
            "<a>",
            "<td>",
            "<blockquote type=cite>",
            "<a href=http://a>",
            "&amp;",
            "姓名：",
            "\n姓名：张三",
        )
    ),
    ("<", "a"),
    ("=?utf-8?q?", "a"),
    ("=?utf-8?b?", "YQ=="),
    ('a; b="', "\\a"),
    ("a; b*0=", "a"),
    ("a", " "),
    ("a", "\n"),
    ("发件人：", " "),
    ("从", "\n"),
    ("https://a.b/", "a"),
    ("begin 644 a\n", "M"),
    ("密级：", "一"),
)
"""Beginning and repeated stretch."""


def text(head: str, unit: str, length: int) -> str:
    """A text of about that many characters, with something foreign at its end."""
    return head + unit * (length // len(unit)) + "\u0001"


def modules(packages: tuple[str, ...]) -> Iterator[ModuleType]:
    """The modules of these packages."""
    for package in packages:
        folder = importlib.import_module(package)
        for found in pkgutil.iter_modules(folder.__path__):
            yield importlib.import_module(f"{package}.{found.name}")


def functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public functions that a module defines."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            yield name, value


def suggested(module: ModuleType) -> tuple[tuple[str, str], ...]:
    """Beginnings and stretches that the patterns of a module suggest."""
    found: dict[tuple[str, str], None] = {}
    for pattern in _patterns(vars(module)):
        expression = pattern.pattern
        if isinstance(expression, bytes):
            expression = expression.decode("latin-1")
        for before, repeated in _repetitions(grammar.parse(expression, pattern.flags & ~re.UNICODE), ""):
            head, unit = before[-_MOST_SAMPLE:], repeated[:_MOST_SAMPLE]
            found |= {(head, unit): None, ("", head + unit): None}
            found |= {(head, unit): None for unit in (" ", "\n") if before}
    return tuple((head, unit) for head, unit in found if unit)


def _patterns(values: Mapping[str, Any]) -> Iterator[re.Pattern[Any]]:
    waiting = list(values.values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, (tuple, list)):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()


def _repetitions(parsed: Any, before: str) -> Iterator[tuple[str, str]]:
    """What leads up to each long repetition of a pattern, and what it repeats."""
    for code, given in parsed:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, inner = given
            if most > _LONG:
                yield before, _sample(inner)
            yield from _repetitions(inner, before)
        elif code is codes.SUBPATTERN:
            yield from _repetitions(given[-1], before)
        elif code is codes.ATOMIC_GROUP:
            yield from _repetitions(given, before)
        elif code is codes.BRANCH:
            for branch in given[1]:
                yield from _repetitions(branch, before)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _repetitions(given[1], before)
        before += _sample([(code, given)])


def _sample(parsed: Any) -> str:
    """A short text that a pattern fits, as far as that is simple to tell."""
    return "".join(_one(code, given) for code, given in parsed)


def _one(code: Any, given: Any) -> str:
    if code is codes.LITERAL:
        return chr(given)
    if code is codes.NOT_LITERAL:
        return "a" if given != ord("a") else "b"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return _of_class(given)
    if code is codes.BRANCH:
        return _sample(given[1][0])
    if code is codes.SUBPATTERN:
        return _sample(given[-1])
    if code is codes.ATOMIC_GROUP:
        return _sample(given)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return _sample(given[2]) * min(max(given[0], 0), 20)
    return ""


_CANDIDATES = " a1一.-\n\"'<>()/@:：，=?\\★□密%_;,"


def _of_class(items: Any) -> str:
    """The first common character of a class."""
    fits = re.compile(_written(items))
    return next((character for character in _CANDIDATES if fits.fullmatch(character)), _literal(items))


def _literal(items: Any) -> str:
    for code, given in items:
        if code is codes.LITERAL:
            return chr(given)
        if code is codes.RANGE:
            return chr(given[0])
    return ""


_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def _written(items: Any) -> str:
    pieces = []
    for code, given in items:
        if code is codes.NEGATE:
            pieces.append("^")
        elif code is codes.LITERAL:
            pieces.append(re.escape(chr(given)))
        elif code is codes.RANGE:
            pieces.append(f"{re.escape(chr(given[0]))}-{re.escape(chr(given[1]))}")
        elif code is codes.CATEGORY:
            pieces.append(_CATEGORIES[given])
    return f"[{''.join(pieces)}]"
