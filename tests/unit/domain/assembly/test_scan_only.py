"""Nominations of which no Word form came: the form saved as PDF, or a stamped scan and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from intake.domain.documents.pdf_form import exported_form
from intake.domain.letters.disclosure import UNNAMED, name_of
from intake.domain.model.document import Document, Role
from intake.domain.model.facts import PdfFacts, PdfPage, PdfSignature
from intake.domain.model.inspection import Box, ScanLine, ScanPage, SealMark
from intake.domain.model.nomination import Case, Judgement, Severity
from intake.domain.scans.unpaired import ScanReading, shown_alone
from tests.unit.domain.cases import (
    CAMPAIGN,
    LOADED,
    ZHEJIANG,
    Paper,
    assembled,
    at,
    codes,
    finding,
    judged,
    numbered,
    post,
    scan_of,
    word,
)
from tests.unit.domain.sheets_read import layered, letter, looked_at, page, scan_paper

SITE = "梅岭社区科技志愿服务点"
TEXT = (
    "附件2\n2024年度科技志愿服务先进典型\n最美科技志愿服务点（社区或村）推荐表\n推荐单位：{unit}\n"
    "名称：{name}\n负责人：傅建然\n联系电话：13800000000\n居民参与志愿服务比例：76%\n科技志愿服务队伍数量：10\n"
    "活动类别：7种\n主要事迹：\n长期扎根基层。"
)
SEAL = SealMark(Box(0.5, 0.6, 0.7, 0.75), "sure", "red")


def exported(name: str = SITE, filename: str = "梅岭推荐表.pdf", unit: str = ZHEJIANG) -> Paper:
    """The form saved as PDF by the office program."""
    return Paper(filename, Role.SCAN, layered(TEXT.format(name=name, unit=unit)))


def bare(document: Document) -> Document:
    """The export as it was looked at: no seal on it."""
    return looked_at(document, ScanPage(1, 1240, 1754, "colour", digital=True))


def sealed(document: Document, name: str = SITE, category: str = "site") -> Document:
    """A sealed scan that shows the nominee, and the figures of a site."""
    figures = ["居民参与比例", "60%", "服务队伍数量", "5支"], ["活动类别", "5种"]
    return looked_at(document, replace(page(name, category, figures=figures), seals=(SEAL,)))


def judge(documents: Sequence[Document]) -> list[tuple[Case, Judgement]]:
    """The judgement by the shipped campaign, which asks for a seal."""
    return judged(documents, rules=LOADED.campaign)


def roles(case: Case) -> dict[str, tuple[Role, bool]]:
    return {item.document.filename: (item.role, item.current) for item in case.documents}


# The form saved as PDF -----------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_an_export_and_the_sealed_scan_are_one_nomination_that_lacks_its_word_form(turned: bool) -> None:
    export, scan = exported(), scan_paper("盖章扫描件.pdf")
    documents = post(1, *((scan, export) if turned else (export, scan)))
    documents = [bare(d) if d.filename == export.filename else sealed(d) for d in documents]
    ((case, judgement),) = judge(documents)
    assert (case.nominee, case.category) == (SITE, "site")
    assert roles(case) == {"梅岭推荐表.pdf": (Role.SCAN, False), "盖章扫描件.pdf": (Role.SCAN, True)}
    assert codes(judgement) == ["form-missing"]
    said = finding(judgement, "form-missing")
    assert said.severity is Severity.CURABLE
    assert said.evidence == "收到PDF版推荐表《梅岭推荐表.pdf》和盖章扫描件《盖章扫描件.pdf》，未见WORD版"


def test_an_export_whose_scan_may_be_another_s_is_for_a_person() -> None:
    export, scan = post(1, exported(), scan_paper("盖章扫描件.pdf"))
    unread = looked_at(scan, ScanPage(1, 1240, 1754, "colour", seals=(SEAL,)))
    for _, judgement in judge([bare(export), unread]):
        assert "scan-not-sealed" not in codes(judgement, Severity.CURABLE)


def test_an_export_beside_a_sealed_scan_of_somebody_else_is_asked_for_no_seal() -> None:
    export, scan = post(1, exported(), scan_paper("盖章扫描件.pdf"))
    for _, judgement in judge([bare(export), sealed(scan, "欧阳明月", "volunteer")]):
        assert "scan-not-sealed" not in codes(judgement, Severity.CURABLE)


def test_an_export_alone_lacks_both() -> None:
    ((case, judgement),) = judge([bare(d) for d in post(1, exported())])
    assert case.nominee == SITE
    assert codes(judgement, Severity.CURABLE) == ["form-missing", "scan-not-sealed"]
    assert finding(judgement, "form-missing").evidence == "收到PDF版推荐表《梅岭推荐表.pdf》，未见WORD版"


def test_the_word_form_takes_its_place_and_the_number_stays() -> None:
    export, scan = post(1, exported(), scan_paper("盖章扫描件.pdf"))
    before = [bare(export), sealed(scan)]
    (old,) = numbered(assembled(before).cases)
    made = assembled([*before, *post(2, word(SITE, "site"), when=at(22))])
    (case,) = numbered(made.cases, [old])
    assert case.number == old.number and not case.doubts
    assert scan_of(made) == {SITE: "盖章扫描件.pdf"}
    assert all(item.certain for item in case.documents)


@pytest.mark.parametrize("day", [20, 22])
def test_an_export_never_takes_the_place_of_the_stamped_scan(day: int) -> None:
    form, scan = post(1, word(SITE, "site"), scan_paper("盖章扫描件.pdf"), when=at(21))
    (export,) = post(2, exported(), when=at(day))
    ((case, judgement),) = judge([form, sealed(scan), bare(export)])
    assert scan_of([case]) == {SITE: "盖章扫描件.pdf"}
    assert codes(judgement) == []


def test_an_export_with_a_seal_on_it_is_a_scan() -> None:
    (export,) = post(1, exported())
    stamped = looked_at(export, ScanPage(1, 1240, 1754, "colour", digital=True, seals=(SEAL,)))
    ((_, judgement),) = judge([stamped])
    assert codes(judgement, Severity.CURABLE) == ["form-missing"]


def test_a_name_on_two_lines_is_taken_only_where_it_is_said_whole() -> None:
    wrapped = TEXT.format(name="梅岭社区科技志愿\n服务站", unit=ZHEJIANG)
    (silent,) = post(1, Paper("推荐表.pdf", Role.SCAN, layered(wrapped)))
    assert exported_form(silent, CAMPAIGN) is None
    (named,) = post(1, Paper("梅岭社区科技志愿服务站推荐表.pdf", Role.SCAN, layered(wrapped)))
    form = exported_form(named, CAMPAIGN)
    assert form is not None and form.text("nominee") == "梅岭社区科技志愿服务站"


def test_an_export_that_may_be_a_word_form_s_own_opens_nothing() -> None:
    papers = word("梅岭社区", "site"), exported(), scan_paper("盖章扫描件.pdf")
    form, export, scan = post(1, *papers)
    made = assembled([form, bare(export), looked_at(scan, page("梅岭社区", "site"))])
    assert {case.nominee for case in made.cases if case.current(Role.FORM)} == {"梅岭社区"}
    assert len(made.cases) == 1


# A scan alone --------------------------------------------------------------------------------


def test_whoever_is_only_called_much_like_another_is_put_before_a_person_and_never_lost() -> None:
    other = "龙泉社区科技志愿服务点"
    form, scan = post(1, word(other, "site"), scan_paper("龙泉盖章.pdf"))
    export, stamped = post(2, exported(), scan_paper("盖章扫描件.pdf"), when=at(21))
    papers = [form, sealed(scan, other), bare(export), sealed(stamped)]
    cases = {case.nominee: judgement for case, judgement in judge(papers)}
    assert set(cases) == {other, SITE}
    assert codes(cases[SITE], Severity.CURABLE) == []
    assert "doubtful" in codes(cases[SITE], Severity.REVIEW)


def test_a_scan_alone_says_whose_it_is_and_the_word_form_is_asked_for() -> None:
    (scan,) = post(1, scan_paper("扫描0001.pdf"))
    ((case, judgement),) = judge([sealed(scan)])
    assert (case.nominee, case.category) == (SITE, "site")
    assert codes(judgement) == ["form-missing"]
    assert finding(judgement, "form-missing").severity is Severity.CURABLE


def test_its_word_form_finds_it_and_keeps_the_number() -> None:
    (scan,) = post(1, scan_paper("扫描0001.pdf"))
    (old,) = numbered(assembled([sealed(scan)]).cases)
    made = assembled([sealed(scan), *post(2, word(SITE, "site"), when=at(22))])
    (case,) = numbered(made.cases, [old])
    assert case.number == old.number and scan_of(made) == {SITE: "扫描0001.pdf"} and not case.doubts


def test_two_scans_of_one_nominee_are_one_nomination() -> None:
    one, *_ = post(1, scan_paper("扫描0001.pdf"))
    two, *_ = post(2, scan_paper("扫描0002.pdf"), when=at(21))
    (case,) = assembled([sealed(one), sealed(two)]).cases
    assert scan_of([case]) == {SITE: "扫描0002.pdf"} and not case.doubts


def test_two_scans_that_may_be_of_one_nominee_are_for_a_person() -> None:
    one, two = post(1, scan_paper("扫描0001.pdf"), scan_paper("扫描0002.pdf"))
    found = judge([sealed(one), sealed(two, SITE.replace("梅", "海"))])
    assert len(found) == 2
    for case, judgement in found:
        assert case.doubts and codes(judgement, Severity.CURABLE) == []


def shown(lines: Sequence[tuple[str, float, float]], score: float = 0.99) -> ScanReading:
    """What a page with these texts, their left edges and tops, says by itself."""
    read = tuple(
        ScanLine(text, score, Box(left, top, left + 0.018 * len(text), top + 0.016))
        for text, left, top in lines
    )
    (scan,) = post(1, scan_paper("扫描0001.pdf"))
    return shown_alone(looked_at(scan, ScanPage(1, 1240, 1754, "colour", lines=read)), CAMPAIGN)


def rows(name: Sequence[tuple[str, float]], label: float = 0.20) -> list[tuple[str, float, float]]:
    """A form whose nominee's cell holds these lines at these heights, its label at `label`."""
    return [
        ("最佳科技志愿服务项目推荐表", 0.3, 0.06),
        ("推荐单位", 0.08, 0.13),
        (ZHEJIANG, 0.3, 0.13),
        ("项目名称", 0.08, label),
        *((text, 0.3, top) for text, top in name),
        ("负责人", 0.08, 0.27),
        ("王建国", 0.3, 0.27),
        ("联系电话", 0.6, 0.27),
        ("团队人数", 0.08, 0.32),
        ("20人", 0.3, 0.32),
    ]


