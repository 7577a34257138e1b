"""A sheet drawn on white A4 pages: lines, text, and where the seals belong."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from intake.demo.papers.sheet import Line, SampleSheet, SheetCell
from intake.demo.papers.typeface import Face, covers, font, wrap

_INK = 28
_MARGIN_MM = 22.0
_PADDING_MM = 1.6
_LEADING = 1.45
_TEXT_PT = 11.0
_LINE_SIZES: dict[str, float] = {"annex": 14.0, "title": 18.0, "plain": 12.0}

Row = tuple[SheetCell, ...]


@dataclass(frozen=True, slots=True)
class SealSpot:
    """The place of a seal on its page: the name on it and its centre in pixels."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Printed:
    """A line of text on its page: left edge and base line in pixels from the top left, size of the em."""

    text: str
    x: float
    baseline: float
    pixels: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page as printed (mode L), its seals' places, and what was printed: texts and frames of cells.

    A frame is (left, top, right, bottom) in pixels.
    """

    image: Image.Image
    seals: tuple[SealSpot, ...]
    texts: tuple[Printed, ...]
    frames: tuple[tuple[int, int, int, int], ...]


def draw_pages(sheet: SampleSheet, dpi: int, photo: Image.Image | None = None) -> list[Page]:
    """The sheet's pages, black on white; a cell that flows is broken where the page ends."""
    pen = _Pen(dpi, photo)
    pen.lines(sheet.above)
    pending = list(sheet.rows)
    while pending:
        row = pending.pop(0)
        room = pen.room()
        height = pen.height(row, sheet.widths_mm)
        if height <= room:
            pen.row(
                row,
                sheet.widths_mm,
                [height, *(pen.height(next_row, sheet.widths_mm) for next_row in pending[:4])],
            )
            continue
        head, rest = pen.split(row, sheet.widths_mm, room)
        if head:
            pen.row(head, sheet.widths_mm, [room])
        pen.new_page()
        pending.insert(0, rest)
    pen.lines(sheet.below)
    return pen.finish()


