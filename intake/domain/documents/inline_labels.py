"""Labels and their values in running text: after a colon, across a gap, on the line below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from intake.domain.documents.labels import Label, Labels, heads_prose, label_key

LONGEST_INLINE = 200
"""Characters; in a longer line a colon belongs to prose, not to a label."""
LONGEST_BELOW = 60
"""Characters of a name or figure that stands on the line below its label."""

MOST_LINES_BELOW = 200
"""Lines that are read below a label: a statement of 2000 characters has about 60."""

LONGEST_UNKNOWN = 12
"""Characters of a label that we do not know, where a wide gap sets it off from the value before it."""
WIDEST_BLANK = 4
"""Blanks that make a gap wide; a tab is wide by itself, an ideographic space counts for two."""

_GAP = re.compile(r"[ \u00a0]{2,}|[\t\u2002\u2003\u3000]+")
_SPACE = re.compile(r"\s+")
_COLON = re.compile(r"[：:]")
_CLAUSE = re.compile(r"[；;，,。]")
_SENTENCE = re.compile(r"[。；;！!？?]")
_SIGNED = re.compile(
    r"[(（]?(?:盖章|公章|签字|签名|签章)|^[\d\s〇零一二三四五六七八九十]*年.*[月日]|^\d{4}[./-]"
)
_RULED = re.compile(r"[_＿]{2,}")
_BLANKS = re.compile(r"[ \u00a0\u2002\u2003\u3000\t]+")
_WIDTHS = {"\t": WIDEST_BLANK, "\u3000": 2, "\u2003": 2}
_LONG_FIELDS = frozenset(("deeds", "honours", "resume", "own_opinion", "unit_opinion"))
"""Fields whose text may run over many lines."""
_PROSE_FIELDS = frozenset(("deeds", "own_opinion", "unit_opinion"))
"""Fields under whose heading labels and figures are somebody's words."""
_SIGNING_FIELDS = frozenset(("unit", "filled_on"))
"""Fields that stand where an opinion is signed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A label with the text that stands for it, "" where nothing does; `place` in Chinese for people.

    `strong` is true for a cell of its own in a table, false for a line of text.  `heading` is true
    for a label that is a line by itself, as headings of prose are.  `sure` is false where the text
    may as well belong to something else, `loose` true for a line below the heading of a long text:
    it counts only where the form says the same nowhere else.  `block` is the heading under which it stands,
    where the campaign names it.
    """

    label: Label
    text: str
    place: str
    strong: bool
    heading: bool = False
    sure: bool = True
    loose: bool = False
    block: str = ""