WHOLE = "新火燎原科普志愿服务项目"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ([(WHOLE, 0.20)], 0.20),
        ([("新火燎原科普志愿服务", 0.188), ("项目", 0.212)], 0.20),
        ([("新火燎原科普志愿服务", 0.20), ("项目", 0.222)], 0.20),
        ([("新火燎原科普志愿服务", 0.187), ("项目", 0.205)], 0.2),
    ],
)
def test_a_name_is_read_with_all_lines_of_its_cell(name: list[tuple[str, float]], label: float) -> None:
    found = shown(rows(name, label))
    assert (found.is_form, found.nominee, found.category) == (True, WHOLE, "project")


def test_what_was_not_surely_read_names_nobody() -> None:
    assert shown(rows([(WHOLE, 0.20)]), score=0.9) == ScanReading()
    assert shown(rows([("新火燎原科普志愿服务", 0.180), ("项目", 0.199)], 0.2)).nominee in (None, WHOLE)
    doubtful = shown(rows([(WHOLE[:9], 0.178), (WHOLE[9:11], 0.20), (WHOLE[11:], 0.222)]))
    assert doubtful.nominee in (None, WHOLE)


def test_another_paper_is_no_scan_of_a_form() -> None:
    statement = [("先进事迹材料", 0.35, 0.06), ("王建国，男，长期扎根基层，深受群众好评。", 0.1, 0.12)]
    certificate = [("荣誉证书", 0.4, 0.2), ("王建国同志：", 0.1, 0.3), ("被评为最美科技志愿者", 0.1, 0.35)]
    assert shown(statement) == shown(certificate) == ScanReading()
    (scan,) = post(1, scan_paper("扫描0001.pdf"))
    ((_, judgement),) = judge([looked_at(scan, letter())])
    assert codes(judgement, Severity.CURABLE) == []


