"""The rules: each one a dataclass that looks at a case and says what it saw.

Every rule runs, so that one letter lists everything.  A finding is `curable` only
where nothing that we hold could prove it wrong; otherwise it is for a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from intake.domain.rules.case_view import Rule, Scene, counts, limit_of
from intake.domain.rules.eligibility import Honoured, OfAge, Registered, Thresholds
from intake.domain.rules.mail_checks import NotMarked, SenderVerified, is_unproven, takes_place
from intake.domain.rules.papers import FormComplete, FormPresent, Readable, ScanFormat, ScanPresent
from intake.domain.rules.scan_content import FormsAgree, ScanShowsForm
from intake.domain.rules.seals import ScanSealed
from intake.domain.rules.submission import (
    AssemblySure,
    CategoryKnown,
    InTime,
    NamesSure,
    NomineeClear,
    NotWithdrawn,
    PutForwardOnce,
    UnitKnown,
    WithinQuota,
)

__all__ = ["RULES", "Rule", "Scene", "counts", "is_unproven", "limit_of", "takes_place"]

RULES: Sequence[Rule] = (
    FormPresent(),
    ScanPresent(),
    ScanFormat(),
    Readable(),
    ScanShowsForm(),
    FormsAgree(),
    ScanSealed(),
    FormComplete(),
    CategoryKnown(),
    UnitKnown(),
    NomineeClear(),
    NamesSure(),
    InTime(),
    SenderVerified(),
    Thresholds(),
    Registered(),
    Honoured(),
    PutForwardOnce(),
    OfAge(),
    NotMarked(),
    NotWithdrawn(),
    WithinQuota(),
    AssemblySure(),
)
"""All rules, in the order in which a letter and the digest list what they see."""
