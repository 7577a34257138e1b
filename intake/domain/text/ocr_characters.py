"""How far what was read differs from what was expected, where a reader of pictures may have slipped.

Two texts are compared by their letters and digits alone: widths, white space, quotes, brackets, dots and
hyphens tell nothing.  Characters that no reader of print can tell apart (己 已 巳, 0 and O) count as one;
those that are easily taken for each other (末 未) count as one only where the reading itself is unsure.

Characters of unit names that readers of print take for one another, as readings of scans show them.

Only characters that look alike are here.  协 and 学, 理 and 物, 质 and 震 do not, so that one of them
in the place of the other is another body and never a slip.

Text layers in which a character was swapped for the radical that looks the same: ⻢ for 马, ⼀ for 一.

Some programs that write PDF name a glyph after the first code that their font gives it, and fonts share one
glyph between a character and its radical.  A name in such a layer looks right and equals no other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

_TWINS = (
    "己已巳",
    "祎袆",
    "0OoОоΟο〇○◯",
    "1lI|丨",
    "口囗",
    "二ニ",
    "八ハ",
    "力カ",
    "工エ",
    "夕タ",
    "卜ト",
    "一ー",
)
"""Alike in print at the size of a form: no score parts them, so they are never a difference."""

_ALIKE = [
    "未末",
    "日曰",
    "戊戌戍",
    "由曲",
    "甲申",
    "土士",
    "干千于",
    "人入",
    "天夭",
    "午牛",
    "免兔",
    "侯候",
    "炙灸",
    "冶治",
    "栗粟",
    "崇祟",
    "汨汩",
    "徒徙",
    "壁璧",
    "梁粱",
    "乌鸟",
    "拔拨",
    "拆折",
    "晴睛",
    "祯桢",
    "祜祐",
    "沫沬",
    "王玉",
    "田由",
    "大太",
    "今令",
    "住佳",
    "酒洒",
    "晓哓",
    "5S",
    "8B",
    "2Z",
    "uv",
]
"""Easily taken for each other, yet different words: free only where the reader marks its character unsure."""

_TWIN = {char: group[0] for group in _TWINS for char in group}
_DASH = "-"
_MARKS = "·•・‧∙⋅●･、。，．"
"""Symbols beside the punctuation of Unicode that stand for a dot in names."""


SHORTEST = 5
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


_SUPPLEMENT = {
    "⺁": "厂", "⺄": "乙", "⺇": "几", "⺈": "刀", "⺊": "卜", "⺌": "小", "⺎": "兀", "⺏": "尣",
    "⺐": "尢", "⺒": "巳", "⺓": "幺", "⺗": "心", "⺛": "旡", "⺜": "日", "⺝": "月",
    "⺟": "母", "⺠": "民", "⺧": "牛", "⺩": "王", "⺪": "疋", "⺫": "目",
    "⺬": "示", "⺮": "竹", "⺶": "羊", "⺷": "羊", "⺻": "聿", "⺼": "肉",
    "⺽": "臼", "⻁": "虎", "⻃": "覀", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角",
    "⻉": "贝", "⻊": "足", "⻋": "车", "⻑": "長", "⻒": "镸", "⻓": "长", "⻔": "门", "⻗": "雨",
    "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻞": "食", "⻟": "飠",
    "⻡": "首", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦",
    "⻩": "黄", "⻪": "黾", "⻫": "斉", "⻬": "齐", "⻭": "歯", "⻮": "齿", "⻯": "竜", "⻰": "龙",
    "⻱": "龜", "⻲": "亀", "⻳": "龟",
}  # fmt: skip
_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_UNIFIED = str.maketrans(_SUPPLEMENT | _KANGXI)


@dataclass(frozen=True, slots=True)
class Folded:
    """The letters and digits of a text, with the positions among them that were read unsurely.

    `origins` are their places in the text before it was folded.
    """

    text: str
    weak: frozenset[int] = frozenset()
    origins: tuple[int, ...] = ()

    def part(self, start: int, end: int | None = None) -> Folded:
        """The characters from `start` to before `end`."""
        end = len(self.text) if end is None else end
        weak = frozenset(place - start for place in self.weak if start <= place < end)
        return Folded(self.text[start:end], weak, self.origins[start:end])


@dataclass(frozen=True, slots=True)
class Gap:
    """What parts a reading from the expected text; all zero where they are one.

    `sure` characters differ and were read surely, `unsure` ones differ in an unsure character or were
    not read at all; `common` is the share of the longer text that both hold in the same order (0 to 1).
    """

    sure: int
    unsure: int
    common: float

    @property
    def closed(self) -> bool:
        """True where nothing parts the two."""
        return not self.sure and not self.unsure


def fold(text: str, weak: Iterable[int] = ()) -> Folded:
    """The letters and digits of the text; `weak` are the positions in it that were read unsurely."""
    if not weak:
        return _fold_sure(text)
    return _fold(text, frozenset(weak))


@lru_cache(maxsize=4096)
def _fold_sure(text: str) -> Folded:
    return _fold(text, frozenset())


def _fold(text: str, weak: frozenset[int]) -> Folded:
    chars: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFKC", _TWIN.get(char, char)):
            known = _TWIN.get(part, part).lower()
            kind = unicodedata.category(known[0])
            if kind == "Pd" or known in "−~":
                known = _DASH
            elif kind[0] in "PZCM" or known in _MARKS:
                continue
            chars.append(known)
            origins.append(place)
    unsure = frozenset(index for index, place in enumerate(origins) if place in weak)
    return Folded("".join(chars), unsure, tuple(origins))


def gap(expected: str, read: Folded) -> Gap:
    """What parts the reading from the expected text, hyphens left out, or taken for 一 where that fits."""
    bare = _gap(_without_dashes(fold(expected)), _without_dashes(read))
    if bare.closed or not (_DASH in read.text or _DASH in fold(expected).text):
        return bare
    dashed = _gap(_with_strokes(fold(expected)), _with_strokes(read))
    return dashed if dashed.closed else bare


def same(expected: str, read: Folded) -> bool:
    """True where nothing parts the reading from the expected text; quicker than `gap` where much does."""
    return abs(len(fold(expected).text) - len(read.text)) <= read.text.count(_DASH) + expected.count(
        _DASH
    ) + 2 and (gap(expected, read).closed)


def alike(one: str, other: str) -> bool:
    """True for two different characters that are easily taken for each other in print."""
    return any(one in group and other in group for group in _ALIKE)


def _gap(expected: Folded, read: Folded) -> Gap:
    if expected.text == read.text:
        return Gap(0, 0, 1.0)
    sure = unsure = changed = 0
    for step in Levenshtein.editops(expected.text, read.text):
        changed += 1
        if step.tag == "delete":
            unsure += 1
        elif step.dest_pos not in read.weak:
            sure += 1
        elif step.tag == "insert" or not alike(expected.text[step.src_pos], read.text[step.dest_pos]):
            unsure += 1
        else:
            changed -= 1
    longest = max(len(expected.text), len(read.text))
    return Gap(sure, unsure, max(0.0, 1 - changed / longest) if longest else 0.0)


def _without_dashes(folded: Folded) -> Folded:
    if _DASH not in folded.text:
        return folded
    kept = [index for index, char in enumerate(folded.text) if char != _DASH]
    return Folded(
        "".join(folded.text[index] for index in kept),
        frozenset(new for new, index in enumerate(kept) if index in folded.weak),
        tuple(folded.origins[index] for index in kept),
    )


def _with_strokes(folded: Folded) -> Folded:
    return Folded(folded.text.replace(_DASH, "一"), folded.weak, folded.origins)


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


def unified(text: str) -> str:
    """The text with characters in the place of radicals; as long as it was."""
    return text.translate(_UNIFIED)
