"""What a scan seems to lack, or to show, may be otherwise: then a person looks, no letter is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from intake.domain.mail.links import CloudLink
from intake.domain.model.document import Role
from intake.domain.model.facts import PdfFacts, PdfPage, PdfSignature
from intake.domain.model.inspection import Inspection, ScanPage
from intake.domain.model.nomination import Case, CaseDocument, Judgement, Severity, State
from intake.domain.rules.case_view import Circumstances, Scene
from intake.domain.rules.scan_content import ScanShowsForm
from intake.domain.rules.seals import ScanSealed
from tests.unit.domain.cases import ZHEJIANG, at, codes, finding, judged, photo, post, scanned, unit, word
from tests.unit.domain.seen import (
    CAMPAIGN,
    NAME,
    inspected,
    judge,
    judge_text,
    line,
    lines,
    needing,
    page,
    seal,
    text_pdf,
)


@pytest.mark.parametrize(("name", "layer"), [("马骁", "⻢骁"), ("高见", "⾼⻅"), ("王民", "⺩⺠")])
def test_radicals_in_a_text_layer_are_the_characters_they_look_like(name: str, layer: str) -> None:
    facts = PdfFacts((PdfPage(text_pdf(layer), 595.0, 842.0, 0.0),), 1)
    assert judge_text(facts, page(lines=(), digital=True, seals=(seal(),)), name).state is State.COMPLETE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("张玮", text_pdf("张伟")),
        ("John Smith", text_pdf("John SMITHE")),
        ("于洁", text_pdf("王建国") + "候选人于 洁\n"),
    ],
)
def test_what_a_text_layer_may_have_written_amiss_is_for_a_person(name: str, text: str) -> None:
    facts = PdfFacts((PdfPage(text, 595.0, 842.0, 0.0),), 1)
    told = judge_text(facts, page(lines=(), digital=True, seals=(seal(),)), name)
    assert told.state is State.REVIEW
    assert not codes(told, Severity.CURABLE)


def test_latin_and_dotted_names_are_equal_however_they_are_set() -> None:
    for name, layer in (("阿不都·热合曼", "阿不都 • 热合曼"), ("阿不都·热合曼", "阿不都热合曼")):
        facts = PdfFacts((PdfPage(text_pdf(layer), 595.0, 842.0, 0.0),), 1)
        seen = page(lines=(), digital=True, seals=(seal(),))
        assert judge_text(facts, seen, name).state is State.COMPLETE


def test_a_page_known_by_its_text_layer_alone_was_not_seen() -> None:
    two = PdfFacts(tuple(PdfPage(text_pdf(NAME), 595.0, 842.0, share) for share in (0.0, 1.0)), 2)
    told = judge_text(two, page(lines=(), digital=True))
    assert told.state is State.REVIEW
    assert "第2页" in finding(told, "doubtful").evidence


def test_pages_that_the_file_has_beyond_those_seen_may_be_sealed() -> None:
    facts = PdfFacts((PdfPage("", 595.0, 842.0, 1.0),) * 3, 3)
    told = judge(inspected(page(), page(2)), facts=facts)
    assert told.state is State.REVIEW
    assert "共3页" in finding(told, "doubtful").evidence


def test_a_program_s_page_in_grey_may_have_lost_its_seal() -> None:
    facts = PdfFacts((PdfPage(text_pdf(NAME), 595.0, 842.0, 0.0),), 1)
    told = judge_text(facts, page(lines=(), digital=True, colour="grey"))
    assert codes(told) == ["doubtful"]


def test_a_page_that_cannot_be_shown_is_told_as_that() -> None:
    broken = ScanPage(2, 0, 0, "bw", paper=0.0, doubt="broken stream")
    assert "第2页未能显示" in finding(judge(inspected(page(), broken)), "doubtful").evidence


def signed(*names: str, whole: bool | None = None) -> PdfFacts:
    return PdfFacts((PdfPage("", 595.0, 842.0, 1.0),), 1, signatures=(PdfSignature(names, whole),))


def test_the_unit_s_electronic_signature_is_its_seal_and_staff_are_told_of_it() -> None:
    told = judge(inspected(page(signed=True)), facts=signed(ZHEJIANG, whole=True))
    assert told.state is State.COMPLETE
    noted = finding(told, "signed-electronically")
    assert noted.severity is Severity.NOTE
    assert ZHEJIANG in noted.evidence
    assert "未见改动" in noted.evidence


@pytest.mark.parametrize("names", [(), ("王五",), ("江苏省科学技术协会",)])
def test_a_signature_of_nobody_or_another_never_proves_absence_nor_presence(names: tuple[str, ...]) -> None:
    for shown in (page(signed=True), page()):
        told = judge(inspected(shown), facts=signed(*names))
        assert told.state is State.REVIEW
        assert "scan-not-sealed" not in codes(told)


def test_a_field_for_a_signature_alone_is_for_a_person() -> None:
    told = judge(inspected(page(signed=True)))
    assert told.state is State.REVIEW
    assert "scan-not-sealed" not in codes(told)


def test_a_seal_in_pixels_beside_a_signature_counts_as_before() -> None:
    assert judge(inspected(page(signed=True, seals=(seal(),))), facts=signed("王五")).state is State.COMPLETE


def test_a_page_that_a_program_wrote_is_not_called_black_and_white() -> None:
    facts = PdfFacts((PdfPage(text_pdf(NAME), 595.0, 842.0, 0.0),), 1)
    told = judge_text(facts, page(lines=(), digital=True, colour="grey"))
    assert "黑白" not in finding(told, "doubtful").evidence


@pytest.mark.parametrize(
    ("older", "severity"),
    [
        (inspected(page(), page(2, seals=(seal(),))), Severity.REVIEW),
        (inspected(page(), page(2, seals=(seal("maybe"),))), Severity.REVIEW),
        (inspected(page(), page(2, colour="grey")), Severity.REVIEW),
        (inspected(page(), count=2), Severity.REVIEW),
        (None, Severity.REVIEW),
        (inspected(page(), page(2)), Severity.CURABLE),
    ],
)
def test_an_older_version_that_may_be_sealed(older: Inspection | None, severity: Severity) -> None:
    papers = post(1, word(NAME), scanned(f"{NAME}推荐表.pdf"))
    newer = post(2, scanned(f"{NAME}推荐表.pdf"))
    seen = [replace(papers[1], inspection=older), replace(newer[0], inspection=inspected(page(), page(2)))]
    ((_, told),) = judged([papers[0], *seen], rules=CAMPAIGN)
    assert finding(told, "scan-not-sealed").severity is severity


@pytest.mark.parametrize(
    ("seen", "severity"),
    [
        (None, Severity.REVIEW),
        (inspected(refused="broken"), Severity.REVIEW),
        (inspected(page(lines=(), seals=(seal(),))), Severity.REVIEW),
        (inspected(page(lines=(), seals=(seal("maybe"),))), Severity.REVIEW),
        (inspected(page(lines=(), colour="grey")), Severity.REVIEW),
        (inspected(page(lines=(), doubt="too dark")), Severity.REVIEW),
        (inspected(page(lines=(), colour="grey", paper=0.0)), Severity.CURABLE),
        (inspected(page(lines=())), Severity.CURABLE),
    ],
)
def test_a_picture_may_be_the_sealed_page(seen: Inspection | None, severity: Severity) -> None:
    form, scan, picture = post(1, word(NAME), scanned(f"{NAME}推荐表.pdf"), photo("IMG_0042.jpg"))
    papers = [form, replace(scan, inspection=inspected(page(), page(2))), replace(picture, inspection=seen)]
    ((_, told),) = judged(papers, rules=CAMPAIGN)
    assert finding(told, "scan-not-sealed").severity is severity


def test_a_scanned_paper_of_another_name_may_be_the_sealed_page() -> None:
    form, scan, paper = post(1, word(NAME), scanned(f"{NAME}推荐表.pdf"), scanned(f"{NAME}事迹材料.pdf"))
    papers = [form, replace(scan, inspection=inspected(page())), replace(paper, role=Role.STATEMENT)]
    ((_, told),) = judged(papers, rules=CAMPAIGN)
    assert finding(told, "scan-not-sealed").severity is Severity.REVIEW


def several(*sealed: int, second: str = "王建国") -> Inspection:
    """Two forms of two pages each, one after another, with seals on these pages."""
    marks = {number: (seal(),) for number in sealed}
    pages = [
        page(number, lines=lines(name) if name else (), seals=marks.get(number, ()))
        for number, name in enumerate((NAME, "", second, ""), 1)
    ]
    return replace(inspected(*pages), heads=True)


def test_a_file_cut_into_forms_never_proves_that_one_is_unsealed() -> None:
    told = judge_parts(several(4))
    assert told[NAME].state is State.REVIEW
    assert finding(told[NAME], "scan-not-sealed").severity is Severity.REVIEW
    assert told["王建国"].state is State.COMPLETE


def test_another_form_s_seal_says_nothing_of_this_one() -> None:
    """The file stays whole for one form that lacks the other's Word file."""
    facts = PdfFacts((PdfPage("", 595.0, 842.0, 1.0),) * 4, 4)
    form, scan = post(1, word(NAME), scanned(f"{NAME}推荐表.pdf"))
    case = CaseDocument(replace(scan, facts=facts, inspection=several(4)), Role.SCAN)
    told = list(ScanSealed().see(scene(CaseDocument(form, Role.FORM), case)))
    assert [(item.code, item.severity) for item in told] == [("doubtful", Severity.REVIEW)]
    sealed = replace(case, document=replace(case.document, inspection=several(2, 4)))
    assert not list(ScanSealed().see(scene(CaseDocument(form, Role.FORM), sealed)))
    foreign = replace(case, document=replace(case.document, inspection=several(4, second="李四")))
    assert list(ScanSealed().see(scene(CaseDocument(form, Role.FORM), foreign)))


