"""The recommending unit where a form is signed: beside its seal, in the opinion or below the form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from intake.domain.campaign.unit_names import normalise_unit, unit_name
from intake.domain.documents.field_values import is_blank
from intake.domain.documents.inline_labels import line_entries
from intake.domain.documents.labels import Labels
from intake.domain.documents.table_layout import names_label
from intake.domain.text.placeholders import is_masked, is_placeholder

LONGEST_SIGNED = 2000
"""Characters of an opinion's end in which the seal is looked for."""
CLOSING_LINES = 8
"""Lines below the last table that can be a form's signature."""
LONGEST_LINE = 120
"""Characters; a longer line is prose that mentions a seal."""

_SEAL = re.compile(
    r"[(（\[【]\s*(?:单位|推荐单位|加)?\s*(?:盖\s*章处?|公\s*章|签\s*章|印\s*章|章)\s*[)）\]】]|(?:盖章|公章)(?=\s*[:：])"
)
_BODY = re.compile(r"(?:会|部|中心|院|社|局|公司|集团|科协|学校|大学|所|厅|委|站|馆)$")
_OTHER_BODY = re.compile(
    r"[^\s（）()，,。；;：:、]{2,30}?(?:学会|协会|科协|研究会|联合会|促进会|基金会|集团|公司)"
)
_NOBODY = re.compile(
    r"^(?:经|由|报|请)?(?:我|该|[本贵](?=[会院社部所局省市县区]|单位|学会|协会|公司|中心))"
    r"|^(?:(?:全国|国家|自治区|[省市县区]级?|基层|街道|乡镇|所在|所属|工作|推荐|报送|推报|申报|主管|上级)+"
    r"(?:\(?(?:科协|科学技术协会|学会|协会|单位|部门|公司|组织)\)?)*)$"
)
_CLAUSE = re.compile(r"[。；;，,：:！!]+")
_CUT = re.compile(r"\s{2,}|[，,。；;]")
_DATED = re.compile(r"^[\d〇零一二三四五六七八九十\s._＿年]*年|^\d{4}[./-]")


@dataclass(frozen=True, slots=True)
class Signature:
    """A unit named where the form is signed; `sure` is false where another body may be meant."""

    name: str
    sure: bool


def signed_by(text: str, labels: Labels, others: Collection[str] = ()) -> Signature | None:
    """The unit that signs a text: labelled 推荐单位, or beside the seal; never one of the `others`.

    Of several beside a seal the last signs, and it is not sure.
    """
    lines = [line for line in text[-LONGEST_SIGNED:].splitlines() if line.strip()]
    barred = {normalise_unit(other) for other in others}
    found = [s for s in _named(lines, labels) if normalise_unit(s.name) not in barred]
    if not found:
        return None
    said = [signature for signature in found if signature.sure] or found
    last = said[-1]
    one = len({normalise_unit(signature.name) for signature in said}) == 1
    return Signature(last.name, one and (last.sure or not _mentions_another(lines, last.name)))


def closing_lines(texts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The last lines of a document, as far as the last table, each with its place."""
    closing: list[tuple[str, str]] = []
    for line, place in reversed(texts[-CLOSING_LINES:]):
        if not place.startswith("第"):
            break
        closing.append((line, place))
    return closing[::-1]


def _named(lines: Sequence[str], labels: Labels) -> Iterator[Signature]:
    """Units as the lines name them; sure where the line calls them the recommending unit."""
    for index, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            continue
        labelled = [e.text for e in line_entries(line, "", labels) if names_label(e.label, "unit")]
        if names := [name for text in labelled if (name := _body(text))]:
            yield Signature(names[-1], True)
            continue
        for seal in _SEAL.finditer(line):
            before, after = (
                _CUT.split(line[: seal.start()].strip())[-1],
                line[seal.end() :].lstrip(" \t　:："),
            )
            after = re.split(r"\s{2,}|[，,。；;]", after)[0]
            near = [before, after]
            if not before and not after and not labelled:
                near += [text for text in lines[max(0, index - 1) : index + 2] if text != line]
            if name := next(filter(None, map(_body, near)), ""):
                yield Signature(name, False)


def _body(text: str) -> str:
    """The name of a body that the text is, or ""."""
    name = "" if _DATED.search(text.strip()) else unit_name(text)
    if not 4 <= len(name) <= 40 or is_blank(name) or is_masked(name) or is_placeholder(name):
        return ""
    if not _BODY.search(name) or _NOBODY.search(name) or re.search(r"[。；;，,：:]|同意|推荐|情况属实", name):
        return ""
    return name


def _mentions_another(lines: Sequence[str], name: str) -> bool:
    """True where the text speaks of a further body (经某县科协推荐)."""
    own = normalise_unit(name)
    for line in lines:
        for match in _OTHER_BODY.finditer(line):
            other = normalise_unit(match[0])
            if (
                not _NOBODY.search(other)
                and not _NOBODY.search(match[0])
                and other not in own
                and own not in other
            ):
                return True
    return False
