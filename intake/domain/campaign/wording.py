"""The Chinese names of states, roles and kinds: every word that both letters and staff see.

What is said of findings stands in their catalogue (`findings`).
"""

from __future__ import annotations

from intake.domain.campaign.terms import CUSTOMARY, Words
from intake.domain.model.document import Role
from intake.domain.model.mail import LetterState
from intake.domain.model.nomination import Action, State

STATE_NAMES: dict[State, str] = {
    State.RECEIVED: "已收到",
    State.COMPLETE: "形式检查齐全",
    State.DEFICIENT: "待补正",
    State.REVIEW: "人工核对",
    State.HELD: "超额待排序",
    State.SUPERSEDED: "已被替换",
    State.WITHDRAWN: "已撤回",
    State.REJECTED: "不予受理",
    State.LAPSED: "逾期未补正",
}
"""What staff see in the ledger and the digest."""

CHECK_NAMES: dict[State, str] = {
    State.RECEIVED: "已登记",
    State.COMPLETE: "齐全",
    State.DEFICIENT: "需补正",
    State.REVIEW: "已登记，核对中",
    State.HELD: "超出名额，待排序",
    State.SUPERSEDED: "已由新材料替换",
    State.WITHDRAWN: "已撤回",
    State.REJECTED: "不予受理",
    State.LAPSED: "逾期未补正",
}
"""What a unit reads in the column 形式检查: no doubt of ours is told before a person has looked."""

STATE_COLOURS: dict[State, str] = {
    State.RECEIVED: "D9DEE4",
    State.COMPLETE: "CFE5CF",
    State.DEFICIENT: "FBE3B5",
    State.REVIEW: "F3C9C2",
    State.HELD: "D6D0EA",
    State.SUPERSEDED: "E6E6E6",
    State.WITHDRAWN: "E6E6E6",
    State.REJECTED: "D8C4BD",
    State.LAPSED: "E3D3C0",
}
"""A pale ground (RRGGBB) for each state, black text readable on it."""

ROLE_NAMES: dict[Role, str] = {
    Role.FORM: f"{CUSTOMARY.form}WORD版",
    Role.SCAN: "盖章扫描PDF版",
    Role.PHOTO: "照片",
    Role.SUMMARY: "推荐汇总表",
    Role.STATEMENT: "事迹材料",
    Role.OTHER: "其他附件",
}

UNIT_KIND_NAMES: dict[str, str] = {
    "society": "全国学会",
    "province": "省级科协",
    "enterprise": "中央企业科协",
    "affiliate": "直属单位",
}
"""Used where the campaign's quota table names no kind."""

LETTER_STATE_NAMES: dict[LetterState, str] = {
    LetterState.HELD: "暂存待放行",
    LetterState.QUEUED: "待发送",
    LetterState.SENDING: "发送中",
    LetterState.SENT: "已发送",
    LetterState.DEAD: "投递失败",
}

RESULT_NAMES: dict[Action, str] = {
    Action.ACCEPT: "形式检查齐全",
    Action.RETURN: "退回补正",
    Action.REJECT: "不予受理",
    Action.WITHDRAW: "同意撤回",
    Action.REOPEN: "重新办理",
}
"""What a unit reads in the column 办理结果."""

ACT_NAMES: dict[Action, str] = {**RESULT_NAMES, Action.ACCEPT: "确认齐全"}
"""What staff call the actions, at the desk and in the workbook's column 意见."""

RETURNED_CURE = "请按所列问题补正后，将有关材料以附件形式回复本邮件"
"""How a letter tells what a person asked for: the person's words stand in the column 问题."""


def role_name(role: Role | str, words: Words = CUSTOMARY) -> str:
    """What the campaign calls a document of that role."""
    own = {
        Role.FORM: f"{words.form}WORD版",
        Role.SUMMARY: words.summary,
        Role.STATEMENT: words.statement,
    }
    return own.get(Role(role)) or ROLE_NAMES[Role(role)]


def papers_wanted(form: bool, scan: bool, words: Words = CUSTOMARY) -> str:
    """The papers that every nomination needs, as a letter asks for them."""
    wanted = [role_name(role, words) for role, asked in ((Role.FORM, form), (Role.SCAN, scan)) if asked]
    return "和".join(wanted) or words.material


def state_name(state: str) -> str:
    """The Chinese name of a state, from its value; any other text is given back as it is."""
    return STATE_NAMES[State(state)] if state in set(State) else state


def days_left_told(days: int) -> str:
    """How far off the end is: 距报送截止还有3天."""
    if days > 0:
        return f"距报送截止还有{days}天"
    return "今日报送截止" if days == 0 else f"报送已截止{-days}天"


def state_colour(state: str) -> str:
    """The ground (RRGGBB) for a state, from its value or its Chinese name; grey for any other."""
    for known, name in STATE_NAMES.items():
        if state in (known.value, name):
            return STATE_COLOURS[known]
    return "ECECEC"
