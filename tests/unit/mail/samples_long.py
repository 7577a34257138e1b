"""Letters at their limits: twenty nominations, a dozen defects, names of forty characters, nothing at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from intake.domain.campaign.findings import remedy
from intake.domain.letters.views import LetterView, QuotaLine, Ranking
from intake.domain.model.mail import LetterKind
from tests.unit.mail.samples import (
    ORGANISATION,
    PROJECT,
    RANKING_ONLY,
    RECEIPT,
    REMINDER,
    SITE,
    VOLUNTEER,
    DefectLine,
    letter,
    nomination,
)

LONG_NAME = "江东省城乡社区青少年科学素质提升与银发科技志愿者接力帮扶乡村振兴综合服务示范总队"
assert len(LONG_NAME) >= 40

_DEFECTS = (
    ("form-missing", "推荐表WORD版", ""),
    ("scan-missing", "盖章扫描PDF", ""),
    ("scan-not-sealed", "推荐表盖章.pdf", "扫描件共2页，各页均未见红色印章"),
    ("scan-other-form", "推荐表盖章.pdf", "扫描件所示名称为“江南服务队”，推荐表WORD版为“江东服务队”"),
    ("unreadable", "推荐表（最终版）.docx", ""),
    ("encrypted", "附件.pdf", ""),
    ("cloud-link", "推荐表扫描件.pdf", "QQ邮箱超大附件，128.03M，2025年3月1日21时59分到期"),
    ("wrong-format", "IMG_20250220_153012.jpg", "收到的是图片"),
    ("form-incomplete", "推荐表.docx", "负责人、联系电话、通讯地址、团队志愿者人数"),
    ("category-unknown", "推荐表.docx", ""),
    ("below-threshold", "推荐表.docx", "注册志愿者不少于20人，表中填写“12人”"),
    ("forms-differ", "推荐表.docx", "团队志愿者人数：扫描件为“25人”，推荐表WORD版为“52人”"),
)


def _line(code: str, document: str, evidence: str) -> DefectLine:
    told = remedy(code, evidence)
    return DefectLine("KX2024-0099", LONG_NAME, document, told.problem, told.cure)


MANY_DEFECTS = letter(
    LetterKind.DEFICIENCY,
    (nomination(99, LONG_NAME, ORGANISATION, "推荐表.docx", "推荐表盖章.pdf", check="需补正"),),
    defects=tuple(_line(*defect) for defect in _DEFECTS),
    quotas=(QuotaLine(ORGANISATION, 1, 5),),
)

_CATEGORIES = (VOLUNTEER, ORGANISATION, PROJECT, SITE)

TWENTY = letter(
    LetterKind.RECEIPT,
    tuple(
        nomination(
            100 + n, f"第{n + 1}候选典型", _CATEGORIES[n // 5], f"推荐表{n + 1}.docx", f"盖章{n + 1}.pdf"
        )
        for n in range(20)
    ),
    quotas=tuple(QuotaLine(category, 5, 5) for category in _CATEGORIES),
)

NOTHING_FILED = letter(LetterKind.RECEIPT, (), loose=("推荐汇总表.xlsx",))

REMINDER_RANKING = replace(
    RANKING_ONLY,
    kind=LetterKind.REMINDER,
    quotas=(),
    reference="农技中心收〔2025〕17号",
    signed_on=date(2025, 3, 4),
)

REMINDER_BOTH = replace(
    REMINDER,
    rankings=(Ranking(SITE, 2, ("柳溪村", "梅林社区", LONG_NAME)),),
    reference="农技中心收〔2025〕18号",
)

EASED = replace(RECEIPT, nominations=RECEIPT.nominations[:1], eased=("张三（KX2024-0001）",), loose=())

LETTERS: dict[str, LetterView] = {
    "deficiency-long": MANY_DEFECTS,
    "receipt-twenty": TWENTY,
    "receipt-nothing-filed": NOTHING_FILED,
    "reminder-ranking": REMINDER_RANKING,
    "reminder-both": REMINDER_BOTH,
    "receipt-eased": EASED,
}
