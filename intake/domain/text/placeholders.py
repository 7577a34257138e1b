"""Text that a template puts into its cells and nobody meant: 请填写, 点击输入, 例：, ×××, 某某."""

from __future__ import annotations

import re
import unicodedata

LONGEST_PROMPT = 40
"""Characters; a longer text that begins with 请填写 or 如： is somebody's own."""

_MASKS = "×✕✖╳*某○△Xx"
_ALL_MASK = re.compile(rf"[{_MASKS}·\s]*+(?<=[{_MASKS}]{{2}})")
_MASKED = re.compile(
    r"[×✕✖╳*]{2,}|某某|(?<![A-Za-z0-9])[Xx]{2,}(?![A-Za-z0-9])|○{2,}(?=[省市县区镇学协社村])"
)
_PROMPT = re.compile(
    r"[(\[【{<〈«]*(?:请(?:在此|在这里|准确|如实|按)?(?:处|填|输|录|选|写|键入)|此处(?:填|输|录|键入|请)|在(?:此|这里)(?:处)?(?:填|输|录|键入)"
    r"|点此处?(?:填|输|录|选)|(?:单击|点击|双击|轻触|点按)(?:或|此|这|以?(?:处|输入|录入|键入|填写|选择|添加|编辑))|(?:选择|选取)(?:一项|日期)|待填"
    r"|键入(?:文字|姓名|名称|单位|公司|日期)|填写(?:单位|全称|姓名|名称|说明)|(?:输|录)入(?:文字|文本|内容|姓名|名称|单位|日期)"
    r"|(?:应|须|需)?与.{0,8}(?:公?章|身份证).{0,4}一致"
    r"|(?:click|tap|clickortap|tapor?click)(?:here)?to(?:enter|add|type|insert|choose|select|edit)|clickhere|chooseanitem"
    r"|(?:please)?(?:enter|type|insert|fillin)(?:your|the)?(?:text|name|here|date|fullname)|pleasefill|pleaseenter)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"待定|待(?:补|补充|填|确定)|暂(?:无|缺|空|未?定)|无|空白?|姓名|名称|n/?a|none|null|tbd|(?:full)?name|placeholder|taphere"
    r"|loremipsum.{0,40}|[?？]+|[$#%@]{1,2}(?:[a-z0-9_.]{0,30}|\{[\w.]{1,30}\}|\w{1,30}[$#%@])[$#%@]?"
    r"|填写(?:示例|人)(?:姓名|名称)?",
    re.IGNORECASE,
)
"""What stands in the place of a name that is not there; in other cells 无 is an answer."""
_REQUIRED = re.compile(
    r"[(\[【*]*(?:此项|本项|该项|此栏|本栏)?为?(?:必填|选填|必须填写|不得空缺|不能为空)(?:项|栏)?[)\]】*]*"
    r"|[(\[【]?(?:请.{1,12}|如实|据实|准确)(?:填写|填报|输入|一致)[)\]】]?"
)
_SHOWN = re.compile(
    r"(?:单击或点击(?:此处)?(?:以)?输入(?:文字|日期)|(?:单击|点击)此处(?:以)?输入(?:文字|日期)|选择一项)。"
    r"|(?:Click or tap|Click)(?: here)? to enter (?:text|a date)\.|Choose an item\.",
    re.IGNORECASE,
)
"""What Word itself shows in a content control: a whole sentence, behind which somebody may have written."""
_EXAMPLE = re.compile(r"[(\[【]?(?:示例|样例|范例|举例|例如|例|如)[:)\]】]")
_MARKED = re.compile(r"[(\[【](?:填写)?(?:示例|样例|范例|举例|示范|样本|例)[)\]】]")
_BRACKETED = re.compile(r"[(][^()]*[)]|\[[^\[\]]*\]|【[^【】]*】|\{+[^{}]*\}+|<+[^<>]*>+|«[^«»]*»")
_SAMPLE_TITLE = re.compile(
    r"示例|样例|样表|样张|范例|范本|模板|模版|填写说明|填报说明|填写示范|填报示范|示范文本|参考格式"
)
_STOCK_NAMES = frozenset(("张三", "李四", "王五", "赵六", "张某", "李某", "王某"))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split()))


def without_prompt(text: str) -> str:
    """The text without the sentence that Word shows in an empty control, where more than it stands there."""
    return _SHOWN.sub("", text, count=1).strip() or text


def is_placeholder(text: str) -> bool:
    """True for a cell that holds only what the template says: a prompt, an example (张三（示例）), a mask."""
    folded = _folded(text)
    if _ALL_MASK.fullmatch(folded):
        return True
    said = _PROMPT.match(folded) or _EXAMPLE.match(folded) or _MARKED.search(folded)
    said = said or _REQUIRED.fullmatch(folded)
    return len(folded) <= LONGEST_PROMPT and bool(said)


def is_bracketed(text: str) -> bool:
    """True for a text that stands in brackets altogether: the template's hint of what belongs there."""
    return bool(_BRACKETED.fullmatch(_folded(text)))


def is_no_name(text: str) -> bool:
    """True for words in a name's cell that name nobody: 待定, N/A, a template's field."""
    return bool(_NO_NAME.fullmatch(_folded(text)))


def is_masked(name: str) -> bool:
    """True for a name with a gap in it: ××省科协, 某某社区, “XX”项目."""
    return bool(_MASKED.search(_folded(name)))


def is_sample_title(line: str) -> bool:
    """True for a heading that calls its form an example: 推荐表（示例）, 样表, 填写说明."""
    return bool(_SAMPLE_TITLE.search(_folded(line)))


def is_stock_name(name: str) -> bool:
    """True for the names that examples bear.

    Real people bear them as well: never proof of an example by itself.
    """
    return _folded(name) in _STOCK_NAMES
