"""The process that reading processes are forked from: it holds the parsers' libraries and nothing else.

A fork server is used since the service has threads (a plain fork would copy their locks), and since a fork
of loaded libraries, models and all, takes milliseconds.  It is started with a cleaned environment and opens
no stranger's file itself, so that it is to be trusted.  Each fork reads one mail, or some of one sender; the
server watches its processes and what it writes, ends its whole process group, and tells how it ended.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.domain.model.facts import Facts, MessageFacts
from intake.domain.model.inspection import Inspection
from parsers.common import limits
from parsers.sandbox import answers, child, seccomp, walls

READING, LOOKING = "reading", "looking"
"""What a server is for: mails and documents, or scans, for which the models are loaded."""

SWOLLEN, ASKED = "swollen", "asked"
"""Why a server ended a process."""

READY = b"ready"
ORDERS = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM
HEADER_BYTES = 8192

_PRELOADED = {
    READING: (
        "intake.domain.secrecy.mail_marks",
        *("parsers", "parsers.mail.message", "mailparser", "mailparser.received", "mailparser.dates"),
        *(
            "parsers.archives.zip",
            "parsers.archives.tar",
            "parsers.archives.sevenzip",
            "parsers.archives.rar",
        ),
        *("lxml.etree", "olefile", "asn1crypto.cms", "compressed_rtf", "striprtf.striprtf", "imagesize"),
        *("pypdf", "pypdf.generic", "pypdf.filters", "pypdfium2", "pypdfium2.raw"),
    ),
    LOOKING: ("parsers.scan.cascade", "parsers.scan.page.pdf", "parsers.scan.page.picture", "pypdfium2"),
}
_SAMPLE = b"""Received: from mail.example.org (mail.example.org [192.0.2.1]) by mx.example.org;
 Fri, 21 Feb 2025 15:32:08 +0800
Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org
From: =?utf-8?B?5byg5LiJ?= <a@example.org>
To: b@example.org
Subject: =?gb18030?B?zca89rLEwc8=?=
Date: Fri, 21 Feb 2025 15:32:08 +0800
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: multipart/alternative; boundary="y"

--y
Content-Type: text/plain; charset=gb18030
Content-Transfer-Encoding: base64

w/q6w6OsvPu4vbz+oaM=
--y
Content-Type: text/html; charset=utf-8

<p>1</p><blockquote>2</blockquote>
--y--
--x
Content-Type: text/plain; name="=?utf-8?B?6KGoLnR4dA==?="
Content-Disposition: attachment; filename*=utf-8''%E8%A1%A8.txt
Content-Transfer-Encoding: base64

