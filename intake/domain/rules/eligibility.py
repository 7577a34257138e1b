"""Rules on eligibility: the notice's figures, registration, earlier honours.

The rule on nominees who are children: their data needs a guardian's consent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from intake.domain.campaign import findings
from intake.domain.campaign.campaign import Threshold
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.campaign.unit_names import normalise_unit
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Field, Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import WordFacts
from intake.domain.model.nomination import Finding, Severity
from intake.domain.rules.case_view import Scene, doubtful, found, name_of
from intake.domain.text.calendar import local
from intake.domain.text.durations import first_date, is_date
from intake.domain.text.names import Named
from intake.domain.text.numerals import plain, to_number

CHILD_UNTIL = 14
SOURCE = "《个人信息保护法》第二十八条、第三十一条"
_NUMERAL = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_AGE = re.compile(rf"(?:年龄|现年|今年|约|实岁|满)*({_NUMERAL})(?:周?岁)?")
_AGED = re.compile(rf"(?<![\d一二三四五六七八九十])({_NUMERAL})周?岁")
_AFTER_MONTH = 32


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The figures reach what the notice asks for; bounds are inclusive (民法典 §1259)."""

    entry: ClassVar[CatalogueEntry] = findings.BELOW_THRESHOLD

    def see(self, scene: Scene) -> Iterator[Finding]:
        """One finding per figure; a figure not stated is only noted, where the form was read whole."""
        form, current = scene.case.form, scene.case.current(Role.FORM)
        if form is None:
            return
        document, lacking = name_of(current), list[str]()
        for rule in scene.campaign.threshold:
            if rule.category != form.category:
                continue
            value = form.fields.get(rule.field)
            if value is None:
                if rule.field not in form.empty:
                    lacking.append(rule.text)
                    yield found(
                        scene,
                        findings.FIGURE_NOT_STATED,
                        Severity.NOTE,
                        f"{scene.words.form}中未见：{rule.text}",
                        document,
                        rule.source,
                        basis=Basis.FORM,
                    )
                continue
            yield from self._judge(scene, rule, value, document)
        if lacking and current is not None and isinstance(current.facts, WordFacts) and current.facts.unread:
            said = f"{scene.words.form}中有未能读取或已划去的内容，请人工核对以下各项："
            said += "；".join(lacking)
            yield doubtful(scene, DoubtKind.FILE_UNREAD, said, document, basis=Basis.FILE)

    def _judge(self, scene: Scene, rule: Threshold, value: Field, document: str | None) -> Iterator[Finding]:
        said = f"{rule.text}，表中填写“{value.text}”"
        known = partial(
            found, scene, document=document, source=rule.source, basis=Basis.FORM, fields=(rule.field,)
        )
        unsure = partial(
            doubtful, scene, document=document, source=rule.source, basis=Basis.FORM, fields=(rule.field,)
        )
        if not isinstance(value.value, float | int) or isinstance(value.value, bool) or not value.sure:
            yield unsure(DoubtKind.FIGURE_AMBIGUOUS, f"{said}，无法确定数值")
        elif not rule.holds(value.value):
            # "2年以上" may be more: what is not exact is nothing to ask the unit about.
            curable = rule.severity is Severity.CURABLE and value.about
            severity = Severity.REVIEW if curable else rule.severity
            yield known(self.entry, severity, said)
        elif doubt := _doubt(rule, value, value.value, scene.certainty.near):
            yield unsure(DoubtKind.FIGURE_ROUNDED, f"{said}，{doubt}")


