"""The nominations of the sample campaign, and how each ought to end."""

from __future__ import annotations

from intake.demo import units
from intake.demo.filling import SampleEntry
from intake.demo.papers.sheet import SheetLayout
from intake.domain.model.nomination import State

_ROW, _COLONS = SheetLayout.UNIT_ROW, SheetLayout.COLONS

ENTRIES: dict[str, SampleEntry] = {
    # Complete ones, alone or with others in one mail.
    "zj-1": SampleEntry(units.ZHEJIANG, "volunteer", "陈玥晨", "杭州市余杭区农业技术推广中心", _COLONS),
    "zj-2": SampleEntry(
        units.ZHEJIANG, "volunteer", "翟昕烜", "钱塘康宁医院", _COLONS, {"service_years": ("三年", 3)}
    ),
    "zj-3": SampleEntry(
        units.ZHEJIANG, "project", "“银龄跨越数字鸿沟”科普服务项目", "杭州市上城区图书馆", _COLONS
    ),
    "ha-1": SampleEntry(units.HENAN, "volunteer", "欧阳璟雯", "中原农业大学植物保护学院"),
    "nm-1": SampleEntry(
        units.NEIMENGGU, "project", "“科普大篷车进牧区”科技志愿服务项目", "锡林郭勒盟科技馆", _ROW
    ),
    "cq-1": SampleEntry(
        units.CHONGQING, "site", "青春岛社区科技志愿服务点", "沙坪坝区青春岛社区居民委员会", _ROW
    ),
    "sc-1": SampleEntry(units.SICHUAN, "organisation", "天府科技小院志愿服务队", "川西农业大学崇州实验站"),
    "sc-2": SampleEntry(
        units.SICHUAN,
        "site",
        "云桥村科技志愿服务点",
        "崇州市云桥村村民委员会",
        figures={"activity_kinds": ("理论宣讲、科技培训、农技推广、科普讲座、健康义诊、防灾减灾", 6)},
    ),
    "gd-1": SampleEntry(
        units.GUANGDONG, "organisation", "“南粤科普轻骑兵”科技志愿服务总队", "岭南科学中心", _COLONS
    ),
    "hl-1": SampleEntry(units.HEILONGJIANG, "volunteer", "于喆", "三江平原农垦科学研究所", _ROW),
    "fj-1": SampleEntry(
        units.FUJIAN,
        "organisation",
        "“海丝”科技志愿服务队",
        "泉州市海丝科技馆",
        _ROW,
        {
            "members": ("20人", 20),
            "active_share": ("60%", 0.6),
            "brands": ("2个", 2),
            "activities": ("50场", 50),
        },
    ),
    "qn-1": SampleEntry(units.YOUTH, "project", "“小小工程师”乡村科学课项目", "明德青少年科学工作室"),
    "kf-1": SampleEntry(units.REHABILITATION, "volunteer", "安玮", "华东康复医院", _COLONS),
    "bw-1": SampleEntry(units.MUSEUMS, "site", "梧桐里社区科技志愿服务点", "梧桐里社区居民委员会", _COLONS),
    "sn-1": SampleEntry(units.SHAANXI, "volunteer", "秦朗玥", "渭北苹果试验站"),
    "kps-1": SampleEntry(
        units.POPULARISATION, "project", "“科学辟谣进万家”科技志愿服务项目", "中国科普研究所", _ROW
    ),
    "kps-2": SampleEntry(
        units.POPULARISATION, "organisation", "科普研究所青年志愿服务队", "中国科普研究所", _ROW
    ),
    "kps-3": SampleEntry(units.POPULARISATION, "volunteer", "简书琪", "中国科普研究所", _ROW),
    "kps-4": SampleEntry(units.POPULARISATION, "site", "北辰社区科技志愿服务点", "北辰社区居民委员会", _ROW),
    "db-1": SampleEntry(units.REVIEW_PRESS, "project", "“科技工作者在一线”公益讲堂项目", "科技导报社"),
    "dz-1": SampleEntry(units.POWER, "project", "“点亮乡村”用电安全科普项目", "东方电力装备研究院", _COLONS),
    # Word and scan come apart.
    "yn-1": SampleEntry(units.YUNNAN, "volunteer", "和雪松", "滇西高原植物园", _COLONS),
    "nx-1": SampleEntry(units.AGRICULTURE, "project", "“农技专家在线”志愿服务项目", "中国农学会科普处"),
    "gs-1": SampleEntry(units.GANSU, "volunteer", "马德彪", "陇中旱作农业研究所", _ROW),
    # Something is missing, and stays so.
    "qx-1": SampleEntry(
        units.METEOROLOGY,
        "volunteer",
        "云霏",
        "江城气象台",
        state=State.DEFICIENT,
        findings=("scan-missing",),
    ),
    "hlh-1": SampleEntry(
        units.NURSING,
        "organisation",
        "天使之声科技志愿服务队",
        "明心护理学院",
        state=State.DEFICIENT,
        findings=("form-missing",),
    ),
    "lkx-1": SampleEntry(
        units.SENIORS,
        "organisation",
        "银发科普讲师团",
        "老科学家科普演讲中心",
        _ROW,
        {"members": ("", None)},
        State.DEFICIENT,
        ("form-incomplete",),
    ),
    # Scans that are not as they should be, or not in one piece.
    "ah-1": SampleEntry(
        units.ANHUI,
        "volunteer",
        "程牧秋",
        "江淮稻作试验站",
        state=State.DEFICIENT,
        findings=("scan-not-sealed",),
    ),
    "dz-2": SampleEntry(
        units.GEOLOGY,
        "volunteer",
        "罗一帆",
        "燕山地质博物馆",
        _COLONS,
        state=State.DEFICIENT,
        findings=("scan-not-sealed",),
    ),
    "hn-1": SampleEntry(
        units.HUNAN,
        "volunteer",
        "沈知遥",
        "洞庭湿地观测站",
        _COLONS,
        state=State.REVIEW,
        findings=("doubtful",),
    ),
    "ln-1": SampleEntry(
        units.LIAONING,
        "organisation",
        "辽沈工匠科普志愿服务队",
        "辽沈工业展览馆",
        state=State.REVIEW,
        findings=("doubtful",),
    ),
    "gx-1": SampleEntry(
        units.GUANGXI,
        "project",
        "“一江清水”科技志愿服务项目",
        "漓江水环境监测中心",
        _COLONS,
        state=State.DEFICIENT,
        findings=("wrong-format",),
    ),
    "jx-1": SampleEntry(units.JIANGXI, "volunteer", "贺云汀", "赣南果树研究所"),
    "jx-2": SampleEntry(units.JIANGXI, "site", "稻香村科技志愿服务点", "稻香村村民委员会", _COLONS),
    "sx-1": SampleEntry(units.SHANXI, "volunteer", "葛春禾", "太行谷子试验站"),
    "sx-2": SampleEntry(units.SHANXI, "volunteer", "唐立行", "汾河灌溉试验中心", _ROW),
    "sx-3": SampleEntry(units.SHANXI, "organisation", "黄土高坡科技服务队", "吕梁水土保持站", _COLONS),
    # A society with three in one category: the unit ranks them.
    "xf-1": SampleEntry(
        units.FIRE, "volunteer", "陆骁", "临海市消防科普馆", state=State.HELD, findings=("over-quota",)
    ),
    "xf-2": SampleEntry(
        units.FIRE, "volunteer", "方晓彤", "滨江消防救援站", state=State.HELD, findings=("over-quota",)
    ),
    "xf-3": SampleEntry(
        units.FIRE,
        "volunteer",
        "高翊鸣",
        "应急科普教育基地",
        _ROW,
        state=State.HELD,
        findings=("over-quota",),
    ),
    # Figures that a person has to look at.
    "hb-1": SampleEntry(
        units.HUBEI,
        "organisation",
        "荆楚科普志愿服务队",
        "荆楚理工科技馆",
        _COLONS,
        {"members": ("15人", 15), "active_share": ("45%", 0.45)},
        State.REVIEW,
        ("below-threshold",),
    ),
    "bt-1": SampleEntry(
        units.BINGTUAN,
        "volunteer",
        "田野",
        "兵团棉花育种站",
        figures={"service_years": ("2年", 2)},
        state=State.REVIEW,
        findings=("below-threshold",),
    ),
    "gz-1": SampleEntry(
        units.GUIZHOU,
        "site",
        "苗岭村科技志愿服务点",
        "苗岭村村民委员会",
        _ROW,
        {"resident_share": ("45%", 0.45)},
        State.REVIEW,
        ("below-threshold",),
    ),
    "js-1": SampleEntry(
        units.JIANGSU,
        "volunteer",
        "苏韵婷",
        "太湖生态监测站",
        figures={"registered": ("否", False)},
        state=State.REVIEW,
        findings=("not-registered",),
    ),
    # In order, but from a sender whom the provider could not verify.
    "hi-1": SampleEntry(
        units.HAINAN,
        "volunteer",
        "符致远",
        "琼海热带果树试验站",
        state=State.REVIEW,
        findings=("sender-unverified",),
    ),
    # Too late, and a body that is in no registry.
    "lx-1": SampleEntry(
        units.FORESTRY, "volunteer", "杜若楠", "秦岭林业试验场", state=State.REVIEW, findings=("late",)
    ),
    "yy-1": SampleEntry(
        units.NUTRITION,
        "project",
        "“营养进校园”科技志愿服务项目",
        "营养与健康促进中心",
        _COLONS,
        state=State.REVIEW,
        findings=("late",),
    ),
    "qy-1": SampleEntry(
        units.ENTERPRISE,
        "organisation",
        "精仪先锋科技志愿服务队",
        "北方精密仪器集团技术中心",
        _ROW,
        state=State.REVIEW,
        findings=("unit-unknown",),
    ),
}
"""By a short key: the unit's mark and a running number."""
