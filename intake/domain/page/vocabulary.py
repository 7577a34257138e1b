"""The words by which a scan is read: labels, categories and titles of a campaign, or the customary ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.labels import Labels, label_key, labels_of

_NOMINEE = re.compile(
    r"(?:候选|推荐|申报|被推荐|志愿|科技|服务|社区|村|的|人选?|对象|典型|队伍?|者|组织|团队|项目|站|点|或|、|/)*(?:姓名|名称|全称)"
)
_UNIT = re.compile(r"(?:推荐|报送|推报|选送)单位(?:名称|全称)?(?:盖?公?章)?")
_CATEGORY = re.compile(r"(?:推荐|申报|典型|候选|所属)*(?:类别|类型)")
_OTHER = re.compile(
    r"性别|民族|出生年月日?|政治面貌|学历|文化程度|工作单位(?:及职务)?|所在单位|依托单位|所属单位|实施单位|职务(?:职称)?"
    r"|(?:项目)?负责人|联系人|(?:联系)?电话|手机号?码?|(?:电子)?邮箱|(?:通讯)?地址|成立时间|填表日期|照片|.{2,4}单位意见|主要事迹"
)


@dataclass(frozen=True, eq=False)
class Terms:
    """What labels and titles mean.

    `names` are all categories' ids with the names and aliases that titles use; `titles` the words that
    make a heading the title of a form.  `category`, where known, decides whose labels name the nominee.
    """

    labels: Labels | None = None
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    titles: tuple[str, ...] = ("推荐表", "申报表", "推荐书", "申报书", "登记表", "申请表", "审批表")
    category: str | None = None

    def kind(self, text: str) -> str:
        """What the whole text is the label of: nominee, unit, category, other; "" for no label."""
        if self.labels is None:
            return _customary(label_key(text)) if len(text) <= 40 else ""
        found = self.labels.find(text)
        if found is None:
            return ""
        names = {field.name for field in found.fields if field.applies_to(self.category)}
        return next((name for name in ("nominee", "unit", "category") if name in names), "other")


CUSTOMARY = Terms()
"""For a reader that knows no campaign: what forms of this sort call a name, a unit and a category."""


@lru_cache(maxsize=32)
def terms_of(campaign: Campaign, category: str | None = None) -> Terms:
    """The campaign's words, for a form of that category; kept, as labels are looked up again and again."""
    names = tuple((data.id, (data.name, *data.aliases)) for data in campaign.category)
    return Terms(labels_of(campaign), names, campaign.campaign.form_titles, category)


def _customary(key: str) -> str:
    for name, pattern in (("unit", _UNIT), ("nominee", _NOMINEE), ("category", _CATEGORY), ("other", _OTHER)):
        if pattern.fullmatch(key):
            return name
    return ""