def scene(*documents: CaseDocument) -> Scene:
    of = unit()
    case = Case(of, "volunteer", NAME, at(20), documents)
    return Scene(case, Circumstances(CAMPAIGN, unit_names=(ZHEJIANG,)))


def judge_parts(seen: Inspection) -> dict[str | None, Judgement]:
    facts = PdfFacts((PdfPage("", 595.0, 842.0, 1.0),) * 4, 4)
    papers = post(1, word(NAME), word("王建国"), scanned("扫描件.pdf"))
    papers[2] = replace(papers[2], facts=facts, inspection=seen)
    return {case.nominee: told for case, told in judged(papers, rules=CAMPAIGN)}


def test_the_unsure_ring_of_another_mark_does_not_hide_a_foreign_seal() -> None:
    other = seal(text="杭州市余杭区农业技术推广中心", score=0.97)
    seen = inspected(page(), page(2, seals=(other, seal("maybe"))))
    assert judge(seen, rules=needing(seal="unit")).state is State.REVIEW


def test_a_form_without_its_unit_is_held_against_the_unit_that_sent_it() -> None:
    form, scan = post(1, word(NAME, unit_name=None), scanned(f"{NAME}推荐表.pdf"))

    def told(of: str) -> list[tuple[str, Severity]]:
        seen = inspected(page(lines=lines(unit=of)), page(2, seals=(seal(),)))
        papers = CaseDocument(form, Role.FORM), CaseDocument(replace(scan, inspection=seen), Role.SCAN)
        return [(item.code, item.severity) for item in ScanShowsForm().see(scene(*papers))]

    assert told("河南省气象学会") == [("scan-other-form", Severity.REVIEW)]
    assert told(ZHEJIANG) == []


