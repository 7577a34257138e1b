"""Looking at one file: which pages, in what order, how closely, and what is told when it cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from intake.domain.model.inspection import (
    Box,
    Expected,
    ExpectedFigure,
    Inspection,
    Request,
    ScanLine,
    ScanPage,
    SealMark,
)
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.scan import cascade
from parsers.scan.page.page_image import PageImage
from parsers.scan.page.pixels import Pixels
from parsers.scan.text import form_text, session
from parsers.scan.text.reading import PageReading

FORM = Expected("张伟", ("最美科技志愿者",), ("浙江省科学技术协会",))
TITLE = "最美科技志愿者推荐表"
READ = Request(text=True, expected=(FORM,), titles=("推荐表",))
SEAL = SealMark(Box(0.6, 0.7, 0.8, 0.84), "sure", "red")


def lines(nominee: str = "张伟", title: str = TITLE) -> tuple[ScanLine, ...]:
    """The first rows of a form."""
    texts = [
        (title, 0.3, 0.05),
        ("推荐单位：浙江省科学技术协会", 0.1, 0.1),
        ("姓名", 0.1, 0.15),
        (nominee, 0.25, 0.15),
    ]
    return tuple(
        ScanLine(text, 0.99, Box(left, top, left + 0.02 * len(text), top + 0.02)) for text, left, top in texts
    )


@dataclass
class Papers:
    """A file of blank sheets, each with its number in its first pixel, and what is read of them.

    `said` are the lines by page and effort; `log` is what was asked for, in order, `spans` from where to
    where pages were read.  `settled` is what the reader of a page says of whose form it is.
    """

    count: int = 1
    broken: Sequence[int] = ()
    digital: Sequence[int] = ()
    photographs: Sequence[int] = ()
    said: dict[tuple[int, int], tuple[ScanLine, ...]] = field(default_factory=dict)
    log: list[object] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    settled: bool = False

    def page(self, number: int, side: int) -> PageImage:
        """See `Pages`."""
        if number in self.broken:
            raise Unreadable("unreadable", "pdf", f"page {number} is broken")
        pixels = np.full((424, 300, 3), 20 if number in self.photographs else 250, np.uint8)
        pixels[0, 0] = number
        if side == cascade.SEAL_SIDE:
            self.log.append(number)
        return PageImage(number, pixels, 300, 424, "colour", number in self.digital, 100.0)

    def close(self) -> None:
        """See `Pages`."""

    def read(self, picture: Callable[[int], Pixels], effort: int) -> PageReading:
        """What is read of a page at that effort."""
        number = int(picture(100)[0, 0, 0])
        self.log.append((number, effort))
        return PageReading(self.said.get((number, effort), ()), read_to=1.0, effort=effort)


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch, scratch: Path) -> Callable[..., Inspection]:
    """Looks at a file of such sheets; what was logged is only this look's."""

    def look(papers: Papers, request: Request = READ, before: Inspection | None = None) -> Inspection:
        @contextmanager
        def opened(path: Path) -> Iterator[Papers]:
            yield papers

        class Reader:
            is_settled = papers.settled

            def __init__(self, picture: Callable[[int], Pixels], enough: object, **more: object) -> None:
                self._picture = picture

            def read(self, effort: int, from_top: float = 0.0, down_to: float = 1.0) -> PageReading:
                papers.spans.append((round(from_top, 2), round(down_to, 2)))
                return papers.read(self._picture, effort)

        papers.log.clear()
        monkeypatch.setattr(cascade, "open_pages", opened)
        monkeypatch.setattr(cascade, "_shoot", lambda look, shots: None)
        monkeypatch.setattr(cascade, "find_seals", lambda pixels, colour, **more: ((), ""))
        monkeypatch.setattr(cascade, "paper_share", lambda pixels: float(np.median(pixels) > 100))
        monkeypatch.setattr(form_text, "PageReader", Reader)
        monkeypatch.setattr(
            form_text, "read_top", lambda picture, to: replace(papers.read(picture, 1), read_to=to)
        )
        return cascade.inspect_file(Path("scan.pdf"), scratch, request, before)

    return look


Looking = Callable[..., Inspection]


