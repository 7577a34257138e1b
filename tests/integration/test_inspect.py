"""Inspect: scans are looked at before their units are judged, once, and faults stay with what they befell."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.demo.papers.scans import ScanLook, bound_scans
from intake.domain.model.inspection import Box, Inspection, Picture, Request, ScanLine, ScanPage, SealMark
from intake.stages.inspect import OUR_FAULT, Inspector
from parsers.sandbox.pool import ParserFault, Sandbox
from parsers.sandbox.verdict import SandboxLost
from parsers.scan import reader as eyes
from store.archive.names import content_hash
from store.database.engine import viewing
from store.mail import scan_evidence
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, UNREACHABLE, Office
from tests.material import AT, PROVINCE, SOCIETY, both, entry, form, letter, picture_pdf

DAY = timedelta(days=1)
LOOK = {"look": "auto"}
Seen = Callable[[Path, Request, Inspection | None], Inspection]


def sealed(request: Request, *, mark: bool = True) -> Inspection:
    """A page that shows the first form that is looked for, with a seal."""
    found = request.expected[0] if request.expected else None
    texts: list[tuple[str, float, float]] = []
    if found:
        texts = [
            (f"{found.categories[0]}推荐表", 0.3, 0.05),
            (f"推荐单位：{found.units[0]}", 0.1, 0.1),
            ("姓名", 0.1, 0.15),
            (found.nominee, 0.25, 0.15),
        ]
        for row, figure in enumerate(found.figures):
            texts += [(label, 0.1, 0.2 + 0.03 * row) for label in figure.labels[:1]]
            texts.append((figure.text, 0.4, 0.2 + 0.03 * row))
    lines = tuple(
        ScanLine(text, 0.99, Box(left, top, left + 0.02 * len(text), top + 0.02)) for text, left, top in texts
    )
    marks = (SealMark(Box(0.6, 0.7, 0.8, 0.84), "sure", "red"),) if mark else ()
    page = ScanPage(1, 1654, 2339, "colour", lines=lines, read_to=0.4, seals=marks)
    return Inspection((page,), 1, effort=1, satisfied=bool(found), heads=request.heads)


@dataclass
class Eyes:
    """Stands for the children that look: `log` has each request, `answer` may raise."""

    answer: Seen = lambda path, request, before: sealed(request)
    log: list[tuple[str, Request, Inspection | None]] = field(default_factory=list)

    def inspect(self, path: Path, scratch: Path, request: Request, before: Inspection | None) -> Inspection:
        """See `Sandbox.inspect`; writes a picture too."""
        self.log.append((f"sha256:{path.name}", request, before))
        seen = self.answer(path, request, before)
        data = b"picture of " + path.name.encode()
        name = content_hash(data)
        (scratch / name.removeprefix("sha256:")).write_bytes(data)
        return seen if seen.refused else replace(seen, pictures=(Picture("page", 1, name, len(data)),))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Eyes:
    """Eyes in the place of the real ones."""
    found = Eyes()
    monkeypatch.setattr(Sandbox, "inspect", lambda self, *asked: found.inspect(*asked))
    return found


def kept(office: Office, files: Sequence[AttachedFile]) -> list[Inspection | None]:
    """What the store knows of these files."""
    hashes = [content_hash(file.content) for file in files]
    with office.engine() as engine, viewing(engine) as cn:
        known = scan_evidence.known(cn, hashes, eyes.version())
    return [known.get(name) for name in hashes]


def test_scans_are_seen_once_and_their_pictures_kept(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes, database_url: str
) -> None:
    office = office_on(pymap_mailbox, database_url, scans=LOOK)
    files = both(entry("于洁"))
    pymap_mailbox.deliver(letter(files, AT), AT)
    office.once(code=DONE)
    assert [(name, before) for name, _, before in looks.log] == [(content_hash(files[1].content), None)]
    assert [item.nominee for item in looks.log[0][1].expected] == ["于洁"]
    assert office.states() == {"于洁": "complete"}
    (seen,) = kept(office, files[1:])
    assert seen is not None
    shelf = office.folder / "archive" / "pictures"
    assert [f"sha256:{path.name}" for path in shelf.rglob("*") if path.is_file()] == [
        picture.content_hash for picture in seen.pictures
    ]
    assert not list((office.folder / "archive" / "scratch").glob("*"))
    office.shouwen("replay", "--all")
    office.once(code=DONE)
    assert len(looks.log) == 1


def test_a_later_form_deepens_what_was_seen(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes
) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)
    item = entry("于洁")
    pymap_mailbox.deliver(letter([both(item)[1]], AT), AT)
    office.once(code=DONE)
    pymap_mailbox.deliver(letter([form(item)], AT + DAY), AT + DAY)
    office.once(code=DONE)
    assert [(request.text, before is None) for _, request, before in looks.log] == [
        (False, True),
        (True, False),
    ]
    assert office.states() == {"于洁": "complete"}


def test_the_same_file_of_two_units_is_looked_at_once(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes
) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)
    shared = AttachedFile("扫描件.pdf", picture_pdf("shared"))
    for item in (entry("于洁", SOCIETY), entry("马骁", PROVINCE)):
        pymap_mailbox.deliver(letter([form(item), shared], AT, item.unit), AT)
    office.once(code=DONE)
    assert [{form.nominee for form in request.expected} for _, request, _ in looks.log] == [{"于洁", "马骁"}]


def test_a_file_that_trips_the_program_is_for_a_person(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes, caplog: pytest.LogCaptureFixture
) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)
    bad, good = both(entry("于洁")), both(entry("马骁"))

    def answer(path: Path, request: Request, before: Inspection | None) -> Inspection:
        if path.name in content_hash(bad[1].content):
            raise ParserFault("Traceback: a slip of ours")
        return sealed(request)

    looks.answer = answer
    pymap_mailbox.deliver(letter([*bad, *good], AT), AT)
    office.once(code=DONE)
    assert office.states() == {"于洁": "review", "马骁": "complete"}
    assert office.codes("于洁") == {"scan-unchecked"}
    (seen,) = kept(office, bad[1:])
    assert seen == Inspection((), 0, refused=OUR_FAULT)
    assert "a slip of ours" in caplog.text
    before = len(looks.log)
    office.shouwen("replay", "--all")
    assert len(looks.log) == before


@pytest.mark.parametrize(
    "outage", [SandboxLost("ended from outside"), OSError(28, "No space left on device")]
)
def test_an_outage_leaves_its_unit_for_the_next_pass(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes, database_url: str, outage: OSError
) -> None:
    office = office_on(pymap_mailbox, database_url, scans=LOOK)
    bad, good = entry("于洁", SOCIETY), entry("马骁", PROVINCE)
    lost = both(bad)

    def answer(path: Path, request: Request, before: Inspection | None) -> Inspection:
        if path.name in content_hash(lost[1].content):
            raise outage
        return sealed(request)

    looks.answer = answer
    for item, files in ((bad, lost), (good, both(good))):
        pymap_mailbox.deliver(letter(files, AT, item.unit), AT)
    said = office.once(code=UNREACHABLE).text
    assert "looking at scans broke off" in said
    assert ("the log of a worker tells why" if office.by_workers else str(outage)) in said
    assert office.states() == {"马骁": "complete"}
    looks.answer = Eyes().answer
    office.once(code=DONE)
    assert office.states() == {"于洁": "complete", "马骁": "complete"}


def test_what_was_seen_before_survives_a_closer_look_that_fails(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes
) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)
    item = entry("于洁")
    files = both(item)
    pymap_mailbox.deliver(letter(files[1:], AT), AT)
    office.once(code=DONE)
    looks.answer = lambda path, request, before: Inspection((), 0, refused="too large")
    pymap_mailbox.deliver(letter(files[:1], AT + DAY), AT + DAY)
    office.once(code=DONE)
    (seen,) = kept(office, files[1:])
    assert seen is not None and seen.refused == "too large" and seen.pages and seen.pictures
    assert office.codes("于洁") >= {"scan-unchecked"}


def test_pictures_are_looked_at_once_a_scan_bears_no_seal(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes
) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)
    looks.answer = lambda path, request, before: sealed(request, mark=not request.text)
    jpeg = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(jpeg, "JPEG")
    picture = AttachedFile("IMG_0042.jpg", jpeg.getvalue())
    pymap_mailbox.deliver(letter([*both(entry("于洁")), picture], AT), AT)
    office.once(code=DONE)
    assert [request.text for _, request, _ in looks.log] == [True, False]
    assert office.states() == {"于洁": "review"}
    assert office.codes("于洁") == {"scan-not-sealed"}


def test_what_a_long_file_left_open_is_seen_in_further_looks(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes
) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)

    def answer(path: Path, request: Request, before: Inspection | None) -> Inspection:
        done = len(before.pages) if before else 0
        pages = tuple(ScanPage(number, 1, 1, "colour") for number in range(1, min(done + 2, 5) + 1))
        return Inspection(pages, 5, effort=1)

    looks.answer = answer
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT), AT)
    office.once(code=DONE)
    assert [len(before.pages) if before else 0 for _, _, before in looks.log] == [0, 2, 4, 5]


@pytest.mark.embedded
def test_a_request_to_stop_leaves_the_rest_for_later(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)
    for item in (entry("于洁", SOCIETY), entry("马骁", PROVINCE)):
        pymap_mailbox.deliver(letter(both(item), AT, item.unit), AT)
    inspected = Inspector.inspect

    def stopping(self: Inspector, groups: Sequence[object]) -> object:
        def answer(path: Path, request: Request, before: Inspection | None) -> Inspection:
            self.stop.set()
            return sealed(request)

        looks.answer = answer
        ready, outage = inspected(replace(self, eyes=replace(self.eyes, workers=1)), groups)  # type: ignore[arg-type]
        assert (len(ready), outage) == (1, None)
        return ready, outage

    monkeypatch.setattr(Inspector, "inspect", stopping)
    office.shouwen("once")
    monkeypatch.undo()
    assert len(looks.log) == 1


def test_nothing_is_looked_at_where_that_is_off_or_cannot_be(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, looks: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_on(pymap_mailbox)
    pymap_mailbox.deliver(letter(both(entry("于洁")), AT), AT)
    office.once(code=DONE)
    office.change(scans=LOOK)
    monkeypatch.setattr(eyes, "find_spec", lambda name: None)
    pymap_mailbox.deliver(letter(both(entry("马骁")), AT), AT)
    office.once(code=DONE)
    assert looks.log == []
    assert office.codes("马骁") == office.codes("于洁") == {"scan-unchecked"}


def test_real_scans_from_mail_to_ledger(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> None:
    office = office_on(pymap_mailbox, scans=LOOK)
    item = entry("于洁")
    content = item.content(AT.date(), 2025, 2024)
    look = ScanLook(seal=None)
    bare = AttachedFile("于洁推荐表（盖章）.pdf", bound_scans([(content, item.layout)], look))
    pymap_mailbox.deliver(letter([form(item), bare], AT), AT)
    office.once(code=DONE)
    assert "scan-not-sealed" in office.codes("于洁")
    stamped = AttachedFile("于洁推荐表（盖章）.pdf", bound_scans([(content, item.layout)]))
    pymap_mailbox.deliver(letter([stamped], AT + DAY), AT + DAY)
    office.once(code=DONE)
    assert "scan-not-sealed" not in office.codes("于洁")
    assert office.states() == {"于洁": "complete"}
