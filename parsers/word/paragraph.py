"""A paragraph of WordprocessingML as a reader sees it (ECMA-376 Part 1, §17.3): runs, fields, controls.

Elements are told by local name, so that the strict and the transitional namespaces read
alike.  Deleted, struck out and hidden text and the code of fields are not seen; inserted text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain.text.placeholders import is_placeholder
from parsers.common.text import clean
from parsers.common.xml import attribute, local_name
from parsers.word.symbols import CHECKED, SIGNS, UNCHECKED, field_result, in_font, readable, sign

_TRANSPARENT = frozenset(
    (
        *("hyperlink", "smartTag", "ins", "moveTo", "conflictIns", "fldSimple", "bdo", "dir", "customXml"),
        *("sdtContent", "ruby", "rubyBase", "oMath", "oMathPara"),
    )
)
"""Elements whose content is read as if they were not there."""

_LITERAL = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_DRAWN = frozenset(("drawing", "pict", "object"))
_OFF = ("0", "false", "off")
_HINT = re.compile(
    r"[\w（）()、/]{0,8}(?:全称|名称|姓名|日期|电话|号码|单位|地址|时间|内容|文字|职务|职称|意见|年限|人数|数量|简介|事迹)[：:]?"
)
"""What forms say of a cell in its prompt, without a word of asking."""
_WIDEST_BOX = 4
"""Blanks with a border around them that are a box to tick; more are a place to write in."""


def child(element: Any, *path: str) -> Any:
    """The first descendant along a path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next(element.iterchildren(f"{{*}}{name}"), None)
    return element


def value(element: Any, default: str = "") -> str:
    """The w:val (or w14:val) attribute; the default where element or attribute is absent."""
    if element is None:
        return default
    for key, said in element.items():
        if key.endswith("}val"):
            return str(said)
    return default


def is_on(element: Any) -> bool:
    """A switch: there, and not set to off (§17.17.4)."""
    return element is not None and value(element, "1").lower() not in _OFF


def control_content(control: Any) -> Any:
    """What a content control holds; None while it only shows its prompt (单击此处输入文字)."""
    return None if shows_prompt(control) else child(control, "sdtContent")


def shows_prompt(control: Any) -> bool:
    """True for a content control that shows its prompt and nothing else (§17.5.2.39).

    Programs that fill forms leave the mark of that on, and the grey style with it: what does not read like a
    prompt is what somebody wrote.
    """
    if not is_on(child(control, "sdtPr", "showingPlcHdr")):
        return False
    words = _words_of(control).strip()
    return not words or is_placeholder(words) or _HINT.fullmatch(words) is not None


def settle_prompts(root: Any, prompts: Mapping[str, str]) -> None:
    """Takes the mark off the controls that show other words than their prompt, and the words off the rest.

    `prompts` are those that the document keeps (its glossary part, §17.12) by the names that controls know
    them by; a control whose prompt is not among them is left as it is, to be judged by its words.
    """
    for control in root.iter("{*}sdt"):
        mark = child(control, "sdtPr", "showingPlcHdr")
        prompt = prompts.get(value(child(control, "sdtPr", "placeholder", "docPart")))
        if prompt is None or not is_on(mark):
            continue
        if _squeezed(_words_of(control)) != prompt:
            mark.getparent().remove(mark)
            continue
        for text in child(control, "sdtContent").iter("{*}t"):
            text.text = ""


def prompts_of(glossary: Any) -> dict[str, str]:
    """The building blocks of a glossary part that hold words: their names, and the words without space."""
    found: dict[str, str] = {}
    for part in glossary.iter("{*}docPart") if glossary is not None else ():
        name, body = value(child(part, "docPartPr", "name")), child(part, "docPartBody")
        words = "" if body is None else _squeezed("".join(text.text or "" for text in body.iter("{*}t")))
        if name and words:
            found[name] = words
    return found


def _words_of(control: Any) -> str:
    content = child(control, "sdtContent")
    return "" if content is None else "".join(text.text or "" for text in content.iter("{*}t"))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def alternatives(element: Any) -> list[Any]:
    """The branches of mc:AlternateContent in the order in which they are tried (Part 3, §9.3)."""
    return [item for item in element if local_name(item) in ("Choice", "Fallback")]


@dataclass(slots=True)
class _Field:
    """A complex field that is open: its code, and whether what follows still is code or is not shown."""

    code: str = ""
    in_code: bool = True
    drawn: bool = False