def test_pixels_alone_where_nothing_is_to_be_read(looking: Looking) -> None:
    papers = Papers(3)
    seen = looking(papers, Request())
    assert papers.log == [1, 2, 3]
    assert (len(seen.pages), seen.page_count, seen.effort, seen.satisfied) == (3, 3, 0, False)


def test_the_first_page_then_the_last_then_ever_closer(looking: Looking) -> None:
    papers = Papers(3)
    seen = looking(papers)
    assert papers.log == [1, 2, 3, (1, 1), (3, 1), (1, 2), (1, 3)]
    assert (seen.effort, seen.satisfied) == (3, False)


@pytest.mark.parametrize(
    ("said", "log"),
    [
        ({(1, 1): lines()}, [(1, 1)]),
        ({(3, 1): lines()}, [(1, 1), (3, 1)]),
        ({(1, 1): lines()[:2], (3, 1): lines()[2:]}, [(1, 1), (3, 1)]),
        ({(1, 2): lines()}, [(1, 1), (3, 1), (1, 2)]),
    ],
)
def test_reading_ends_once_a_form_is_found_whole(
    looking: Looking, said: dict[tuple[int, int], tuple[ScanLine, ...]], log: list[tuple[int, int]]
) -> None:
    papers = Papers(3, said=said)
    seen = looking(papers)
    assert papers.log[3:] == log
    assert (seen.satisfied, seen.effort) == (True, log[-1][1])


def test_where_a_page_says_plainly_that_it_is_another_form_only_that_is_looked_at_again(
    looking: Looking,
) -> None:
    papers = Papers(2, said={(1, 1): lines("王芳")}, settled=True)
    seen = looking(papers)
    assert papers.log[2:] == [(1, 1), (2, 1), (1, 2), (1, 3)]
    head = (round(0.05 - form_text.MARGIN, 2), round(0.17 + form_text.MARGIN, 2))
    assert papers.spans == [(0.0, 1.0), (0.0, form_text.HEAD), head, head]
    assert (seen.effort, seen.satisfied) == (3, False)


def test_a_page_whose_names_were_not_surely_read_is_searched_as_a_whole(looking: Looking) -> None:
    unsure = tuple(replace(line, weak=(0,)) for line in lines("王芳"))
    papers = Papers(2, said={(1, 1): unsure})
    looking(papers)
    assert papers.spans == [(0.0, 1.0)] * 4


def test_a_figure_whose_label_was_searched_closely_costs_no_further_search(looking: Looking) -> None:
    figured = replace(FORM, figures=(ExpectedFigure("4年", ("服务年限",)),))
    label = ScanLine("服务年限", 0.99, Box(0.1, 0.2, 0.2, 0.22))
    papers = Papers(1, said={(1, 1): (*lines(), label)})
    assert looking(papers, replace(READ, expected=(figured,))).satisfied
    assert papers.spans == [(0.0, 1.0), (0.0, 0.0)]
    unlabelled = Papers(1, said={(1, 1): lines()})
    looking(unlabelled, replace(READ, expected=(figured,)))
    assert unlabelled.spans == [(0.0, 1.0)] * 2


def test_a_further_form_deepens_what_was_seen(looking: Looking) -> None:
    papers = Papers(2, said={(1, 1): lines()})
    before = looking(papers)
    other = replace(READ, expected=(replace(FORM, nominee="李四"),))
    deeper = looking(papers, other, replace(before, satisfied=False))
    assert papers.log == [(1, 2), (1, 3)]
    assert deeper.effort == 3
    assert deeper.pages[0].lines == lines()
    assert looking(papers, READ, replace(before, satisfied=False)).satisfied
    assert papers.log == []


def test_the_first_form_after_pixels_alone(looking: Looking) -> None:
    papers = Papers(2, said={(1, 1): lines()})
    glanced = looking(papers, Request())
    assert looking(papers, READ, glanced).satisfied
    assert papers.log == [(1, 1)]


def test_costs_add_up_over_looks(looking: Looking) -> None:
    papers = Papers(2)
    once = looking(papers, Request())
    twice = looking(papers, READ, once)
    assert [cost.count for cost in once.costs if cost.step == "seal"] == [2]
    assert [cost.count for cost in twice.costs if cost.step == "seal"] == [2]


