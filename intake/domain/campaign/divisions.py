"""Associations for science and technology below a province: at which level, and of which province.

科协 stand in every city, county and township, and many of their names are like those of a province
(吉林市 beside 吉林省, 海南州 beside 海南省).  None of them may recommend; that of their province may.

The provinces of China and the cities, prefectures and leagues in them, by the names they go by in writing.

Source: the administrative divisions of the mainland (民政部行政区划代码).  Counties are not listed: there are
some 2,800, many names stand twice, and the last character tells what they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from intake.domain.campaign.unit_names import ASSOCIATION

Rank = Literal["地市级", "县区级", "乡镇街道级", "师团级"]
"""Of a city or prefecture, a county or district, a township or street; of the Xinjiang corps."""

CORPS = "新疆生产建设兵团"

PROVINCES = {
    "北京市": "", "天津市": "", "上海市": "", "重庆市": "",
    "河北省": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安新区",
    "山西省": "太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古自治区": "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善",
    "辽宁省": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛",
    "吉林省": "长春 吉林 四平 辽源 通化 白山 松原 白城 延边",
    "黑龙江省": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭",
    "江苏省": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁",
    "浙江省": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水",
    "安徽省": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "福建省": "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 平潭综合实验区",
    "江西省": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "山东省": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "河南省": (
        "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 "
        "许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源"
    ),
    "湖北省": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架林区",
    "湖南省": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
    "广东省": (
        "广州 深圳 珠海 汕头 佛山 韶关 湛江 肇庆 江门 茂名 惠州 梅州 "
        "汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮"
    ),
    "广西壮族自治区": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "海南省": "海口 三亚 三沙 儋州 五指山 琼海 文昌 万宁",
    "四川省": (
        "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 "
        "宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山"
    ),
    "贵州省": "贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南",
    "云南省": "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆",
    "西藏自治区": "拉萨 日喀则 昌都 林芝 山南 那曲 阿里",
    "陕西省": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 杨凌示范区",
    "甘肃省": "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南",
    "青海省": "西宁 海东 海北 黄南 海南 果洛 玉树 海西",
    "宁夏回族自治区": "银川 石嘴山 吴忠 固原 中卫",
    "新疆维吾尔自治区": (
        "乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰"
    ),
    "新疆生产建设兵团": "石河子 阿拉尔 图木舒克 五家渠 北屯 铁门关 双河 可克达拉 昆玉 胡杨河 新星 白杨",
}  # fmt: skip

_MEMBERS = (
    "(?:壮族|回族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|白族|傣族|景颇族|傈僳族|哈尼族"
    "|蒙古族?|哈萨克|柯尔克孜|朝鲜族)*"
)
_BODY = re.compile(
    r"公司|集团|大学|学院|学校|中学|小学|医院|研究|银行|油田|电网|厂$|局$|中心|[、,;/()]|以及|联合"
)
_SHORT = {
    re.sub(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$", "", name): name
    for name in PROVINCES
    if not name.endswith("兵团")
}
_CITY = {city: province for province, cities in PROVINCES.items() for city in cities.split()}
_CITIES = re.compile(rf"({'|'.join(sorted(_CITY, key=len, reverse=True))})({_MEMBERS}自治州|市|地区|盟|州)?")
_FULL = re.compile(
    rf"{'|'.join(PROVINCES)}|(?:{'|'.join(_SHORT)})省|"
    r"(?:广西|西藏|宁夏|新疆|内蒙古)(?:自治)?区|(?:新疆)?(?:生产)?(?:建设)?兵团"
)
_BRIEF = re.compile("|".join(_SHORT))
_DIVISION = re.compile(r"第?[一二三四五六七八九十\d]{1,3}(?:师|团)")
_ENDS: tuple[tuple[str, Rank], ...] = (
    (r"街道|镇|乡|苏木|社区|村", "乡镇街道级"),
    (r"县|旗|新区|区", "县区级"),
)


@dataclass(frozen=True, slots=True)
class Level:
    """A level below those that may recommend.

    `province` is the association above it where the name tells that; `rank` is None for a 市
    that stands in no list, of a prefecture or of a county.
    """

    rank: Rank | None
    province: str | None


def level_below(name: str) -> Level | None:
    """The level of an association's name (科协 written out); None where it is not surely below a province."""
    if not name.endswith(ASSOCIATION):
        return None
    region = name.removesuffix(ASSOCIATION)
    if not region or _BODY.search(region) or len(re.findall(ASSOCIATION, name)) > 1:
        return None
    said, rest = _province(region)
    if not rest:
        return None
    if _DIVISION.match(rest) and (said == CORPS or (said is None and rest.startswith("第"))):
        return Level("师团级", CORPS + ASSOCIATION)
    city = _city(rest)
    known = _CITY[city[1]] if city else None
    rank = _rank(rest, city)
    if rank is None and not rest.endswith("市"):
        return None
    provinces = {province for province in (said, known) if province}
    return Level(rank, provinces.pop() + ASSOCIATION if len(provinces) == 1 else None)


def surely_below(name: str) -> bool:
    """True where the name is that of a listed city or prefecture, with or without what lies in it."""
    level = level_below(name)
    region = name.removesuffix(ASSOCIATION)
    return level is not None and _city(_province(region)[1]) is not None


def _province(region: str) -> tuple[str | None, str]:
    """The province that a name begins with, and what follows."""
    full = _FULL.match(region)
    if full:
        said = full[0] if full[0] in PROVINCES else None
        if said is None:
            brief = _BRIEF.match(full[0])
            corps = "兵团" in full[0]
            said = CORPS if corps else _SHORT[brief[0]] if brief else None
        return said, region[full.end() :]
    if _city(region):
        return None, region
    brief = _BRIEF.match(region)
    # 河北区 lies in Tianjin and 海南区 in Inner Mongolia; 北京朝阳区 is of the province that it begins with.
    if brief is None or len(region) == brief.end() + 1:
        return None, region
    return _SHORT[brief[0]], region[brief.end() :]


def _city(rest: str) -> re.Match[str] | None:
    """The listed city that a name begins with: alone, or with 市, 州 and whatever lies in it."""
    found = _CITIES.match(rest)
    if found is None:
        return None
    bare = found[2] is None and not found[1].endswith("区")
    # 朝阳区 lies in Beijing, 大同区 in Daqing: a city's bare name counts only alone.
    if bare and (rest != found[1] or found[1] in _SHORT):
        return None
    return found


def _rank(rest: str, city: re.Match[str] | None) -> Rank | None:
    """The level that the last word of a name tells."""
    if city and city.end() == len(rest):
        return "地市级"
    for ends, rank in _ENDS:
        if re.search(rf"(?:{ends})$", rest):
            return None if rest.endswith("自治区") else rank
    if re.search(r"(?:自治州|地区|州|盟)$", rest):
        return "地市级"
    return "县区级" if city and rest.endswith("市") else None
