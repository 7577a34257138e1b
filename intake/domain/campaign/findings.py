"""The catalogue of findings: one entry for each code, with everything that is said of it.

A rule names its entry; the campaign file may lower a finding by its code (`[severity]`) and reword it
(`[wording]`).  Letters, digest and export find name, sentences and hint here by the code on record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.campaign.terms import CUSTOMARY, Words

LOOK_AROUND = "打开所列文件和原邮件核对"
"""The hint for staff where a finding has none of its own."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What is said of one kind of finding, the campaign's terms in braces (`Words`).

    `code` stands in ledger, exports and campaign file; `name` is its short name.  `problem` (what was seen;
    `{evidence}` is what the rule saw) and `cure` (what is asked for) are the unit's two cells, 问题 and
    补正要求.  `look` is the hint for staff: where to look, nothing that decides.  `pictures`: a look at the
    scan settles it, so the digest shows the scan's pictures.
    """

    code: str
    name: str
    problem: str = "{evidence}"
    cure: str = "请核实后回复本邮件说明情况或补充材料"
    look: str = LOOK_AROUND
    pictures: bool = False


FORM_MISSING = CatalogueEntry(
    "form-missing",
    "缺{form}WORD版",
    problem="未收到该{nominee}的{form}WORD版",
    cure="请将填写完整的{form}WORD版（.docx）以附件形式回复本邮件",
    look="核对来件各附件，看是否已有WORD版；确未收到的，意见为“退回补正”",
)
SCAN_MISSING = CatalogueEntry(
    "scan-missing",
    "缺盖章扫描PDF版",
    problem="未收到该{form}的盖章扫描PDF",
    cure="请将加盖公章的{form}扫描成PDF文件，以附件形式回复本邮件",
    look="核对来件各附件，看是否已有盖章扫描件；确未收到的，意见为“退回补正”",
)
SCAN_NOT_SEALED = CatalogueEntry(
    "scan-not-sealed",
    "扫描件未见公章",
    problem="扫描件上未见{unit}公章（{evidence}）",
    cure="请在{form}上加盖{unit}公章，重新彩色扫描成PDF文件，以附件形式回复本邮件",
    look="打开扫描件（附图见下），核对有无公章",
    pictures=True,
)
SCAN_OTHER_FORM = CatalogueEntry(
    "scan-other-form",
    "扫描件与{form}不符",
    problem="该扫描件与{form}不是同一份材料（{evidence}）",
    cure="请核对后，将与该{form}一致的盖章扫描PDF以附件形式回复本邮件",
    look="打开扫描件，核对名称、类别和单位是否与WORD版一致",
    pictures=True,
)
SCAN_UNCHECKED = CatalogueEntry(
    "scan-unchecked",
    "扫描件未经核验",
    look="打开扫描件，核对公章、名称、类别和单位",
    pictures=True,
)
SIGNED_ELECTRONICALLY = CatalogueEntry(
    "signed-electronically",
    "电子签章",
    look="用PDF或OFD阅读器打开扫描件，核对电子签章的签署者",
)
SCAN_IN_PICTURES = CatalogueEntry(
    "scan-in-pictures",
    "扫描件为图片",
)
SCAN_IN_OFD = CatalogueEntry(
    "scan-in-ofd",
    "扫描件为OFD版式文件",
    look="用OFD阅读器打开扫描件查看",
)
CORRECTED = CatalogueEntry(
    "corrected",
    "人工更正",
    look="更正的内容、办理人和理由见该项的经过",
)
UNREADABLE = CatalogueEntry(
    "unreadable",
    "文件损坏",
    problem="文件已损坏或不完整，无法打开",
    cure="请确认原文件能够正常打开后，将该文件以附件形式回复本邮件",
    look="打开原文件；确实打不开的，意见为“退回补正”",
)
ENCRYPTED = CatalogueEntry(
    "encrypted",
    "文件加密",
    problem="文件设有密码，无法打开",
    cure="请取消密码后，将该文件以附件形式回复本邮件",
    look="向单位索取密码，或意见为“退回补正”",
)
CLOUD_LINK = CatalogueEntry(
    "cloud-link",
    "以网盘链接发送",
    problem="材料以超大附件（网盘链接）方式发送，本邮箱未收到文件本身（{evidence}）",
    cure="请将文件以普通附件形式回复本邮件；文件较大的，可压缩后分多封邮件报送",
    look="在网页邮箱中打开原邮件，核对链接中是否为所缺材料；可请单位改以附件发送",
)
WRONG_FORMAT = CatalogueEntry(
    "wrong-format",
    "文件格式不符",
    problem="文件格式不符合要求（{evidence}）",
    cure="{form}请报送WORD文件，盖章件请扫描成PDF文件，以附件形式回复本邮件",
    look="打开原文件，看能否作为所需材料",
)
FORM_INCOMPLETE = CatalogueEntry(
    "form-incomplete",
    "必填项未填",
    problem="{form}WORD版有必填栏目未填写（{evidence}）",
    cure="请补填后，将{form}WORD版及重新盖章的扫描PDF以附件形式回复本邮件",
    look="打开WORD版，核对所列栏目是否确未填写",
)
FIELD_INCORRECT = CatalogueEntry(
    "field-incorrect",
    "栏目填写有误",
    problem="{form}WORD版有栏目填写不符合要求（{evidence}）",
    cure="请核对更正后，将{form}WORD版及重新盖章的扫描PDF以附件形式回复本邮件",
    look="打开WORD版，核对所列栏目",
)
TEXT_TOO_LONG = CatalogueEntry(
    "text-too-long",
    "超出字数",
    problem="{form}WORD版有栏目超出规定字数（{evidence}）",
    cure="请压缩后，将{form}WORD版及重新盖章的扫描PDF以附件形式回复本邮件",
    look="打开WORD版，核对所列栏目的字数",
)
CATEGORY_UNKNOWN = CatalogueEntry(
    "category-unknown",
    "类别不明",
    problem="{form}未注明{category}（{evidence}）",
    cure="请在回复中写明该{nominee}的{category}",
    look="核对WORD版或电话询问单位，确认类别",
)
UNIT_UNKNOWN = CatalogueEntry(
    "unit-unknown",
    "{unit}待核",
    problem="{unit}名称未能识别（{evidence}）",
    cure="请在回复中写明{unit}全称及联系电话",
    look="核对公章或电话询问，确认单位后请系统管理员补入单位名录",
)
UNIT_NOT_ENTITLED = CatalogueEntry(
    "unit-not-entitled",
    "非{unit}范围",
    problem="报送单位不在本次{event}{unit}范围内（{evidence}）",
    cure="请按通知要求，由相应{unit}审核盖章后统一报送",
    look="电话告知报送单位，请其由有推荐资格的单位统一报送",
)
NOMINEE_UNCLEAR = CatalogueEntry(
    "nominee-unclear",
    "{nominee}不明",
    problem="{form}未载明{nominee_name}（{evidence}）",
    cure="请在回复中写明{nominee_name}",
    look="核对WORD版，确认名称",
)
LATE = CatalogueEntry(
    "late",
    "逾期报送",
    look="核对邮箱实际收到时间，报负责人决定是否受理",
)
OVER_QUOTA = CatalogueEntry(
    "over-quota",
    "超出名额",
    look="看单位是否已来信排序，按排序逐项办理",
)
BELOW_THRESHOLD = CatalogueEntry(
    "below-threshold",
    "不符合{entry}条件",
    problem="{form}所填数据不符合{entry}条件（{evidence}）",
    cure="请核实；属填写有误的，请更正后将{form}WORD版及重新盖章的扫描PDF以附件形式回复本邮件",
    look="核对WORD版所填数据，确不符合条件的，意见为“不予受理”或“退回补正”",
)
FIGURE_NOT_STATED = CatalogueEntry(
    "figure-not-stated",
    "未载明数据",
)
NOT_REGISTERED = CatalogueEntry(
    "not-registered",
    "未注明平台注册",
    problem="{form}未载明已在{registered_with}注册",
    cure="请完成注册并在{form}中注明，将{form}WORD版及重新盖章的扫描PDF以附件形式回复本邮件",
    look="在注册平台查询，或请单位说明",
)
PREVIOUSLY_HONOURED = CatalogueEntry(
    "previously-honoured",
    "往年已入选",
    problem="该{nominee}曾入选往年名单（{evidence}），按通知要求不再参加此次申报",
    cure="请核实并回复说明；需更换{nominee}的，请一并报送新的{material}",
    look="核对往年名单是否为同一对象（可能同名）",
)
DUPLICATE_NOMINEE = CatalogueEntry(
    "duplicate-nominee",
    "{nominee}重复",
    problem="同一{nominee}收到多份{material}（{evidence}）",
    cure="请回复确认以哪一份为准",
    look="核对各份材料是否为同一对象，电话询问单位以哪一份为准",
)
NOMINEE_UNDER_14 = CatalogueEntry(
    "nominee-under-14",
    "{nominee}未满14周岁",
    look="核对年龄；未满十四周岁的，须有监护人书面同意",
)
FORMS_DIFFER = CatalogueEntry(
    "forms-differ",
    "WORD版与扫描件不一致",
    problem="{form}WORD版与盖章扫描件内容不一致（{evidence}）",
    cure="请核对后，将内容一致的{form}WORD版及盖章扫描PDF以附件形式回复本邮件",
    look="对照WORD版与扫描件，核对所列栏目以哪一份为准；必要时电话询问单位",
    pictures=True,
)
SENDER_UNVERIFIED = CatalogueEntry(
    "sender-unverified",
    "发件人未经验证",
    look="先按名录所载电话向单位核实发件人，核实前勿回复该邮件",
)
SENDER_NEW = CatalogueEntry(
    "sender-new",
    "发件地址未经确认",
    look="按名录所载电话向单位核实发件地址，由系统管理员登记（shouwen unit confirm或refuse）",
)
WITHDRAWAL_ASKED = CatalogueEntry(
    "withdrawal-asked",
    "来信要求撤回",
    look="在网页邮箱中看原邮件；确要求撤回的，意见为“同意撤回”",
)
DOUBTFUL = CatalogueEntry(
    "doubtful",
    "证据不足，待核",
    look="打开所列文件，核对所述内容",
    pictures=True,
)

CATALOGUE: Mapping[str, CatalogueEntry] = {
    entry.code: entry for entry in tuple(globals().values()) if isinstance(entry, CatalogueEntry)
}
"""Every entry above, by its code."""

PICTURED = tuple(code for code, entry in CATALOGUE.items() if entry.pictures)
"""The codes of findings that a look at the scan settles."""


def catalogued(code: str) -> CatalogueEntry:
    """The entry of a code on record; an unknown one, of another version's ledger, says only itself."""
    return CATALOGUE.get(code) or CatalogueEntry(code, code)


