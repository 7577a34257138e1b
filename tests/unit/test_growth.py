"""No text that a stranger writes costs more than its length.

Every public function of the rooms below that takes text is found by looking, so that a new one is
covered without being named, and is given texts of growing length.  What is held against its length is
the processor time of this thread, as a ratio between one length and the fourfold: a machine's speed
drops out of it, and unlike a count of Python's steps it sees what regular expressions and the methods
of `str` do, which is where the danger lies.  (Reading the patterns for nested repetitions instead says
nothing about `\\s*` searched from every blank, which froze the service, and much about harmless ones.)
Four times the length may cost up to ten times as much, quadratic growth costs sixteen times; times too
short to be told from noise count as none, and a suspicion is measured again before it counts.
"""

from __future__ import annotations

import gc
import inspect
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from intake.config.campaign_file import load_campaign, shipped_campaign
from intake.domain.documents.category import categories_in
from intake.domain.documents.inline_labels import text_entries
from intake.domain.documents.labels import labels_of
from intake.domain.documents.recognition import text_sheet
from intake.domain.mail.authentication import TOPMOST
from intake.domain.mail.destination import BroughtFile, Memory
from intake.domain.mail.forwarded import Original
from intake.domain.mail.intent import Intent
from intake.domain.mail.links import CloudLink
from intake.domain.mail.loops import MailFile
from intake.domain.model.document import Role
from intake.domain.model.facts import (
    AuthenticationResults,
    Cell,
    ContainerFacts,
    Hop,
    MethodResult,
    Paragraph,
    Table,
    WordFacts,
)
from intake.domain.model.inspection import Box, Inspection, ScanLine, ScanPage
from intake.domain.model.mail import MessageKind
from intake.domain.model.nomination import Case
from intake.domain.text.names import Named
from intake.domain.text.numerals import Quantity
from intake.domain.text.ocr_characters import fold
from parsers.common.contract import Unreadable
from parsers.mail import mime
from parsers.mail.leaves import BodyText
from tests.unit.domain.cases import CAMPAIGN, REGISTRY, ZHEJIANG, other, post, ref, unit
from tests.unit.domain.letters_in import file, mail
from tests.unit.growth import COMMON, functions, modules, suggested, text

ROOMS = (
    "intake.domain.mail",
    "intake.domain.text",
    "intake.domain.secrecy",
    "intake.domain.documents",
    "parsers.mail",
    "parsers.common",
)
LENGTHS = (1024, 4096, 16_384)
FLOOR = 0.004
"""Seconds below which nothing is compared: starting up and the machine's other work are of that size."""
MOST = 10
"""Times that fourfold length may cost; sixteen is quadratic."""
LITTLE = 0.0005
"""Seconds at the first length below which the last length is safe to try at once, were the growth cubic."""
SURE = 0.008, (4.4, 6.0)
"""Seconds that can be trusted, and times that the first and the second step of length may cost so that no
further length can show more: what is linear with a quadratic part stays below `MOST` at the last one."""
TRIES = 4

AT = datetime(2025, 2, 20, tzinfo=UTC)
PRIZE = load_campaign(shipped_campaign("paper-prize")).campaign
OFFICES_OWN = {
    "prefix": "KX2024",
    "short_name": "农技中心",
    "key": "filename",
    "unit": "年",
    "hint": None,
    "name": "content-type",
    "field": "name",
    "marks": ("内部资料",),
    "own": ("内部资料",),
    "own_addresses": ("intake@example.org",),
    "trusted": (),
    "names": ("张伟", "张伟东"),
    "campaign": CAMPAIGN,
    "campaigns": {"one": CAMPAIGN, "other": PRIZE},
    "known": {"one": Memory(nominees=("张伟",)), "other": Memory(nominees=("张伟东",))},
    "find": lambda squeezed: categories_in(squeezed, CAMPAIGN),
    "known_links": (),
    "weak": (),
}
"""Parameters by name that no stranger fills."""


def _document(words: str) -> Any:
    return post(1, other(words[:100_000], _word(words)))[0]


def _container(words: str) -> ContainerFacts:
    return ContainerFacts("message", (), subject=words, sender=words, body=words)


def _case(words: str) -> Case:
    return Case(unit(ZHEJIANG), None, None, AT, ())


def _seen(words: str) -> Inspection:
    box = Box(0.1, 0.1, 0.9, 0.2)
    return Inspection((ScanPage(1, 100, 100, "colour", lines=(ScanLine(words, 0.9, box),)),), 1)


