"""Whether the tables of a campaign file agree with one another: names that must exist, or exist once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.domain.campaign.campaign import Campaign, FieldData, Threshold
from intake.domain.campaign.findings import CATALOGUE
from intake.domain.campaign.terms import Words, unknown_places

NEEDED_FIELDS = ("nominee", "unit")
"""What no campaign can do without: whom is put forward, and by whom."""

FIGURES = ("years", "count", "share", "list")
"""Types of field that have a least and a greatest value; of a list it is the number of its rows."""

OF_TYPES = {
    "columns": ("list",),
    "options": ("choice",),
    "not_before": ("date",),
    "not_after": ("date",),
    "at_most": ("text", "choice"),
}
"""Keys of a field that mean something for these types alone."""

NEEDED_BY = {"list": ("columns", '["姓名"]'), "choice": ("options", '["…", "…"]')}
"""What a field of a type cannot do without, with an example."""

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """One fault: the table and key where it stands (`("threshold", 2, "field")`), what, and the mend."""

    place: Place
    what: str
    mend: str


def misfits(campaign: Campaign) -> Iterator[Misfit]:
    """Every name in the file that means nothing, or two things."""
    yield from _names_of_fields(campaign)
    for index, field in enumerate(campaign.field):
        yield from _keys_of_field(index, field)
    for index, rule in enumerate(campaign.threshold):
        yield from _threshold(campaign, index, rule)
    yield from _twice("category", "id", [category.id for category in campaign.category])
    yield from _twice("quota", "kind", [quota.kind for quota in campaign.quota])
    yield from _category_names(campaign)
    yield from _codes(campaign)
    yield from _sentences(campaign)


def _names_of_fields(campaign: Campaign) -> Iterator[Misfit]:
    categories = [category.id for category in campaign.category]
    for index, field in enumerate(campaign.field):
        for name in field.categories:
            if name not in categories:
                what = f"no category {name!r}"
                yield Misfit(("field", index, "categories"), what, f"write some of {', '.join(categories)}")
    for needed in NEEDED_FIELDS:
        stated = [field for field in campaign.field if field.name == needed]
        everywhere = any(not field.categories for field in stated)
        lacking = [c for c in categories if not any(field.applies_to(c) for field in stated)]
        if not everywhere and lacking:
            what = f"a field named {needed!r} must be there for {', '.join(lacking)}"
            yield Misfit(("field",), what, f'add [[field]] with name = "{needed}" and its labels')
    registered = [field for field in campaign.field if field.name == "registered"]
    if campaign.needs.registered and not registered:
        mend = "write registered = false, or add the [[field]]"
        yield Misfit(("needs", "registered"), "no field named 'registered' tells it", mend)


def _keys_of_field(index: int, field: FieldData) -> Iterator[Misfit]:
    """Keys that do not go with the field's type, or with one another."""
    for key, types in OF_TYPES.items():
        if getattr(field, key) and field.type not in types:
            mend = f'write type = "{types[-1]}", or take {key} out'
            yield Misfit(("field", index, key), f"means nothing for type {field.type!r}", mend)
    needed, example = NEEDED_BY.get(field.type, ("", ""))
    if needed and not getattr(field, needed):
        what = f"a field of type {field.type!r} needs {needed}"
        yield Misfit(("field", index, "type"), what, f"add {needed} = {example}")
    if field.name in (*NEEDED_FIELDS, "category") and field.type != "text":
        what = f"{field.name!r} is a name: its type cannot be {field.type!r}"
        yield Misfit(("field", index, "type"), what, "take type out")
    if field.not_before and field.not_after and field.not_before > field.not_after:
        yield Misfit(("field", index, "not_after"), "lies before not_before", "exchange the two dates")
    if any(len("".join(heading.split())) < 2 for heading in field.under):
        mend = 'write the heading as the form has it, as in under = "导师信息"'
        yield Misfit(("field", index, "under"), "names no heading", mend)


def _threshold(campaign: Campaign, index: int, rule: Threshold) -> Iterator[Misfit]:
    if rule.category not in campaign.categories:
        mend = f"write one of {', '.join(campaign.categories)}"
        yield Misfit(("threshold", index, "category"), f"no such category {rule.category!r}", mend)
        return
    named = [field for field in campaign.field if field.name == rule.field]
    stated = [field for field in named if field.applies_to(rule.category)]
    figures = dict.fromkeys(f.name for f in campaign.field if f.type in FIGURES)
    mend = f"write one of {', '.join(figures) or '(none yet)'}, or add the [[field]]"
    if not named:
        yield Misfit(("threshold", index, "field"), f"no such field {rule.field!r}", mend)
    elif not stated:
        what = f"no field {rule.field!r} in forms of category {rule.category!r}"
        yield Misfit(("threshold", index, "field"), what, mend)
    elif any(field.type not in FIGURES for field in stated):
        what = f"the field {rule.field!r} holds no figure (its type is {stated[0].type!r})"
        yield Misfit(("threshold", index, "field"), what, mend)


def _twice(table: str, key: str, names: Iterable[str]) -> Iterator[Misfit]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Misfit((table, index, key), f"{name!r} stands twice", "give each its own, or take one out")
        seen.add(name)


def _category_names(campaign: Campaign) -> Iterator[Misfit]:
    """A title that names two categories would send every such form to a person."""
    owner: dict[str, str] = {}
    for index, category in enumerate(campaign.category):
        for name in (category.name, *category.aliases):
            if owner.setdefault(name, category.id) != category.id:
                key = "name" if name == category.name else "aliases"
                what = f"{name!r} already names the category {owner[name]!r}"
                yield Misfit(("category", index, key), what, "leave the name to one of them")


def _codes(campaign: Campaign) -> Iterator[Misfit]:
    known = f"write one of {', '.join(CATALOGUE)}"
    for code in campaign.severity:
        if code not in CATALOGUE:
            yield Misfit(("severity", code), "no such finding", known)
    for key in campaign.wording:
        code, dot, which = key.rpartition(".")
        if not dot or which not in ("problem", "cure"):
            mend = 'write "<finding>.problem" or "<finding>.cure", in quotes'
            yield Misfit(("wording", key), "is neither the problem nor the cure of a finding", mend)
        elif code not in CATALOGUE:
            yield Misfit(("wording", key), f"no such finding {code!r}", known)


def _sentences(campaign: Campaign) -> Iterator[Misfit]:
    for key, sentence in campaign.wording.items():
        for name in unknown_places(sentence):
            mend = f"write one of {{evidence}}, {', '.join(f'{{{word}}}' for word in Words.model_fields)}"
            yield Misfit(("wording", key), f"nothing fills {{{name}}}", mend)
