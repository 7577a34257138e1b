"""The rule on nominees who are children: their data needs a guardian's consent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from intake.domain.model.certainty import Basis
from intake.domain.model.document import Field, Role
from intake.domain.model.nomination import Finding, Severity
from intake.domain.rules.case_view import Scene, found, name_of
from intake.domain.text.calendar import local
from intake.domain.text.durations import first_date
from intake.domain.text.numerals import plain, to_number

CHILD_UNTIL = 14
"""Years of age from which personal data is no longer that of a child (个人信息保护法 §28)."""

SOURCE = "《个人信息保护法》第二十八条、第三十一条"

_NUMERAL = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_AGE = re.compile(rf"(?:年龄|现年|今年|约|实岁|满)*({_NUMERAL})(?:周?岁)?")
_AGED = re.compile(rf"(?<![\d一二三四五六七八九十])({_NUMERAL})周?岁")
_AFTER_MONTH = 32
"""A day later than any: a month without a day counts as young to its end."""


@dataclass(frozen=True, slots=True)
class OfAge:
    """A person put forward is no child, as far as the form states a birth or an age."""

    code: ClassVar[str] = "nominee-under-14"

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
            yield found(scene, self.code, Severity.REVIEW, said, document, SOURCE, basis=Basis.FORM)
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
