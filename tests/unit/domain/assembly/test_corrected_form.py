"""A form with what a person said of its fields in the place of what was read."""

from __future__ import annotations

import pytest

from intake.domain.assembly.corrected import Unfit, corrected, field_named, label_of, stated
from tests.unit.domain.cases import CAMPAIGN, read_form
from tests.unit.domain.words import of_field


def test_a_corrected_value_is_read_as_its_field_is_and_keeps_what_had_been_read() -> None:
    read = read_form("沈知远", empty=("service_years",), conflicts=("nominee: 1 and 2 differ", "unit: x"))
    said = {
        "nominee": of_field("nominee", "沈知遥", "沈知远"),
        "service_years": of_field("service_years", "十二年", ""),
    }
    form = corrected(read, said, CAMPAIGN)
    name, years = form.fields["nominee"], form.fields["service_years"]
    assert (name.value, name.sure, name.read) == ("沈知遥", True, "沈知远")
    assert (years.value, years.text, years.read) == (12.0, "十二年", "")
    assert (form.empty, form.conflicts) == ((), ("unit: x",))
    assert form.corrected == {"nominee", "service_years"}
    assert form.fields["unit"] is read.fields["unit"]


def test_a_value_that_no_longer_fits_is_for_a_person() -> None:
    form = corrected(read_form("于洁"), {"service_years": of_field("service_years", "许多", "3年")}, CAMPAIGN)
    years = form.fields["service_years"]
    assert (years.value, years.sure, years.read) == (None, False, "3年")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nominee", "  "),
        ("service_years", "许多"),
        ("members", "20"),
        ("category", "最佳科技馆"),
    ],
)
def test_what_can_be_no_value_of_a_field_is_refused(name: str, text: str) -> None:
    with pytest.raises(Unfit):
        stated(name, text, "volunteer", CAMPAIGN)


@pytest.mark.parametrize("text", ["volunteer", CAMPAIGN.categories["volunteer"].name])
def test_a_category_goes_by_its_id_or_name(text: str) -> None:
    assert stated("category", text, None, CAMPAIGN).value == "volunteer"


@pytest.mark.parametrize(
    ("text", "name"),
    [("姓名", "nominee"), ("推荐单位", "unit"), ("类别", "category"), ("service_years", "service_years")],
)
def test_a_field_goes_by_its_name_or_a_label(text: str, name: str) -> None:
    assert field_named(text, "volunteer", CAMPAIGN) == name


def test_a_field_that_the_category_lacks_is_not_known() -> None:
    with pytest.raises(Unfit):
        field_named("members", "volunteer", CAMPAIGN)
    assert label_of("category", "volunteer", CAMPAIGN)
