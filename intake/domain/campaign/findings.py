"""TODO"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.campaign.terms import CUSTOMARY, Words

FINDING_NAMES: dict[str, str] = {
    "form-missing": "缺{form}WORD版",
    "scan-missing": "缺盖章扫描PDF版",
    "scan-not-sealed": "扫描件未见公章",
    "scan-other-form": "扫描件与{form}不符",
    "scan-unchecked": "扫描件未经核验",
    "signed-electronically": "电子签章",
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
_RESEND_BOTH = "请补填后，将{form}WORD版及重新盖章的扫描PDF作为附件回复本邮件"


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


@dataclass(frozen=True, slots=True)
class Remedy:
    """The two cells of a deficiency notice: 问题 and 补正要求."""

    problem: str
    cure: str


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
