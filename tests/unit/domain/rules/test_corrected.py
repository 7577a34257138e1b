"""Whoever corrected a field or paired a scan has looked: its doubts are settled, and it is noted."""

from __future__ import annotations

from dataclasses import replace

from intake.domain.assembly.assembly import assemble_unit
from intake.domain.assembly.corrected import corrected
from intake.domain.model.correction import Correction, CorrectionKind, Corrections, ScanVerdict
from intake.domain.model.inspection import Inspection
from intake.domain.model.nomination import Case, Judgement, Severity, State
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from tests.unit.domain.cases import codes, finding, post, scanned, unit, word
from tests.unit.domain.seen import CAMPAIGN, inspected, lines, page, seal
from tests.unit.domain.words import FORM, SCAN, of_field, of_scan


def judged(seen: Inspection, *said: Correction) -> tuple[Case, Judgement]:
    """The nomination of 于洁 with a scan of which this was seen, given what was said of both."""
    form, scan = post(1, word("于洁"), scanned("扫描件.pdf"))
    assert (form.paper, scan.paper) == (FORM, SCAN) and form.form
    fields = {item.about: item for item in said if item.kind is CorrectionKind.FIELD}
    documents = [
        replace(form, form=corrected(form.form, fields, CAMPAIGN) if fields else form.form),
        replace(scan, inspection=seen),
    ]
    words = Corrections.of(said)
    made = assemble_unit(unit(), documents, CAMPAIGN, [unit().name or ""], corrections=words)
    (entry,) = judge_unit(made, Circumstances(CAMPAIGN, corrections=words))
    return entry


def sealed(nominee: str) -> Inspection:
    return inspected(page(lines=lines(nominee), seals=(seal(),)))


def test_a_corrected_name_is_held_against_the_scan_no_more() -> None:
    _, before = judged(sealed("于浩"))
    assert before.state is State.REVIEW
    case, told = judged(sealed("于浩"), of_field("nominee", "于浩", "于洁"))
    assert (case.nominee, told.state, codes(told)) == ("于浩", State.COMPLETE, [])
    note = finding(told, "corrected")
    assert (note.severity, note.fields) == (Severity.NOTE, ("nominee",))
    assert "“于浩”（人工更正：原读作“于洁”，李明）" in note.evidence


def test_a_name_that_a_person_confirmed_is_not_doubted_either() -> None:
    case, told = judged(sealed("于浩"), of_field("nominee", "于洁", "于洁"))
    assert (case.nominee, codes(told)) == ("于洁", [])
    assert "人工核对无误，李明" in finding(told, "corrected").evidence


def test_a_scan_that_shows_nothing_readable_is_this_forms_where_a_person_paired_it() -> None:
    blank = inspected(page(lines=(), seals=(seal(),)))
    _, before = judged(blank)
    assert before.state is State.REVIEW
    _, told = judged(blank, of_scan(ScanVerdict.TOGETHER))
    assert (told.state, codes(told)) == (State.COMPLETE, [])
    assert "经人工核对为同一份（李明）" in finding(told, "corrected").evidence


def test_other_doubts_stand() -> None:
    _, told = judged(inspected(page(lines=())), of_scan(ScanVerdict.TOGETHER))
    assert "scan-not-sealed" in codes(told) or told.state is not State.COMPLETE