def _doubt(rule: Threshold, value: Field, figure: float, near: float) -> str:
    """Why a figure that keeps the bounds as it stands may not keep them; "" where it surely does."""
    if not value.about:
        return ""
    if rule.minimum is not None and not value.at_least and figure < rule.minimum * (1 + near):
        return "为约数且接近下限"
    if rule.maximum is None:
        return ""
    if value.at_least:
        # A year without a month is counted from its end, so that it may be up to a year more.
        open_ended = not is_date(value.text) or figure + 1 > rule.maximum
        return "所填为起点数，可能超过上限" if open_ended else ""
    return "为约数且接近上限" if figure > rule.maximum * (1 - near) else ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The nominee is registered where the campaign asks for it (`[needs] registered`)."""

    entry: ClassVar[CatalogueEntry] = findings.NOT_REGISTERED

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person when the form says no, says what is neither yes nor no, or leaves its place empty.

        An empty place asks nothing of the unit by itself: a tick may have been drawn where no text is.
        """
        form = scene.case.form
        if form is None or not scene.campaign.needs.registered:
            return
        value, words = form.fields.get("registered"), scene.words
        document = name_of(scene.case.current(Role.FORM))
        here = partial(found, scene, self.entry, Severity.REVIEW, document=document, basis=Basis.FORM)
        if value is None:
            if "registered" in form.empty:
                yield here(f"{words.form}未填写是否在{words.registered_with}注册", fields=("registered",))
        elif value.value is False and value.sure:
            yield here(f"{words.form}填写“{value.text}”，未在{words.registered_with}注册")
        elif value.value is not True or not value.sure:
            said = f"{words.form}填写“{value.text}”，无法确定是否已在{words.registered_with}注册"
            yield doubtful(
                scene, DoubtKind.FIGURE_AMBIGUOUS, said, document, basis=Basis.FORM, fields=("registered",)
            )


@dataclass(frozen=True, slots=True)
class Honoured:
    """Whoever was honoured in an earlier year is not put forward again."""

    entry: ClassVar[CatalogueEntry] = findings.PREVIOUSLY_HONOURED

    def see(self, scene: Scene) -> Iterator[Finding]:
        """By category and name; namesakes exist, so a person looks."""
        case = scene.case
        if not case.nominee or not case.category:
            return
        own = Named(case.nominee, case.category)
        for row in scene.known.honoured:
            same_unit = not row.unit or normalise_unit(row.unit) == normalise_unit(case.unit.name or "")
            if own.is_same(Named(row.name, row.category)) and same_unit:
                said = f"“{case.nominee}”与{row.year}年度入选名单中的名称相同"
                yield found(scene, self.entry, Severity.REVIEW, said, basis=Basis.REGISTRY)
                return


@dataclass(frozen=True, slots=True)
class OfAge:
    """A person put forward is no child, as far as the form states a birth or an age."""

    entry: ClassVar[CatalogueEntry] = findings.NOMINEE_UNDER_14

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, who asks for the guardian's consent; what cannot be read as a date is nothing."""
        form, campaign = scene.case.form, scene.campaign
        category = campaign.categories.get(scene.case.category or "")
        if form is None or category is None or not category.person:
            return
        day = local(scene.case.received_at).date()
        for name, is_young in (("birth", _born_young), ("age", _aged_young)):
            value = form.fields.get(name)
            if value is None or not is_young(value, day):
                continue
            label = campaign.field_label(name, category.id)
            said = (
                f"{scene.words.form}填写{label}“{value.text}”，收到时{scene.words.nominee}未满{CHILD_UNTIL}周岁，"
                "请核对是否附有监护人同意"
            )
            document = name_of(scene.case.current(Role.FORM))
            yield found(scene, self.entry, Severity.REVIEW, said, document, SOURCE, basis=Basis.FORM)
            return


def _born_young(value: Field, day: date) -> bool:
    """True for a birth less than fourteen years before the day; an age in its place is taken as one."""
    born = first_date(value.text)
    if born is None:
        return _AGED.search(plain(value.text)) is not None and _aged_young(value, day)
    year, month, day_of_month = born
    if (year, month or 1, day_of_month or 1) > (day.year, day.month, day.day):
        return False
    grown = (year + CHILD_UNTIL, month or 12, day_of_month or _AFTER_MONTH)
    return grown > (day.year, day.month, day.day)


def _aged_young(value: Field, day: date) -> bool:
    """True for an age of one to thirteen years; a date in its place is taken as the birth."""
    if first_date(value.text):
        return _born_young(value, day)
    text = plain(value.text)
    nominal = "虚岁" in text
    text = text.replace("虚岁", "岁" if text.endswith("虚岁") else "")
    match = _AGE.fullmatch(text) or _AGED.search(text)
    age = to_number(match[1]) if match else None
    # 虚岁 counts the years begun, so that it is ahead by one at the least.
    return age is not None and 1 <= age < CHILD_UNTIL + nominal
