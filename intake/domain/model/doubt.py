"""Why the evidence on a nomination is not conclusive: each reason a kind with its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DoubtKind(StrEnum):
    """The reasons; `intake/domain/campaign/doubts.py` has their names, and the sentences of assembly's."""

    # Of assembly: what belongs together.
    SCAN_UNDECIDED = "scan-undecided"
    SCAN_MISNAMED = "scan-misnamed"
    SCAN_ALONE = "scan-alone"
    SCANS_ALIKE = "scans-alike"
    SCAN_BY_MISTAKE = "scan-by-mistake"
    SCAN_OF_SEVERAL = "scan-of-several"
    NAMES_APART = "names-apart"
    FORMS_OF_ONE = "forms-of-one"
    UNITS_IN_ONE_FILE = "units-in-one-file"
    LATER_FORM = "later-form"
    SENT_BESIDE = "sent-beside"
    # Of assembly: what the words of mails ask for.
    AMENDED_IN_WORDS = "amended-in-words"
    HALF_REPLACED = "half-replaced"
    CORRECTION = "correction"
    CORRECTED = "corrected"
    # Of the rules: what was read or seen.
    FILE_UNREAD = "file-unread"
    NAME_AMBIGUOUS = "name-ambiguous"
    FIGURE_AMBIGUOUS = "figure-ambiguous"
    FIGURE_ROUNDED = "figure-rounded"
    SCAN_READ_OTHERWISE = "scan-read-otherwise"
    SCAN_READ_AS_ONE = "scan-read-as-one"
    SCAN_TEXT_UNREAD = "scan-text-unread"
    SEAL_UNSEEN = "seal-unseen"
    SEAL_OF_WHICH_FORM = "seal-of-which-form"
    SEAL_OF_ANOTHER = "seal-of-another"
    PERHAPS_MARKED = "perhaps-marked"
    TWO_TIMES = "two-times"
    SENT_AFTER_RETURN = "sent-after-return"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt of assembly: its kind, the names of the files in question, what fills its sentence.

    `told` are pairs of a place in the sentence and the text for it.
    """

    kind: DoubtKind
    files: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()


def doubt(kind: DoubtKind, *files: str, **told: str) -> Doubt:
    """A doubt about these files; `told` fills the places of its sentence, `{file}` is the first of them."""
    return Doubt(kind, files, tuple(told.items()))
