"""The Chinese names of states, roles, kinds and findings, and how each defect is told and cured.

One place for every word that both letters and staff see; a campaign file may
reword a defect (`remedy`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.campaign.terms import CUSTOMARY, Words
from intake.domain.model.document import Role
from intake.domain.model.mail import LetterKind, LetterState, MessageKind
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

MESSAGE_KIND_NAMES: dict[MessageKind, str] = {
    MessageKind.MATERIAL: "推荐材料",
    MessageKind.ENQUIRY: "咨询来信",
    MessageKind.AUTO_REPLY: "自动回复",
    MessageKind.BOUNCE: "退信",
    MessageKind.OWN: "本邮箱所发",
    MessageKind.BULK: "群发邮件",
    MessageKind.OTHER: "其他来信",
}

LETTER_NAMES: dict[LetterKind, str] = {
    LetterKind.RECEIPT: "收件回执",
    LetterKind.DEFICIENCY: "补正通知",
    LetterKind.DECISION: "办理结果告知函",
    LetterKind.REMINDER: "提醒函",
    LetterKind.DIGEST: "日报",
    LetterKind.ALERT: "涉密标志提醒",
}

LETTER_STATE_NAMES: dict[LetterState, str] = {
    LetterState.HELD: "暂存待放行",
    LetterState.QUEUED: "待发送",
    LetterState.SENDING: "发送中",
    LetterState.SENT: "已发送",
    LetterState.DEAD: "投递失败",
}

ACTION_NAMES: dict[Action, str] = {
    Action.ACCEPT: "确认齐全",
    Action.RETURN: "退回补正",
    Action.REJECT: "不予受理",
    Action.WITHDRAW: "撤回",
    Action.REOPEN: "重新办理",
}

RESULT_NAMES: dict[Action, str] = {
    Action.ACCEPT: "形式检查齐全",
    Action.RETURN: "退回补正",
    Action.REJECT: "不予受理",
    Action.WITHDRAW: "同意撤回",
    Action.REOPEN: "重新办理",
}
"""What a unit reads in the column 办理结果."""

RETURNED_CURE = "请按所列问题补正后，将有关材料回复本邮件"
"""How a letter tells what a person asked for: the person's words stand in the column 问题."""

