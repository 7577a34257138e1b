"""OFD documents: their pages are read, and what is wrong with a file is told for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import parsers
from intake.domain.model.facts import ContainerFacts, Facts, PdfFacts, UnreadableFacts
from parsers.common import limits
from tests.unit.parsers.ofd import ofds

LINES = ("推荐表", "推荐单位 浙江省科学技术协会", "姓名 于洁")


def parsed(tmp_path: Path, data: bytes) -> Facts:
    path = tmp_path / "推荐表.bin"
    path.write_bytes(data)
    return parsers.parse(path, tmp_path / "scratch")


def read(tmp_path: Path, data: bytes) -> PdfFacts:
    facts = parsed(tmp_path, data)
    assert isinstance(facts, PdfFacts)
    assert facts.is_ofd
    return facts


def test_pages_and_their_text(tmp_path: Path) -> None:
    facts = read(tmp_path, ofds.zipped(ofds.parts_of(ofds.of_lines(LINES), ofds.of_lines(["第二页的文字"]))))
    assert facts.page_count == 2
    assert [page.text for page in facts.pages] == ["\n".join(LINES), "第二页的文字"]
    assert (round(facts.pages[0].width_pt), round(facts.pages[0].height_pt)) == (595, 842)
    assert facts.pages[0].image_share == 0


def test_a_page_has_its_own_size_and_tells_how_much_of_it_is_picture(tmp_path: Path) -> None:
    picture = '<ofd:ImageObject ID="9" ResourceID="8" Boundary="0 0 148 105"/>'
    area = "<ofd:Area><ofd:PhysicalBox>0 0 148 210</ofd:PhysicalBox></ofd:Area>"
    facts = read(tmp_path, ofds.zipped(ofds.parts_of(ofds.page(picture, head=area))))
    assert round(facts.pages[0].height_pt) == 595
    assert facts.pages[0].image_share == pytest.approx(0.5)
    assert facts.is_scan


def test_labels_in_a_template_stand_beside_their_values(tmp_path: Path) -> None:
    labels = ofds.page(ofds.text_object("姓名", 1), ofds.text_object("性别", 2))
    values = ofds.page(
        ofds.text_object("于洁", 1, 60), ofds.text_object("女", 2, 60), head='<ofd:Template TemplateID="t0"/>'
    )
    facts = read(tmp_path, ofds.zipped(ofds.parts_of(values, values, templates=[labels])))
    assert [page.text for page in facts.pages] == ["姓名 于洁\n性别 女"] * 2


@pytest.mark.parametrize("location", ["/Doc_0/P/C.xml", "P/C.xml", "Doc_0/P/C.xml", "P\\C.xml", "p/c.XML"])
def test_a_part_is_found_however_it_is_named(tmp_path: Path, location: str) -> None:
    parts = ofds.parts_of(ofds.of_lines(LINES))
    parts["Doc_0/P/C.xml"] = parts.pop("Doc_0/Pages/Page_0/Content.xml")
    name = "Doc_0/Document.xml"
    parts[name] = parts[name].replace(b"Pages/Page_0/Content.xml", location.encode())
    assert read(tmp_path, ofds.zipped(parts)).text == "\n".join(LINES)


def test_a_page_whose_part_is_lost_is_empty(tmp_path: Path) -> None:
    parts = ofds.parts_of(ofds.of_lines(LINES), ofds.of_lines(LINES))
    del parts["Doc_0/Pages/Page_1/Content.xml"]
    assert [bool(page.text) for page in read(tmp_path, ofds.zipped(parts)).pages] == [True, False]


def _without(name: str) -> dict[str, bytes]:
    return {key: body for key, body in ofds.parts_of(ofds.of_lines(LINES)).items() if key != name}


@pytest.mark.parametrize(
    "data",
    [
        ofds.zipped(ofds.parts_of(ofds.of_lines(LINES)))[:-200],
        ofds.zipped({"OFD.xml": b""}),
        ofds.zipped({**ofds.parts_of(ofds.of_lines(LINES)), "OFD.xml": b"<ofd"}),
        ofds.zipped(_without("Doc_0/Document.xml")),
        ofds.zipped(ofds.parts_of()),
        ofds.zipped({**ofds.parts_of(""), "Doc_0/Pages/Page_0/Content.xml": b"<a><b></a>"}),
    ],
)
def test_a_damaged_file_is_told_as_that(tmp_path: Path, data: bytes) -> None:
    facts = parsed(tmp_path, data)
    assert isinstance(facts, UnreadableFacts)
    assert (facts.code, facts.claimed_format) == ("unreadable", "ofd")


def test_an_encrypted_file_is_told_as_that(tmp_path: Path) -> None:
    parts = {**ofds.parts_of(ofds.of_lines(LINES)), "Encryptions.xml": b"<a/>", "OFD.xml": b"\x93\x11"}
    facts = parsed(tmp_path, ofds.zipped(parts))
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "encrypted"


def test_bombs_are_too_much_and_entities_are_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = ofds.zipped({**ofds.parts_of(ofds.of_lines(LINES)), "Doc_0/x": bytes(limits.ZIP_RATIO_FLOOR * 2)})
    facts = parsed(tmp_path, bomb)
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "too-large"
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    shown = ofds.page(ofds.text_object("姓名", 1))
    expanding = f'<!DOCTYPE a [<!ENTITY a0 "x">{entities}]>' + shown.replace("姓名", "姓名&a9;")
    assert getattr(parsed(tmp_path, ofds.zipped(ofds.parts_of(expanding))), "code", "") == "too-large"
    fetching = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + shown.replace("姓名", "姓名&f;")
    assert "root:" not in read(tmp_path, ofds.zipped(ofds.parts_of(fetching))).text
    monkeypatch.setattr(limits, "OFD_XML_BYTES", 2000)
    many = ofds.zipped(ofds.parts_of(*[ofds.of_lines(LINES)] * 5))
    assert getattr(parsed(tmp_path, many), "code", "") == "too-large"


def test_what_is_beyond_a_limit_is_counted_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PDF_PAGES", 2)
    facts = read(tmp_path, ofds.zipped(ofds.parts_of(*[ofds.of_lines(LINES)] * 3)))
    assert (facts.page_count, len(facts.pages)) == (3, 2)
    monkeypatch.setattr(limits, "PDF_CHARACTERS", 5)
    facts = read(tmp_path, ofds.zipped(ofds.parts_of(*[ofds.of_lines(LINES)] * 3)))
    assert (facts.page_count, len(facts.pages), len(facts.text)) == (3, 1, 5)


def test_an_archive_with_an_ofd_in_it_is_an_archive(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    facts = parsed(tmp_path, ofds.zipped({"推荐表.ofd": ofds.zipped(ofds.parts_of(ofds.of_lines(LINES)))}))
    assert isinstance(facts, ContainerFacts)