class _Pen:
    """Draws from the top downwards and turns the page."""

    def __init__(self, dpi: int, photo: Image.Image | None) -> None:
        self.dpi = dpi
        self.photo = photo
        self.size = (self.mm(210), self.mm(297))
        self.pages: list[Page] = []
        self._open_page()

    def mm(self, length: float) -> int:
        return round(length / 25.4 * self.dpi)

    def points(self, size: float) -> int:
        return round(size / 72 * self.dpi)

    def room(self) -> int:
        return self.size[1] - self.mm(_MARGIN_MM) - self.y

    def new_page(self) -> None:
        self.pages.append(Page(self.image, tuple(self.seals), tuple(self.texts), tuple(self.frames)))
        self._open_page()

    def finish(self) -> list[Page]:
        self.new_page()
        return self.pages

    def _open_page(self) -> None:
        self.image = Image.new("L", self.size, 255)
        self.draw = ImageDraw.Draw(self.image)
        self.seals: list[SealSpot] = []
        self.texts: list[Printed] = []
        self.frames: list[tuple[int, int, int, int]] = []
        self.y = self.mm(_MARGIN_MM)

    def _print(
        self, text: str, at: tuple[float, float], face: Face, pixels: int, anchor: str, weight: int = 0
    ) -> None:
        """Prints one line; `anchor` is Pillow's: left, middle or right of `at`, whose y is the ascender's."""
        letters = font(face, pixels)
        self.draw.text(at, text, _INK, font=letters, anchor=anchor, stroke_width=weight)
        before = {"l": 0.0, "m": 0.5, "r": 1.0}[anchor[0]] * letters.getlength(text)
        self.texts.append(Printed(text, at[0] - before, at[1] + letters.getmetrics()[0], pixels))

    def lines(self, lines: tuple[Line, ...]) -> None:
        for line in lines:
            pixels = self.points(_LINE_SIZES[line.kind])
            face = _face(line.text, sans=line.kind != "plain")
            x = self.size[0] / 2 if line.kind == "title" else self.mm(_MARGIN_MM)
            anchor = "ma" if line.kind == "title" else "la"
            weight = 1 if line.kind == "title" else 0
            self._print(line.text, (x, self.y), face, pixels, anchor, weight)
            self.y += round(pixels * (2.1 if line.kind == "title" else 1.7))

    def height(self, row: Row, widths: tuple[float, ...]) -> int:
        """What the row needs; a cell that is merged downwards does not count."""
        needs = [0]
        for box, _, width in self._places(row, widths):
            if box.down == 1:
                text = len(self._wrapped(box, width)) + len(box.closing)
                needs += [
                    round(text * self._leading()) + 2 * self.mm(_PADDING_MM),
                    self.mm(box.min_height_mm),
                ]
        return max(needs)

    def split(self, row: Row, widths: tuple[float, ...], room: int) -> tuple[Row, Row]:
        """The part of a flowing row that fits, and the rest; nothing and all of it where it may not break."""
        for index, (box, _, width) in enumerate(self._places(row, widths)):
            fitting = int((room - 2 * self.mm(_PADDING_MM)) / self._leading())
            if not box.flows or fitting < 3:
                continue
            lines = self._wrapped(box, width)
            head, rest = list(row), list(row)
            head[index] = replace(box, text="\n".join(lines[:fitting]), min_height_mm=0.0)
            rest = [replace(other, text="", min_height_mm=0.0) for other in row]
            rest[index] = replace(box, text="\n".join(lines[fitting:]), min_height_mm=30.0)
            return tuple(head), tuple(rest)
        return (), row

    def row(self, row: Row, widths: tuple[float, ...], heights: list[int]) -> None:
        """Draws the row; `heights` are its own and those of the rows below, for what is merged downwards."""
        for box, left, width in self._places(row, widths):
            bottom = self.y + sum(heights[: box.down])
            frame = (left, self.y, left + width, bottom)
            self.draw.rectangle(frame, outline=_INK, width=max(1, self.dpi // 90))
            self.frames.append(frame)
            self._box(box, left, width, bottom)
        self.y += heights[0]

    def _places(self, row: Row, widths: tuple[float, ...]) -> list[tuple[SheetCell, int, int]]:
        """Each box with its left edge and width in pixels."""
        places, column = [], 0
        for box in row:
            left = self.mm(_MARGIN_MM + sum(widths[:column]))
            right = self.mm(_MARGIN_MM + sum(widths[: column + box.span]))
            places.append((box, left, right - left))
            column += box.span
        return places

    def _leading(self) -> float:
        return self.points(_TEXT_PT) * _LEADING

    def _wrapped(self, box: SheetCell, width: int) -> list[str]:
        face = _face(box.text, sans=box.label)
        pixels = self.points(_TEXT_PT)
        return wrap(box.text, face, pixels, width - 2 * self.mm(_PADDING_MM) - pixels * 0.4)

    def _box(self, box: SheetCell, left: int, width: int, bottom: int) -> None:
        if box.photo and self.photo:
            self._paste_photo(self.photo, left, width, bottom)
            return
        lines = self._wrapped(box, width)
        pixels, leading = self.points(_TEXT_PT), self._leading()
        face = _face(box.text, sans=box.label)
        centred = box.label or not (box.flows or box.closing)
        y = self.y + self.mm(_PADDING_MM) + (leading - pixels) / 2
        if centred:
            y = (self.y + bottom - len(lines) * leading) / 2 + (leading - pixels) / 2
        for line in lines:
            x = left + width / 2 if box.label else left + self.mm(_PADDING_MM)
            self._print(line, (x, y), face, pixels, "ma" if box.label else "la")
            y += leading
        self._closing(box, left + width, bottom)

    def _paste_photo(self, photo: Image.Image, left: int, width: int, bottom: int) -> None:
        height = bottom - self.y - self.mm(2)
        picture = photo.convert("L").resize((round(height * photo.width / photo.height), height))
        self.image.paste(picture, (left + (width - picture.width) // 2, self.y + self.mm(1)))

    def _closing(self, box: SheetCell, right: int, bottom: int) -> None:
        pixels, leading = self.points(_TEXT_PT), self._leading()
        y = bottom - self.mm(4) - leading * len(box.closing)
        if box.seal and box.closing:
            self.seals.append(SealSpot(box.seal, right - self.mm(36), y - self.mm(2)))
        for line in box.closing:
            self._print(line, (right - self.mm(22), y), "serif", pixels, "ra")
            y += leading


def _face(text: str, *, sans: bool) -> Face:
    """The face for a text: the sans font holds only the fixed words of the form."""
    return "sans" if sans and all(covers("sans", character) for character in text) else "serif"
