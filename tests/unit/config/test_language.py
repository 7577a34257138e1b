"""One language a screen: every sentence has its pair, and help is wholly in the language asked for."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from intake.cli import app
from intake.config.language import LONGEST, Language, choose, either, of_environment, pairs, said
from tests.screens import CHAPTERS, english_words

ROOT = Path(__file__).parents[3]
TOLD = (
    *sorted((ROOT / "intake" / "cli").glob("*.py")),
    *sorted((ROOT / "intake" / "config").rglob("*.py")),
    *(
        ROOT / "intake" / "staff" / name
        for name in ("doctor.py", "archive_check.py", "accounts.py", "backup.py")
    ),
    *(
        ROOT / "intake" / "staff" / "workbook" / name
        for name in ("sheet_rows.py", "carry_out.py", "read_back.py")
    ),
    *(
        ROOT / "intake" / name
        for name in ("mail/trouble.py", "service/overview.py", "domain/mail/set_aside.py")
    ),
    ROOT / "intake" / "domain" / "campaign" / "consistency.py",
)
"""The files whose sentences stand on a screen."""

NO_SENTENCES = re.compile(
    r"init DIR|^[a-z]+ (list|show|add|replay|release|find|export|confirm|nominations|letters)\b|--\w+|> ~/|"
    # What a validator of pydantic begins with, what is looked for in others' texts, an event of the trail.
    r"^scans: |^Value error, $|\(\\d\+\)|^person exported$|^probe of|^ids? of "
)
"""Examples of commands, patterns and codes: no screen shows them as a sentence."""

_WORDS = re.compile(r"[a-z]{2,},? [a-z]{2,}")
_CODE = re.compile(r"shouwen [a-z]+( [a-z]+)*|pip install|`[^`]*`|\[[^\]]*\]|\"[^\"]*\"|'[^']*'|<[^>]*>")


class Ended(NamedTuple):
    """How a command ended and what it said."""

    code: int
    text: str


def shouwen(*words: str) -> Ended:
    """Runs the command in this process."""
    told = io.StringIO()
    with (
        patch.object(sys, "argv", ["shouwen", *words]),
        contextlib.redirect_stdout(told),
        contextlib.redirect_stderr(told),
        pytest.raises(SystemExit) as ended,
    ):
        app.main()
    return Ended(int(ended.value.code or 0), told.getvalue())


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    choose(Language.ENGLISH)


def sentences(path: Path) -> Iterator[str]:
    """What a file says in more than a word, what differs from time to time as a mark."""
    tree = ast.parse(path.read_text("utf-8"))
    spared = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            spared.update(map(id, node.values))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith(
            ("log.", "re.compile", "getLogger")
        ):
            spared.update(map(id, ast.walk(node)))
    for node in ast.walk(tree):
        if id(node) in spared:
            continue
        text = _text(node)
        if _WORDS.search(_CODE.sub("", text)) and not NO_SENTENCES.search(text):
            yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_part, node.values))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.FormattedValue):
        return "'1'" if value.conversion == ord("r") else "1"
    return str(value.value) if isinstance(value, ast.Constant) else ""


@pytest.mark.parametrize("path", TOLD, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_of_a_screen_has_its_chinese(path: Path) -> None:
    choose(Language.CHINESE)
    left = [text for text in sentences(path) if _WORDS.search(_CODE.sub("", said(text)))]
    assert left == [], "write their pairs into intake/config/phrases.toml"


def test_a_pair_tells_the_same_things() -> None:
    for pair in pairs():
        english, chinese = (sorted(re.findall(r"\{(\w+)\}", text)) for text in pair)
        assert english == chinese, pair
        assert re.search(r"[a-zA-Z]", pair[0]) and re.search(r"[\u3000-\u9fff\uff00-\uffef]|^\{", pair[1]), (
            pair
        )


def test_a_sentence_is_said_in_the_language_of_the_screen_and_data_stays() -> None:
    assert said("最近一次收信：2025年2月21日5时32分") == "last poll: 2025-02-21 05:32"
    assert said("浙江省科学技术协会") == "浙江省科学技术协会"
    assert either("review", "人工核对") == "review"
    choose(Language.CHINESE)
    assert said("2 letter(s) would be newly owed\nnothing was changed") == "将新增应发信函2封\n未作任何改动"
    assert said(
        "KX2024-0007: a nomination that is held cannot be changed by 'accept'; see `shouwen status KX`"
    ) == ("KX2024-0007：状态为“暂存待放行”的项目不能作“确认齐全”处理，见 `shouwen status KX`")
    assert said("最近一次收信：2025年2月21日5时32分") == "最近一次收信：2025年2月21日5时32分"
    assert either("review", "人工核对") == "人工核对"


@pytest.mark.parametrize("sign", ["; ", "；", ", ", "：", " ", "message 1 "])
@pytest.mark.parametrize("language", list(Language))
def test_a_strangers_words_may_be_full_of_what_parts_phrases(language: Language, sign: str) -> None:
    choose(language)
    other = "中" if language is Language.ENGLISH else "ab"
    for length in (100, LONGEST - 10, 20_000):
        assert said(sign * (length // len(sign)) + other).endswith(other)
    long = sign * 20_000 + other
    assert said(long) == long


def test_the_language_of_the_system_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.delenv("SHOUWEN_LANG", raising=False)
    assert of_environment() is Language.ENGLISH
    assert "Usage" in shouwen("--help").text
    monkeypatch.setenv("SHOUWEN_LANG", "zh_CN.UTF-8")
    assert "用法" in shouwen("--help").text
    assert "Usage" in shouwen("--lang", "en", "--help").text, "what is typed outranks it"


HELPS = [
    (),
    *((name,) for name in app.COMMANDS),
    *((name, one) for name, ones in CHAPTERS.items() for one in ones),
]


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_help_is_in_one_language(words: tuple[str, ...]) -> None:
    english = shouwen(*words, "--help")
    assert english.code == 0 and "Usage:" in english.text
    chinese = shouwen("--lang", "zh", *words, "--help")
    assert chinese.code == 0
    examples = re.compile(r"(示例：|Examples:).*", re.DOTALL)
    assert english_words(examples.sub("", chinese.text)) == []
    # The campaign's own words and names stand in English too: 台账.xlsx, 姓名=….
    plain = re.sub(
        r"台账|意见|理由|办理人|姓名=沈知遥 类别=志愿者|个人信息保护法|收文",
        "",
        examples.sub("", english.text),
    )
    assert re.findall(r"[\u4e00-\u9fff]+", plain) == []


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--limit", "x"),
        ("status", "--nothing"),
        ("paths",),
        ("settle",),
        ("decide", "--by", ""),
        ("letters", "show", "x"),
    ],
    ids=" ".join,
)
def test_wrong_words_are_told_in_one_language(words: tuple[str, ...]) -> None:
    wrong = shouwen("--lang", "zh", *words)
    assert wrong.code == 2 and english_words(wrong.text) == [], wrong.text
