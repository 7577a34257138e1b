"""Text layers in which a character was swapped for the radical that looks the same: ⻢ for 马, ⼀ for 一.

Some programs that write PDF name a glyph after the first code that their font gives it, and fonts share one
glyph between a character and its radical.  A name in such a layer looks right and equals no other.
"""

from __future__ import annotations

import unicodedata

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
"""U+2E80 to U+2EF3 after Unicode's EquivalentUnifiedIdeograph.txt, which normalisation leaves alone."""

_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_UNIFIED = str.maketrans(_SUPPLEMENT | _KANGXI)


def unified(text: str) -> str:
    """The text with characters in the place of radicals; as long as it was."""
    return text.translate(_UNIFIED)
