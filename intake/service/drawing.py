"""One page of a sender's file as a picture for staff: drawn behind the walls, few at a time, kept a while.

A page may take its process twenty seconds.  Whoever asks while all places are taken is told so at once, so
that slow scans hold up nobody who only reads or decides.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from intake.domain.model.inspection import Picture, ScanPage
from intake.service.bootstrap import Parts
from parsers.common.contract import Unreadable
from parsers.sandbox import answers, child
from parsers.sandbox.pool import ParserFault, Sandbox
from store.database.engine import viewing
from store.mail import scan_evidence

DRAW_SECONDS = 20
"""Of processor time for one page; one that takes longer is looked at in the file itself."""

KEPT = 24
"""Pages kept in memory, of 0.2 to 0.6 MB each: whoever goes back sees them at once."""

MOST_BYTES = 8 * 1024 * 1024
"""Of one picture; ours have a tenth of it."""

JPEG = b"\xff\xd8\xff"


class AllDrawing(Exception):
    """All places are taken: to be asked again in a moment."""


class Drawer:
    """Draws pages, `most` at a time.  Usable from several threads."""

    def __init__(self, parts: Parts, sandbox: Sandbox, most: int) -> None:
        self._parts = parts
        self._sandbox = sandbox
        self._places = threading.BoundedSemaphore(most)
        self._kept: OrderedDict[tuple[str, int], bytes | None] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, content_hash: str, number: int) -> bytes | None:
        """A page as JPEG, upright, its seals framed; None where it cannot be drawn.

        Raises `AllDrawing`, and `OSError` for an outage (the archive's `Damaged` among them).
        """
        wanted = (content_hash, number)
        with self._lock:
            if wanted in self._kept:
                self._kept.move_to_end(wanted)
                return self._kept[wanted]
        if not self._places.acquire(blocking=False):
            raise AllDrawing
        try:
            drawn = self._draw(content_hash, number)
        except (Unreadable, ParserFault, answers.NoSoundAnswer):
            # Kept as well: a file that brings its process down is not tried at every look.
            drawn = None
        finally:
            self._places.release()
        with self._lock:
            self._kept[wanted] = drawn
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return drawn

    def _draw(self, content_hash: str, number: int) -> bytes:
        with viewing(self._parts.engine) as cn:
            seen = scan_evidence.known(cn, [content_hash]).get(content_hash)
        pages: Sequence[ScanPage] = seen.pages if seen else ()
        known = next((item for item in pages if item.number == number), None)
        turned = known.turned if known else 0
        seals = tuple(mark.box for mark in known.seals) if known else ()
        with self._parts.archive.scratch() as room, self._parts.archive.scratch() as own:
            path = self._parts.archive.checked("documents", content_hash, own)
            request = (path, room, number, turned, seals)
            drawn: Picture = self._sandbox.run(child.draw, *request, seconds=DRAW_SECONDS, kind=Picture)
            if not answers.is_hash(drawn.content_hash) or not 0 < drawn.size <= MOST_BYTES:
                raise answers.NoSoundAnswer("the picture's name or size is none")
            name = drawn.content_hash.removeprefix("sha256:")
            # Its process may be a stranger's: what it wrote is held against its hash, where it never was.
            answers.take(room / name, own / name, drawn.size)
            data = (own / name).read_bytes()
        if not data.startswith(JPEG):
            raise answers.NoSoundAnswer("the picture is no JPEG")
        return data
