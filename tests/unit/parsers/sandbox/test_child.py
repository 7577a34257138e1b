"""A mail and its files in one task of the sandbox: what is read with it, and what is left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake.domain.model.facts import OpaqueFacts, WordFacts
from intake.domain.secrecy import mail_marks
from parsers.sandbox.answers import WholeMail
from parsers.sandbox.pool import Sandbox
from store.archive.names import content_hash

Put = Callable[[bytes], Path]

MARKED = (
    '<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
    "<w:body><w:p><w:r><w:t>秘密★1年</w:t></w:r></w:p></w:body></w:wordDocument>"
).encode()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=2) as started:
        yield started


def _mail(*files: bytes, subject: str = "x") -> tuple[bytes, list[str]]:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail.set_content("1")
    for number, data in enumerate(files):
        mail.add_attachment(data, "application", "octet-stream", filename=f"{number}")
    return mail.as_bytes(), [content_hash(data) for data in files]


def test_a_mail_and_its_files_are_read_in_one_task(
    sandbox: Sandbox, put: Put, form_docx: bytes, scan_pdf: bytes, scratch: Path
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.pdf", scan_pdf)
    raw, names = _mail(form_docx, packed.getvalue())
    whole = sandbox.read_mail(put(raw), scratch, frozenset(), mail_marks.is_marked)
    assert whole is not None
    assert [item.content_hash for item in whole.facts.attachments] == names
    assert list(whole.files) == [*names, content_hash(scan_pdf)]
    assert isinstance(whole.files[names[0]], WordFacts)
    assert all((scratch / name.removeprefix("sha256:")).exists() for name in whole.files)


def test_what_is_known_or_is_read_alone_is_left_out_of_the_one_task(
    sandbox: Sandbox, put: Put, form_docx: bytes, scratch: Path
) -> None:
    raw, names = _mail(form_docx, b"Rar!\x1a\x07\x00", b"GIF89a")
    whole = sandbox.read_mail(put(raw), scratch, frozenset(names[:1]), mail_marks.is_marked)
    assert whole is not None
    assert list(whole.files) == names[2:]


@pytest.mark.parametrize(("files", "subject"), [((b"GIF89a",), "（秘密）"), ((MARKED, b"GIF89a"), "x")])
def test_nothing_is_opened_after_a_mark(
    sandbox: Sandbox, put: Put, scratch: Path, files: tuple[bytes, ...], subject: str
) -> None:
    raw, names = _mail(*files, subject=subject)
    whole = sandbox.read_mail(put(raw), scratch, frozenset(), mail_marks.is_marked)
    assert whole is not None
    assert names[-1] not in whole.files


def test_where_one_task_does_not_go_well_the_files_are_read_one_by_one(
    sandbox: Sandbox, put: Put, form_docx: bytes, scratch: Path
) -> None:
    mail = put(_mail(form_docx)[0])
    assert sandbox.read_mail(mail, scratch, frozenset(), len) is None  # type: ignore[arg-type]  # it trips
    (item,) = sandbox.unpack(mail, scratch).attachments
    assert isinstance(sandbox.parse(scratch / item.content_hash.removeprefix("sha256:"), scratch), WordFacts)


def test_a_process_is_not_believed_on_files_that_its_mail_has_not(
    sandbox: Sandbox, put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, (name,) = _mail(b"GIF89a")
    whole = sandbox.read_mail(put(raw), scratch, frozenset(), mail_marks.is_marked)
    assert whole is not None
    told = {name: OpaqueFacts("text"), content_hash(b"another sender's"): OpaqueFacts("text")}
    lie = WholeMail(whole.facts, {**whole.files, **told})
    monkeypatch.setattr(Sandbox, "_attempt", lambda *_: lie)
    believed = sandbox.read_mail(put(raw), scratch, frozenset(), mail_marks.is_marked)
    assert believed is not None
    assert list(believed.files) == [name]
