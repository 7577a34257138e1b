"""What a scan shows beside its form, as the command and the desk's page of a case tell it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from intake.config.language import Language, choose
from intake.service.bootstrap import Parts
from intake.service.nomination_account import scan_account, scan_readings
from tests.unit.domain.cases import post, scanned, unit, word
from tests.unit.domain.seen import CAMPAIGN, inspected, lines, page, seal

PARTS = cast(
    Parts,
    SimpleNamespace(loaded=SimpleNamespace(campaign=CAMPAIGN, spellings=lambda name: (name,))),
)


def test_what_was_read_stands_beside_what_the_form_says() -> None:
    _, scan = post(1, word("于洁"), scanned("扫描件.pdf"))
    seen = replace(scan, inspection=inspected(page(lines=lines("于浩"), seals=(seal(),))))
    row: dict[str, Any] = {
        "nominee": "于洁",
        "category": CAMPAIGN.category[0].id,
        "unit": {"name": unit().name},
        "fields": {},
    }
    readings = scan_readings(PARTS, row, [seen])
    assert "于浩" in readings["nominee"]
    english = "\n".join(scan_account(PARTS, row, [seen]))
    assert "nominee: “于浩”, the form has “于洁”" in english and "sure: red round seal" in english
    choose(Language.CHINESE)
    try:
        assert any(readings["nominee"] in line for line in scan_account(PARTS, row, [seen]))
    finally:
        choose(Language.ENGLISH)
    assert scan_readings(PARTS, row, [scan]) == {}
