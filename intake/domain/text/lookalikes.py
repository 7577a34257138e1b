"""Characters of unit names that readers of print take for one another, as readings of scans show them.

Only characters that look alike are here.  协 and 学, 理 and 物, 质 and 震 do not, so that one of them
in the place of the other is another body and never a slip.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from intake.domain.text.ocr_characters import alike

SHORTEST = 5
"""Characters of a name in which one slip still leaves enough to know it by."""

_GROUPS = (
    "学字孛", "省着看眚", "术朮木本", "技枝扶拔抆", "科料斜", "协劦办胁", "会合令仝", "中申巾",
    "国囯图囤", "华毕", "江汪红", "浙淅晰渐折", "苏办芥", "徽微徵薇", "建健", "西酉四", "东车", "南甫",
    "北比", "河何诃", "湖潮", "广厂", "海诲悔每", "重童", "庆厌床", "贵责", "州洲", "云去", "藏臧葳",
    "陕狭挟侠", "甘廿", "肃萧", "宁宇守", "夏复", "新薪", "疆彊缰", "辽这", "吉古告", "林材休", "黑墨",
    "龙尤", "蒙幪", "古占", "津律", "天夫无", "上土", "市巿币", "区匹叵", "自白目", "壮状", "维雏",
    "吾吴", "尔示", "族旅", "团囤困", "产严", "设没", "农衣", "药葯", "医匡", "械戒棫", "机枕", "电申甩",
    "气乞", "物勿", "理埋狸里", "地他池", "质盾", "球珠", "矿矽", "岩宕", "石右", "生主", "命俞", "胞饱",
    "植值", "昆毘", "虫蚰", "动勔", "遗遣", "传转", "心必", "态恣", "环坏", "境镜", "资贷", "源原",
    "测侧则", "绘给", "仪议", "器嚣", "造浩", "船般", "航舡", "铁扶", "路踣", "属厲", "金全", "有冇",
    "色包", "稀晞", "防妨", "护沪", "核该", "油抽", "煤媒", "炭岸", "可司", "能熊", "硅桂", "盐监",
    "筑巩", "纺妨", "织识", "纸抵", "食良", "粮根", "烟咽", "仿坊", "真直", "影彰", "颗棵", "照煦",
    "明朋", "惯愤", "园圆", "景晾", "消稍", "智暂", "体休", "视祝", "壤攘", "水氷", "茶荼",
    "草早", "历厉", "史吏", "针钉", "灸炙", "护扩", "麻床", "风凤", "癌岩", "疫役", "法洁",
    "腔控", "救敕", "女文", "卒率", "辩辨", "究空", "现观", "情惰", "报服", "图围", "城域诚",
    "美羌", "普晋", "作怍", "博搏", "期斯", "刊刑", "辑缉", "流硫", "档挡", "老考", "探深",
    "险捡", "规现", "划刘", "促捉", "权杈", "发友", "创刨", "检捡", "验骏", "反友", "邪耶",
    "基墓", "基某", "委季", "兵乒乓", "治洽", "道追迫", "剖副",
)  # fmt: skip


def mistakable(one: str, other: str) -> bool:
    """True for two different characters that a reader of print may take for each other."""
    return one != other and (alike(one, other) or any(one in group and other in group for group in _GROUPS))


def one_slip_of_reading(written: str, name: str) -> bool:
    """True when a single character parts the two, and it looks like the one in its place."""
    if len(written) != len(name) or len(name) < SHORTEST:
        return False
    apart = [(one, other) for one, other in zip(written, name, strict=True) if one != other]
    return len(apart) == 1 and mistakable(*apart[0])


def within_one(written: str, name: str) -> bool:
    """True when one character, of whatever look, was changed, dropped or added."""
    return abs(len(written) - len(name)) <= 1 and Levenshtein.distance(written, name, score_cutoff=1) <= 1