FINDING_NAMES: dict[str, str] = {
    "form-missing": "缺{form}WORD版",
    "scan-missing": "缺盖章扫描PDF版",
    "scan-not-sealed": "扫描件未见公章",
    "scan-other-form": "扫描件与{form}不符",
    "scan-unchecked": "扫描件未经核验",
    "scan-in-pictures": "扫描件为图片",
    "unreadable": "文件损坏",
    "encrypted": "文件加密",
    "too-large": "文件超出处理上限",
    "cloud-link": "以网盘链接发送",
    "wrong-format": "文件格式不符",
    "form-incomplete": "必填项未填",
    "category-unknown": "类别不明",
    "unit-unknown": "{unit}待核",
    "unit-not-entitled": "非{unit}范围",
    "nominee-unclear": "{nominee}不明",
    "late": "逾期报送",
    "over-quota": "超出名额",
    "below-threshold": "不符合{entry}条件",
    "figure-not-stated": "未载明数据",
    "not-registered": "未注明平台注册",
    "previously-honoured": "往年已入选",
    "duplicate-nominee": "{nominee}重复",
    "nominee-under-14": "{nominee}未满14周岁",
    "forms-differ": "WORD版与扫描件不一致",
    "sender-unverified": "发件人未经验证",
    "withdrawal-asked": "来信要求撤回",
    "doubtful": "证据不足，待核",
}
"""A short name for every finding code, the campaign's terms in braces (`finding_name` fills them in)."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """The two cells of a deficiency notice: 问题 and 补正要求."""

    problem: str
    cure: str


_RESEND_BOTH = "请补填后，将{form}WORD版及重新盖章的扫描PDF作为附件回复本邮件"

_REMEDIES: dict[str, Remedy] = {
    "form-missing": Remedy(
        "未收到该{nominee}的{form}WORD版",
        "请将填写完整的{form}WORD版（.docx）作为附件回复本邮件",
    ),
    "scan-missing": Remedy(
        "未收到该{form}的盖章扫描PDF",
        "请将加盖公章的{form}扫描为PDF，作为附件回复本邮件",
    ),
    "scan-not-sealed": Remedy(
        "扫描件上未见{unit}公章（{evidence}）",
        "请在{form}上加盖{unit}公章，重新彩色扫描为PDF，作为附件回复本邮件",
    ),
    "scan-other-form": Remedy(
        "该扫描件与{form}不是同一份材料（{evidence}）",
        "请核对后，将与该{form}一致的盖章扫描PDF作为附件回复本邮件",
    ),
    "unreadable": Remedy(
        "文件已损坏或不完整，无法打开",
        "请确认原文件能够正常打开后，将该文件作为附件回复本邮件",
    ),
    "encrypted": Remedy(
        "文件设有密码，无法打开",
        "请取消密码后，将该文件作为附件回复本邮件",
    ),
    "cloud-link": Remedy(
        "材料以超大附件（网盘链接）方式发送，本邮箱未收到文件本身（{evidence}）",
        "请将文件作为普通附件回复本邮件；文件较大的，可压缩后分多封邮件报送",
    ),
    "wrong-format": Remedy(
        "文件格式不符合要求（{evidence}）",
        "{form}请报送WORD文件，盖章件请扫描为PDF文件，作为附件回复本邮件",
    ),
    "form-incomplete": Remedy("{form}WORD版有必填栏目未填写（{evidence}）", _RESEND_BOTH),
    "category-unknown": Remedy(
        "{form}未注明{category}（{evidence}）",
        "请在回复中写明该{nominee}的{category}",
    ),
    "unit-unknown": Remedy(
        "{unit}名称未能识别（{evidence}）",
        "请在回复中写明{unit}全称及联系电话",
    ),
    "unit-not-entitled": Remedy(
        "报送单位不在本次{event}{unit}范围内（{evidence}）",
        "请按通知要求，由相应{unit}审核盖章后统一报送",
    ),
    "nominee-unclear": Remedy(
        "{form}未载明{nominee_name}（{evidence}）",
        "请在回复中写明{nominee_name}",
    ),
    "below-threshold": Remedy(
        "{form}所填数据不符合{entry}条件（{evidence}）",
        "请核实；属填写有误的，请更正后将{form}WORD版及重新盖章的扫描PDF作为附件回复本邮件",
    ),
    "not-registered": Remedy(
        "{form}未载明已在{registered_with}注册",
        "请完成注册并在{form}中注明，将{form}WORD版及重新盖章的扫描PDF作为附件回复本邮件",
    ),
    "previously-honoured": Remedy(
        "该{nominee}曾入选往年名单（{evidence}），按通知要求不再参加此次申报",
        "请核实并回复说明；需更换{nominee}的，请一并报送新的{material}",
    ),
    "duplicate-nominee": Remedy(
        "同一{nominee}收到多份{material}（{evidence}）",
        "请回复确认以哪一份为准",
    ),
    "forms-differ": Remedy(
        "{form}WORD版与盖章扫描件内容不一致（{evidence}）",
        "请核对后，将内容一致的{form}WORD版及盖章扫描PDF作为附件回复本邮件",
    ),
}

_GENERAL = Remedy("{evidence}", "请核实后回复本邮件说明情况或补充材料")


def remedy(
    code: str, evidence: str, overrides: Mapping[str, str] | None = None, words: Words = CUSTOMARY
) -> Remedy:
    """How a finding is told to the unit: what is wrong, and how to cure it.

    `evidence` fills `{evidence}`; where there is none, the bracket around it
    goes too.  `overrides` is the campaign's `[wording]`: the keys
    `<code>.problem` and `<code>.cure` replace either sentence.  `words` are the campaign's
    terms.  A code without sentences of its own is told by its evidence, or failing that by its name.
    """
    shipped = _REMEDIES.get(code, _GENERAL)
    given = overrides or {}
    problem = _fill(given.get(f"{code}.problem", shipped.problem), evidence, words)
    cure = _fill(given.get(f"{code}.cure", shipped.cure), evidence, words)
    return Remedy(problem or finding_name(code, words), cure)


def _fill(sentence: str, evidence: str, words: Words) -> str:
    evidence = evidence.strip().rstrip("。；，")
    if not evidence:
        sentence = re.sub(r"（\{evidence\}）", "", sentence)
    return words.fill(sentence, evidence=evidence)


def finding_name(code: str, words: Words = CUSTOMARY) -> str:
    """The Chinese name of a finding code in the campaign's terms, or the code itself where it has none."""
    return words.fill(FINDING_NAMES[code]) if code in FINDING_NAMES else code


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


def state_colour(state: str) -> str:
    """The ground (RRGGBB) for a state, from its value or its Chinese name; grey for any other."""
    for known, name in STATE_NAMES.items():
        if state in (known.value, name):
            return STATE_COLOURS[known]
    return "ECECEC"
