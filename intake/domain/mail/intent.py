"""What a mail asks to be done with earlier material, and the numbers that it names: words alone, pure.

Only the sender's own words are asked, never the history below them.  Whatever is
found here is shown to a person or weighed as evidence; nothing is withdrawn or
dropped for it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

LONGEST = 20_000
"""Characters of a text that are looked at: these words are weighed outside the sandbox, each time anew."""

MOST = 50
"""Places of one intent in a text; nobody asks the same thing that often in earnest."""

KEPT, LONGEST_KEPT = 2048, 4_000
"""Texts of which it is kept what they ask, unless they are long: those of units that are judged together."""

NEAR = 40
"""Characters before a word in which its negation or condition stands."""


REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|回复|回覆|答复|答覆)\s*[:：]", re.I)
"""How the subject of an answer begins."""

_OUR_ANSWERED = re.compile(rf"(?:{REPLY_SUBJECT.pattern}){{2}}", re.I)
"""How the subject of a reply to a letter of ours begins, which repeats what its sender wrote before."""


class Intent(StrEnum):
    """What a sender says of material that came before."""

    REPLACE = "replace"
    """以此为准: what comes now counts instead."""
    VOID = "void"
    """作废: what came before counts no more."""
    CORRECT = "correct"
    """更正: something that was told before was wrong."""
    AMEND = "amend"
    """更正为…: what it should say stands in the mail itself."""
    WITHDRAW = "withdraw"
    """撤回: a nomination is taken back."""


_ENDS = "。；;！!？?\n"
_PAUSES = _ENDS + "，,：:"
_RUN = rf"[^{_PAUSES}]"
_RECOMMENDING = r"(?:推荐|申报|参评|评选|报名|参选|提名|候选)(?!表|书)"

_WITHDRAW = re.compile(
    r"撤回|撤销|撤消|撤下|撤件|撤稿|撤报|撤出|收回推荐(?!表)"
    rf"|不再(?:予以|继续|对{_RUN}{{1,15}}?|将{_RUN}{{1,15}}?|作为{_RUN}{{0,12}}?|参加{_RUN}{{0,8}}?|参与{_RUN}{{0,8}}?)?"
    rf"(?:{_RECOMMENDING}|上报|报送)"
    rf"|不(?:再)?参加{_RUN}{{0,6}}?(?:评选|申报|推荐)"
    rf"|(?:取消|放弃|退出|终止|中止|停止){_RUN}{{0,15}}?{_RECOMMENDING}"
    rf"|从{_RUN}{{0,12}}(?:名单|候选|推荐|申报){_RUN}{{0,6}}(?:删除|移除|去掉|剔除|删去)"
    r"|\bwithdraw(?:al|n|ing)?\b",
    re.I,
)
_VOID = re.compile(
    rf"作废|(?:原先|原来|原|此前|之前|以前|前期|先前|上次|前次|前一?封|早前|昨[日天]|上一?[封版次份]|旧)"
    rf"{_RUN}{{0,16}}?(?:无效|不算数?|不作数|不计|(?:请|可)?(?:予以)?(?:忽略|删除|弃用))"
)
_COUNTS_NOW = (
    rf"以(?:此|这|该|本(?!邮箱|通知|中心|函)|附件|最新|最后|最终|新|后[一者发来]|今[日天]|现在"
    rf"|(?:修改|更正|更新|补正|调整)后|重新){_RUN}{{0,16}}?[为為][准準]"
)
_REPLACE = re.compile(
    rf"{_COUNTS_NOW}|替换|取代|撤换|改报|重报|重新(?:报送|提交|发送|上报|上传|寄送|推荐)|\bsupersedes?\b",
    re.I,
)
_CORRECT = re.compile(
    r"更正|勘误|订正|笔误|错别字|(?:写|填|打|录)错|(?:有误|错误)(?=[，,。；;、]|特此|现|重|$)"
    r"|\bcorrect(?:ion|ed)\b",
    re.I,
)
_AMEND = re.compile(
    rf"更正为|更正如下|现(?:予以?)?更正|申请更正|请(?:予以|帮忙|协助|代为)?更正(?!后|的)|特此更正"
    rf"|更正{_RUN}{{1,20}}?[为成]|(?:应该?[为是]|改[为成])(?={_RUN}{{1,}})"
)

_NOT = re.compile(
    r"(?:不是|并非|非|不用|不必|不需要?|无需|无须|毋须|不会|不能|不可以?|不得|不宜|不想|不拟|不打算|不应当?|不同意"
    r"|不允许|不存在|不|请勿|勿|没有|没|别|未曾|尚未|从未|并未|未|无|禁止"
    r"|是否(?:还|仍|确实)?(?:需要|需|要|应当?|有必要|必须)?|如何|怎么|怎样|何时|何种情况(?:可以)?)"
    r"(?:再|予以?|申请|要求|提出|办理|考虑|进行|想要?|要|被|曾|是要?|主动|自行)?$"
)
"""What, right before a word, makes it mean the contrary, or a question about the rules."""

_IF = re.compile(
    rf"(?:如果|如有?|若|倘若?|假如|假使|万一|要是|一旦)(?!下|实|期|上){_RUN}{{0,12}}$|需(?:要)?(?:补充[或、和及])?$"
)
"""What makes it a mere possibility; 需补充或更正的 stands in our own letters."""

_RULES = re.compile(r"^的?(?:流程|程序|办法|方式|方法|手续|规定|条件|时限|截止|权限|权利|吗|么|与否)")
_OTHER_THINGS = re.compile(
    r"^(?:了|过|的)?(?:一?[条个])?(?:消息|处分|处罚|职务|登记|荣誉|称号|案件|诉讼|资格)"
)
_PAPERS = re.compile(r"材料|[件表版稿]|照片|视频|文件|附件|重复")
_VERDICTS = re.compile(r"结果|通知|时间|规定|公[示布告]|要求|口径|审核|审定|评审|研究")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place where an intent is said: the clauses of its sentence, and which of them says it."""

    clauses: tuple[str, ...]
    place: int

    @property
    def sentence(self) -> str:
        """The whole sentence in one line."""
        return "，".join(clause.strip() for clause in self.clauses if clause.strip())


