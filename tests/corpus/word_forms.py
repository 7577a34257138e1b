"""Word in every form: the same nominations typed, drawn, ticked and saved in many ways."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from intake.demo.filling import SampleEntry, deeds
from intake.demo.papers.forms import summary_table
from intake.demo.papers.sheet import SheetLayout, sheet_of
from tests.corpus import papers
from tests.corpus.posting import LETTER, with_files
from tests.corpus.statement import FormSaid, Held, Message
from tests.unit.parsers.mailfiles.compound import compound
from tests.unit.parsers.word import wordxml as word

Pairs = list[tuple[str, str]]
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def messages() -> Iterator[Message]:
    """The messages of this chapter."""
    yield from _layouts()
    yield from _packages()
    yield from _several()
    yield from _no_forms()
    yield from _other_formats()


def _entry(number: int) -> SampleEntry:
    return replace(papers.entry(number), layout=SheetLayout.UNIT_ROW)


def _pairs(item: SampleEntry) -> tuple[str, Pairs]:
    """The form's title, and its labels with what is written beside them."""
    sheet = sheet_of(item.content(papers.FILLED, 2025, 2024), item.layout)
    boxes = [[box for box in row if not box.photo] for row in sheet.rows]
    found = [(row[at].text, row[at + 1].text) for row in boxes for at in range(0, len(row), 2)]
    return sheet.above[-1].text, found


def _form(item: SampleEntry, *elements: str, name: str = "", also: Sequence[SampleEntry] = ()) -> Held:
    forms = tuple(map(papers.said, (item, *also)))
    return Held(name or f"{item.nominee}.docx", papers.stored(word.docx(*elements)), "word", "form", forms)


def _sent(key: str, *files: Held) -> Message:
    return Message(f"word/{key}", with_files(f"word/{key}", files), "推荐材料", LETTER, files)


def _lines(title: str, pairs: Pairs, mark: str = "：") -> list[str]:
    return [word.para(title), *(word.para(f"{label}{mark}{value}") for label, value in pairs)]


