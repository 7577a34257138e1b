"""Which words the shipped campaign knows as labels, and which answers it must never take for one."""

from __future__ import annotations

from time import process_time

import pytest

from intake.domain.documents.labels import Labels, labels_of
from tests.unit.domain.cases import CAMPAIGN

LABELS = labels_of(CAMPAIGN)

KNOWN = """
    service_years: 首次参加志愿服务时间 志愿服务持续时间 参与年限 科技志愿服务累计年限 服务起止时间
    founded_years: 何时成立 成立至今年数 团队组建时间 已成立年限 存续年限 成立年份 正式成立时间
    members: 在册志愿者 实名注册志愿者 已注册志愿者人数 现有注册志愿者人数 成员总数 “大美志愿”注册人数
    active_share: 活跃志愿者占注册志愿者比例 经常参与志愿服务的志愿者占比 常态化参与志愿者占比 骨干志愿者占比
    brands: 品牌志愿服务项目 品牌志愿服务项目数量 特色品牌 品牌项目总数 持续运行2个及以上志愿服务品牌项目
    activities: 累计活动（场次） 开展活动总数 活动总数 累计举办活动 志愿服务活动总数 组织活动数量
    running_years: 开始实施时间 持续实施时间 已实施年数 项目首次实施时间 何时开始实施 项目历时
    team: 项目组成员数 团队志愿者数量（人） 项目组规模 参与志愿者数量 团队总人数 志愿服务团队人数
    resident_share: 参与过志愿服务的居民比例
    resident_share: 社区（村）居民参与过志愿服务的比例 志愿者占总人口比例 村民参与占比
    teams: 组建科技志愿服务队数量 队伍总数 注册科技志愿服务队伍 现有科技志愿服务队伍 下设志愿服务队
    activity_kinds: 服务活动类别 活动类型数量 服务项目类别 活动类别及数量 志愿活动类型
    registered: 是否注册大美志愿 团队成员是否全部在“大美志愿”注册
    registered: “大美志愿”注册情况 大美志愿平台是否注册
    registered: 是否已在“大美志愿”微信小程序注册 “大美志愿”注册 大美志愿账号
    registered: 是否注册志愿者 在“大美志愿”注册时间 是否注册及注册时间
    hours: 大美志愿服务时长 2024年服务时长 累计志愿服务总时长
    unit_opinion: 推荐单位审核意见 推荐单位党组意见 省级科协推荐意见（盖章）
"""


@pytest.mark.parametrize(
    ("field", "label"),
    [
        (line.partition(":")[0].strip(), label)
        for line in KNOWN.strip().splitlines()
        for label in line.partition(":")[2].split()
    ],
)
def test_labels_that_units_write(field: str, label: str) -> None:
    found = LABELS.find(label)
    assert found is not None
    assert field in {data.name for data in found.fields}


ANSWERS = [
    "已在“大美志愿”微信小程序注册",
    "未在“大美志愿”微信小程序注册",
    "尚未在“大美志愿”注册",
    "全部在大美志愿注册",
    "均已在大美志愿注册",
    "队伍均在大美志愿注册",
    "志愿者已在大美志愿注册",
    "在大美志愿小程序注册",
    "正在大美志愿注册",
    "已有大美志愿账号",
    "是否注册大美志愿：否",
    "是否注册大美志愿 □是 ☑否",
    "服务年限：6年        是否在“大美志愿”注册：是",
    "张三        是否注册大美志愿",
    "累计服务时长1200小时",
    "服务时长：26540小时        成立时间",
    "居民参与志愿服务比例：72%        志愿服务队伍占比",
    "活跃志愿者占比85%，参与率",
    "推荐单位：浙江省科协    审核意见",
    "是否依法登记",
]


@pytest.mark.parametrize("text", ANSWERS)
def test_answers_and_lines_of_several_labels_are_no_label(text: str) -> None:
    assert LABELS.find(text) is None


@pytest.mark.parametrize(
    "words",
    ["志愿者", "服务", "大美志愿", "是否", "居民", "参与", "的", "累计", "品牌", "组织", "所占", "持续"],
)
def test_a_hostile_label_costs_little(words: str) -> None:
    started = process_time()
    for end in ("", "！", "比例", "注册"):
        LABELS.find((words * 60)[: 60 - len(end)] + end)
    assert process_time() - started < 0.5


@pytest.mark.parametrize("pattern", [r"(姓)\1名", r"(?i)NAME"])
def test_a_pattern_that_cannot_stand_within_another_is_still_asked(pattern: str) -> None:
    """A campaign's pattern may refer to its own groups, or begin with a flag."""
    plain = CAMPAIGN.field[0].model_copy(update={"name": "plain", "labels": (), "patterns": ("甲+",)})
    other = plain.model_copy(update={"name": "other", "patterns": (pattern,)})
    labels = Labels((plain, other))
    names = [found and found.fields[0].name for found in map(labels.find, ("姓姓名", "name", "甲甲", "乙"))]
    assert names == (["other", None, "plain", None] if "姓" in pattern else [None, "other", "plain", None])