def intent(subject: str, body: str) -> frozenset[Intent]:
    """What the sender asks for in his subject or his own words (`body` without quoted history).

    Negations (无需撤回), conditions (如需撤回) and questions about the rules (如何撤回)
    ask for nothing.  原材料作废，以此为准 replaces and is no withdrawal.
    """
    found = {kind for kind in _PATTERNS if passages(kind, subject, body)}
    if Intent.AMEND in found:
        found.add(Intent.CORRECT)
    return frozenset(found)


_PATTERNS = {
    Intent.REPLACE: _REPLACE,
    Intent.VOID: _VOID,
    Intent.CORRECT: _CORRECT,
    Intent.AMEND: _AMEND,
    Intent.WITHDRAW: _WITHDRAW,
}


def passages(kind: Intent, subject: str, body: str) -> tuple[Passage, ...]:
    """The places in subject and body where that intent is said and meant.

    The subject of a reply to our answer (Re: 回复：撤回…) is what was said before, and not said again.
    """
    ask = _passages if len(subject) + len(body) <= LONGEST_KEPT else _passages.__wrapped__
    return ask(kind, subject[:LONGEST], body[:LONGEST])


@lru_cache(maxsize=KEPT)
def _passages(kind: Intent, subject: str, body: str) -> tuple[Passage, ...]:
    # The mails of a unit are asked again whenever it is judged anew.
    said = "" if _OUR_ANSWERED.match(subject) else subject
    return tuple(
        _passage(text, match)
        for text in map(_folded, (said, body))
        for match in islice(_PATTERNS[kind].finditer(text), MOST)
        if _meant(kind, text, match)
    )


