"""The recommending units of the sample campaign: real names, invented people, addresses and numbers.

The addresses end in `.example` (RFC 2606), so that no letter can reach anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from intake.demo.mails.programs import Author, Client


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """A unit: `name` as registered, `written` as its forms call it, who writes for it and with what.

    `kind` is None for a body that is in no registry.
    """

    name: str
    kind: str | None
    written: str
    office: str
    contact: str
    phone: str
    sender: Author
    client: Client


def _unit(
    name: str,
    kind: str | None,
    address: str,
    client: Client,
    contact: str,
    *,
    written: str = "",
    office: str = "科普部",
) -> SampleUnit:
    """`written` empty: the forms use the full name.  The number is one that nobody has."""
    phone = f"000-0000{sum(map(ord, name)) % 10000:04d}"
    display = f"{written or name}{office}"
    return SampleUnit(name, kind, written or name, office, contact, phone, Author(display, address), client)


ZHEJIANG = _unit(
    "浙江省科学技术协会", "province", "kepu@zjkx.example", Client.FOXMAIL, "林老师", written="浙江省科协"
)
HENAN = _unit("河南省科学技术协会", "province", "1000000001@qq.example", Client.QQ, "郭老师")
NEIMENGGU = _unit(
    "内蒙古自治区科学技术协会",
    "province",
    "nmgkx_kepu@163.example",
    Client.NETEASE,
    "乌老师",
    written="内蒙古自治区科协",
)
CHONGQING = _unit("重庆市科学技术协会", "province", "zhiyuan@cqkx.example", Client.OUTLOOK, "江老师")
SICHUAN = _unit(
    "四川省科学技术协会", "province", "1000000002@qq.example", Client.QQ, "罗老师", written="四川省科协"
)
YUNNAN = _unit("云南省科学技术协会", "province", "ynkx_zyz@163.example", Client.NETEASE, "和老师")
GANSU = _unit(
    "甘肃省科学技术协会", "province", "1000000003@qq.example", Client.QQ, "马老师", written="甘肃省科协"
)
HUBEI = _unit("湖北省科学技术协会", "province", "kepubu@hbkx.example", Client.FOXMAIL, "胡老师")
BINGTUAN = _unit(
    "新疆生产建设兵团科学技术协会",
    "province",
    "btkx@163.example",
    Client.NETEASE,
    "田老师",
    written="新疆生产建设兵团科协",
)
SHAANXI = _unit("陕西省科学技术协会", "province", "1000000004@qq.example", Client.QQ, "秦老师")
JIANGSU = _unit(
    "江苏省科学技术协会", "province", "kxzyfw@jskx.example", Client.FOXMAIL, "苏老师", written="江苏省科协"
)
GUANGDONG = _unit("广东省科学技术协会", "province", "kepu@gdkx.example", Client.THUNDERBIRD, "梁老师")
GUIZHOU = _unit(
    "贵州省科学技术协会", "province", "1000000005@qq.example", Client.QQ, "杨老师", written="贵州省科协"
)
HEILONGJIANG = _unit("黑龙江省科学技术协会", "province", "hljkx@163.example", Client.NETEASE, "于老师")
FUJIAN = _unit(
    "福建省科学技术协会", "province", "zyfw@fjkx.example", Client.OUTLOOK, "林老师", written="福建省科协"
)
SHANDONG = _unit("山东省科学技术协会", "province", "1000000006@qq.example", Client.QQ, "孔老师")
ANHUI = _unit("安徽省科学技术协会", "province", "kepu@ahkx.example", Client.FOXMAIL, "程老师")
HUNAN = _unit("湖南省科学技术协会", "province", "1000000011@qq.example", Client.QQ, "沈老师")
LIAONING = _unit(
    "辽宁省科学技术协会", "province", "lnkx@163.example", Client.NETEASE, "关老师", written="辽宁省科协"
)
GUANGXI = _unit(
    "广西壮族自治区科学技术协会",
    "province",
    "kepu@gxkx.example",
    Client.OUTLOOK,
    "韦老师",
    written="广西科协",
)
JIANGXI = _unit("江西省科学技术协会", "province", "1000000012@qq.example", Client.QQ, "贺老师")
HAINAN = _unit(
    "海南省科学技术协会", "province", "hnskx@163.example", Client.NETEASE, "符老师", written="海南省科协"
)
SHANXI = _unit("山西省科学技术协会", "province", "kepu@sxkx.example", Client.THUNDERBIRD, "晋老师")

AGRICULTURE = _unit(
    "中国农学会", "society", "kepu@nongxuehui.example", Client.FOXMAIL, "田老师", office="科普处"
)
METEOROLOGY = _unit(
    "中国气象学会", "society", "cms_kp@163.example", Client.NETEASE, "云老师", office="秘书处"
)
NURSING = _unit("中华护理学会", "society", "1000000007@qq.example", Client.QQ, "沈老师", office="秘书处")
FIRE = _unit(
    "中国消防协会", "society", "kepu@xiaofang.example", Client.OUTLOOK, "陆老师", office="科普教育工作委员会"
)
SENIORS = _unit(
    "中国老科学技术工作者协会",
    "society",
    "1000000008@qq.example",
    Client.QQ,
    "吴老师",
    written="中国老科协",
    office="办公室",
)
FORESTRY = _unit("中国林学会", "society", "linxue@163.example", Client.NETEASE, "杜老师", office="科普部")
GEOLOGY = _unit("中国地质学会", "society", "kepu@dizhi.example", Client.FOXMAIL, "罗老师", office="秘书处")
NUTRITION = _unit("中国营养学会", "society", "kp@yingyang.example", Client.FOXMAIL, "米老师", office="秘书处")
MUSEUMS = _unit(
    "中国自然科学博物馆学会",
    "society",
    "zrbwg@163.example",
    Client.NETEASE,
    "石老师",
    written="中国自然科学博物馆协会",
    office="秘书处",
)
YOUTH = _unit(
    "中国青少年科技教育工作者协会",
    "society",
    "1000000009@qq.example",
    Client.QQ,
    "童老师",
    written="中国青少年科技辅导员协会",
    office="秘书处",
)
REHABILITATION = _unit(
    "中国康复医学会", "society", "kepu@kangfu.example", Client.OUTLOOK, "安老师", office="科普部"
)

POPULARISATION = _unit(
    "中国科普研究所", "affiliate", "office@kepusuo.example", Client.FOXMAIL, "简老师", office="办公室"
)
REVIEW_PRESS = _unit(
    "科技导报社", "affiliate", "daobao@163.example", Client.NETEASE, "文老师", office="综合部"
)

POWER = _unit(
    "中国东方电力装备集团有限公司科学技术协会",
    "enterprise",
    "kexie@dongdian.example",
    Client.OUTLOOK,
    "雷老师",
    written="东方电力装备集团科协",
    office="秘书处",
)
ENTERPRISE = _unit(
    "中国北方精密仪器集团有限公司科学技术协会",
    None,
    "1000000010@qq.example",
    Client.QQ,
    "钟老师",
    office="秘书处",
)

REGISTRY_ROWS: tuple[dict[str, str], ...] = (
    {"kind": "enterprise", "name": POWER.name, "aliases": POWER.written},
)
"""What the demo adds to the shipped registry (columns as in units.csv, those not named are empty).

No list of 中央企业科协 is public, so the one here is invented.
"""