def test_another_form_is_told_only_where_no_other_file_may_show_this_one() -> None:
    facts = PdfFacts((PdfPage(text_pdf("王建国"), 595.0, 842.0, 0.0),), 1)
    seen = inspected(page(lines=(), digital=True, seals=(seal(),)))
    form, scan, picture = post(1, word(NAME), scanned(f"{NAME}推荐表.pdf"), photo("IMG_0042.jpg"))
    papers = [form, replace(scan, facts=facts, inspection=seen), picture]
    ((_, told),) = judged(papers, rules=CAMPAIGN)
    assert finding(told, "scan-other-form").severity is Severity.REVIEW


def test_a_link_that_may_hold_the_sealed_scan_makes_a_person_look() -> None:
    documents = post(1, word(NAME), scanned(f"{NAME}推荐表（盖章）.pdf"))
    seen = inspected(page(), page(2))
    documents = [replace(d, inspection=seen) if d.role is Role.SCAN else d for d in documents]
    link = CloudLink("网易邮箱", f"{NAME}盖章.pdf")
    ((_, told),) = judged(documents, rules=CAMPAIGN, links={1: [link]})
    assert told.state is State.REVIEW
    assert link.filename in finding(told, "scan-not-sealed").evidence


def test_pages_that_show_nothing_of_the_form_prove_no_absence() -> None:
    for shown in ((), (line("公章", 3),)):
        told = judge(inspected(page(lines=shown)))
        assert told.state is State.REVIEW
        assert "scan-not-sealed" not in codes(told)
    assert "scan-not-sealed" in codes(judge(inspected(page())), Severity.CURABLE)


