"""Older Word files through the converters of the machine, and what becomes of them without."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from docx import Document

import parsers
from intake.config.campaign_file import load_campaign
from intake.domain.documents.form import read_form
from intake.domain.model.facts import Facts, OpaqueFacts, Paragraph, Table, UnreadableFacts, WordFacts
from parsers.sandbox.pool import Sandbox
from parsers.word import legacy
from tests.servers.parts import missing
from tests.unit.parsers.word.wordxml import NAMESPACES, docx, para

Put = Callable[[bytes], Path]
FILTERS = {"doc": "MS Word 97", "rtf": "Rich Text Format", "odt": "writer8"}
SAVED = {**FILTERS, "html": "HTML (StarWriter)"}
NAMES = {"doc": "legacy-word", "rtf": "rtf", "odt": "odt"}
TITLE = "2024年度“最美科技志愿者”推荐表"
ROWS = (("姓名", "欧阳璟雯", "性别", "女"), ("推荐单位", "河南省科学技术协会", "服务年限", "6年"))


def office() -> None:
    if shutil.which(legacy.OFFICE) is None:
        missing("LibreOffice", "install LibreOffice Writer (Debian: libreoffice-writer-nogui)")


def antiword() -> None:
    if shutil.which(legacy.ANTIWORD) is None:
        missing("antiword", "install it (Debian: antiword)")


def form(ends_in_table: bool = False) -> bytes:
    document = Document()
    document.add_paragraph(TITLE)
    grid = document.add_table(rows=2, cols=4)
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            grid.cell(row, column).text = text
    if not ends_in_table:
        document.add_paragraph("填表日期：2025年2月20日")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def saved_as(ending: str, docx: bytes, folder: Path) -> bytes:
    """The file as LibreOffice saves it in an older format."""
    office()
    folder.mkdir()
    (folder / "a.docx").write_bytes(docx)
    subprocess.run(
        [
            legacy.OFFICE,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            f"{ending}:{SAVED[ending]}",
            "--outdir",
            str(folder),
            str(folder / "a.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / f"a.{ending}").read_bytes()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("legacy")
    made = {ending: saved_as(ending, form(), folder / ending) for ending in FILTERS}
    return made | {"doc ending in a table": saved_as("doc", form(ends_in_table=True), folder / "table")}


def is_read(facts: Facts, kind: str) -> bool:
    assert isinstance(facts, WordFacts), facts
    read = read_form(facts, load_campaign().campaign)
    assert read is not None
    assert (read.category, read.text("nominee")) == ("volunteer", "欧阳璟雯")
    assert (read.text("unit"), read.fields["service_years"].value) == ("河南省科学技术协会", 6.0)
    return facts.converted_from == kind


def only(monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    """The machine as if these programs alone were installed."""
    real = shutil.which
    monkeypatch.setattr(
        legacy.shutil,
        "which",
        lambda name: (
            None if name in (legacy.OFFICE, legacy.ANTIWORD) and name not in programs else real(name)
        ),
    )


@pytest.mark.parametrize("ending", FILTERS)
def test_an_older_form_is_read_in_the_sandbox(
    put: Put, scratch: Path, samples: dict[str, bytes], ending: str
) -> None:
    with Sandbox(workers=1) as sandbox:
        assert is_read(sandbox.parse(put(samples[ending]), scratch), NAMES[ending])
    assert list(scratch.iterdir()) == []


def test_a_table_at_the_very_end_of_a_doc_is_not_run_together(
    put: Put, scratch: Path, samples: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(samples["doc ending in a table"])
    antiword()
    assert is_read(parsers.parse(path, scratch), "legacy-word")
    only(monkeypatch, legacy.OFFICE)
    assert parsers.parse(path, scratch) == OpaqueFacts("legacy-word")


def test_antiword_alone_reads_a_doc_and_calls_nothing_empty(
    put: Put, scratch: Path, samples: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    antiword()
    only(monkeypatch, legacy.ANTIWORD)
    facts = parsers.parse(put(samples["doc"]), scratch)
    assert is_read(facts, "legacy-word")
    assert isinstance(facts, WordFacts)
    assert facts.unread
    table = next(block for block in facts.blocks if isinstance(block, Table))
    assert [(c.text, c.column, c.span) for c in table.rows[0]] == [
        ("姓名", 0, 1),
        ("欧阳璟雯", 1, 1),
        ("性别", 2, 1),
        ("女", 3, 1),
    ]
    for ending in ("rtf", "odt"):
        assert parsers.parse(put(samples[ending]), scratch) == OpaqueFacts(ending)


def test_what_was_not_opened_is_read_anew_once_a_converter_is_there(
    put: Put, scratch: Path, samples: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = set()
    for programs in ((), (legacy.ANTIWORD,), (legacy.OFFICE, legacy.ANTIWORD)):
        monkeypatch.setattr(legacy.shutil, "which", fake_which(programs))
        versions.add(parsers.reading_version())
    assert len(versions) == 3
    monkeypatch.setattr(legacy.shutil, "which", fake_which(()))
    for ending, name in NAMES.items():
        assert parsers.parse(put(samples[ending]), scratch) == OpaqueFacts(name)


def fake_which(programs: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in programs else None


def test_damage_proves_nothing_and_is_never_guessed_at(
    put: Put, scratch: Path, samples: dict[str, bytes]
) -> None:
    doc = samples["doc"]
    torn = doc[: len(doc) // 2]
    assert parsers.parse(put(torn), scratch) in (OpaqueFacts("legacy-word"), OpaqueFacts("unknown"))
    noise = doc[:1536] + bytes((n * 7919 + n // 256) % 256 for n in range(20_000))
    facts = parsers.parse(put(noise), scratch)
    assert isinstance(facts, OpaqueFacts)


def test_an_odt_behind_a_password(put: Put, scratch: Path, samples: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples["odt"])) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "META-INF/manifest.xml":
                body = body.replace(
                    b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
                )
            new.writestr(name, body)
    facts = parsers.parse(put(buffer.getvalue()), scratch)
    assert isinstance(facts, UnreadableFacts)
    assert (facts.code, facts.claimed_format) == ("encrypted", "odt")


@pytest.fixture
def fetched() -> Iterator[tuple[int, list[str]]]:
    """A web server of this machine: its port, and what was asked of it."""
    asked: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    for verb in ("HEAD", "OPTIONS", "PROPFIND"):
        setattr(Recorder, f"do_{verb}", Recorder.do_GET)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


def test_no_link_is_followed(
    put: Put, scratch: Path, samples: dict[str, bytes], fetched: tuple[int, list[str]], tmp_path: Path
) -> None:
    port, asked = fetched
    secret = tmp_path / "secret.txt"
    secret.write_text("JIMI")
    here = f"http://127.0.0.1:{port}"
    rtf = (
        r"{\rtf1\ansi {\*\template " + here + r"/t.dot} A {\field{\*\fldinst INCLUDEPICTURE "
        f'"{here}/a.png"' + r"}{\fldrslt x}} {\field{\*\fldinst INCLUDETEXT "
        f'"{secret}"' + r"}{\fldrslt y}} B}"
    )
    section = (
        '<text:section text:name="S{0}"><text:section-source xlink:href="{1}" text:filter-name="Text"/>'
        "<text:p>old</text:p></text:section>"
    )
    picture = (
        '<text:p><draw:frame svg:width="2cm" svg:height="2cm" text:anchor-type="as-char"><draw:image '
        f'xlink:href="{here}/b.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
        "</draw:frame></text:p>"
    )
    linked = section.format(1, secret.as_uri()) + section.format(2, f"{here}/c.txt") + picture
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples["odt"])) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "content.xml":
                assert b"</office:text>" in body
                body = body.replace(b"</office:text>", linked.encode() + b"</office:text>")
            new.writestr(name, body)
    for data in (rtf.encode(), buffer.getvalue()):
        facts = parsers.parse(put(data), scratch)
        assert isinstance(facts, WordFacts)
        assert "JIMI" not in repr(facts)
    assert asked == []


def test_a_paragraph_of_rtf_by_hand_with_the_code_page_of_old_programs(put: Put, scratch: Path) -> None:
    office()
    text = "".join(f"\\'{byte:02x}" for byte in "推荐单位：浙江省科协".encode("gbk"))
    rtf = "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}}\\f0 " + text + "\\par}"
    facts = parsers.parse(put(rtf.encode()), scratch)
    assert isinstance(facts, WordFacts)
    assert [b.text for b in facts.blocks if isinstance(b, Paragraph) and b.text] == ["推荐单位：浙江省科协"]


def boxed(*texts: str) -> bytes:
    """A .docx of which every line stands in a text box of its own, placed as Word places them (VML)."""
    lines = [
        f"<w:p {NAMESPACES}><w:r><w:pict><v:shapetype id='_x0000_t202' coordsize='21600,21600' "
        f"path='m,l,21600r21600,l21600,xe'/><v:shape id='b{number}' type='#_x0000_t202' "
        f"style='position:absolute;margin-left:10pt;margin-top:{50 * number}pt;width:300pt;height:40pt'>"
        f"<v:textbox><w:txbxContent>{para(text)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
        for number, text in enumerate(texts)
    ]
    return docx(*lines)


def test_words_in_text_boxes_are_read_and_those_that_get_lost_are_named(
    put: Put, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = (TITLE, "姓名：欧阳璟雯", "推荐单位：河南省科学技术协会", "服务年限：6年", "性别：女")
    data = saved_as("doc", boxed(*texts), tmp_path / "boxed")
    only(monkeypatch, legacy.OFFICE)
    whole = parsers.parse(put(data), scratch)
    assert is_read(whole, "legacy-word")
    assert isinstance(whole, WordFacts) and not whole.unread
    without = WordFacts(tuple(Paragraph(label) for label in (TITLE, "姓名：", "服务年限：")))
    monkeypatch.setattr(legacy.WordParser, "parse", lambda *_: without)
    monkeypatch.setattr(legacy, "_keeps_boxes", lambda _: False)
    lost = parsers.parse(put(data), scratch)
    assert isinstance(lost, WordFacts) and lost.unread == ("text boxes",)
    form = read_form(lost, load_campaign().campaign)
    assert form is None or form.empty == ()


def test_a_doc_without_boxes_has_lost_none(samples: dict[str, bytes]) -> None:
    assert not legacy._has_boxes(samples["doc"])
    assert not legacy._has_boxes(b"no compound file")
