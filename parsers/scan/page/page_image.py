"""One page of a file as pixels, with what its file tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.model.inspection import Colour
from parsers.scan.page.colours import colour_of
from parsers.scan.page.pixels import Kept, Pixels


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page, as its file means it to be seen (a PDF's /Rotate and a camera's orientation are applied).

    `pixels` are uint8, RGB (height, width, 3) or grey (height, width); `width` and `height` are those of the
    stored picture, before it was made smaller.  `digital`: a program wrote the page, it is no scan.
    `dpi` is the stored picture's resolution on paper where the file tells it believably.  `signed`: a field
    for a signature, or a note of a kind that is not known, lies on the page.  `kept` is what its way of
    being stored can hold.
    """

    number: int
    pixels: Pixels
    width: int
    height: int
    kept: Kept
    digital: bool
    dpi: float | None
    signed: bool = False

    @property
    def colour(self) -> Colour:
        """What the capture kept; all pixels are asked, so that a page that is only read is not."""
        return colour_of(self.pixels, self.kept)