def _word(words: str) -> WordFacts:
    cells = (Cell(words, 0), Cell(words, 1))
    return WordFacts((Paragraph(words), Table((cells, cells))))


def _person(words: str) -> Any:
    return mail(words[:200], words, name=words)


def _machine(words: str) -> Any:
    """The same words wherever a mail has room for them."""
    headers = dict.fromkeys(("auto-submitted", "precedence", "feedback-id", "x-failed-recipients"), words)
    hop = Hop(words, AT, words)
    found = AuthenticationResults(words, 0, (MethodResult("spf", "pass", (("smtp.mailfrom", words),)),))
    return mail(
        words,
        words,
        words,
        file("text/x", name=words),
        name=words,
        quoted=words,
        automatic=headers,
        content_type=words,
        received=(hop,),
        authentication=(found,),
        in_reply_to=(words,),
        references=(words,),
        return_path=words,
        message_id=words,
    )


def _bytes(words: str) -> bytes:
    return words.encode("utf-8", "surrogateescape")


def _fields(words: str) -> Any:
    names = (
        "content-type",
        "content-disposition",
        "content-transfer-encoding",
        "subject",
        "from",
        "received",
    )
    typed = (("content-type", f"a/b; {words}"), ("content-disposition", f"a; filename={words}"))
    return (*typed, ("authentication-results", words), *((name, words) for name in names))


def _file(words: str) -> Path:
    path = Path(_FOLDER[0]) / "message"
    path.write_bytes(b"From: " + _bytes(words) + b"\nContent-Type: text/plain\n\n" + _bytes(words))
    return path


_FOLDER = [""]

TEXTS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "str | None": str,
    "bytes": _bytes,
    "bytes | Path": _bytes,
    "memoryview": lambda words: memoryview(_bytes(words)),
    "list[str]": lambda words: [words],
    "Sequence[str]": lambda words: [words],
    "Collection[str]": lambda words: [words],
    "Iterable[str]": lambda words: [words],
    "Sequence[tuple[str, str]]": lambda words: [(line, "") for line in words.split("\n")],
    "list[BodyText]": lambda words: [BodyText(words, f"<p>{words}")],
    "Fields": _fields,
    "Tree": lambda words: mime.read(b"Content-Type: text/plain\n\n" + _bytes(words)),
    "MessageFacts": _machine,
    "WordFacts": _word,
    "Facts": _container,
    "Document": _document,
    "Sequence[Document]": lambda words: [_document(words)],
    "Iterable[Document]": lambda words: [_document(words)],
    "Iterable[tuple[MessageRef, str]]": lambda words: [(ref(1, subject=words), words)],
    "Sequence[Original]": lambda words: [Original(words, words, words)],
    "Sequence[CloudLink]": lambda words: [CloudLink(words, words)],
    "Sequence[Hop]": lambda words: [Hop(words, AT, words)],
    "Sequence[MailFile]": lambda words: [MailFile(words, words, "", 1, _container(words), False)],
    "Sequence[tuple[str | None, str | None]]": lambda words: [(words, words)],
    "Folded": fold,
    "Sequence[Named]": lambda words: [Named(words)],
    "Sequence[BroughtFile]": lambda words: [BroughtFile(words, _word(words))],
    "Sequence[Entry]": lambda words: list(text_entries(words, labels_of(CAMPAIGN))),
    "Iterable[Quantity]": lambda words: [Quantity(1, "年", "exact", len(words) - 1, len(words))],
    "Case": _case,
    "Sequence[Case]": lambda words: [_case(words)],
    "Inspection | None": _seen,
    "ScanPage": lambda words: _seen(words).pages[0],
    "Sheet": lambda words: text_sheet(words, CAMPAIGN),
    "Table": lambda words: Table(((Cell(words, 0), Cell(words, 1)),)),
}
"""How what a stranger wrote comes to a function, by the annotation of the parameter."""

BESIDES: dict[str, Callable[[str], Any]] = {"MessageFacts": _person, "Facts": _word}
"""A second form of the same, which takes other ways through a function."""

OTHERS: dict[str, Any] = {
    "Campaign": CAMPAIGN,
    "Labels": labels_of(CAMPAIGN),
    "Registry": REGISTRY,
    "Unit": unit(ZHEJIANG),
    "Trust": TOPMOST,
    "Role": Role.FORM,
    "Intent": Intent.WITHDRAW,
    "MessageKind": MessageKind.ENQUIRY,
    "ValueType": "text",
    "datetime": AT,
    "datetime | None": AT,
    "date": date(2025, 2, 20),
    "bool": True,
}
"""What else functions are given, by annotation."""


