"""How pages are read: orientation, order, when to stop, doubt; and the text of a seal's ring."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from intake.demo.papers.seals import SealLook, stamp
from intake.demo.papers.typeface import font, wrap
from intake.domain.model.inspection import Box, ScanLine
from parsers.scan.text import ocr, reading, ruled_lines, search
from parsers.scan.text.ocr import Pixels, Recognition, engine
from parsers.scan.text.reading import Guide, PageReader, read_page, read_ring, read_top

DPI = 150
SIZE = (1240, 1754)
TITLE = "最美科技志愿者推荐表"
UNIT = "推荐单位：浙江省科学技术协会"
ROWS = [["姓名", "张伟", "性别", "男"], ["工作单位", "浙江省农业科学院"], ["联系电话", "13800001234"]]
PROSE = "长期参加科技志愿服务活动，深入乡村和社区开展科普讲座，受到群众欢迎。" * 8
SEALED = "推荐单位意见"


def sheet(title: str = TITLE, prose: str = PROSE) -> Image.Image:
    """A form: title, unit, a table of rows, running text, and a last block."""
    page = Image.new("RGB", SIZE, (250, 250, 247))
    draw = ImageDraw.Draw(page)
    letters = font("serif", 24)
    draw.text((620, 120), title, (30, 30, 30), font=font("serif", 38), anchor="ma")
    draw.text((130, 210), UNIT, (30, 30, 30), font=letters)
    for number, row in enumerate(ROWS):
        top = 270 + 52 * number
        for column, text in enumerate(row):
            left = 130 + 180 * column
            right = 1110 if column == len(row) - 1 else left + 180
            draw.rectangle((left, top, right, top + 52), outline=(30, 30, 30), width=2)
            draw.text((left + 12, top + 12), text, (30, 30, 30), font=letters)
    for number, line in enumerate(wrap(prose, "serif", 24, 950)):
        draw.text((140, 460 + 36 * number), line, (30, 30, 30), font=letters)
    draw.text((140, 1350), SEALED, (30, 30, 30), font=letters)
    return page


def scan(page: Image.Image, turned: int = 0, skew: float = 0.0) -> Pixels:
    """As scanned: it must be turned clockwise by so much to stand upright."""
    askew = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=(250, 250, 247))
    return np.asarray(askew.rotate(turned, expand=True))


def given(pixels: Pixels) -> Callable[[int], Pixels]:
    """The page as a file gives it: never larger than stored."""

    def picture(side: int) -> Pixels:
        height, width = pixels.shape[:2]
        scale = min(1.0, side / max(height, width))
        return np.asarray(Image.fromarray(pixels).resize((round(width * scale), round(height * scale))))

    return picture


def never(lines: Sequence[ScanLine]) -> bool:
    return False


def texts(lines: Sequence[ScanLine]) -> list[str]:
    return [line.text for line in lines]


def test_cells_in_reading_order_without_running_text() -> None:
    page = read_page(given(scan(sheet())), never, most_effort=1)
    cells = [cell for row in ROWS for cell in row]
    assert texts(page.lines) == [TITLE, UNIT, *cells, SEALED]
    assert (page.turned, page.effort, page.satisfied, page.read_to) == (0, 1, False, 1.0)
    assert all(line.score > 0.9 for line in page.lines)
    assert (page.lines[0].weak, page.lines[3].weak) == ((), ())
    assert {cost.step for cost in page.costs} == {"page", "search", "direction", "read"}


def test_running_text_when_asked_for() -> None:
    page = read_page(given(scan(sheet())), never, most_effort=1, down_to=0.42, prose=True)
    assert any("科技志愿服务活动" in line.text for line in page.lines)
    assert SEALED not in texts(page.lines)


def test_stops_where_enough_was_seen() -> None:
    asked: list[int] = []

    def enough(lines: Sequence[ScanLine]) -> bool:
        asked.append(len(lines))
        return UNIT in texts(lines)

    page = read_page(given(scan(sheet())), enough)
    assert page.satisfied
    assert (page.effort, asked) == (1, [5])
    assert page.read_to < 0.5
    assert next(cost.count for cost in page.costs if cost.step == "search") == 1


def test_the_line_that_was_waited_for_is_the_last_that_is_read() -> None:
    def enough(lines: Sequence[ScanLine]) -> bool:
        asked.append(len(lines))
        return len(lines) == 3

    asked: list[int] = []
    page = PageReader(
        given(scan(sheet())), enough, guide=Guide(lambda _: (), never, 20, lambda lines: len(lines) == 3)
    )
    assert len(page.read(1).lines) == 3
    assert asked == [3]


def test_nothing_further_down_is_read_once_it_is_settled_whose_form_it_is() -> None:
    def settled(lines: Sequence[ScanLine]) -> bool:
        return UNIT in texts(lines)

    page = PageReader(given(scan(sheet())), never, guide=Guide(lambda _: (), settled, 20, never))
    assert SEALED not in texts(page.read(1).lines)
    assert page.is_settled
    assert page.searched_to == pytest.approx(0.45)
    again = PageReader(given(scan(sheet())), never, guide=Guide(lambda _: (), never, 20, never))
    assert SEALED in texts(again.read(1).lines)
    assert not again.is_settled


def test_a_cell_that_was_overlooked_is_searched_more_closely_beside_its_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = search.UprightPage.search

    def overlooking(self: search.UprightPage, effort: int, strip: search.Strip) -> list[search.Found]:
        return [
            one for one in found(self, effort, strip) if not (0.2 < one.box.left < 0.3 and one.box.top < 0.2)
        ]

    monkeypatch.setattr(search.UprightPage, "search", overlooking)

    def missed(lines: Sequence[ScanLine]) -> list[Box]:
        return [line.box for line in lines if line.text == "姓名" and "张伟" not in texts(lines)]

    assert "张伟" not in texts(read_page(given(scan(sheet())), never, most_effort=1).lines)
    page = PageReader(given(scan(sheet())), never, guide=Guide(missed, never, 20, never)).read(1)
    assert texts(page.lines)[:4] == [TITLE, UNIT, "姓名", "张伟"]
    assert len(set(texts(page.lines))) == len(page.lines)


def test_what_was_unsurely_read_beside_its_label_is_read_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, seen = ocr.Engine.read, []

    def unsure_at_first(self: ocr.Engine, crop: Pixels) -> Recognition:
        found = read(self, crop)
        seen.append(found.text)
        return Recognition("伟", (0.5,)) if found.text == "张伟" and seen.count("张伟") == 1 else found

    monkeypatch.setattr(ocr.Engine, "read", unsure_at_first)

    def missed(lines: Sequence[ScanLine]) -> list[Box]:
        return [line.box for line in lines if line.text == "姓名" and "张伟" not in texts(lines)]

    page = PageReader(given(scan(sheet())), never, guide=Guide(missed, never, 20, never)).read(1)
    assert texts(page.lines)[3:5] == ["张伟", "伟"]
    assert seen.count("张伟") == 2


def test_running_text_stays_passed_over_at_a_closer_look_where_names_are_shorter() -> None:
    few = given(scan(sheet(prose=PROSE[: len(PROSE) // 2])))
    for longest, is_read in ((20, False), (60, True)):
        page = PageReader(few, never, guide=Guide(lambda _: (), never, longest, never))
        assert not any("志愿服务活动" in text for text in texts(page.read(1).lines))
        assert any("志愿服务活动" in text for text in texts(page.read(2).lines)) is is_read


def test_a_line_that_was_twice_read_alike_is_not_read_a_third_time(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    read = ocr.Engine.read

    def counting(self: ocr.Engine, crop: Pixels) -> Recognition:
        reads.append((found := read(self, crop)).text)
        return found

    monkeypatch.setattr(ocr.Engine, "read", counting)
    page = PageReader(given(scan(sheet())), never, wanted=lambda line: line.text == UNIT)
    for effort in (1, 2, 3):
        page.read(effort, 0.0, 0.0 if effort > 1 else 0.45)
    assert reads.count(UNIT) == 2


def test_a_line_that_ends_well_above_the_edge_of_a_strip_is_its_own() -> None:
    page = search.UprightPage(scan(sheet()), search.Meter())
    title = page.search(1, search.Strip(0.0, 0.45, 0.45))[0]
    low = search.Strip(0.0, title.box.bottom + 0.03, 0.0)
    assert [one.box.top for one in page.search(1, low)] == pytest.approx([title.box.top], abs=0.005)
    assert page.search(1, search.Strip(0.0, title.box.bottom + 0.006, 0.0)) == []


@pytest.mark.parametrize(("turned", "skew"), [(180, 0.6), (270, 5.0)])
def test_a_page_is_turned_upright(turned: int, skew: float) -> None:
    page = read_top(given(scan(sheet(), turned, skew)))
    assert page.turned == turned
    assert page.skew == pytest.approx(skew, abs=0.4)
    assert texts(page.lines)[:4] == [TITLE, UNIT, "姓名", "张伟"]
    box = page.lines[0].box
    assert ((box.left + box.right) / 2, (box.top + box.bottom) / 2) == pytest.approx((0.5, 0.08), abs=0.012)


def test_a_seal_over_the_title_does_not_hide_it() -> None:
    page = sheet()
    stamp(page, "浙江省科学技术协会", (620, 140), DPI, SealLook(strength=1.0), "over")
    assert TITLE in texts(read_top(given(scan(page))).lines)


def test_black_and_white_is_read() -> None:
    page = sheet().convert("L").point(lambda value: 255 if value > 140 else 0)
    found = texts(read_top(given(np.asarray(page))).lines)
    assert found[:4] == [TITLE, UNIT, "姓名", "张伟"]


def test_a_smudged_character_is_weak() -> None:
    page = sheet()
    place = (620, 110, 662, 170)
    page.paste(page.crop(place).filter(ImageFilter.GaussianBlur(9)), place)
    title = read_top(given(scan(page))).lines[0]
    assert title.text.startswith("最美科")
    assert title.text.endswith("推荐表")
    assert {title.text[place] for place in title.weak} & {"志", "愿", "者"}
    assert title.text != TITLE or title.weak == (5,)


@pytest.mark.parametrize("shape", [(1754, 1240, 3), (8, 5), (40, 4000)])
def test_an_empty_page_says_nothing(shape: tuple[int, ...]) -> None:
    page = read_page(given(np.full(shape, 245, np.uint8)), never, most_effort=1)
    assert (page.lines, page.turned, page.skew) == ((), 0, 0.0)


def test_cells_are_parted_at_rules_alone() -> None:
    page = Image.new("L", (400, 60), 250)
    draw = ImageDraw.Draw(page)
    draw.text((20, 18), "姓名", 20, font=font("serif", 24))
    draw.text((120, 18), "张伟", 20, font=font("serif", 24))
    whole = np.array([[[14, 12], [180, 12], [180, 48], [14, 48]]], np.float32)
    assert len(ruled_lines.split_at_rules(np.asarray(page), whole)) == 1
    draw.line((96, 0, 96, 60), fill=30, width=2)
    parts = ruled_lines.split_at_rules(np.asarray(page), whole)
    assert [round(float(part[0][0]) / 10) for part in parts] == [1, 10]
    assert [round(float(part[1][0]) / 10) for part in parts] == [9, 18]


class Scripted:
    """An engine that finds one line and reads it differently each time."""

    def __init__(self, *said: Recognition) -> None:
        self.said = list(said)
        self.sides: list[int] = []

    def lines(self, pixels: Pixels) -> np.ndarray:
        self.sides.append(max(pixels.shape))
        height, width = pixels.shape[:2]
        if height < width / 3:
            return np.zeros((0, 4, 2), np.float32)
        x, y = width * 0.1, width * 0.2
        return np.array([[[x, y], [5 * x, y], [5 * x, 1.2 * y], [x, 1.2 * y]]], np.float32)

    def upside_down(self, crops: Sequence[Pixels]) -> float:
        return 0.0

    def read(self, crop: Pixels) -> Recognition:
        return self.said.pop(0) if self.said else Recognition("尾", (0.99,))


def test_a_second_look_keeps_both_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted = Scripted(Recognition("张玮", (0.99, 0.7)), Recognition("张伟", (0.99, 0.99)))
    for module in (reading, search):
        monkeypatch.setattr(module, "engine", lambda: scripted)
    page = PageReader(given(np.full((1754, 1240), 250, np.uint8)), never)
    first = page.read(1, down_to=0.4)
    assert [(line.text, line.weak) for line in first.lines] == [("张玮", (1,))]
    second = page.read(2, down_to=0.4)
    assert [(line.text, line.weak) for line in second.lines] == [("张伟", ()), ("张玮", (1,))]
    assert len({line.box for line in second.lines}) == 1
    assert second.effort == 2


def test_lines_that_nobody_wants_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted = Scripted(Recognition("张玮", (0.99, 0.7)), Recognition("张伟", (0.99, 0.99)))
    for module in (reading, search):
        monkeypatch.setattr(module, "engine", lambda: scripted)
    blank = given(np.full((1754, 1240), 250, np.uint8))
    page = read_page(blank, never, most_effort=2, down_to=0.4, wanted=lambda line: "王" in line.text)
    assert texts(page.lines) == ["张玮"]
    assert len(scripted.said) == 1


@pytest.mark.parametrize("turned", [0, 90, 180])
def test_ring_text_of_a_seal_however_the_page_lies(turned: int) -> None:
    name = "浙江省科学技术协会"
    page = Image.new("RGB", (800, 800), (250, 250, 247))
    stamp(page, name, (400, 400), 200, SealLook(), "ring")
    half = 42 / 25.4 * 200 / 2 / 800
    text, score = read_ring(
        np.asarray(page.rotate(turned)), Box(0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half)
    )
    assert name in text + text
    assert score > 0.9


def test_no_ring_no_text() -> None:
    blank = np.full((300, 300, 3), 250, np.uint8)
    assert read_ring(blank, Box(0.4, 0.4, 0.45, 0.45)) == ("", 0.0)
    text, score = read_ring(blank, Box(0.1, 0.1, 0.9, 0.9))
    assert len(text) < 4
    assert score < 0.9


def test_the_engine_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    engine.cache_clear()
    cell = Image.new("RGB", (140, 40), (255, 255, 255))
    ImageDraw.Draw(cell).text((8, 6), "张伟", (20, 20, 20), font=font("serif", 26))
    said = engine().read(np.asarray(cell))
    assert said.text == "张伟"
    assert len(said.scores) == 2


def test_a_missing_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ocr._MODELS, "Det", "gone.onnx")
    with pytest.raises(ocr.ModelMissing, match=r"gone\.onnx"):
        ocr.Engine()