@pytest.mark.parametrize("text", ["杭州市科协收文专用章", "收讫2025.02.18"])
def test_the_stamp_of_an_office_that_received_it_is_no_seal(text: str) -> None:
    told = judge(inspected(page(seals=(seal(text=text, score=0.9),))))
    assert told.state is State.REVIEW
    assert "scan-not-sealed" not in codes(told)


def ofd(*signatures: PdfSignature, text: str = "", share: float = 0.0) -> PdfFacts:
    return PdfFacts((PdfPage(text, 595.0, 842.0, share),), 1, signatures=signatures, format="ofd")


WRITTEN = f"2024年度“最美科技志愿者”推荐表\n推荐单位：{ZHEJIANG}\n姓名 {NAME}\n性别 女\n服务年限 3年\n"


def test_an_ofd_that_the_unit_sealed_is_the_scan() -> None:
    made = PdfSignature((ZHEJIANG, ZHEJIANG + "公章"), True, "某平台", date(2024, 1, 1), date(2029, 12, 31))
    told = judge(None, facts=ofd(made, text=WRITTEN), rules=needing(scan_format="any"))
    assert told.state is State.COMPLETE
    assert "请用OFD阅读器查看" in finding(told, "scan-in-ofd").evidence
    said = finding(told, "signed-electronically").evidence
    assert "印章由“某平台”制作，有效期2024年1月1日至2029年12月31日；签署后未见改动" in said


@pytest.mark.parametrize("signatures", [(), (PdfSignature(()),), (PdfSignature(("江苏省科学技术协会",)),)])
def test_an_ofd_that_nobody_or_another_sealed_is_for_a_person(signatures: tuple[PdfSignature, ...]) -> None:
    told = judge(None, facts=ofd(*signatures, text=WRITTEN), rules=needing(scan_format="any"))
    assert told.state is State.REVIEW
    assert "OFD版式文件" in finding(told, "doubtful").evidence
    assert not codes(told, Severity.CURABLE)


def test_a_sealed_ofd_without_text_is_for_a_person() -> None:
    told = judge(None, facts=ofd(PdfSignature((ZHEJIANG,)), share=1.0))
    assert told.state is State.REVIEW
    assert "OFD版式文件" in finding(told, "scan-unchecked").evidence


def test_an_ofd_of_another_nominee_is_for_a_person() -> None:
    told = judge(None, facts=ofd(PdfSignature((ZHEJIANG,)), text=WRITTEN.replace(NAME, "王建国")))
    assert told.state is not State.COMPLETE


def test_an_ofd_is_asked_for_as_pdf_where_the_campaign_wants_pdf() -> None:
    told = judge(None, facts=ofd(PdfSignature((ZHEJIANG,)), text=WRITTEN), rules=needing(scan_format="pdf"))
    assert finding(told, "wrong-format").severity is Severity.CURABLE
    assert "扫描件为OFD版式文件" in finding(told, "wrong-format").evidence
    assert "scan-in-ofd" not in codes(told)
