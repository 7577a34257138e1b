"""Children that hang, swell or die: the file is told of, and the next one is read."""

from __future__ import annotations

import ctypes
import errno
import operator
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from intake.domain.model.facts import OpaqueFacts, PdfFacts, UnreadableFacts, WordFacts
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.sandbox import pool, verdict
from parsers.sandbox.connection import ProcessEnding
from parsers.sandbox.pool import ParserFault, Sandbox
from parsers.sandbox.tasks import SandboxTask
from parsers.sandbox.verdict import SandboxLost
from store.archive.archive import Archive

Put = Callable[[bytes], Path]

KILLED = "import os, signal; signal.raise_signal(signal.SIGKILL)"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=2) as started:
        yield started


@pytest.fixture(autouse=True)
def _no_long_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the tries for a file that was lost; of the six the last ones would wait for seconds."""
    monkeypatch.setattr(pool, "_PAUSE_SECONDS", 0.005)


@pytest.fixture
def rests_in(sandbox: Sandbox, put: Put, scratch: Path) -> Iterator[None]:
    """After whatever a test did to a child, the next file is read."""
    yield
    assert sandbox.parse(put("后面的".encode()), scratch) == OpaqueFacts("text")


def test_documents_and_messages_are_read(
    sandbox: Sandbox, put: Put, form_docx: bytes, tmp_path: Path, scratch: Path
) -> None:
    assert isinstance(sandbox.parse(put(form_docx), scratch), WordFacts)
    facts = sandbox.unpack(put(b"Subject: x\r\nContent-Type: application/pdf\r\n\r\nbytes"), tmp_path)
    assert (tmp_path / facts.attachments[0].content_hash.removeprefix("sha256:")).read_bytes() == b"bytes"


def test_another_process_that_sweeps_leaves_a_reading_process_its_folder(
    sandbox: Sandbox, put: Put, tmp_path: Path
) -> None:
    """Any command sweeps when it opens the archive, beside a service that is reading."""
    archive = Archive(tmp_path / "archive")
    with archive.scratch() as scratch:
        sandbox.parse(put(b"one"), scratch)
        room = sandbox._mails[scratch].place.room
        Archive(tmp_path / "archive").sweep()
        assert room.is_dir()
        assert sandbox.parse(put(b"two"), scratch) == OpaqueFacts("text")
        sandbox.release(scratch)
        assert not room.exists()


def test_a_scan_is_read_within_the_limits(sandbox: Sandbox, put: Put, scan_pdf: bytes, scratch: Path) -> None:
    facts = sandbox.parse(put(scan_pdf), scratch)
    assert isinstance(facts, PdfFacts)
    assert facts.is_scan


def test_many_at_once_in_the_order_given(sandbox: Sandbox, put: Put, scratch: Path) -> None:
    paths = [put(b"words" if n % 2 else b"GIF89a") for n in range(10)]
    begun = [sandbox.submit_parse(path, scratch) for path in paths]
    kinds = [pending.result().kind for pending in begun]
    assert kinds == ["unreadable", "opaque"] * 5


@pytest.mark.usefixtures("rests_in")
def test_a_loop_is_ended_by_processor_time(sandbox: Sandbox) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable) as refusal:
        sandbox.run(pow, 3, 10**9, seconds=1)
    assert refusal.value.code == "too-large"
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("rests_in")
def test_a_child_that_sleeps_is_ended_by_the_clock(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WALL_FACTOR", 0.5)
    with pytest.raises(Unreadable) as refusal:
        sandbox.run(time.sleep, 60, seconds=1)
    assert refusal.value.code == "too-large"


@pytest.mark.parametrize(("processor", "tries"), [(25.0, 1), (3.0, 2)])
def test_what_was_late_after_much_work_is_not_tried_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, processor: float, tries: int
) -> None:
    """It would be late again, after two minutes more; one that hardly had a turn met a busy machine."""
    tried: list[str] = []

    def late(self: Sandbox, task: SandboxTask) -> None:
        tried.append(task.name)
        raise verdict.late(ProcessEnding(-signal.SIGKILL, "", 0, processor), task)

    monkeypatch.setattr(Sandbox, "_attempt", late)
    with pytest.raises(Unreadable) as refusal:
        sandbox.run(time.sleep, 60, seconds=30)
    assert refusal.value.code == "too-large"
    assert len(tried) == tries


@pytest.mark.usefixtures("rests_in")
def test_a_late_child_tells_how_much_it_worked(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WALL_FACTOR", 0.2)
    endings: list[ProcessEnding] = []
    whole = verdict.late

    def seen(ending: ProcessEnding, task: SandboxTask) -> Unreadable:
        endings.append(ending)
        return whole(ending, task)

    monkeypatch.setattr(verdict, "late", seen)
    with pytest.raises(Unreadable):
        sandbox.run(pow, 3, 10**9, seconds=8)
    assert all(0.1 < ending.processor < 8 for ending in endings)


@pytest.mark.usefixtures("rests_in")
def test_a_child_that_eats_memory(sandbox: Sandbox) -> None:
    with pytest.raises(Unreadable) as refusal:
        sandbox.run(bytearray, limits.ADDRESS_SPACE, seconds=5)
    assert refusal.value.code == "too-large"


@pytest.mark.usefixtures("rests_in")
@pytest.mark.parametrize(
    ("function", "arguments"), [(os._exit, (3,)), (ctypes.string_at, (8,)), (os.abort, ())]
)
def test_a_child_that_dies(
    sandbox: Sandbox, function: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    """It has proven nothing of the file: a person looks, and nobody is told that it is damaged."""
    with pytest.raises(Unreadable) as refusal:
        sandbox.run(function, *arguments, seconds=5)
    assert refusal.value.code == "too-large"
    assert "died" in refusal.value.detail


def pdf_bomb() -> bytes:
    """A page whose 1 MB of content unpacks to 300 MB of drawing."""
    packer = zlib.compressobj(1)
    lines = b"0 0 m 1 1 l S\n" * 75_000
    content = b"".join(packer.compress(lines) for _ in range(300)) + packer.flush()
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length " + str(len(content)).encode() + b">>stream\n" + content + b"\n"
        b"endstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


@pytest.mark.usefixtures("rests_in")
def test_a_bomb_among_documents_is_told_by_its_format(
    sandbox: Sandbox, put: Put, monkeypatch: pytest.MonkeyPatch, scratch: Path
) -> None:
    monkeypatch.setattr(limits, "DOCUMENT_SECONDS", 1)
    facts = sandbox.parse(put(pdf_bomb()), scratch)
    assert isinstance(facts, UnreadableFacts)
    assert facts.code == "too-large"
    assert facts.claimed_format == "pdf"


def test_other_files_go_on_while_one_child_dies(sandbox: Sandbox, put: Put, scratch: Path) -> None:
    others = [sandbox.submit_parse(put(b"words"), scratch) for _ in range(5)]
    with pytest.raises(Unreadable):
        sandbox.run(os._exit, 3, seconds=5)
    assert [pending.result() for pending in others] == [OpaqueFacts("text")] * 5


@pytest.mark.usefixtures("rests_in")
def test_our_own_fault_comes_with_its_traceback(sandbox: Sandbox) -> None:
    with pytest.raises(ParserFault, match=r"(?s)Traceback.*ZeroDivisionError"):
        sandbox.run(divmod, 1, 0, seconds=5)


def test_a_missing_archive_file_is_an_outage(sandbox: Sandbox, tmp_path: Path, scratch: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        sandbox.parse(tmp_path / "gone", scratch)


def test_a_disk_that_times_out_is_an_outage_too(sandbox: Sandbox) -> None:
    """A network file system's ETIMEDOUT must not be taken for a file that takes too long."""
    with pytest.raises(TimeoutError, match="timed out"):
        sandbox.run(exec, f"raise OSError({errno.ETIMEDOUT}, 'timed out', 'x')", seconds=5)


