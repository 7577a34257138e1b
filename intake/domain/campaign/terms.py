"""What a campaign calls its things: the words that letters, lists and findings are put together from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(min_length=1, max_length=40)]

_PLACE = re.compile(r"\{([a-z_]+)\}")


class Words(BaseModel):
    """`[words]`: the campaign's own terms; what is left out keeps the customary one."""

    # Built when first checked; see `Part`.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    nominee: Word = "候选典型"
    nominee_name: Word = "候选典型名称"
    category: Word = "推荐类别"
    unit: Word = "推荐单位"
    form: Word = "推荐表"
    summary: Word = "推荐汇总表"
    statement: Word = "事迹材料"
    material: Word = "推荐材料"
    entry: Word = "推荐"
    event: Word = "活动"
    office: Word = "本中心"
    registered_with: Word = "“大美志愿”微信小程序"

    def fill(self, sentence: str, **more: str) -> str:
        """The sentence with each `{word}` in it replaced, in one pass.

        Replaced text is never looked at again: what a sender wrote (`more`) may itself hold braces.
        A name in braces that is no word stays as it is.
        """
        known: Mapping[str, str] = {**{name: getattr(self, name) for name in type(self).model_fields}, **more}
        return _PLACE.sub(lambda place: known.get(place[1], place[0]), sentence)

    def of(self, field: str) -> str:
        """The term for one of the three fields by which a form is known: nominee, category, unit."""
        return {"nominee": self.nominee_name, "category": self.category, "unit": self.unit}[field]


CUSTOMARY = Words()
"""The terms where no campaign is at hand."""


def unknown_places(sentence: str) -> tuple[str, ...]:
    """The names in braces that nothing fills: a misspelt one would stand in a letter as it is."""
    known = {*Words.model_fields, "evidence"}
    return tuple(dict.fromkeys(name for name in _PLACE.findall(sentence) if name not in known))
