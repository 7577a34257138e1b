"""What a clerk says of papers, in tests: short ways to make corrections."""

from __future__ import annotations

from datetime import datetime, timedelta

from intake.domain.model.correction import Correction, CorrectionKind, Paper, ScanVerdict, scan_key
from tests.unit.domain.cases import at

AT = at(21)
LATER = AT + timedelta(hours=1)
FORM: Paper = ("sha256:1/1", 0)
SCAN: Paper = ("sha256:1/2", 0)
"""The first and the second file of the first mail that a test posts."""

BY, WHY = "李明", "经核对"


def of_field(name: str, value: str | None, read: str = "", paper: Paper = FORM) -> Correction:
    return Correction(CorrectionKind.FIELD, *paper, name, value, read, BY, WHY, AT)


def of_scan(
    verdict: ScanVerdict | None, form: Paper = FORM, scan: Paper = SCAN, at: datetime = AT
) -> Correction:
    return Correction(CorrectionKind.SCAN, *form, scan_key(scan), verdict, "", BY, WHY, at)


def of_mail(unit: str | None) -> Correction:
    return Correction(CorrectionKind.MAIL, "sha256:mail", 0, "", unit, "", BY, WHY, AT)