def test_a_file_that_may_show_several_forms_is_for_a_person() -> None:
    (scan,) = post(1, scan_paper("扫描0001.pdf", pages=2))
    both = looked_at(scan, page(SITE, "site"), page(SITE.replace("梅", "海"), "site", number=2))
    assert not shown_alone(both, CAMPAIGN).is_form


def test_a_letter_calls_nobody_by_what_was_only_read_from_a_picture() -> None:
    (scan,) = post(1, scan_paper("扫描0001.pdf"))
    (case,) = assembled([sealed(scan)]).cases
    assert name_of(case) == UNNAMED
    (said,) = assembled([sealed(replace(scan, filename=f"{SITE}（盖章）.pdf"))]).cases
    assert name_of(said) == SITE
    (formed,) = assembled([sealed(scan), *post(2, word(SITE, "site", filename="推荐表.docx"))]).cases
    assert name_of(formed) == SITE


def ofd(*signatures: PdfSignature, filename: str = "推荐表（盖章）.ofd", share: float = 0.0) -> Paper:
    """The form as OFD, which nobody looks at."""
    text = TEXT.format(name=SITE, unit=ZHEJIANG)
    facts = PdfFacts((PdfPage(text, 595.0, 842.0, share),), 1, signatures=signatures, format="ofd")
    return Paper(filename, Role.SCAN, facts)


