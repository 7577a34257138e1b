"""What staff do about a nomination that waits: where to look, how it is settled.  Pure.

A recorded finding in one sentence for staff: its name, what was seen, and how that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from intake.domain.campaign.doubts import doubt_name
from intake.domain.campaign.findings import (
    DOUBTFUL,
    LOOK_AROUND,
    SENDER_NEW,
    SENDER_UNVERIFIED,
    catalogued,
    finding_name,
)
from intake.domain.campaign.terms import Words
from intake.domain.campaign.wording import RESULT_NAMES
from intake.domain.letters.views import DigestItem
from intake.domain.model.certainty import Basis, told
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Action, Severity, State

Row = Mapping[str, Any]

NOT_BY_ADDRESS = "该邮件可能不是由所显示的地址发出"
"""What it means for staff that the provider does not vouch for a sender."""

MOST = 2
"""Hints a line holds: whoever looks at the file for two reasons sees the third."""


def look_at(row: Row) -> str:
    """Where to look for what the findings on a nomination doubt, each thing once."""
    doubts = [f["code"] for f in row["findings"] if f["severity"] == Severity.REVIEW]
    # Whoever cannot be believed is called first, whatever else there is to look at.
    doubts.sort(key=lambda code: code not in (SENDER_UNVERIFIED.code, SENDER_NEW.code))
    hints = dict.fromkeys(catalogued(code).look for code in doubts)
    return "；".join(list(hints)[:MOST]) or LOOK_AROUND


def command(row: Row) -> str:
    """How the opinion is recorded, for whoever has the terminal."""
    return f"shouwen decide {row['number']} accept|return|reject --by 姓名 --reason 理由"


def untold_item(row: Row, stuck: bool) -> DigestItem:
    """A decision of which the unit has not been told; `stuck`: it should long have been."""
    return DigestItem(
        number=row["number"],
        unit=row["unit"],
        nominee=row["nominee"],
        category=row["category"],
        state=State(row["state"]),
        what=f"{RESULT_NAMES[Action(row['action'])]}（{row['by']}）：{row['told']}",
        when=row["at"],
        act="已逾一天未能发函告知，请电话告知单位" if stuck else "系统将自动发函告知；如有误请尽快更改",
    )


def kind_name(finding: Mapping[str, Any], words: Words) -> str:
    """The kind of a doubt in Chinese; empty for any other finding, and one of an earlier version's."""
    kind = finding.get("kind")
    return doubt_name(DoubtKind(kind), words) if kind else ""


def finding_account(finding: Mapping[str, Any], words: Words) -> str:
    """All of it, the basis last: 扫描件与推荐表不符：…（依据：扫描件文字识别，置信度0.83）."""
    basis = told(finding.get("basis"), finding.get("confidence"))
    said = f"{finding_name(finding['code'], words)}：{finding['evidence']}"
    return f"{said}（{basis}）" if basis else said


def finding_brief(finding: Mapping[str, Any], words: Words) -> str:
    """The same for a list, in words that need no knowledge of mail or machines.

    A doubt is told by what stands on the paper alone; of a sender only what his mail's headers mean.
    """
    if finding["code"] == SENDER_UNVERIFIED.code:
        return NOT_BY_ADDRESS
    if finding["code"] == DOUBTFUL.code:
        return str(finding["evidence"])
    said = f"{finding_name(finding['code'], words)}：{finding['evidence']}"
    return f"{said}（由扫描件识别，可能有误）" if finding.get("basis") == Basis.OCR else said


def with_phone(item: DigestItem, phones: Mapping[str, str]) -> DigestItem:
    """The line with the telephone number where it says to call; `phones` by names and addresses of units."""
    phone = phones.get(item.unit)
    return replace(item, act=f"{item.act}（名录电话：{phone}）") if phone and "电话" in item.act else item