def test_a_message_over_a_limit_is_read_as_far_as_it_goes(sandbox: Sandbox, put: Put, tmp_path: Path) -> None:
    raw = b"X: " + b"a" * (limits.HEADER_BYTES + 1) + b"\r\nSubject: y\r\n\r\nbody"
    facts = sandbox.unpack(put(raw), tmp_path)
    assert (facts.subject, facts.body) == ("y", "body")
    assert facts.defects == ("a header over the limit: not all of it was read",)


def test_a_child_killed_from_outside_says_nothing_about_the_file(sandbox: Sandbox) -> None:
    """Killed at each try: an outage, not an unreadable file."""
    with pytest.raises(SandboxLost):
        sandbox.run(exec, KILLED, seconds=5)


def test_what_is_told_to_a_whole_group_does_not_reach_a_child(sandbox: Sandbox) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        assert sandbox.run(signal.raise_signal, number, seconds=5) is None


def test_a_file_that_is_lost_alone_again_and_again_is_no_outage_for_ever(
    sandbox: Sandbox, put: Put, scratch: Path
) -> None:
    """A reader in a stranger's hands may end itself: the pass must not break off for it each time."""
    code = KILLED + "#"
    for _ in range(limits.OUTAGES - 1):
        with pytest.raises(SandboxLost):
            sandbox.run(exec, code, seconds=5)
        sandbox.parse(put(b"words"), scratch)
    with pytest.raises(Unreadable) as verdict:
        sandbox.run(exec, code, seconds=5)
    assert verdict.value.code == "too-large"


