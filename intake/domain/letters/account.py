"""A recorded finding in one sentence for staff: its name, what was seen, and how that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intake.domain.campaign.findings import finding_name
from intake.domain.campaign.terms import Words
from intake.domain.model.certainty import Basis, told


def finding_account(finding: Mapping[str, Any], words: Words) -> str:
    """All of it, the basis last: 扫描件与推荐表不符：…（依据：扫描件文字识别，置信度0.83）."""
    said = finding_brief(finding, words)
    basis = told(finding.get("basis"), finding.get("confidence"))
    # What was read is told with its score already.
    return f"{said}（{basis}）" if basis and basis not in said else said


def finding_brief(finding: Mapping[str, Any], words: Words) -> str:
    """The same for a list: the basis only where a program guessed, since there staff must weigh it."""
    said = f"{finding_name(finding['code'], words)}：{finding['evidence']}"
    if finding.get("basis") != Basis.OCR:
        return said
    return f"{said}（{told(finding['basis'], finding['confidence'])}）"
