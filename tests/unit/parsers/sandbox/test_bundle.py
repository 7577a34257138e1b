"""Mails of one sender in one process: which may share it, what it sees, and what ends it for the next one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from intake.domain.secrecy import mail_marks
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.sandbox import landlock
from parsers.sandbox.answers import WholeMail
from parsers.sandbox.bundle import HEAD_BYTES, Bundle, sender_mark
from parsers.sandbox.connection import ForkServer
from parsers.sandbox.pool import Sandbox
from parsers.sandbox.tasks import SandboxTask
from store.archive.names import content_hash

Put = Callable[[bytes], Path]

JUDGED = "Authentication-Results: mx1; spf=pass smtp.mail=a@x.example; dmarc=pass\r\n"
FROM = "From: A <a@x.example>\r\n"

TAKEN_UP = """
import os, pathlib
done = [path.name for path in pathlib.Path.cwd().iterdir() if path.name != own]
for path in map(pathlib.Path, files):
    for way in (
        path.read_bytes,
        path.unlink,
        lambda: os.open(path, os.O_RDWR),
        lambda: list(path.parent.iterdir()),
        lambda: os.link(path, "mine"),
    ):
        try:
            way()
            done.append(str(path))
        except OSError:
            pass
assert not done, done
"""
"""What a process that has read one mail tries on the files of others, and what it still has of that one's."""


def mark(*fields: str, end: str = "\r\n") -> bytes | None:
    return sender_mark("".join((*fields, end, "From: in the body\r\n")).encode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((JUDGED, FROM, "Subject: 1\r\n"), (JUDGED, "Date: 2\r\n", FROM, "Subject: 2\r\n")),
        ((JUDGED, FROM), (JUDGED.replace("mx1", "mx2"), FROM)),
    ],
    ids=["other fields", "another machine of the provider"],
)
def test_what_names_the_same_sender_by_the_same_bytes_is_one_bundle(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert mark(*one) == mark(*other) is not None


@pytest.mark.parametrize(
    "other",
    [
        (JUDGED, "From: B <a@x.example>\r\n"),
        (JUDGED, "FROM: A <a@x.example>\r\n"),
        (JUDGED.replace("pass", "fail"), FROM),
        (JUDGED.replace("a@x", "b@x"), FROM),
        (FROM,),
        (JUDGED, JUDGED, FROM),
        (JUDGED.replace("mx1;", "mx1;\r\n\tdkim=fail;"), FROM),
        (JUDGED, FROM, "Reply-To: c@x.example\r\n"),
        (JUDGED, FROM, "Sender: c@x.example\r\n"),
        ("Return-Path: <c@x.example>\r\n", JUDGED, FROM),
        ("Received-SPF: fail\r\n", JUDGED, FROM),
    ],
)
def test_whatever_else_names_or_judges_the_sender_parts_them(other: tuple[str, ...]) -> None:
    assert mark(JUDGED, FROM) != mark(*other)


def test_of_whom_nothing_sure_is_known_nobody_shares_a_process() -> None:
    assert mark(JUDGED) is None
    assert mark(FROM) is None
    assert mark(JUDGED, FROM, FROM) is None
    assert sender_mark(f"{JUDGED}{FROM}".encode()) is None
    assert sender_mark(f"{JUDGED}{FROM}X: {'x' * HEAD_BYTES}\r\n\r\n".encode()[:HEAD_BYTES]) is None
    assert sender_mark(b"") is None


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=2) as started:
        yield started


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What processes were forked for."""
    found: list[object] = []
    real = ForkServer.fork

    def fork(self: ForkServer, place: object, **given: bool) -> object:
        found.append(place)
        return real(self, place, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(ForkServer, "fork", fork)
    return found


def _mail(number: int, *files: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@x.example", str(number)
    mail.set_content(str(number))
    for data in files:
        mail.add_attachment(data, "application", "octet-stream", filename="1")
    return mail.as_bytes()


def _read(sandbox: Sandbox, bundle: Bundle, mail: Path, number: int) -> tuple[WholeMail | None, Path]:
    scratch = bundle.folder.parent / f"mail-{number}"
    scratch.mkdir()
    return sandbox.read_mail(mail, scratch, frozenset(), mail_marks.is_marked, bundle), scratch


def test_one_process_reads_them_as_many_would(
    sandbox: Sandbox, put: Put, scratch: Path, forks: list[object], form_docx: bytes, scan_pdf: bytes
) -> None:
    mails = [put(_mail(number, form_docx, scan_pdf)) for number in range(3)]
    with sandbox.bundle(scratch) as bundle:
        together = [_read(sandbox, bundle, mail, number) for number, mail in enumerate(mails)]
    assert len(forks) == 1
    assert not [*scratch.iterdir()], "its room is gone"
    for number, (mail, (read, folder)) in enumerate(zip(mails, together, strict=True)):
        alone = folder.parent / f"alone-{number}"
        alone.mkdir()
        assert read == sandbox.read_mail(mail, alone, frozenset(), mail_marks.is_marked)
        assert read is not None and read.facts.subject == str(number)
        assert sorted(path.name for path in folder.iterdir()) == sorted(
            content_hash(data).removeprefix("sha256:") for data in (form_docx, scan_pdf)
        )
    assert all(mail.exists() for mail in mails)


def test_what_ends_the_process_of_one_mail_ends_no_other(
    sandbox: Sandbox, put: Put, scratch: Path, forks: list[object]
) -> None:
    with sandbox.bundle(scratch) as bundle:
        assert _read(sandbox, bundle, put(_mail(1)), 1)[0] is not None
        deadly = SandboxTask(os._exit, (1,), WholeMail, 5, bundle=bundle)
        with pytest.raises(Unreadable, match="died"):
            sandbox._attempt(deadly)
        assert _read(sandbox, bundle, put(_mail(2)), 2)[0] is not None
    assert len(forks) == 2


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_a_process_in_a_stranger_s_hands_sees_no_other_mail_s_files(
    sandbox: Sandbox, put: Put, scratch: Path
) -> None:
    first, second = put(_mail(1, b"GIF89a")), put(_mail(2))
    with sandbox.bundle(scratch) as bundle:
        _, folder = _read(sandbox, bundle, first, 1)
        (taken,) = folder.iterdir()
        files = [str(path) for path in (first, second, taken)]
        names = {"files": files, "own": "mail"}
        assert sandbox._attempt(SandboxTask(exec, (TAKEN_UP, names), Any, 10, bundle=bundle)) is None
    assert first.exists() and second.exists() and taken.read_bytes() == b"GIF89a"


def test_the_limits_of_one_mail_are_not_used_up_by_those_before_it() -> None:
    assert limits.BUNDLE * limits.TOGETHER_SECONDS < limits.READER_SECONDS
