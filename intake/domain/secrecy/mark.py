"""One line, cell or name, and whether it bears a mark of a state secret."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum


class Mark(IntEnum):
    """What a text shows: no mark, what may be one, a mark."""

    NONE = 0
    DOUBTFUL = 1
    SURE = 2


LONGEST_NAME = 300
"""Characters of a subject or filename that are looked at."""

LONGEST_CLAUSE = 100
"""Characters beyond which a clause is no plain statement about a mail."""

_TRADITIONAL = str.maketrans("絕機級涉祕", "绝机级涉秘")
_GRADE = r"(?:绝密|机密|秘密)"
_STAR = r"[★☆✩✭⭐⋆✱*＊]"
_TERM = r"(?:长期|永久|[\d一二三四五六七八九十]+(?:年|个月|月|日)|解密前)"
_PAPERS = r"(?:文件|材料|资料|信息|件|内容|事项|档案|文档)"

_STARRED = re.compile(rf"{_GRADE}级?{_STAR}+{_TERM}?(?:启用前|后解密)?")
# A reader of print makes of a star what it likes, but hardly these, which make words of a story.
_ODD_STAR = r"[^\s\d,。、:;的之了与和及在保守约近满第共]"
_LIKE_A_STAR = r"[★☆✩✭⭐⋆✱*＊大太女食台夫木术六丈久]"
_AS_READ = re.compile(rf"{_GRADE}级?(?:{_ODD_STAR}{{0,2}}{_TERM}(?:启用前|后解密)?|{_LIKE_A_STAR}{{1,2}})")
_WHOLE = re.compile(
    rf"(?:国家)?(?:{_GRADE}(?:级?{_PAPERS}?)|涉密{_PAPERS}?)(?:{_STAR}*{_TERM}|{_STAR}+)?|{_GRADE}级?{_STAR}*{_TERM}"
)
_BRACKETED = re.compile(r"[【\[(〔〖{]([^】\])〕〗}]{2,16})[】\])〕〗}]")
_LABEL = re.compile(
    r"(?:文件|材料|本件|资料|信息|项目|成果|论文)?(?:密级|保密等级|保密级别|涉密等级|涉密级别|涉密程度|秘密等级|定密(?:等级|级别|情况)?|"
    r"(?:是否)?(?:为|属于|存在)?涉密(?:文件|材料|情况|与否|内容|信息)?|涉密审查(?:结果|结论|意见|情况)?)"
)
_VALUE_OF_LABEL = re.compile(rf"({_LABEL.pattern})[:：]+(.*)")
_ASKED = re.compile(r"是否")
_DENIED = re.compile(
    r"(?:非|不|未|无|没有?|免|否|零)"
    r"(?:存在|涉及|含有?|包含|属于?|是|为|带有?|得|能|有|任何|国家|相关|该|等|发现|标注|定|、|,){0,6}"
    rf"(?:涉密|涉及国家秘密|国家秘密|{_GRADE}|密级)"
)
_HARMLESS = re.compile(
    r"(?:商业|技术|个人|行业|企业|工作|军事|贸易|公司)(?:秘密|机密)|商密|机密(?:性|计算|码)|手机密码|计算机密|随机密|"
    r"秘密(?:花园|武器|基地|通道|任务|档案)|涉密(?:人员|岗位|载体|网络|计算机|系统|场所|管理|培训|教育|测绘|专业|工程|资质|单位)|"
    r"涉密(?:审查|审批|承诺|检查|工作)|脱密|解密|加密|保密|密切|秘书"
)
_SPLIT = re.compile(r"[\s_\-—–~·、,，;；|/\\+&=]+|(?<=[^\d])\.|:|：|!|！")
_EXTENSION = re.compile(r"\.[a-z0-9]{1,5}$", re.I)
_SECRET_PAPERS = rf"(?:涉密(?:推荐|申报|报送)?|(?:机密|绝密)级?|秘密级){_PAPERS}"
_EMBEDDED = re.compile(rf"{_SECRET_PAPERS}|{_GRADE}级|^{_GRADE}(?!的)")
_SENT = r"(?:报送|提交|发送|呈报|上报)"
_DECLARED = re.compile(rf"^{_SECRET_PAPERS}(?:{_SENT}|$)|(?:{_SENT}|含有?)的?{_SECRET_PAPERS}")
_TORN = re.compile(r"(?<=[不非未无])[\s_-]+(?=涉|属|是)")
_NUMBERED = re.compile(r"^(?:(?:回复|答复|转发|re|fwd?|fw)[:：])+", re.I)
_TICK = "☑√■✓✔☒●▣◉"
_BOX = "□☐○◯▢"
_CHOICE = "(是|否|公开|内部|非密|非涉密|不涉密|涉密|无|普通|绝密|机密|秘密)"
_LEADING = re.compile(rf"([{_TICK}{_BOX}]){_CHOICE}")
_TRAILING = re.compile(rf"{_CHOICE}([{_TICK}{_BOX}])")
_NEGATIVE = frozenset(
    ("", "否", "无", "不", "公开", "内部", "非密", "普通", "一般", "通过", "-", "/", "—", "——")
)
_SECRET = ("是", "涉密", "绝密", "机密", "秘密")


def folded(text: str) -> str:
    """Half width, simplified, white space kept."""
    return unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)


def squeezed(text: str) -> str:
    """The same without any white space: offices write 秘　密."""
    return "".join(folded(text).split())


def starred(text: str) -> bool:
    """True for the mark with its star (机密★5年), which nothing else looks like, at either end of a line."""
    line = squeezed(text)
    match = _STARRED.search(line)
    return match is not None and (match.start() == 0 or match.end() == len(line))


def starred_as_read(text: str) -> bool:
    """True for a line that is a starred mark as a reader of print may have it: 秘密大5年, 机密女."""
    return _AS_READ.fullmatch(squeezed(text).strip("()[]【】〔〕")) is not None


def stands_alone(text: str) -> bool:
    """True for a line that is a mark and nothing else."""
    return _WHOLE.fullmatch(squeezed(text)) is not None


def bracketed(text: str) -> bool:
    """True for a line with a mark in brackets."""
    inside = _BRACKETED.findall(folded(text))
    return any(_WHOLE.fullmatch("".join(inner.split())) for inner in inside)


def leads(text: str) -> bool:
    """True for a line with a mark in brackets, or as a word of its own at its beginning or end."""
    if bracketed(text):
        return True
    whole = folded(text).strip()
    words = [word for word in whole.split() if word]
    if len(words) < 2:
        return False
    # A title may end in 的 秘密.
    return _WHOLE.fullmatch(words[0]) is not None or (
        words[-1] != "秘密" and _WHOLE.fullmatch(words[-1]) is not None
    )


def labelled(text: str) -> Mark | None:
    """What a line or cell says beside 密级 or 是否涉密 ("密级：秘密"); None: it says nothing."""
    match = _VALUE_OF_LABEL.match(squeezed(text))
    if match is None:
        return None
    mark = valued(match[1], match[2])
    return mark if mark or _is_negative(match[2]) or _boxes(squeezed(match[2])) else None


def is_label(text: str) -> bool:
    """True for 密级, 是否涉密 and the like, with or without a colon."""
    return _LABEL.fullmatch(re.sub(r"\([^()]*\)", "", squeezed(text)).rstrip(":：")) is not None


def valued(label: str, text: str) -> Mark:
    """What stands beside such a label; of several answers to choose from, the one that is ticked."""
    value = squeezed(text).strip("。.;；，,")
    if _boxes(value):
        return _chosen(value)
    if _is_negative(value) or "公开" in value:
        return Mark.NONE
    bare = _bare(value)
    if _WHOLE.fullmatch(bare) or starred(bare):
        return Mark.SURE
    if _ASKED.search(label) and bare in ("是", "有", "属于"):
        return Mark.SURE
    # Several at once are the choices of a template.
    return Mark.DOUBTFUL if len(re.findall(_GRADE, _HARMLESS.sub("", bare))) == 1 else Mark.NONE


def _bare(value: str) -> str:
    return _DENIED.sub("", value).strip("。.;；，,、")


def _is_negative(value: str) -> bool:
    return _bare(squeezed(value)) in _NEGATIVE


def _boxes(value: str) -> bool:
    """True where the answers are boxes to tick."""
    return re.search(rf"[{_TICK}{_BOX}]", value) is not None


def _chosen(value: str) -> Mark:
    if value[0] in _TICK + _BOX:
        ticked = [match[2] for match in _LEADING.finditer(value) if match[1] in _TICK]
    else:
        ticked = [match[1] for match in _TRAILING.finditer(value) if match[2] in _TICK]
    secret = [word for word in ticked if word in _SECRET]
    if secret and len(secret) == len(ticked):
        return Mark.SURE
    return Mark.DOUBTFUL if secret else Mark.NONE


def named(text: str) -> Mark:
    """What a subject, a file's or a folder's name bears: a word of its own, in brackets, or with a star."""
    text = text[:LONGEST_NAME]
    name = _TORN.sub("", _NUMBERED.sub("", _EXTENSION.sub("", folded(text)).strip()))
    plain = _HARMLESS.sub("", _DENIED.sub("", squeezed(name)))
    if "密" not in plain:
        return Mark.NONE
    answers = [mark for word in (name, *name.split()) if (mark := labelled(word)) is not None]
    if answers:
        return max(answers)
    if _STARRED.search(plain):
        return Mark.SURE
    words = [*_SPLIT.split(_BRACKETED.sub(" ", name)), *_BRACKETED.findall(name)]
    if stands_alone(name) or any(stands_alone(word) for word in words):
        return Mark.SURE
    if "是否" in name or "?" in name:
        return Mark.NONE
    if _DECLARED.search(plain):
        return Mark.SURE
    return Mark.DOUBTFUL if _EMBEDDED.search(plain) else Mark.NONE


_CLAUSES = re.compile(r"[。！？!?；;，,\n]+")
_PAPER = r"(?:邮件|材料|附件|文件|内容|信息|推荐表|推荐材料|件|表|文|资料)"
# Bounded: a sender may write 文件文件文件… without end.
_THIS = rf"(?:本|此|该|以下|下列|附件|所附|随附|上述|所报)?[的中所]?{_PAPER}{{1,3}}"
_STATED = re.compile(
    rf"{_THIS}(?:及其?附件|等)?(?:均|都|全部|部分|有)*(?:已)?(?:被?定?为|属于?|系|是|含有?|包含|涉及|有)*"
    rf"(?:涉密|国家秘密|{_GRADE}级(?:国家秘密|文件|材料|事项)?)"
)
_SUPPOSED = re.compile(
    r"如|若|凡|是否|不|非|无|未|没有|勿|严禁|禁止|防止|避免|确保|脱|审查|人员|培训|宣传|教育|法|可能|"
    r"应当|必须|要求|规定|曾|荣|参与|负责"
)


def said(clause: str) -> Mark:
    """What a clause of the sender's says of this very mail (附件为涉密材料); rules and stories are none."""
    plain = squeezed(clause)
    if "密" not in plain or len(plain) > LONGEST_CLAUSE or _SUPPOSED.search(plain):
        return Mark.NONE
    bare = _HARMLESS.sub("", plain)
    if _STATED.search(bare):
        return Mark.SURE
    return Mark.DOUBTFUL if re.search(rf"涉密{_PAPERS}", bare) else Mark.NONE


def clauses(text: str) -> list[str]:
    """The clauses of a mail, each with its own ifs and nots."""
    return [part for part in _CLAUSES.split(text) if part.strip()]