def in_place(found: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, each with the fields that its label means where it stands (`under` and `nth` of a field).

    What a block of its own says, and no field asks for there, is never the nominee, and counts only where
    the form says it nowhere else.
    """
    met: Counter[tuple[str, str]] = Counter()
    for entry in found:
        met[entry.label.text, entry.block] += 1
        label = entry.label.within(entry.block)
        if entry.block and not label.fields:
            others = [f for f in entry.label.within("").fields if f.name != "nominee"]
            entry, label = replace(entry, sure=False, loose=True), replace(label, fields=tuple(others))
        label = label.counted(met[entry.label.text, entry.block])
        if label.fields:
            yield entry if label is entry.label else replace(entry, label=label)


def text_entries(text: str, labels: Labels) -> list[Entry]:
    """Labels and values in the text layer of a PDF, where a table's cells follow each other as words.

    Best effort: a value that itself holds white space is cut at it.
    """
    found: list[Entry] = []
    words = _words(text, labels)
    for index, word in enumerate(words):
        inline = list(line_entries(word, "", labels)) if _COLON.search(word) else []
        known = labels.find(word)
        if inline and (inline[0].text or not known):
            found += inline
        elif known:
            after = words[index + 1] if index + 1 < len(words) else ""
            found.append(Entry(known, "" if labels.find(after) else after, "", strong=False))
    return list(in_place(found))


def running_entries(lines: Sequence[tuple[str, str]], labels: Labels) -> Iterator[Entry]:
    """Labels in consecutive lines of text, each line with its place; a value may stand below its label."""
    section: frozenset[str] = frozenset()
    for entry, below in _running(lines, labels):
        names = frozenset(field.name for field in entry.label.fields)
        if names & _LONG_FIELDS:
            section = names & _PROSE_FIELDS if below else frozenset()
            yield entry
        elif not section or ("unit_opinion" in section and names & _SIGNING_FIELDS):
            yield entry
        else:
            yield replace(entry, sure=False, loose=True)


def _running(lines: Sequence[tuple[str, str]], labels: Labels) -> Iterator[tuple[Entry, bool]]:
    """The entries of running text, each with whether its text is looked for on the lines below."""
    for index, (line, place) in enumerate(lines):
        alone = labels.find(line)
        if alone is None:
            inline = list(line_entries(line, place, labels)) if len(line) <= LONGEST_INLINE else []
            yield from ((entry, False) for entry in inline[:-1])
            if not inline:
                continue
            last = inline[-1]
            if last.text:
                yield last, False
                continue
            alone = last.label
        yield _with_below(alone, lines, index, labels), True


def _with_below(label: Label, lines: Sequence[tuple[str, str]], index: int, labels: Labels) -> Entry:
    """A label that ends its line, with what stands on the lines below as far as the next label."""
    line, place = lines[index]
    heading = not _COLON.search(line)
    texts: list[str] = []
    for text, _ in islice(lines, index + 1, index + 1 + MOST_LINES_BELOW):
        if labels.find(text) or (len(text) <= LONGEST_INLINE and any(line_entries(text, "", labels))):
            break
        texts.append(text.strip())
    if any(field.name in _LONG_FIELDS for field in label.fields):
        return Entry(label, "\n".join(texts), place, strong=False, heading=heading)
    first = texts[0] if texts else ""
    signed = not heading and _SIGNED.search(first)
    if not first or signed or len(first) > LONGEST_BELOW or _SENTENCE.search(first):
        # What stands there is a signature or prose: it fills in nothing.
        return Entry(label, "", place, strong=False, heading=heading, sure=not texts)
    return Entry(label, first, place, strong=False, heading=heading, sure=heading)


def is_prose(label: Label) -> bool:
    """True for the label of a long text in somebody's own words: deeds, an opinion."""
    return any(field.name in _PROSE_FIELDS for field in label.fields)


def without_rules(text: str) -> str:
    """The text without the lines that it was written upon: "__张伟__" is 张伟."""
    return _RULED.sub("  ", text).strip(" ") if "__" in text or "＿＿" in text else text


def line_entries(line: str, place: str, labels: Labels) -> Iterator[Entry]:
    """Labels with their values in a line of text, several where wide gaps part them."""
    line = without_rules(line)
    pieces = _COLON.split(line)
    if len(pieces) == 1:
        yield from _gapped(line, place, labels)
        return
    if labels.find(pieces[0]) is None and heads_prose(pieces[0]):
        return
    open_label: Label | None = None
    text = ""
    for piece in pieces[:-1]:
        head, known = _trailing_label(piece, labels, first=open_label is None)
        cut = _wide_gap(piece) if known is None and open_label else None
        if known is None and cut is None:
            text += piece + "："
            continue
        if open_label:
            yield Entry(open_label, (text + (piece[:cut] if cut else head)).strip(), place, strong=False)
        open_label, text = known, ""
    if open_label:
        yield Entry(open_label, (text + pieces[-1]).strip(), place, strong=False)


def _trailing_label(piece: str, labels: Labels, first: bool) -> tuple[str, Label | None]:
    """The label at the end of a piece before a colon, and what stands before it.

    "浙江省科协　填表日期" ends in the label 填表日期; a label's own inner gaps
    ("推 荐 单 位") are tried first.  The first label of a line does not follow a clause:
    what it is part of is prose.
    """
    gap = None if first else _wide_gap(piece)
    if gap and (known := labels.find(piece[gap:])):
        return piece[:gap], known
    if known := labels.find(piece):
        return "", known
    far = max(0, len(piece) - LONGEST_INLINE)
    for separator in (_GAP, _SPACE, _CLAUSE):
        if first and separator is not _GAP and _CLAUSE.search(piece):
            break
        for cut in separator.finditer(piece, far):
            known = labels.find(piece[cut.end() :])
            if known:
                return piece[: cut.start()], known
    return piece, None


def _wide_gap(piece: str) -> int | None:
    """Where a value ends and, after the widest gap, a label begins that we do not know."""
    gaps = [
        (sum(_WIDTHS.get(c, 1) for c in gap[0]), gap.start(), gap.end()) for gap in _BLANKS.finditer(piece)
    ]
    width, start, end = max(gaps, default=(0, 0, 0))
    unknown = label_key(piece[end:])
    if width < WIDEST_BLANK or not piece[:start].strip() or not 0 < len(unknown) <= LONGEST_UNKNOWN:
        return None
    return start


def _gapped(line: str, place: str, labels: Labels) -> Iterator[Entry]:
    """ "推荐单位    浙江省科协": a label set off by a gap instead of a colon."""
    parts = [part for part in _GAP.split(line.strip()) if part]
    for label, text in zip(parts[::2], parts[1::2], strict=False):
        known = labels.find(label)
        if known and not labels.find(text):
            yield Entry(known, text, place, strong=False)
    if len(parts) == 1 or not labels.find(parts[0] if parts else ""):
        for part in parts:
            yield from _spaced(part, place, labels)


def _spaced(part: str, place: str, labels: Labels) -> Iterator[Entry]:
    """ "姓 名 张三": the longest beginning that is a label, set off by a single blank."""
    if len(part) > LONGEST_BELOW:
        return
    for cut in reversed(list(_SPACE.finditer(part.strip()))):
        text = part.strip()[cut.end() :]
        known = labels.find(part.strip()[: cut.start()])
        if known and not labels.find(text):
            yield Entry(known, text, place, strong=False)
            return


def _words(text: str, labels: Labels) -> list[str]:
    """The words of a text, with labels that were spaced out ("姓 名") put together again."""
    words = text.split()
    result: list[str] = []
    index = 0
    while index < len(words):
        short = len(list(takewhile(lambda word: len(word) <= 2, words[index : index + 6])))
        for length in range(short, 1, -1):
            joined = "".join(words[index : index + length])
            if labels.find(joined):
                result.append(joined)
                index += length
                break
        else:
            result.append(words[index])
            index += 1
    return result
