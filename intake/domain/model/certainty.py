"""The thresholds of judgement: from when on evidence is conclusive, in one place.

They are not in the campaign file: no campaign makes a reader of print surer.  `docs/certainty.md` tells
what each trades and by what measurement (`make bench-certainty`) it was set.

How a finding is known, and what of it may be told to a unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

NEVER = 1.01
"""Above every confidence: what asks for it is never reached."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """From when on evidence counts.  Scores and shares are 0 to 1.

    `tells_from`: the score of what was read from pictures from which it alone may be told to a unit.
    `reading`: the least score of a line by which another value than the form's is claimed, be it to a person.
    `another`: the share in common below which a value read is another one by much; a slip or two leave more.
    `written`: the same for a text layer, which is exact, but has values in wrong places and odd characters.
    `ring`: the score of its text from which a ring without colour may count as the seal of whom it names;
    below it the ring may be anybody's.
    `other_ring`: the score that the worst character of a red seal's ring must have had, as the mean of all
    leaves it, for one character to make it another body's; what is less sure may be a slip in a right seal.
    `margin`: what the best assignment that gives a scan to another form must lose for a pair to be certain.
    Category and order together are less: these alone part no two scans beyond doubt.
    `near`: how near its bound, in parts of it, an "about" figure is for a person.
    `empty`: the share of required cells that may be empty in a form without more ado; with more it is perhaps
    we who do not find them, unless its labels prove that we do (`rules/papers`).
    """

    tells_from: float = NEVER
    reading: float = 0.95
    another: float = 0.5
    written: float = 0.5
    ring: float = 0.9
    other_ring: float = 0.95
    margin: float = 0.3
    near: float = 0.1
    empty: float = 0.5


SHIPPED = Certainty()


def may_be_told(basis: Basis | None, confidence: float | None, certainty: Certainty = SHIPPED) -> bool:
    """Whether a deficiency notice may rest on it; what is not known how, or how surely, it never may."""
    if basis is None:
        return False
    tells = WEIGHTS[basis].tells
    if tells == "when sure":
        return confidence is not None and confidence >= certainty.tells_from
    return tells == "always"


class Basis(StrEnum):
    """What a finding rests on: the least certain thing without which it would not be said."""

    FORM = "form"
    TEXT_LAYER = "text-layer"
    PIXELS = "pixels"
    OCR = "ocr"
    FILE = "file"
    MAIL = "mail"
    REGISTRY = "registry"
    LEDGER = "ledger"
    PAIRING = "pairing"
    WORDS = "words"
    ABSENCE = "absence"
    SENDER = "sender"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Weight:
    """What a basis is worth.

    `tells` says whether a deficiency notice may rest on it: always, only from a stated confidence
    (`certainty.Certainty.tells_from`), or never.  `name` is what staff read, `why` the reason.
    """

    tells: Literal["always", "when sure", "never"]
    name: str
    why: str


WEIGHTS: Mapping[Basis, Weight] = {
    Basis.FORM: Weight(
        "always",
        "WORD版所填内容",
        "The cells of a Word file are read, not recognised; the unit sees the same.",
    ),
    Basis.TEXT_LAYER: Weight(
        "always", "PDF自带文字", "A program wrote the text; a layer under a scanned picture counts as ocr."
    ),
    Basis.PIXELS: Weight(
        "always",
        "页面图像",
        "Red ink that is on no page in colour is on none; what is unsure is not proposed.",
    ),
    Basis.OCR: Weight(
        "when sure", "扫描件文字识别", "A reader of print takes one character for another and is sure of it."
    ),
    Basis.FILE: Weight("always", "文件本身", "Damage, a password and a format are facts of the bytes."),
    Basis.MAIL: Weight("always", "邮件记录", "A link and a time stand in the mail as the provider kept it."),
    Basis.REGISTRY: Weight(
        "never", "名录比对", "Namesakes exist, and a list lacks somebody whom the unit knows better."
    ),
    Basis.LEDGER: Weight("always", "台账统计", "What came and is on record is counted, not guessed."),
    Basis.PAIRING: Weight("never", "材料归并", "It is the program's own doubt about what belongs together."),
    Basis.WORDS: Weight("never", "来信文字", "What a person wrote may be meant, quoted or forged otherwise."),
    Basis.ABSENCE: Weight(
        "always", "未收到相应文件", "Nothing of the kind came, and nothing that did could be it unopened."
    ),
    Basis.SENDER: Weight(
        "never", "其他地址来信", "Anybody may send anything for any nominee: it changes nothing by itself."
    ),
    Basis.PERSON: Weight("never", "人工更正", "It is on record; what follows from it is judged by itself."),
}


def told(basis: str | None, confidence: float | None) -> str:
    """The basis in Chinese for staff, from its value (依据：扫描件文字识别，置信度0.83); "" for none."""
    if basis not in set(Basis):
        return ""
    score = "" if confidence is None else f"，置信度{confidence:.2f}"
    return f"依据：{WEIGHTS[Basis(basis)].name}{score}"