@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    # Mail programs break lines, and senders put spaces, in the middle of a sentence.
    return re.sub(
        r"(?<=[^\x00-\x7f])[ \t\u3000]++(?=[^\x00-\x7f])", "", unicodedata.normalize("NFKC", text[:LONGEST])
    )


def _meant(kind: Intent, text: str, match: re.Match[str]) -> bool:
    before = re.split(rf"[{_PAUSES}]", text[max(match.start() - NEAR, 0) : match.start()])[-1]
    after = text[match.end() : match.end() + NEAR]
    if _NOT.search(before) or _IF.search(before) or _RULES.match(after):
        return False
    if kind is Intent.WITHDRAW:
        if match[0].endswith(("上报", "报送")) and _PAPERS.search(before + match[0]):
            # 其余材料不再报送 spares paper, not a nominee.
            return False
        return not _OTHER_THINGS.match(after)
    if kind is Intent.REPLACE:
        # 以最终审核结果为准 speaks of the office's verdict, not of the mail.
        return not _VERDICTS.search(match[0])
    return True


def _passage(text: str, match: re.Match[str]) -> Passage:
    start = max(text.rfind(end, 0, match.start()) for end in _ENDS) + 1
    ends = [found for end in _ENDS if (found := text.find(end, match.end())) >= 0]
    sentence = text[start : min(ends, default=len(text))]
    place = len(re.findall(rf"[{_PAUSES}]", text[start : match.start()]))
    return Passage(tuple(re.split(rf"[{_PAUSES}]", sentence)), place)


_DASH = r"\s*[-‐‑‒–—―－_−~]\s*"
_QUOTE_MARKS = re.compile(r"\n[\s>|]*")


def nomination_numbers(text: str, prefix: str) -> tuple[str, ...]:
    """The nomination numbers (KX2024-0007) that stand in a text, each once, as the ledger writes them.

    `prefix` is the campaign's.  Full width, other dashes, spaces and lower case are
    understood.
    """
    find = _nomination_numbers if len(text) <= LONGEST_KEPT else _nomination_numbers.__wrapped__
    return find(text[:LONGEST], prefix)


@lru_cache(maxsize=KEPT)
def _nomination_numbers(text: str, prefix: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", text)
    spaced = r"\s?".join(map(re.escape, prefix))
    pattern = rf"(?<![A-Za-z0-9]){spaced}(?:{_DASH}(\d{{1,6}})|(\d{{4,6}}))(?!\d)"
    found = re.finditer(pattern, folded, re.I)
    return tuple(dict.fromkeys(f"{prefix}-{int(match[1] or match[2]):04d}" for match in found))


def letter_references(text: str, short_name: str) -> tuple[str, ...]:
    """The references of our letters (农技中心收〔2025〕12号) in a text, each once, as the outbox writes them.

    `short_name` is the office's.  Any brackets, spaces and line breaks are understood.
    """
    find = _letter_references if len(text) <= LONGEST_KEPT else _letter_references.__wrapped__
    return find(text[:LONGEST], short_name)


@lru_cache(maxsize=KEPT)
def _letter_references(text: str, short_name: str) -> tuple[str, ...]:
    folded = _QUOTE_MARKS.sub("", unicodedata.normalize("NFKC", text))
    name = r"\s*".join(map(re.escape, f"{short_name}收"))
    opening, closing = r"[〔\[【(（［〖{〈《]", r"[〕\]】)）］〗}〉》]"
    pattern = rf"{name}\s*+{opening}\s*+(20\d\d)\s*+年?\s*+{closing}\s*+第?\s*+0*(\d{{1,7}})(?!\d)"
    found = re.finditer(pattern, folded)
    return tuple(dict.fromkeys(f"{short_name}收〔{match[1]}〕{match[2]}号" for match in found))
