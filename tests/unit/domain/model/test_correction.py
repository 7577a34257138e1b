"""Of everything that people said of papers, what is in force."""

from __future__ import annotations

from intake.domain.model.correction import Corrections, ScanVerdict, scan_key
from tests.unit.domain.words import FORM, LATER, SCAN, of_field, of_mail, of_scan


def test_of_each_thing_the_last_word_counts_and_none_that_was_taken_back() -> None:
    said = [
        of_field("nominee", "甲"),
        of_field("unit", "乙"),
        of_field("nominee", "丙"),
        of_field("unit", None),
    ]
    found = Corrections.of(said, 7)
    assert found.newest == 7
    assert {name: item.value for name, item in found.of_file(FORM[0])[FORM[1]].items()} == {"nominee": "丙"}
    assert found.of_file("sha256:other") == {}


def test_a_name_that_was_erased_is_in_force_no_more() -> None:
    assert Corrections.of([of_field("nominee", "")]).entries == ()


def test_of_a_form_and_a_scan_the_newest_word_on_any_version_counts() -> None:
    newer = ("sha256:newer", 0)
    said = Corrections.of([of_scan(ScanVerdict.TOGETHER), of_scan(ScanVerdict.APART, form=newer, at=LATER)])
    assert said.of_pair([FORM], SCAN).value == ScanVerdict.TOGETHER  # type: ignore[union-attr]
    assert said.of_pair([FORM, newer], SCAN).value == ScanVerdict.APART  # type: ignore[union-attr]
    assert said.of_pair([("sha256:x", 0)], SCAN) is None
    assert (said.forms_of(SCAN), said.is_chosen(SCAN), said.is_chosen(FORM)) == ([FORM], True, False)
    assert said.pairs == [(FORM[0], SCAN[0])]
    assert scan_key(SCAN) == f"{SCAN[0]}#{SCAN[1]}"


def test_a_mail_has_the_unit_that_was_said_last() -> None:
    assert Corrections.of([of_mail("甲"), of_mail("乙")]).units == {"sha256:mail": "乙"}
    assert Corrections.of([of_mail("甲"), of_mail(None)]).units == {}
