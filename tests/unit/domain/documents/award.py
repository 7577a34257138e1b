"""A campaign whose forms have several persons, lists and checked fields, made of the paper prize's file."""

from __future__ import annotations

import tomllib
from typing import Any

from intake.config.campaign_file import shipped_campaign
from intake.domain.campaign.campaign import Campaign, FieldData
from intake.domain.documents.form import read_form
from intake.domain.model.document import Form
from intake.domain.model.facts import Block
from tests.unit.domain.sheets import word

FIELDS = """
[[field]]
name = "nominee"
required = true
labels = ["姓名", "申请人姓名"]

[[field]]
name = "unit"
labels = ["推荐单位"]

[[field]]
name = "tutor"
under = ["导师", "指导教师"]
required = true
labels = ["姓名"]

[[field]]
name = "tutor_unit"
under = "导师"
labels = ["工作单位", "单位"]

[[field]]
name = "organisation"
labels = ["工作单位", "所在单位"]

[[field]]
name = "phone"
labels = ["联系电话", "电话"]

[[field]]
name = "office_phone"
nth = 2
labels = ["电话"]

[[field]]
name = "born"
type = "date"
not_before = 1989-01-01
not_after = 2006-12-31
labels = ["出生年月", "出生日期"]

[[field]]
name = "identity"
type = "id-number"
labels = ["身份证号", "身份证号码"]

[[field]]
name = "members"
type = "list"
columns = ["姓名", "成员姓名"]
required = true
labels = ["项目组成员", "团队成员"]

[[field]]
name = "subject"
type = "choice"
options = ["基础研究", "应用研究", "工程技术"]
at_most = 1
labels = ["研究类型"]

[[field]]
name = "deeds"
at_most = 20
labels = ["主要事迹", "成果简介"]
"""


def award(fields: str = FIELDS, **changes: Any) -> Campaign:
    """The campaign with these fields, and other tables changed."""
    base = tomllib.loads(shipped_campaign("paper-prize").read_text("utf-8"))
    categories = [{"id": "youth", "name": "青年科技人才奖", "person": True}]
    thresholds = [
        {
            "category": "youth",
            "field": "members",
            "minimum": 2,
            "maximum": 3,
            "severity": "curable",
            "text": "团队成员2至3人",
            "source": "通知二",
        }
    ]
    base |= {"category": categories, "threshold": thresholds, "wording": {}} | changes
    base["field"] = [FieldData.model_validate(field) for field in tomllib.loads(fields)["field"]]
    return Campaign.model_validate(base)


AWARD = award()


def award_form(*blocks: str | Block) -> Form:
    """A form of the award, whose title stands above these blocks."""
    form = read_form(word("青年科技人才奖推荐表", *blocks), AWARD)
    assert form is not None
    return form
