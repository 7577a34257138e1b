"""What staff do about a nomination that waits: where to look, how it is settled.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intake.domain.campaign.wording import RESULT_NAMES
from intake.domain.letters.views import DigestItem
from intake.domain.model.nomination import Action, Severity, State

Row = Mapping[str, Any]

_LOOK: Mapping[str, str] = {
    "scan-missing": "核对来件各附件，看是否已有盖章扫描件；确未收到的，意见为“退回补正”",
    "form-missing": "核对来件各附件，看是否已有Word版；确未收到的，意见为“退回补正”",
    "scan-other-form": "打开扫描件，核对名称、类别和单位是否与Word版一致",
    "scan-not-sealed": "打开扫描件（附图见下），核对有无公章",
    "scan-unchecked": "打开扫描件，核对公章、名称、类别和单位",
    "forms-differ": "对照Word版与扫描件，核对所列栏目以哪一份为准；必要时电话询问单位",
    "doubtful": "打开所列文件，核对所述内容",
    "cloud-link": "在网页邮箱中打开原邮件，核对链接中是否为所缺材料；可请单位改以附件发送",
    "unreadable": "打开原文件；确实打不开的，意见为“退回补正”",
    "encrypted": "向单位索取密码，或意见为“退回补正”",
    "wrong-format": "打开原文件，看能否作为所需材料",
    "too-large": "在网页邮箱中打开原邮件核对；责任不在报送单位，请勿以缺件退回",
    "form-incomplete": "打开Word版，核对所列栏目是否确未填写",
    "category-unknown": "核对Word版或电话询问单位，确认类别",
    "unit-unknown": "核对公章或电话询问，确认单位后请系统管理员补入单位名录",
    "unit-not-entitled": "电话告知报送单位，请其由有推荐资格的单位统一报送",
    "nominee-unclear": "核对Word版，确认名称",
    "late": "核对邮箱实际收到时间，研究是否受理",
    "below-threshold": "核对Word版所填数据，确不符合条件的，意见为“不予受理”或“退回补正”",
    "not-registered": "在注册平台查询，或请单位说明",
    "previously-honoured": "核对往年名单是否为同一对象（可能同名）",
    "duplicate-nominee": "核对各份材料是否为同一对象，电话询问单位以哪一份为准",
    "sender-unverified": "先按名录所载电话向单位核实发件人，核实前勿回复该邮件",
    "nominee-under-14": "核对年龄；未满十四周岁的，须有监护人书面同意",
    "withdrawal-asked": "在网页邮箱中看原邮件；确要求撤回的，意见为“同意撤回”",
    "over-quota": "看单位是否已来信排序，按排序逐项办理",
}
"""Where to look, by the finding's code; nothing here decides."""

_ELSE = "打开所列文件和原邮件核对"

MOST = 2
"""Hints a line holds: whoever looks at the file for two reasons sees the third."""


def look_at(row: Row) -> str:
    """Where to look for what the findings on a nomination doubt, each thing once."""
    doubts = [f["code"] for f in row["findings"] if f["severity"] == Severity.REVIEW]
    # Whoever cannot be believed is called first, whatever else there is to look at.
    doubts.sort(key=lambda code: code != "sender-unverified")
    hints = dict.fromkeys(_LOOK.get(code, _ELSE) for code in doubts)
    return "；".join(list(hints)[:MOST]) or _ELSE


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