def test_pages_of_a_program_and_photographs_are_not_read(looking: Looking) -> None:
    papers = Papers(3, digital=(1,), photographs=(3,))
    looking(papers)
    assert {entry for entry in papers.log if isinstance(entry, tuple)} == {(2, 1), (2, 2), (2, 3)}
    written = looking(Papers(1, digital=(1,)))
    assert (written.effort, written.satisfied, written.pages[0].digital) == (3, False, True)


def test_several_forms_are_read_at_the_top_of_each(looking: Looking) -> None:
    heads = {(number, 1): lines(f"王{number}") for number in (1, 3, 5)}
    papers = Papers(6, said=heads | {(3, 2): lines()})
    seen = looking(papers, replace(READ, heads=True))
    assert papers.log[6:12] == [(number, 1) for number in range(1, 7)]
    assert papers.log[12:] == [(1, 1), (1, 2), (3, 1), (3, 2), (5, 1), (5, 2)]
    assert (seen.heads, seen.effort) == (True, 3)
    assert looking(papers, replace(READ, heads=True), seen).heads
    assert papers.log == []


def test_a_damaged_page_among_good_ones_has_a_doubt(looking: Looking) -> None:
    papers = Papers(3, broken=(2,))
    seen = looking(papers)
    assert [(item.width, item.doubt, item.colour) for item in seen.pages][1] == (0, "page 2 is broken", "bw")
    assert [item.doubt for item in seen.pages if item.number != 2] == ["", ""]
    assert papers.log[2:] == [(1, 1), (3, 1), (1, 2), (1, 3)]


def test_nothing_but_damaged_pages_is_refused(looking: Looking) -> None:
    with pytest.raises(Unreadable, match="broken"):
        looking(Papers(2, broken=(1, 2)))


def test_pages_beyond_the_limit_are_counted(looking: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INSPECTED_PAGES", 2)
    seen = looking(Papers(5), Request())
    assert (len(seen.pages), seen.page_count) == (2, 5)


@pytest.mark.parametrize("steps", [0, 2, 4, 6, 9])
def test_when_time_runs_out_the_next_look_goes_on(
    looking: Looking, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    request = replace(READ, heads=True)
    whole = Papers(4, said={(number, 1): lines(f"王{number}") for number in (1, 3)})
    wanted, once = looking(whole, request), list(whole.log)
    left = [steps]

    def late(self: object) -> bool:
        left[0] -= 1
        return left[0] < 0

    monkeypatch.setattr(session.Session, "is_late", late)
    papers = Papers(4, said=whole.said)
    first, begun = looking(papers, request), list(papers.log)
    assert not (first.heads and first.effort == 3)
    left[0] = 1000
    second = looking(papers, request, first)
    assert begun + papers.log == once
    assert replace(second, costs=()) == replace(wanted, costs=())


def test_the_rings_of_the_last_seals_are_read_once(looking: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascade, "read_ring", lambda pixels, box: ("浙江省科学技术协会", 0.9))
    pages = tuple(ScanPage(number, 300, 424, "colour", seals=(SEAL, SEAL)) for number in (1, 2, 3, 4))
    monkeypatch.setattr(cascade, "read_text", lambda look: None)
    assert looking(Papers(4), Request(), Inspection(pages, 4)).pages == pages  # nothing to hold them against
    seen = looking(Papers(4), Request(text=True), Inspection(pages, 4))
    read = [mark.text for item in seen.pages for mark in item.seals]
    assert read == [""] * (8 - cascade.MOST_RINGS) + ["浙江省科学技术协会"] * cascade.MOST_RINGS
    assert [cost.count for cost in seen.costs if cost.step == "ring"] == [cascade.MOST_RINGS]


def test_the_ring_of_the_unit_that_is_looked_for_is_enough(
    looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter(["杭州市余杭区科技馆", "浙江省科学技术协会", "never asked for"])
    monkeypatch.setattr(cascade, "read_ring", lambda pixels, box: (next(said), 0.9))
    pages = tuple(ScanPage(number, 300, 424, "colour", seals=(SEAL,)) for number in (1, 2, 3))
    monkeypatch.setattr(cascade, "read_text", lambda look: None)
    request = Request(text=True, expected=(Expected("于洁", units=("浙江省科协",)),))
    seen = looking(Papers(3), request, Inspection(pages, 3))
    assert [page.seals[0].text for page in seen.pages] == ["", "浙江省科学技术协会", "杭州市余杭区科技馆"]
