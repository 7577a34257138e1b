"""A name is found however it is spaced, and not within a longer one on record."""

from __future__ import annotations

import pytest

from intake.domain.text.persons import PersonName


@pytest.mark.parametrize("text", ["推荐于洁同志", "于 洁", "于　　洁", "（于\t洁）"])
def test_it_is_found_however_it_is_spaced(text: str) -> None:
    name = PersonName("于 洁")
    assert name.is_in(text)
    assert name.replaced(text, "某").count("某") == 1 and not name.is_in(name.replaced(text, "某"))


def test_a_longer_name_on_record_is_another_person() -> None:
    name = PersonName("王伟", ["王伟明", "王伟", "李王伟"])
    assert not name.is_in("王伟明、王 伟 明和李王伟")
    assert name.replaced("王伟、王伟明", "某") == "某、王伟明"
    assert name.is_of("王 伟") and not name.is_of("王伟明") and not name.is_of(None)


def test_one_character_is_no_name() -> None:
    with pytest.raises(ValueError, match="2 characters"):
        PersonName(" 于 ")
