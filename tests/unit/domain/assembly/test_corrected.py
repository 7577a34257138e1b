"""What people said of scans and names, as the assembly heeds it."""

from __future__ import annotations

from dataclasses import replace

from intake.domain.assembly.assembly import assemble_unit
from intake.domain.assembly.correspondents import Correspondents
from intake.domain.assembly.senders import assemble_senders
from intake.domain.model.correction import Correction, Corrections, ScanVerdict
from intake.domain.model.document import Document, Role
from intake.domain.model.nomination import Case
from tests.unit.domain.cases import CAMPAIGN, at, post, scan_of, scanned, unit, word
from tests.unit.domain.words import LATER, of_field, of_scan

TOGETHER, APART = ScanVerdict.TOGETHER, ScanVerdict.APART


def put(documents: list[Document], *said: Correction) -> tuple[Case, ...]:
    return assemble_unit(unit(), documents, CAMPAIGN, corrections=Corrections.of(said)).cases


def unclear() -> list[Document]:
    return post(1, word("张伟"), word("李四"), scanned("Scan_1.pdf"), scanned("Scan_2.pdf"))


def said_of(form: Document, scan: Document, verdict: ScanVerdict) -> Correction:
    return of_scan(verdict, form.paper, scan.paper)


def test_a_pair_that_a_person_made_is_certain_and_leaves_the_other_to_the_other() -> None:
    first, second, one, two = unclear()
    cases = put([first, second, one, two], said_of(first, two, TOGETHER))
    assert scan_of(cases) == {"张伟": "Scan_2.pdf", "李四": "Scan_1.pdf"}
    assert all(case.scan and case.scan.certain and not case.doubts for case in cases)


def test_no_name_outweighs_a_person() -> None:
    first, second, scan = post(1, word("张伟"), word("李四"), scanned("李四推荐表.pdf"))
    cases = put([first, second, scan], said_of(first, scan, TOGETHER))
    assert scan_of(cases) == {"张伟": "李四推荐表.pdf", "李四": None}
    assert not any(case.doubts for case in cases)


def test_what_a_person_parted_is_not_given_again() -> None:
    form, scan = post(1, word("张伟"), scanned("张伟推荐表.pdf"))
    (paired,) = put([form, scan])
    assert paired.scan
    parted = put([form, scan], said_of(form, scan, APART))
    assert next(case for case in parted if case.current(Role.FORM)).scan is None


def test_a_chosen_scan_counts_before_those_that_were_there_and_a_later_one_before_it() -> None:
    form, old, new = post(1, word("张伟"), scanned("旧.pdf"), scanned("张伟推荐表.pdf"))
    chosen = replace(said_of(form, old, TOGETHER), at=LATER)
    assert scan_of(put([form, old, new], chosen)) == {"张伟": "旧.pdf"}
    again = post(2, scanned("张伟推荐表（重扫）.pdf", content="again"), when=at(22))
    assert scan_of(put([form, old, new, *again], chosen)) == {"张伟": "张伟推荐表（重扫）.pdf"}


def test_a_pair_holds_for_the_forms_later_versions() -> None:
    first, second, one, two = unclear()
    newer = post(2, word("张伟", content="newer"), when=at(22))
    cases = put([first, second, one, two, *newer], said_of(first, two, TOGETHER))
    assert scan_of(cases) == {"张伟": "Scan_2.pdf", "李四": "Scan_1.pdf"}


def test_a_scan_without_a_form_bears_the_name_that_a_person_read_on_it() -> None:
    (scan,) = post(1, scanned("李四最美科技志愿者推荐表.pdf"))
    (case,) = put(
        [scan], of_field("nominee", "李思", "李四", scan.paper), of_field("category", "site", "", scan.paper)
    )
    assert (case.nominee, case.category) == ("李思", "site")


def test_a_chosen_scan_lies_with_its_form_whoever_sent_it() -> None:
    form = post(1, word("张伟"), sender="a@example.org")
    scan = post(2, scanned("扫描件.pdf"), sender="b@example.org", when=at(22))
    said = Corrections.of([said_of(form[0], scan[0], TOGETHER)])
    brought = assemble_senders(
        [*form, *scan],
        Correspondents(),
        lambda part: assemble_unit(unit(), part, CAMPAIGN, corrections=said),
        said,
    )
    assert [(item.sender, scan_of(item.assembled)) for item in brought] == [
        ("a@example.org", {"张伟": "扫描件.pdf"})
    ]