@pytest.mark.parametrize("names", [None, (), (ZHEJIANG,)])
@pytest.mark.parametrize("share", [0.0, 0.05])
def test_an_ofd_alone_opens_its_nomination_sealed_or_not(names: tuple[str, ...] | None, share: float) -> None:
    signatures = () if names is None else (PdfSignature(names),)
    ((case, judgement),) = judge(post(1, ofd(*signatures, share=share)))
    assert (case.nominee, case.category) == (SITE, "site")
    assert "收到OFD版推荐表《推荐表（盖章）.ofd》" in finding(judgement, "form-missing").evidence
    assert "scan-missing" not in codes(judgement)


def test_the_word_form_finds_its_ofd() -> None:
    documents = [*post(1, ofd(PdfSignature((ZHEJIANG,)))), *post(2, word(SITE, "site", unit=ZHEJIANG))]
    ((case, judgement),) = judge(documents)
    assert roles(case)["推荐表（盖章）.ofd"] == (Role.SCAN, True)
    assert codes(judgement, Severity.CURABLE) == ["wrong-format"]


def test_a_sealed_ofd_is_no_export_beside_a_scan_of_somebody_else() -> None:
    documents = post(1, ofd(PdfSignature((ZHEJIANG,))), scan_paper("另一份.pdf"))
    documents = [sealed(d, "竹溪社区科技志愿服务点") if d.filename == "另一份.pdf" else d for d in documents]
    named = {case.nominee for case, _ in judge(documents)}
    assert named == {SITE, "竹溪社区科技志愿服务点"}