def _calls() -> Iterator[tuple[ModuleType, str, Callable[..., Any], dict[str, str]]]:
    """Every function that takes text, with the annotations of the parameters to fill."""
    for module in modules(ROOMS):
        for name, function in functions(module):
            given = inspect.signature(function).parameters
            asked = {
                key: str(parameter.annotation)
                for key, parameter in given.items()
                if parameter.annotation in TEXTS or key in OFFICES_OWN or parameter.default is parameter.empty
            }
            writes = name in ("unpack", "heading", "gather")
            if writes or any(kind in TEXTS and key not in OFFICES_OWN for key, kind in asked.items()):
                yield module, name, function, asked


WITHIN = ("read_forms",)
"""Functions that cost much and are called by another that is measured: left to `make test-long`."""

CALLS = [
    pytest.param(
        *call,
        id=f"{call[0].__name__}.{call[1]}",
        marks=[pytest.mark.long] if call[1] in WITHIN else [],
    )
    for call in _calls()
]


def _arguments(
    asked: dict[str, str], words: str, forms: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, kind in asked.items():
        if key in OFFICES_OWN:
            made[key] = OFFICES_OWN[key]
        elif key == "scratch":
            made[key] = Path(_FOLDER[0])
        elif kind == "Path":
            made[key] = _file(words)
        elif kind in forms:
            made[key] = forms[kind](words)
        else:
            made[key] = OTHERS[kind]
    return made


def _seconds(function: Callable[..., Any], asked: dict[str, str], words: str) -> float:
    ways = (TEXTS, TEXTS | BESIDES) if BESIDES.keys() & set(asked.values()) else (TEXTS,)
    made = [_arguments(asked, words, forms) for forms in ways]
    gc.disable()  # whose cost grows with all that the tests hold, not with the text
    begun = time.thread_time()
    try:
        for arguments in made:
            with suppress(Unreadable):
                result = function(**arguments)
                if isinstance(result, Iterator):
                    for _ in result:
                        pass
        return time.thread_time() - begun
    finally:
        gc.enable()


def _grows(
    function: Callable[..., Any], asked: dict[str, str], head: str, unit: str, more: Iterator[int]
) -> list[float]:
    """The seconds at each length where they grow faster than the text; empty for none.

    No text is given twice, but each some units longer (`more`): what is kept of a text costs nothing again.
    """

    def at(length: int) -> float:
        return _seconds(function, asked, text(head, unit, length + next(more) * len(unit)))

    seconds = [at(LENGTHS[0])]
    # Most cost next to nothing: where the longest is not worth comparing, neither is what is shorter.
    if seconds[0] < LITTLE and at(LENGTHS[-1]) <= FLOOR:
        return []
    for length, fine in zip(LENGTHS[1:], SURE[1], strict=True):
        seconds.append(at(length))
        if seconds[-1] > max(FLOOR, MOST * seconds[-2]):
            return seconds
        if SURE[0] < seconds[-1] < fine * seconds[-2]:
            return []
    return []


def _surely_grows(function: Callable[..., Any], asked: dict[str, str], head: str, unit: str) -> list[float]:
    seconds: list[float] = []
    more = count()
    for _ in range(TRIES):
        seconds = _grows(function, asked, head, unit, more)
        if not seconds:
            return []
    return seconds


@pytest.mark.slow
@pytest.mark.parametrize(("module", "name", "function", "asked"), CALLS)
def test_no_text_costs_more_than_its_length(
    module: ModuleType, name: str, function: Callable[..., Any], asked: dict[str, str], tmp_path: Path
) -> None:
    _FOLDER[0] = str(tmp_path)
    slow = {}
    for head, stretch in dict.fromkeys((*COMMON, *suggested(module))):
        if seconds := _surely_grows(function, asked, head, stretch):
            slow[head, stretch] = [round(each, 4) for each in seconds]
    assert not slow


def _squares(words: str) -> None:
    re.search(r"\s*$", words)


def _squares_after_much_else(words: str) -> None:
    for _ in range(30):
        words.encode().decode()
    re.search(r"\s*$", words)


@lru_cache
def _squares_once(words: str) -> None:
    re.search(r"\s*$", words)


def _in_proportion(words: str) -> None:
    for character in words:
        character.isspace()


def test_what_grows_with_the_square_is_seen_and_what_grows_with_the_length_is_not() -> None:
    for planted in (_squares, _squares_after_much_else, _squares_once):
        assert _surely_grows(planted, {"words": "str"}, "", " "), planted
    assert not _surely_grows(_in_proportion, {"words": "str"}, "", " ")
