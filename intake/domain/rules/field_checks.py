"""Rules on single fields of a form: what the campaign file says that they must be.

A date within its bounds, the number of an identity card whose check holds, a text no longer than the form
allows, no more options ticked than may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from intake.domain.campaign import findings
from intake.domain.campaign.campaign import FieldData
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.documents.field_values import CHOICES
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Field, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Finding, Severity
from intake.domain.rules.case_view import Scene, doubtful, found, name_of

_WORD = re.compile(r"[A-Za-z0-9]+(?:[.,'’-][A-Za-z0-9]+)*|[^\sA-Za-z0-9]")
_HINT = re.compile(r"[(（][^()（）]{0,20}\d{1,6}字[^()（）]{0,20}[)）]")
CHECKED = ("date", "id-number", "choice")
"""Types whose text may be unlike anything of the kind: that is for a person."""


@dataclass(frozen=True, slots=True)
class FieldsFit:
    """Each field is what the campaign file says of it."""

    entry: ClassVar[CatalogueEntry] = findings.FIELD_INCORRECT

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable where the form plainly says something else than may be; what cannot be read is doubtful."""
        form = scene.case.form
        if form is None:
            return
        document = name_of(scene.case.current(Role.FORM))
        for kind in scene.campaign.field:
            value = form.fields.get(kind.name)
            if value is None or not kind.applies_to(form.category):
                continue
            over, wrong = _over_length(kind, value), _wrong(kind, value)
            if not over and not wrong and not _is_unlike(kind, value):
                continue
            label = scene.campaign.field_label(kind.name, form.category)
            say = partial(found, scene, document=document, basis=Basis.FORM, fields=(kind.name,))
            if over:
                yield say(findings.TEXT_TOO_LONG, _severity(value), f"{label}{over}")
            elif wrong:
                yield say(self.entry, _severity(value), f"{label}{wrong}")
            else:
                said = f"{label}填写“{value.text}”，无法确定"
                yield doubtful(
                    scene, DoubtKind.FIGURE_AMBIGUOUS, said, document, basis=Basis.FORM, fields=(kind.name,)
                )


def _severity(value: Field) -> Severity:
    return Severity.CURABLE if value.sure else Severity.REVIEW


def _over_length(kind: FieldData, value: Field) -> str:
    if kind.type != "text" or kind.at_most is None:
        return ""
    length = word_count(value.text)
    return f"限{kind.at_most}字，实有{length}字" if length > kind.at_most else ""


def word_count(text: str) -> int:
    """The characters of a text as Word counts them (字数): a Latin word or a number is one, white space none.

    The form's own hint in brackets (限800字) is not the writer's.
    """
    return sum(1 for _ in _WORD.finditer(_HINT.sub("", text)))


def _wrong(kind: FieldData, value: Field) -> str:
    """What is plainly wrong with a field, "" for nothing."""
    if kind.type == "date" and isinstance(value.value, str):
        return _out_of_bounds(kind, value)
    if kind.type == "id-number" and value.value is False:
        return f"“{value.text}”不是有效的公民身份号码（位数或校验码有误）"
    if kind.type == "choice" and kind.at_most and isinstance(value.value, str):
        chosen = value.value.split(CHOICES)
        if len(chosen) > kind.at_most:
            return f"限选{kind.at_most}项，勾选了{len(chosen)}项（{'、'.join(chosen)}）"
    return ""


def _out_of_bounds(kind: FieldData, value: Field) -> str:
    """That a date lies outside its bounds, whatever its day, where the form gives none."""
    first, last = _span(str(value.value))
    if kind.not_before and last < kind.not_before:
        return f"填写“{value.text}”，早于{_told(kind.not_before)}"
    if kind.not_after and first > kind.not_after:
        return f"填写“{value.text}”，晚于{_told(kind.not_after)}"
    return ""


def _is_unlike(kind: FieldData, value: Field) -> bool:
    """True where nobody can tell: a text of another kind, or a date on either side of a bound."""
    if kind.type not in CHECKED:
        return False
    if value.value is None or not value.sure:
        return True
    if kind.type != "date":
        return False
    first, last = _span(str(value.value))
    bounds = (kind.not_before, (kind.not_after + timedelta(days=1)) if kind.not_after else None)
    return any(bound and first < bound <= last for bound in bounds)


def _span(value: str) -> tuple[date, date]:
    """The first and the last day that a date may mean."""
    year, month, day = (*map(int, value.split("-")), 0, 0)[:3]
    first = date(year, month or 1, 1)
    after = date(year + (not month or month == 12), 1 if not month else month % 12 + 1, 1)
    if not day:
        return first, after - timedelta(days=1)
    exact = first + timedelta(days=min(day, (after - first).days) - 1)
    return exact, exact


def _told(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