def _in_fours(pairs: Pairs) -> list[list[str | tuple[str, int]]]:
    short = [pair for pair in pairs if len(pair[1]) < 30]
    rows: list[list[str | tuple[str, int]]] = [
        [text for pair in short[at : at + 2] for text in pair] for at in range(0, len(short) - 1, 2)
    ]
    rest = short[len(short) // 2 * 2 :] + [pair for pair in pairs if len(pair[1]) >= 30]
    return rows + [[label, (value, 3)] for label, value in rest]


def _rows(pairs: Pairs, value: Callable[[str], str]) -> str:
    return word.table(*([word.para(label), value(text)] for label, text in pairs))


def _split(text: str) -> str:
    return "".join(word.para(*line) if line else word.para("") for line in text.split("\n"))


def _changed(text: str) -> str:
    return word.para(f"<w:del>{word.run('旧的内容')}</w:del><w:ins>{word.run(text)}</w:ins>")


LAYOUTS: dict[str, Callable[[str, Pairs], list[str]]] = {
    "two-columns": lambda t, p: [word.para(t), word.table(*map(list, p))],
    "four-columns": lambda t, p: [word.para(t), word.table(*_in_fours(p))],
    "title-in-the-table": lambda t, p: [word.table([(t, 2)], *map(list, p))],
    "runs-of-one-character": lambda t, p: [_split(t), _rows(p, _split)],
    "content-controls": lambda t, p: [
        word.para(t),
        _rows(p, lambda v: word.para(word.control(word.run(v)))),
    ],
    "controls-around-cells": lambda t, p: [
        word.para(t),
        word.table(*([word.cell(label), word.control(word.cell(text))] for label, text in p)),
    ],
    "text-boxes-in-cells": lambda t, p: [
        word.para(t),
        _rows(p, lambda v: word.para(word.box(*map(word.para, v.split("\n"))))),
    ],
    "tracked-changes": lambda t, p: [word.para(t), _rows(p, _changed)],
    "hidden-hints": lambda t, p: [
        word.para(t),
        _rows(p, lambda v: word.para(word.run("（示例）某某", "<w:vanish/>"), v)),
    ],
    "mail-merge": lambda t, p: [
        word.para(t),
        _rows(p, lambda v: word.para(word.field("MERGEFIELD x", word.run(v[:1]) + word.run(v[1:])))),
    ],
    "in-a-frame-table": lambda t, p: [word.table([word.para(t) + word.table(*map(list, p))])],
    "heading-merged-at-the-side": lambda t, p: [
        word.para(t),
        word.table(
            *(
                [
                    word.cell(
                        "" if at else "基本情况",
                        f"<w:vMerge{'' if at else ' w:val=' + chr(39) + 'restart' + chr(39)}/>",
                    ),
                    *pair,
                ]
                for at, pair in enumerate(p)
            )
        ),
    ],
    "lines-with-colons": lambda t, p: _lines(t, p),
    "underlined-lines": lambda t, p: [
        word.para(t),
        *(word.para(f"{label}：", word.run(f"  {value}  ", "<w:u w:val='single'/>")) for label, value in p),
    ],
    "two-tables": lambda t, p: [
        word.para(t),
        word.table(*map(list, p[: len(p) // 2])),
        word.para(""),
        word.table(*map(list, p[len(p) // 2 :])),
    ],
    "statement-below": lambda t, p: [
        word.para(t),
        word.table(*map(list, p)),
        word.para("事迹材料"),
        *[word.para("长期扎根基层，服务10年，累计开展活动50场。")] * 8,
    ],
    "letter-above": lambda t, p: [
        word.para("关于报送推荐材料的函"),
        *[word.para("现将我单位推荐材料报上，请审阅。")] * 12,
        word.para("附件1"),
        word.para(t),
        word.table(*map(list, p)),
    ],
}


def _layouts() -> Iterator[Message]:
    for number, (style, layout) in enumerate(LAYOUTS.items()):
        for other in (number, number + 1):
            item = _entry(other)
            if style == "statement-below":
                item = _entry(0)
            yield _sent(f"{style}-{item.category}", _form(item, *layout(*_pairs(item))))
            if style == "statement-below":
                break


def _typed(data: bytes, content_type: str, *more: tuple[str, bytes]) -> bytes:
    """The package with another type for its main part, and further members."""
    changed = word.repacked(data, lambda n, b: (n, b.replace(DOCUMENT.encode(), content_type.encode())))
    buffer = io.BytesIO(changed)
    with zipfile.ZipFile(buffer, "a") as package:
        for name, content in more:
            package.writestr(name, content)
    return papers.stored(buffer.getvalue())


def _strict(name: str, body: bytes) -> tuple[str, bytes]:
    for old, new in word.STRICT:
        body = body.replace(old, new)
    return name, body


def _packages() -> Iterator[Message]:
    item = _entry(0)
    title, pairs = _pairs(item)
    sound = _form(item, *LAYOUTS["four-columns"](title, pairs))
    macros = _typed(sound.data, MACROS, ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0macro"))
    yield _sent("docm", replace(sound, name="于洁.docm", data=macros, facts="word macros"))
    yield _sent("dotx", replace(sound, name="于洁.dotx", data=_typed(sound.data, TEMPLATE)))
    strict = papers.stored(word.repacked(sound.data, _strict))
    yield _sent("strict", replace(sound, data=strict))
    yield _sent("named-wps", replace(sound, name="推荐表.wps"))
    yield _sent("named-doc", replace(sound, name="推荐表.doc"))
    yield _sent("named-pdf", replace(sound, name="推荐表.pdf"))
    ticks = [(label, "☑是　□否" if "注册" in label else value) for label, value in pairs]
    yield _sent("tick-characters", _form(item, word.para(title), word.table(*map(list, ticks))))
    boxes = "".join(
        word.control(
            word.run("☒" if said else "☐"),
            f"<w14:checkbox><w14:checked w14:val='{int(said)}'/></w14:checkbox>",
        )
        + word.run("是" if said else "否")
        for said in (True, False)
    )
    rows = [[label, word.para(boxes) if "注册" in label else value] for label, value in pairs]
    yield _sent("tick-controls", _form(item, word.para(title), word.table(*rows)))
    for style in SheetLayout:
        plain = replace(papers.entry(1), layout=style)
        data = papers.stored(papers.docx(sheet_of(plain.content(papers.FILLED, 2025, 2024), style)))
        held = Held("推荐表.docx", data, "word", "form", (papers.said(plain),))
        yield _sent(f"office-{style}", held)


def _several() -> Iterator[Message]:
    items = [_entry(n) for n in (0, 4, 1)]
    each = [element for item in items for element in LAYOUTS["two-columns"](*_pairs(item))]
    yield _sent("three-forms", _form(items[0], *each, name="推荐表.docx", also=items[1:]))
    same = [_entry(n) for n in (2, 6, 10)]
    lines = [element for item in same for element in LAYOUTS["four-columns"](*_pairs(item))]
    yield _sent("three-forms-of-a-kind", _form(same[0], *lines, name="项目推荐表.docx", also=same[1:]))
    title, pairs = _pairs(items[0])
    blank = [word.para(title), word.table(*([label, ""] for label, _ in pairs))]
    filled = [word.para(title), word.table(*map(list, pairs))]
    yield _sent("blank-above", _form(items[0], *blank, *filled))
    empty = FormSaid("volunteer", None, None)
    held = Held("空白表.docx", papers.stored(word.docx(*blank)), "word", "form", (empty,))
    yield _sent("blank", held)
    sample = [
        word.para("最美科技志愿者推荐表（填写示例）"),
        word.table(["姓名", "张三"], ["推荐单位", "XX省科协"], ["参加科技志愿服务年限", "3年"]),
    ]
    yield _sent("sample-above", _form(items[0], *sample, *filled))


def _no_forms() -> Iterator[Message]:
    contents = [papers.entry(n).content(papers.FILLED, 2025, 2024) for n in (0, 1, 2)]
    summary = Held("汇总.docx", papers.stored(summary_table(contents)), "word", "summary", varies=True)
    yield _sent("summary", summary, papers.form(0))
    story = word.docx(
        word.para("朱镕基同志先进事迹材料"), *map(word.para, deeds("volunteer", "朱镕基").split("\n"))
    )
    yield _sent("statement", Held("材料.docx", papers.stored(story), "word", "statement"), papers.form(0))
    letter = word.docx(word.para("关于推荐工作的说明"), word.para("我单位高度重视，现将有关情况说明如下。"))
    yield _sent("neither", Held("说明.docx", papers.stored(letter), "word"), papers.form(4))
    cut = papers.form(0).data[:2000]
    yield _sent("cut-off", Held("朱镕基推荐表.docx", cut, "unreadable unreadable word", "form"))


def _other_formats() -> Iterator[Message]:
    locked = compound({"EncryptionInfo": b"\4\0\4\0" + bytes(60), "EncryptedPackage": bytes(5000)})
    yield _sent("locked", Held("朱镕基推荐表.docx", locked, "unreadable encrypted office", "form"))
    item = _entry(0)
    title, pairs = _pairs(item)
    rich = Held("推荐表.rtf", _rtf(title, pairs), "word from rtf", "form", (papers.said(item),))
    yield replace(_sent("rtf", rich), needs="soffice")
    disguised = replace(rich, name="推荐表.doc")
    yield replace(_sent("rtf-named-doc", disguised), needs="soffice")


def _rtf(title: str, pairs: Pairs) -> bytes:
    """The form as WordPad would save it: a table of two columns, characters as \\u escapes."""

    def escaped(text: str) -> str:
        return "".join(
            c if c.isascii() else f"\\u{ord(c) - 65536 if ord(c) > 32767 else ord(c)}?" for c in text
        )

    rows = "".join(
        "\\trowd\\cellx2500\\cellx9000\\intbl "
        + f"{escaped(label)}\\cell {escaped(' '.join(value.split()))}\\cell\\row\n"
        for label, value in pairs
    )
    return f"{{\\rtf1\\ansi\\uc1 {escaped(title)}\\par\n{rows}\\pard\\par}}".encode("ascii")
