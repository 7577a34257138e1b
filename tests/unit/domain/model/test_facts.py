"""The one face of everything with pages."""

from __future__ import annotations

import pytest

from intake.domain.model.facts import (
    ContainerFacts,
    Facts,
    ImageFacts,
    OpaqueFacts,
    PdfFacts,
    PdfPage,
    UnreadableFacts,
    WordFacts,
)

LAYER, PICTURE = PdfPage("推荐单位：浙江省科协", 595.0, 842.0, 0.1), PdfPage("", 595.0, 842.0, 1.0)


@pytest.mark.parametrize(
    "facts",
    [
        WordFacts(()),
        ContainerFacts("zip", ()),
        OpaqueFacts("video"),
        UnreadableFacts("encrypted", "pdf", "locked"),
    ],
)
def test_what_has_no_pages_says_so(facts: Facts) -> None:
    assert (facts.pages, facts.page_count, facts.text, facts.picture_side) == ((), 0, "", 0)
    assert not facts.is_scan
    assert not facts.is_picture
    assert facts.part((1,)) is facts


def test_a_picture_is_one_page_that_is_all_picture() -> None:
    facts = ImageFacts("jpeg", 1200, 1700)
    assert (facts.page_count, facts.picture_side, facts.is_picture, facts.is_scan) == (1, 1200, True, False)
    assert [(page.text, page.image_share) for page in facts.pages] == [("", 1.0)]
    assert facts.part((1,)) is facts


def test_a_pdf_counts_pages_that_were_not_read_and_gives_its_parts() -> None:
    facts = PdfFacts((LAYER, PICTURE), 5, members=())
    assert (facts.page_count, facts.is_picture, facts.picture_side) == (5, False, 0)
    assert facts.text == LAYER.text + "\n"
    part = facts.part((2, 3))
    assert (part.pages, part.page_count, part.is_scan) == ((PICTURE,), 2, True)
