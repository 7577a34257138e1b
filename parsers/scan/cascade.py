"""Looks at one file: every page's pixels for seals, and as much text as the question needs.

Cheapest first: pages at low resolution for seals and for what they are; text only where it was asked for
(`formtext`), on the first page before the last, rising in resolution only on failure; then the rings of the
seals.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from intake.domain.model.inspection import Inspection, Request, ScanPage
from intake.domain.page.comparison import compare, enough, ring_agrees
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.scan.page.pages import open_pages
from parsers.scan.page.paper import paper_share
from parsers.scan.pictures import MOST_PICTURES, Shots
from parsers.scan.seal.detect import find_seals
from parsers.scan.text.form_text import read_heads, read_text
from parsers.scan.text.reading import READ_SIDE
from parsers.scan.text.seal_ring import read_ring
from parsers.scan.text.session import Session

SEAL_SIDE = 1200
"""Long side in pixels at which seals are searched: a ring of 4 cm is 160 pixels wide."""

RING_SIDE = READ_SIDE
"""Long side at which the text of a ring is read: the page as it was decoded for its lines."""

MOST_RINGS = 6
"""Seals of one file whose rings are read: a form has one or two."""


def inspect_file(path: Path, scratch: Path, request: Request, before: Inspection | None) -> Inspection:
    """See `parsers.scan.cascade`."""
    with open_pages(path) as pages:
        look = Session(pages, request, before or Inspection((), pages.count))
        shots = Shots(scratch)
        surveyed = _survey(look)
        # Which pages are sheets, and which is the last, is known only once all were seen.
        if surveyed and request.heads:
            read_heads(look)
        if surveyed and request.text:
            read_text(look)
        if request.text:
            # Without a form there is nothing to hold a ring against; a later look reads it.
            _read_rings(look)
        _shoot(look, shots)
        return look.inspection(tuple(shots.taken))


def _survey(look: Session) -> bool:
    """Seals and kind of every page that was not seen yet; false where there was no time for all.

    Raises `Unreadable` where no page can be seen.
    """
    fault: Unreadable | None = None
    count = min(look.file.count, limits.INSPECTED_PAGES)
    for number in range(1, count + 1):
        if number in look.seen:
            continue
        if look.is_late():
            break
        try:
            with look.step("seal"):
                look.seen[number] = _surveyed(look, number)
        except Unreadable as refused:
            fault = refused
            look.seen[number] = ScanPage(
                number, 0, 0, "bw", paper=0.0, doubt=refused.detail[:300] or refused.code
            )
    if fault is not None and all(page.width == 0 for page in look.seen.values()):
        raise fault
    return len(look.seen) >= count


def _surveyed(look: Session, number: int) -> ScanPage:
    image = look.page(number, SEAL_SIDE)
    colour = image.colour
    seals, doubt = find_seals(image.pixels, colour, digital=image.digital)
    return ScanPage(
        number=number,
        width=image.width,
        height=image.height,
        colour=colour,
        digital=image.digital,
        signed=image.signed,
        paper=paper_share(image.pixels),
        seals=seals,
        doubt=doubt,
    )


def _read_rings(look: Session) -> None:
    """What the rings of the seals say, the last pages first, until one names a unit that is looked for.

    The recommending unit seals last; what the other seals say changes nothing then.
    """
    if any(mark.text for page in look.seen.values() for mark in page.seals):
        return
    units = [name for form in look.request.expected for name in form.units]
    marks = [
        (number, place, mark)
        for number, page in sorted(look.seen.items(), reverse=True)
        for place, mark in enumerate(page.seals)
    ]
    marks.sort(key=lambda item: (item[2].certainty != "sure", -item[0], -item[2].box.bottom))
    for number, place, mark in marks[:MOST_RINGS]:
        if look.is_late():
            return
        with look.step("ring"):
            text, score = read_ring(look.page(number, RING_SIDE).pixels, mark.box)
        page = look.seen[number]
        seals = list(page.seals)
        seals[place] = replace(mark, text=text, score=score)
        look.seen[number] = replace(page, seals=tuple(seals))
        if units and ring_agrees(text, units) == "agrees":
            return


def _shoot(look: Session, shots: Shots) -> None:
    """Small pictures of what was judged: each page with a seal, else the last one; the nominee's line."""
    if not look.before.pictures:
        sealed = [page for page in look.seen.values() if page.seals and page.width]
        shown = sealed or [page for page in look.seen.values() if page.width][-1:]
        # A page that nobody read lies as its neighbours do.
        usual = next((page.turned for page in look.seen.values() if page.lines), 0)
        for page in shown[:MOST_PICTURES]:
            with look.step("picture"):
                pixels = look.page(page.number, SEAL_SIDE).pixels
                shots.page(page, pixels, page.turned if page.lines else usual)
    if look.request.text and not any(picture.what == "line" for picture in look.before.pictures):
        _shoot_name(look, shots)


def _shoot_name(look: Session, shots: Shots) -> None:
    """The line in which the nominee's name was read, or what stands in its place."""
    pages = [page for page in look.seen.values() if page.lines]
    expected = look.request.expected
    shown = next((form for form in expected if enough([form], (), pages)), expected[0] if expected else None)
    name = compare(shown, tuple(look.seen.values()))["nominee"] if shown else None
    if name and name.place and name.page in look.seen:
        with look.step("picture"):
            # As it was read, and so decoded already.
            pixels = look.page(name.page, READ_SIDE).pixels
            shots.line(look.seen[name.page], name.place.box, pixels)