def test_a_reading_process_that_waits_may_be_killed(put: Put, tmp_path: Path, scratch: Path) -> None:
    mail, form = put(b"Subject: x\r\n\r\n"), put(b"GIF89a")
    with Sandbox(workers=1) as sandbox:
        for number in (signal.SIGTERM, signal.SIGKILL):
            sandbox.unpack(mail, scratch)
            for pid in below(sandbox.servers()):
                os.kill(pid, number)
            assert isinstance(sandbox.parse(form, scratch), UnreadableFacts)


def test_a_mail_is_read_by_one_process_and_another_one_by_another(put: Put, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (scratch := tmp_path / "mine").mkdir()
    with Sandbox(workers=1) as sandbox:
        sandbox.unpack(put(b"Subject: x\r\n\r\n"), scratch)
        first = below(sandbox.servers())
        sandbox.unpack(put(b"Subject: x\r\n\r\n"), other)
        assert first < below(sandbox.servers())
        sandbox.release(scratch)
        assert not first & below(sandbox.servers())


def below(servers: list[int]) -> set[int]:
    """The processes that these ones started and that still run."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(words[1]) in servers and words[0] != "Z":
                found.add(int(folder.name))
    return found


def test_a_server_that_is_killed_is_started_again(put: Put, scratch: Path) -> None:
    with Sandbox(workers=2) as sandbox:
        sandbox.parse(put(b"GIF89a"), scratch)
        (server,) = sandbox.servers()
        started = [sandbox.submit_parse(put(b"GIF89a"), scratch) for _ in range(6)]
        os.kill(server, signal.SIGKILL)
        assert {pending.result().kind for pending in started} == {"unreadable"}
        assert sandbox.servers() != [server]


def test_a_server_that_hangs_is_ended_and_no_wait_is_without_end(
    put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GRACE_SECONDS", 1)
    monkeypatch.setattr(limits, "WALL_FACTOR", 0.1)
    with Sandbox(workers=1) as sandbox:
        sandbox.parse(put(b"GIF89a"), scratch)
        (server,) = sandbox.servers()
        sandbox.release(scratch)
        os.kill(server, signal.SIGSTOP)
        assert sandbox.parse(put(b"GIF89a"), scratch).kind == "unreadable"
        assert sandbox.servers() != [server]


def test_a_child_is_confined(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    assert sandbox.run(resource.getrlimit, resource.RLIMIT_CORE, seconds=5) == [0, 0]
    soft, hard = sandbox.run(resource.getrlimit, resource.RLIMIT_CPU, seconds=5)
    assert 5 <= soft < hard == limits.READER_SECONDS
    monkeypatch.setenv("SHOUWEN_MAILBOX_PASSWORD", "secret")
    with Sandbox(workers=1) as fresh:
        assert fresh.run(os.getenv, "SHOUWEN_MAILBOX_PASSWORD", seconds=5) is None


def test_a_closed_sandbox_takes_no_more(put: Put, scratch: Path) -> None:
    with Sandbox(workers=1) as sandbox:
        pass
    with pytest.raises(SandboxLost):
        sandbox.parse(put(b"x"), scratch)


def test_it_starts_from_another_thread(put: Put, scratch: Path) -> None:
    path = put(b"words")
    found: list[object] = []

    def read() -> None:
        with Sandbox(workers=1) as sandbox:
            found.append(sandbox.parse(path, scratch))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(60)
    assert found == [OpaqueFacts("text")]


PROGRAM = """
import os, sys, time
from pathlib import Path
from parsers.sandbox.pool import Sandbox

print("program started", flush=True)  # no guard: a child that imported this would say so too
with Sandbox(workers=1) as sandbox:
    sandbox.run(abs, -1, seconds=5)
    print("ready", flush=True)
    print(sandbox.run(time.sleep, 1.5, seconds=5), flush=True)
    print(sandbox.parse(Path(sys.argv[1]), Path(sys.argv[1]).parent).format, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_the_whole_process_group(put: Put, number: signal.Signals) -> None:
    """Ctrl-C and a service manager reach the children too; the parent alone decides when to end.

    The parent here ignores both, as one that finishes what is in hand.
    """
    program = f"import signal; signal.signal({int(number)}, lambda *_: None)\n" + PROGRAM
    script = put(program.encode()).rename(put(b"").with_suffix(".py"))
    with subprocess.Popen(
        [sys.executable, str(script), str(put(b"words"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])},
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(2)]
        time.sleep(0.3)
        os.killpg(process.pid, number)
        rest, faults = process.communicate(timeout=60)
    assert lines == ["program started", "ready"]
    assert rest.split() == ["None", "text"]
    assert process.returncode == 0
    assert "Traceback" not in faults


@pytest.mark.slow
def test_a_storm_of_kills_costs_no_file(put: Put, scratch: Path) -> None:
    """Reading processes and fork servers killed while files are read: each is read, and none is blamed."""
    over = threading.Event()
    killed = [0, 0]
    enough = (15, 3)

    def storm(sandbox: Sandbox) -> None:
        dice, until = random.Random(1), time.monotonic() + 60
        while time.monotonic() < until and any(map(operator.lt, killed, enough)):
            servers = sandbox.servers()
            victims = servers if dice.random() < 0.02 else list(below(servers))
            for pid in victims:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed[victims is servers] += 1
            time.sleep(0.05)
        over.set()

    paths = [put(b"{\\rtf1" + str(number).encode()) for number in range(8)]
    read = 0
    with Sandbox(workers=2) as sandbox:
        sandbox.run(abs, 1, seconds=5)
        thread = threading.Thread(target=storm, args=(sandbox,))
        thread.start()
        while not over.is_set():
            for path in paths:
                try:
                    facts = sandbox.run(Path.read_bytes, path, seconds=5, kind=bytes)
                except OSError:
                    continue  # an outage: the next pass reads it
                assert facts == path.read_bytes()
                read += 1
        thread.join()
        assert [sandbox.run(Path.read_bytes, path, seconds=5, kind=bytes) for path in paths] == [
            path.read_bytes() for path in paths
        ]
    assert read and all(map(operator.ge, killed, enough)), (read, killed)