def finding_name(code: str, words: Words = CUSTOMARY) -> str:
    """The Chinese name of a finding code in the campaign's terms, or the code itself where it has none."""
    return words.fill(catalogued(code).name)


@dataclass(frozen=True, slots=True)
class Remedy:
    """The two cells of a deficiency notice: 问题 and 补正要求."""

    problem: str
    cure: str


def remedy(
    code: str, evidence: str, overrides: Mapping[str, str] | None = None, words: Words = CUSTOMARY
) -> Remedy:
    """How a finding is told to the unit: what is wrong, and how to cure it.

    `evidence` fills `{evidence}`; where there is none, the bracket around it
    goes too.  `overrides` is the campaign's `[wording]`: the keys
    `<code>.problem` and `<code>.cure` replace either sentence.  `words` are the campaign's
    terms.  A code without sentences of its own is told by its evidence, or failing that by its name.
    """
    shipped, given = catalogued(code), overrides or {}
    problem = _fill(given.get(f"{code}.problem", shipped.problem), evidence, words)
    cure = _fill(given.get(f"{code}.cure", shipped.cure), evidence, words)
    return Remedy(problem or finding_name(code, words), cure)


def _fill(sentence: str, evidence: str, words: Words) -> str:
    evidence = evidence.strip().rstrip("。；，")
    if not evidence:
        sentence = re.sub(r"（\{evidence\}）", "", sentence)
    return words.fill(sentence, evidence=evidence)
