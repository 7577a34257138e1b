"""The sample campaign's mails whose scans are worth a look: without a seal, of somebody else, in pieces."""

from __future__ import annotations

from intake.demo import units
from intake.demo.mails.posting import Enclosure, Paper, Posting, scan, word
from intake.domain.model.document import Role

_PHOTOGRAPHED = "“一江清水”科技志愿服务项目推荐表盖章"

SCANS: tuple[Posting, ...] = (
    Posting(
        5,
        "11:05:20",
        units.ANHUI,
        "安徽省科协推荐最美科技志愿者",
        (
            word("ah-1", "程牧秋推荐表.docx"),
            scan("ah-1", "程牧秋推荐表（扫描件）.pdf", Paper.UNSTAMPED),
        ),
        note="scanned before it was stamped",
    ),
    Posting(
        4,
        "09:40:16",
        units.HUNAN,
        "湖南省科学技术协会推荐材料",
        (
            word("hn-1", "沈知遥推荐表.docx"),
            scan("hn-1", "沈知遥推荐表（盖章）.pdf", shows="沈知远"),
        ),
        note="the scan is another person's, whose name differs in one character",
    ),
    Posting(
        4,
        "13:18:45",
        units.LIAONING,
        "辽宁省科协推荐最佳科技志愿服务组织",
        (
            word("ln-1", "辽沈工匠科普志愿服务队推荐表.docx"),
            scan("ln-1", "辽沈工匠科普志愿服务队推荐表（盖章）.pdf", Paper.BLACK_AND_WHITE),
        ),
        note="stamped, but scanned in black and white",
    ),
    Posting(
        3,
        "10:12:09",
        units.GUANGXI,
        "广西科协推荐最佳科技志愿服务项目",
        (
            word("gx-1", "“一江清水”科技志愿服务项目推荐表.docx"),
            Enclosure(Role.SCAN, f"{_PHOTOGRAPHED}1.jpg", ("gx-1",), page=1),
            Enclosure(Role.SCAN, f"{_PHOTOGRAPHED}2.jpg", ("gx-1",), page=2),
        ),
        note="the stamped form as two pictures instead of a PDF",
    ),
    Posting(
        3,
        "13:50:37",
        units.JIANGXI,
        "江西省科协推荐材料（WORD版2份，盖章扫描件合为1个PDF）",
        (
            word("jx-1", "贺云汀推荐表.docx"),
            word("jx-2", "稻香村科技志愿服务点推荐表.docx"),
            Enclosure(Role.SCAN, "盖章扫描件.pdf", ("jx-1", "jx-2")),
        ),
        note="one PDF with the scans of two forms",
    ),
    Posting(
        2,
        "09:27:58",
        units.SHANXI,
        "山西省科协推荐材料",
        (
            word("sx-1", "新建 Microsoft Word 文档.docx"),
            word("sx-2", "新建 Microsoft Word 文档 (2).docx"),
            word("sx-3", "新建 Microsoft Word 文档 (3).docx"),
            scan("sx-3", "扫描全能王 09.15.pdf"),
            scan("sx-1", "扫描全能王 09.17.pdf"),
            scan("sx-2", "扫描全能王 09.18.pdf"),
        ),
        note="three forms and three scans whose names tell nothing, in another order",
    ),
    Posting(
        2,
        "15:05:11",
        units.GEOLOGY,
        "中国地质学会推荐最美科技志愿者",
        (
            word("dz-2", "罗一帆推荐表.docx"),
            scan("dz-2", "罗一帆推荐表.pdf", Paper.EXPORTED),
        ),
        note="the Word form saved as PDF, neither printed nor stamped",
    ),
)
"""Mails of the days before the rush."""
