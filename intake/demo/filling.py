"""From an entry of the sample campaign to a filled form: figures, invented people, customary prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from intake.demo.papers.content import Category, FormContent, seeded
from intake.demo.papers.sheet import SheetLayout
from intake.demo.truth import NominationTruth
from intake.demo.units import SampleUnit
from intake.domain.model.nomination import State

Figure = tuple[str, float | bool | None]
"""The text in the form, and its value where that does not depend on the day of counting."""


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """One nomination of the sample campaign.

    `figures` replace those drawn by chance; a text "" leaves the cell empty.
    `state` and `findings` are what a right reading ends with.
    """

    unit: SampleUnit
    category: Category
    nominee: str
    body: str
    layout: SheetLayout = SheetLayout.UNIT_ABOVE
    figures: Mapping[str, Figure] = field(default_factory=dict, hash=False)
    state: State = State.COMPLETE
    findings: tuple[str, ...] = ()

    def all_figures(self, year: int) -> dict[str, Figure]:
        """Every figure of the form; `year` is the year of the deadline, from which dates count back."""
        chance = seeded("figures", self.nominee)
        drawn = {name: chance.choice(texts) for name, texts in _FIGURES[self.category].items()}
        drawn |= {
            name: (text.format(year=year - back), None)
            for name, (text, back) in _DATES[self.category].items()
        }
        return drawn | dict(self.figures)

    def content(self, filled_on: date, deadline_year: int, campaign_year: int) -> FormContent:
        """The filled form."""
        figures = {name: text for name, (text, _) in self.all_figures(deadline_year).items()}
        return FormContent(
            category=self.category,
            unit=self.unit.written,
            nominee=self.nominee,
            body=self.body,
            values=_person(self, deadline_year) | figures,
            deeds=deeds(self.category, self.nominee),
            filled_on=filled_on,
            unit_seal=self.unit.name,
            year=campaign_year,
        )

    def truth(self, year: int) -> NominationTruth:
        """What a right reading of the form and its mail comes to."""
        figures = self.all_figures(year).items()
        return NominationTruth(
            unit=self.unit.name,
            unit_kind=self.unit.kind,
            category=self.category,
            nominee=self.nominee,
            state=self.state,
            findings=self.findings,
            figures={name: value for name, (text, value) in figures if value is not None and text},
        )


_YES: tuple[Figure, ...] = (("是", True), ("已注册", True))

_FIGURES: dict[Category, dict[str, tuple[Figure, ...]]] = {
    "volunteer": {
        "service_years": (("8年", 8), ("5年", 5), ("12年", 12), ("六年", 6), ("4年", 4)),
        "registered": _YES,
    },
    "organisation": {
        "members": (("213人", 213), ("86人", 86), ("三十五人", 35), ("120余人", 120)),
        "active_share": (("72%", 0.72), ("85%", 0.85), ("68.5%", 0.685), ("90％", 0.9)),
        "brands": (("4个", 4), ("3个", 3), ("三个", 3)),
        "activities": (("126场", 126), ("83场", 83), ("210场", 210)),
        "registered": _YES,
    },
    "project": {
        "team": (("46人", 46), ("26人", 26), ("十八人", 18)),
        "registered": _YES,
    },
    "site": {
        "resident_share": (("68%", 0.68), ("75%", 0.75), ("62.5%", 0.625)),
        "teams": (("7支", 7), ("9支", 9), ("六支", 6)),
        "activity_kinds": (("7类", 7), ("6种", 6), ("8类", 8)),
        "registered": _YES,
    },
}
_DATES: dict[Category, dict[str, tuple[str, int]]] = {
    "volunteer": {},
    "organisation": {"founded_years": ("{year}年3月", 8)},
    "project": {"running_years": ("{year}年6月至今", 6)},
    "site": {},
}

_SURNAMES = "赵钱孙李周吴郑王冯陈何卫蒋沈韩杨"
_GIVEN = ("国强", "翠堃", "振宇", "昕祎", "思羽", "晓东", "文博", "丽华", "建平", "海燕")
_TITLES = ("高级农艺师", "主任医师", "副教授", "高级工程师", "馆员", "研究员", "科普辅导员")


def _person(entry: SampleEntry, year: int) -> dict[str, str]:
    """The cells about persons: invented, with numbers that nobody has."""
    chance = seeded("person", entry.nominee)
    return {
        "sex": chance.choice("男女"),
        "nation": chance.choice(("汉族", "汉族", "汉族", "回族", "蒙古族", "白族", "土家族")),
        "birth": f"{year - chance.randint(28, 62)}年{chance.randint(1, 12)}月",
        "politics": chance.choice(("中共党员", "群众", "民盟盟员", "九三学社社员")),
        "education": chance.choice(("本科", "硕士研究生", "博士研究生", "大专")),
        "post": f"{entry.body} {chance.choice(_TITLES)}",
        "leader": chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        "phone": f"100-0000-{chance.randint(0, 9999):04d}",
        "address": f"{entry.body}办公楼{chance.randint(1, 6)}层",
        "honours": chance.choice(
            (f"{year - 3}年获评全省优秀科技志愿服务典型。", f"{year - 2}年获市级先进集体（个人）称号。", "无")
        ),
    }


_SENTENCES = (
    "始终坚持把论文写在大地上，深入田间地头、社区院落开展面对面的技术指导。",
    "累计受益群众达{a}.{b}万人次，得到基层干部群众的一致好评。",
    "牵头编写《科学生活实用手册》，免费发放{c}00余册。",
    "依托新时代文明实践中心，打造“科技志愿、智惠行动”工作模式，形成可复制可推广的经验。",
    "面对汛期、寒潮等突发情况，第一时间组织应急科普小分队，通过线上线下相结合的方式普及防护知识。",
    "积极对接高校、科研院所和企业专家资源，帮助解决生产技术难题{d}项，带动增收{e}万元。",
    "面向青少年开设科学实验课堂，每年服务中小学生超过{f}0人。",
    "针对老年人运用智能技术的困难，开设手机课堂，手把手教会老人线上挂号和缴费。",
    "建立志愿者招募、培训、激励机制，完善服务时长记录和星级评定制度，队伍稳定性不断增强。",
    "相关做法先后被多家媒体报道，产生了良好的社会反响。",
    "坚持需求导向，采取“群众点单、科协派单、志愿者接单”的服务模式，精准对接基层需求。",
    "利用全国科技工作者日、全国科普日等节点，组织专家进社区、进乡村、进学校、进企业。",
)
_OPENINGS: dict[Category, str] = {
    "volunteer": "{name}同志热心公益，长期投身科技志愿服务。",
    "organisation": "{name}制度健全、管理科学，队伍相对稳定。",
    "project": "{name}定位明确，科技特色鲜明，突出科技为民。",
    "site": "{name}把科技志愿服务与社区治理结合起来，服务氛围浓厚。",
}


def deeds(category: Category, nominee: str) -> str:
    """主要事迹 of about 400 characters: an opening and sentences in an order of its own."""
    chance = seeded("deeds", nominee)
    sentences = chance.sample(_SENTENCES, 10)
    numbers = {letter: chance.randint(2, 9) for letter in "ab"}
    numbers |= {letter: chance.randint(12, 88) for letter in "cdef"}
    paragraphs = [_OPENINGS[category].format(name=nominee), *(s.format(**numbers) for s in sentences)]
    return "　　" + "".join(paragraphs[:6]) + "\n　　" + "".join(paragraphs[6:])