class ParagraphText:
    """The reading of one paragraph: `text`, and the text `boxes` that are anchored in it.

    `hidden` are the ids of styles that hide what they are given to.
    """

    def __init__(self, paragraph: Any, hidden: frozenset[str]) -> None:
        self.boxes: list[Any] = []
        self._hidden = hidden
        self._fields: list[_Field] = []
        style = value(child(paragraph, "pPr", "pStyle"))
        self._all_hidden = style in hidden
        kinds = [attribute(mark, "fldCharType") for mark in paragraph.iter("{*}fldChar")]
        # A field that does not end where it began hides nothing: text is not lost for a missing mark.
        self._whole_fields = kinds.count("begin") == kinds.count("end")
        self.text = readable(clean("".join(self._pieces(paragraph))))

    def _pieces(self, parent: Iterable[Any]) -> Iterator[str]:
        for element in parent:
            name = local_name(element)
            if name == "r":
                yield from self._run(element)
            elif name in _TRANSPARENT:
                yield from self._pieces(element)
            elif name in _DRAWN:
                self.boxes += _text_boxes(element)
            elif name == "sdt":
                yield from self._control(element)
            elif name == "AlternateContent":
                yield from self._alternatives(element)
            else:
                yield from self._piece(name, element)

    def _piece(self, name: str, element: Any) -> Iterator[str]:
        """One piece of a run; within a field's code only the code is taken."""
        if name == "fldChar":
            yield from self._field(element)
        elif name == "instrText" and self._fields:
            self._fields[-1].code += element.text or ""
        elif self._whole_fields and any(field.in_code or field.drawn for field in self._fields):
            if name == "t" and self._fields[-1].in_code:
                self._fields[-1].code += element.text or ""
        elif name == "t":
            yield element.text or ""
        elif name in _LITERAL:
            yield _LITERAL[name]
        elif name == "sym":
            yield _symbol(element)

    def _run(self, run: Any) -> Iterator[str]:
        properties = child(run, "rPr")
        if self._is_hidden(properties) or is_struck(properties):
            return
        font = _symbol_font(properties)
        pieces = "".join(self._pieces(run))
        if (
            pieces
            and not pieces.strip(" \u00a0\u3000")
            and len(pieces) <= _WIDEST_BOX
            and _is_framed(properties)
        ):
            pieces = UNCHECKED
        yield in_font(pieces, font) if font else pieces

    def _is_hidden(self, properties: Any) -> bool:
        switch = child(properties, "vanish")
        if switch is not None:
            return is_on(switch)
        return self._all_hidden or value(child(properties, "rStyle")) in self._hidden

    def _control(self, element: Any) -> Iterator[str]:
        """A content control within a line; a check box gives its state, whatever font draws it."""
        box = child(element, "sdtPr", "checkbox")
        if box is not None:
            yield CHECKED if is_on(child(box, "checked")) else UNCHECKED
        elif (inner := control_content(element)) is not None:
            yield from self._pieces(inner)

    def _alternatives(self, element: Any) -> Iterator[str]:
        """The first branch that shows anything known here; one branch only, for all say the same."""
        for branch in alternatives(element):
            known = len(self.boxes)
            words = "".join(self._pieces(branch))
            if words or len(self.boxes) > known:
                yield words
                return

    def _field(self, element: Any) -> Iterator[str]:
        """w:fldChar: the code of a complex field is not shown, its result is (§17.16.18).

        A form's check box (§17.16.7) and list (§17.16.9) have their state in the file and none, or a
        repeated one, as result.
        """
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            shown = _form_field(child(element, "ffData"))
            if shown and not any(field.in_code for field in self._fields):
                yield shown
            self._fields.append(_Field(drawn=bool(shown)))
        elif kind == "separate" and self._fields:
            self._fields[-1].in_code = False
        elif kind == "end" and self._fields:
            field = self._fields.pop()
            if not any(outer.in_code for outer in self._fields):
                yield field_result(field.code) if field.in_code else ""


def _form_field(data: Any) -> str:
    """What a legacy form field shows: its box, or the chosen entry of its list; "" for a text field."""
    box, choices = child(data, "checkBox"), child(data, "ddList")
    if box is not None:
        state = child(box, "checked")
        return CHECKED if is_on(state if state is not None else child(box, "default")) else UNCHECKED
    entries = [] if choices is None else [value(item) for item in choices if local_name(item) == "listEntry"]
    chosen = child(choices, "result")
    number = value(chosen if chosen is not None else child(choices, "default"), "0")
    return entries[int(number)] if number.isdigit() and int(number) < len(entries) else ""


def is_struck(properties: Any) -> bool:
    """True for a run that is struck through (§17.3.2.9 and 37): who wrote it took it back."""
    return is_on(child(properties, "strike")) or is_on(child(properties, "dstrike"))


def _is_framed(properties: Any) -> bool:
    """True for a run with a border around it (§17.3.2.4)."""
    border = child(properties, "bdr")
    return border is not None and value(border, "none").lower() not in ("none", "nil")


def _symbol(element: Any) -> str:
    try:
        return sign(attribute(element, "font"), int(attribute(element, "char"), 16))
    except ValueError:
        return ""


def _symbol_font(properties: Any) -> str:
    """The symbol font in which a run sets its Latin characters, or ""."""
    fonts = child(properties, "rFonts")
    if fonts is None:
        return ""
    named = attribute(fonts, "ascii") or attribute(fonts, "hAnsi")
    return named.lower() if named.lower() in SIGNS else ""


def _text_boxes(drawn: Any) -> list[Any]:
    """The text boxes of a drawing, without those that repeat one for older programs."""
    return [box for box in drawn.iter("{*}txbxContent") if not _repeats(box, drawn)]


def _repeats(box: Any, top: Any) -> bool:
    """True for a box within another box, or in a fallback."""
    for ancestor in box.iterancestors():
        if ancestor is top:
            return False
        if local_name(ancestor) in ("txbxContent", "Fallback"):
            return True
    return False
