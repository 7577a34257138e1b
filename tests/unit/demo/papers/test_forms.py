import io
from itertools import pairwise

import pytest
from docx import Document

from intake.demo.papers.content import CATEGORY_NAMES, FormContent
from intake.demo.papers.forms import summary_table, word_form
from intake.demo.papers.portrait import as_jpeg, portrait
from intake.demo.papers.sheet import LABELS, SheetLayout


def pairs(docx: bytes) -> dict[str, str]:
    """Label to the text of the next distinct cell, white space and colons taken off the label."""
    found = {}
    for row in Document(io.BytesIO(docx)).tables[0].rows:
        cells = [cell for i, cell in enumerate(row.cells) if i == 0 or cell._tc is not row.cells[i - 1]._tc]
        for label, value in pairwise(cells):
            found.setdefault("".join(label.text.split()).rstrip("："), value.text)
    return found


@pytest.mark.parametrize("layout", SheetLayout)
def test_the_form_holds_its_truth(volunteer: FormContent, layout: SheetLayout) -> None:
    docx = word_form(volunteer, layout)
    document = Document(io.BytesIO(docx))
    assert volunteer.title in [paragraph.text for paragraph in document.paragraphs]
    read = pairs(docx)
    assert read["姓名"] == "陈祎晨"
    for field, text in volunteer.values.items():
        label = LABELS[field][list(SheetLayout).index(layout)]
        assert read["".join(label.split()).rstrip("：")] == text
    assert read["主要事迹"] == volunteer.deeds


def test_the_unit_stands_above_or_in_the_table(volunteer: FormContent) -> None:
    above = word_form(volunteer, SheetLayout.UNIT_ABOVE)
    assert "推荐单位" not in pairs(above)
    assert any(p.text.startswith("推荐单位：浙江省科协") for p in Document(io.BytesIO(above)).paragraphs)
    for layout in (SheetLayout.UNIT_ROW, SheetLayout.COLONS):
        assert pairs(word_form(volunteer, layout))["推荐单位"] == "浙江省科协"


def test_an_empty_field_keeps_its_label(site: FormContent) -> None:
    read = pairs(word_form(site, SheetLayout.UNIT_ROW))
    assert read["活动类别数"] == ""
    assert read["居民参与志愿服务比例"] == "68%"


def test_both_opinions_name_the_place_of_the_seal(site: FormContent) -> None:
    for layout in SheetLayout:
        cells = [
            c.text for row in Document(io.BytesIO(word_form(site, layout))).tables[0].rows for c in row.cells
        ]
        opinions = [text for text in cells if "意见" in "".join(text.split())]
        assert len(opinions) == 2
        assert "".join(cells).count("（盖章）") >= 2


def test_the_photo_is_in_the_merged_cell(volunteer: FormContent) -> None:
    document = Document(io.BytesIO(word_form(volunteer, photo=as_jpeg(portrait("x")))))
    assert len(document.inline_shapes) == 1
    rows = document.tables[0].rows
    assert rows[0].cells[-1]._tc is rows[3].cells[-1]._tc
    assert rows[0].cells[-1]._tc is not rows[4].cells[-1]._tc


def test_the_same_content_gives_the_same_bytes(volunteer: FormContent, site: FormContent) -> None:
    assert word_form(volunteer) == word_form(volunteer)
    assert word_form(volunteer) != word_form(site)


def test_the_summary_lists_every_nomination(volunteer: FormContent, site: FormContent) -> None:
    rows = Document(io.BytesIO(summary_table([volunteer, site]))).tables[0].rows
    assert [[cell.text for cell in row.cells][1:3] for row in rows[1:]] == [
        [CATEGORY_NAMES["volunteer"], "陈祎晨"],
        [CATEGORY_NAMES["site"], "梧桐里社区科技志愿服务点"],
    ]
