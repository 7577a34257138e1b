"""How a finding is known, and what of it may be told to a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


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
        "Word版所填内容",
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
}
"""Every basis; a finding of none is never told."""


def told(basis: str | None, confidence: float | None) -> str:
    """The basis in Chinese for staff, from its value (依据：扫描件文字识别，置信度0.83); "" for none."""
    if basis not in set(Basis):
        return ""
    score = "" if confidence is None else f"，置信度{confidence:.2f}"
    return f"依据：{WEIGHTS[Basis(basis)].name}{score}"