MQ==
--x--
"""
"""A mail of our own: what its reading compiles and fills beforehand, no fork has to."""

_SAMPLE_FORM = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>1</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc>"
    "</w:tr></w:tbl></w:body></w:document>",
}
_SAMPLE_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 26>>stream\nBT /F 9 Tf 1 1 Td (1) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)

_TICK_SECONDS = 0.25
_LEFTOVER_SECONDS = 5.0
_COUNT_SECONDS = 10.0
_SUBREAPER = 36


@dataclass(slots=True)
class _Running:
    """One reading process; `status` is None while it runs."""

    pid: int
    control: socket.socket
    room: Path
    began: float
    why: str = ""
    status: int | None = None
    memory: int = 0
    processor: float = 0.0
    ended: float = 0.0


class ReaderServer:
    """The loop: takes orders from the service, forks, watches, reaps."""

    def __init__(self, orders: socket.socket, kind: str, service: int) -> None:
        self._orders = orders
        self._runs: dict[int, _Running] = {}
        self._account, self._counted = 0, -_COUNT_SECONDS
        self._watched = 0.0
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ, None)
        self._woken, self._wakes = os.pipe()
        for end in (self._woken, self._wakes):
            os.set_blocking(end, False)
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)
        spared = (service, os.getpid())
        self._filters = {
            programs: seccomp.compiled(programs=programs, spared=spared) for programs in (False, True)
        }
        if sys.platform == "linux":
            # What a killed process leaves behind comes to us to be reaped.
            ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)

    def serve(self) -> None:
        """Until the service goes away, with which all processes end."""
        try:
            self._orders.send(READY)
        except OSError:
            # The service was ended while we started.
            return
        while True:
            for key, _ in self._selector.select(self._patience()):
                if key.fileobj is self._orders:
                    if not self._take():
                        self._end_all()
                        return
                elif key.fileobj == self._woken:
                    with suppress(BlockingIOError):
                        os.read(self._woken, 4096)
                else:
                    # The service says no more on it than that it wants no more.
                    self._selector.unregister(key.fileobj)
                    self._end(key.data, ASKED)
            self._reap()
            self._watch()

    def _patience(self) -> float | None:
        if any(run.status is not None for run in self._runs.values()):
            return 0.02
        return _TICK_SECONDS if self._runs else None

    def _take(self) -> bool:
        """Forks for one order; false once the service is gone."""
        try:
            header, handles, _, _ = socket.recv_fds(self._orders, HEADER_BYTES, 2)
        except OSError:
            return False
        if not header:
            return False
        told: dict[str, Any] = json.loads(header)
        control, line = (socket.socket(fileno=handle) for handle in handles)
        now = time.monotonic()
        if now > self._counted + _COUNT_SECONDS:
            self._account, self._counted = walls.account_size(), now
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            # No memory, or no process left: told by the closed lines.
            control.close()
            line.close()
            return True
        if pid == 0:
            control.close()
            self._become_child(line, self._filters[told["programs"]], server)
        line.close()
        run = _Running(pid, control, Path(told["room"]), now)
        self._runs[pid] = run
        self._selector.register(control, selectors.EVENT_READ, run)
        return True

    def _become_child(self, line: socket.socket, instructions: bytes, server: int) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        self._orders.close()
        os.close(self._woken)
        os.close(self._wakes)
        for run in self._runs.values():
            run.control.close()
        os.dup2(os.open(os.devnull, os.O_RDWR), 2)
        child.serve(line, instructions, self._account + limits.PROCESSES, server)

    def _watch(self) -> None:
        """Looks at every process that runs for long, once a tick: it asks the kernel for all there are."""
        now = time.monotonic()
        if now < self._watched + _TICK_SECONDS:
            return
        self._watched = now
        for run in list(self._runs.values()):
            if run.status is None and now - run.began > 2 * _TICK_SECONDS and _is_swollen(run):
                self._end(run, SWOLLEN)

    def _end(self, run: _Running, why: str) -> None:
        run.why = run.why or why
        _kill(run.pid)

    def _reap(self) -> None:
        """Takes the status of all that ended, and tells the service once nothing of a task is left."""
        with suppress(ChildProcessError):
            while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                run = self._runs.get(found.si_pid)
                if run is not None:
                    # While its leader is not reaped, the group's number is nobody else's.
                    _kill(run.pid)
                _, status, usage = os.wait4(found.si_pid, 0)
                if run is not None:
                    run.status = os.waitstatus_to_exitcode(status)
                    run.memory = usage.ru_maxrss
                    run.processor = usage.ru_utime + usage.ru_stime
                    run.ended = time.monotonic()
        for run in [run for run in self._runs.values() if run.status is not None]:
            if not _lives(run.pid) or time.monotonic() - run.ended > _LEFTOVER_SECONDS:
                self._tell(run)

    def _tell(self, run: _Running) -> None:
        told = {"status": run.status, "why": run.why, "memory": run.memory, "processor": run.processor}
        with suppress(OSError):
            run.control.send(json.dumps(told).encode())
        with suppress(KeyError):
            self._selector.unregister(run.control)
        run.control.close()
        del self._runs[run.pid]

    def _end_all(self) -> None:
        for run in self._runs.values():
            _kill(run.pid)


def _kill(group: int) -> None:
    """Ends a process and its group, which nothing in it can leave (`seccomp`)."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _is_swollen(run: _Running) -> bool:
    """True when a task has more processes, or has written more, than any file is worth."""
    return _processes(run.pid) > limits.PROCESSES or _is_overfull(run.room)


def _processes(group: int) -> int:
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            count += os.getpgid(int(folder.name)) == group
    return count


def _is_overfull(room: Path) -> bool:
    size = files = 0
    for parent, folders, names in os.walk(room):
        files += len(names) + len(folders)
        for name in names:
            with suppress(OSError):
                size += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 - a path for each is slow
        if size > limits.SCRATCH_BYTES or files > limits.SCRATCH_FILES:
            return True
    return False


def _load(kind: str) -> None:
    for name in _PRELOADED[kind]:
        # The extra for scans may not be installed; the child tells what is missing.
        with suppress(ImportError):
            importlib.import_module(name)
    # What is wrong with either shows in a task, whose answer tells.
    with suppress(Exception):
        _read_sample() if kind == READING else _load_models()
    answers.prepare(Facts, MessageFacts, answers.WholeMail, Inspection)
    walls.prepare()


def _read_sample() -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder, "sample")
        sample.write_bytes(_SAMPLE.replace(b"\n", b"\r\n"))
        answers.encoded(child.unpack(sample, Path(folder)), MessageFacts)
        sample.write_bytes(_SAMPLE_PDF)
        with zipfile.ZipFile(Path(folder, "form"), "w", zipfile.ZIP_DEFLATED) as form:
            for name, content in _SAMPLE_FORM.items():
                form.writestr(name, content)
        for made in list(Path(folder).iterdir()):
            answers.encoded(child.parse(made, Path(folder)), Facts)


def _load_models() -> None:
    from parsers.scan import reader

    reader.prepare()


def main() -> None:
    """Runs a server: `python -m parsers.sandbox.forkserver KIND DESCRIPTOR SERVICE`."""
    kind, handle, service = sys.argv[1:4]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # Told to a whole group, they are for the service, which decides when we end.
        signal.signal(number, signal.SIG_IGN)
    _load(kind)
    gc.collect()
    gc.freeze()
    ReaderServer(socket.socket(fileno=int(handle)), kind, int(service)).serve()


if __name__ == "__main__":
    main()
