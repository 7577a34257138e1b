"""A reader in a stranger's hands: what it tries fails, and what it answers harms nobody.

It runs as code of the reading process itself, so that nothing of ours stands between it and the walls.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from intake.domain.model.facts import ContainerFacts, Facts, ImageFacts, PdfFacts
from parsers.common import limits
from parsers.common.contract import Unreadable
from parsers.sandbox import answers, landlock, seccomp, walls
from parsers.sandbox.child import WorkPlace
from parsers.sandbox.pool import ParserFault, Sandbox
from parsers.sandbox.tasks import SandboxTask, _also
from parsers.sandbox.verdict import SandboxLost
from tests.unit.parsers.archives.samples import rar
from tests.unit.parsers.sandbox import planted as planted_reader

Put = Callable[[bytes], Path]

pytestmark = [
    pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock"),
    pytest.mark.skipif(not seccomp.compiled(programs=False, spared=()), reason="libseccomp2 is missing"),
]

REFUSED = r"PermissionError|Operation not permitted|Permission denied"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(workers=2) as started:
        yield started


@pytest.fixture
def goes_on(sandbox: Sandbox, put: Put, scratch: Path) -> Iterator[None]:
    """After whatever a reader did, the next file is read."""
    yield
    assert sandbox.parse(put(b"GIF89a"), scratch).kind == "unreadable"


@pytest.mark.usefixtures("goes_on")
@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "import socket; socket.socket(socket.AF_UNIX).connect('/run/postgresql/.s.PGSQL.5432')",
        "import socket; socket.socketpair()",
        "open('/etc/passwd').read()",
        "open('/proc/self/environ').read()",
        "import os; open(f'/proc/{os.getppid()}/environ').read()",
        "import os; os.listdir('/')",
        "import os; os.listdir('/tmp')",
        "open('/tmp/shouwen-planted', 'w')",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['/usr/bin/id'])",
        "import os; os.setsid()",
        "import os; os.kill(os.getppid(), 9)",
        "import os; os.kill(-1, 9)",
        "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))",
        "import os; os.symlink('/etc/passwd', 'link')",
        "import os; os.mkfifo('pipe')",
        "import ctypes, os; l = ctypes.CDLL(None, use_errno=True); r = l.ptrace(16, os.getppid(), 0, 0)\n"
        "if r < 0: raise PermissionError(ctypes.get_errno(), 'ptrace')",
    ],
)
def test_what_is_not_its_own_is_refused(sandbox: Sandbox, attempt: str) -> None:
    with pytest.raises(ParserFault, match=REFUSED):
        sandbox.run(exec, attempt, seconds=5)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[tuple[list[object], Callable[[], None]]]:
    """What a planted reader is after, as its arguments, and what shows that nothing of it was touched."""
    names = ("store.db", "config.toml", "archived mail", "another's scratch")
    files = [tmp_path / name for name in names]
    for path in files:
        path.write_bytes(path.name.encode())
    listening, abstract = tmp_path / "socket", f"\0shouwen-test-{os.getpid()}"
    with (
        socket.socket(socket.AF_UNIX) as by_file,
        socket.socket(socket.AF_UNIX) as by_name,
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as other,
    ):
        by_file.bind(str(listening))
        by_name.bind(abstract)
        for server in (by_file, by_name):
            server.listen()
            server.setblocking(False)

        def untouched() -> None:
            assert [path.read_bytes() for path in files] == [path.name.encode() for path in files]
            assert other.poll() is None
            for server in (by_file, by_name):
                with pytest.raises(BlockingIOError):
                    server.accept()

        yield [other.pid, [str(path) for path in files], str(listening), abstract], untouched
        other.kill()


@pytest.mark.usefixtures("goes_on")
@pytest.mark.parametrize("programs", [False, True])
def test_no_way_leads_out(
    put: Put, scratch: Path, outside: tuple[list[object], Callable[[], None]], programs: bool
) -> None:
    """The reader of mails and scans, and that of documents, which may start programs."""
    arguments, untouched = outside
    with Sandbox(workers=1) as sandbox:
        sandbox.parse(put(b"GIF89a"), scratch)
        (server,) = sandbox.servers()
        given = (os.getpid(), server, *arguments)
        task = SandboxTask(planted_reader.ways_out, given, list[str], 30, programs=programs)
        # Where programs may be started, one in memory is no way out either: it is behind the same walls.
        assert sandbox._start(task)() == (["run what is in memory"] if programs else [])
    untouched()


@pytest.mark.usefixtures("goes_on")
def test_a_reader_that_floods_or_never_ends_is_ended(sandbox: Sandbox) -> None:
    sandbox.run(planted_reader.floods, seconds=20)
    with pytest.raises(Unreadable, match=r"answer|died"):
        sandbox.run(planted_reader.answers_without_end, seconds=20, kind=str)
    sandbox.run(planted_reader.keeps_a_thread_back, seconds=5)


@pytest.mark.usefixtures("goes_on")
def test_neither_database_nor_another_mail_is_read_or_written(
    sandbox: Sandbox, put: Put, tmp_path: Path
) -> None:
    database, other, own = tmp_path / "store.db", put(b"another's mail"), put(b"its own")
    with sqlite3.connect(database) as cn:
        cn.execute("create table letters (id integer)")
    before = database.read_bytes()
    for attempt in (
        f"open({str(database)!r}, 'r+b').write(b'x')",
        f"import os; os.remove({str(database)!r})",
        f"import os; os.truncate({str(database)!r}, 0)",
        f"import os; os.rename({str(database)!r}, 'mine')",
        f"import os; os.link({str(other)!r}, 'mine')",
        f"open({str(other)!r}, 'rb').read()",
    ):
        with pytest.raises((ParserFault, OSError), match=rf"{REFUSED}|cross-device"):
            sandbox.run(exec, attempt, seconds=5)
    assert (database.read_bytes(), other.read_bytes()) == (before, b"another's mail")
    assert sandbox.run(Path.read_text, own, seconds=5) == "its own"


def test_no_secret_of_the_service_is_in_its_environment(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWEN_MAILBOX_PASSWORD", "a secret")
    with Sandbox(workers=1) as fresh:
        (names,) = [fresh.run(eval, "list(__import__('os').environ)", seconds=5)]
        assert "SHOUWEN_MAILBOX_PASSWORD" not in names
        (server,) = fresh.servers()
        assert b"a secret" not in Path(f"/proc/{server}/environ").read_bytes()


@pytest.mark.usefixtures("goes_on")
def test_a_fork_bomb_in_a_converter_is_ended_whole(
    sandbox: Sandbox, put: Put, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where programs may be started, their number is watched, and all end with the group."""
    bomb = "import os, time\nwhile len(os.listdir()) >= 0:\n os.fork(); time.sleep(0.1)"
    task = planted(exec, bomb)
    with pytest.raises(Unreadable, match="processes"):
        sandbox._start(task)()
    until = time.monotonic() + 20
    while (left := copies()) and time.monotonic() < until:
        time.sleep(0.2)
    assert not left


def planted(function: Callable[..., object], *arguments: object) -> SandboxTask:
    """A task that may start programs, as that of a document may."""
    return SandboxTask(function, arguments, type(None), 20)


def copies() -> list[int]:
    """Processes of our fork servers that lead no session, as reading processes and servers do."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            number, session = int(folder.name), os.getsid(int(folder.name))
            line = (folder / "cmdline").read_bytes().split(b"\0")
            if (
                b"parsers.sandbox.forkserver" in line
                and str(os.getpid()).encode() in line
                and session != number
            ):
                found.append(number)
    return found


@pytest.mark.usefixtures("goes_on")
def test_a_huge_file_is_refused_as_too_large(sandbox: Sandbox, tmp_path: Path) -> None:
    size = limits.READER_FILE_BYTES + 1
    with pytest.raises(Unreadable, match="wrote a file"):
        sandbox.run(exec, f"f = open('big', 'wb'); f.truncate({size})", seconds=5)


class Gadget:
    """Runs code where it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.system, (f"touch {self.trace}",)


SPEAKS = """
import os, stat
for handle in range(3, 1024):
    try:
        if stat.S_ISSOCK(os.fstat(handle).st_mode): os.write(handle, {frame!r})
    except OSError: pass
os._exit(0)
"""


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(8, "big") + data


@pytest.mark.usefixtures("goes_on")
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"V",
        b"\x80\x04N.",
        b"V{",
        b"X{}",
        b"V" + b"[" * 100_000,
        b'V{"format":"png","width":NaN,"height":1}',
        b'V{"format":"png","width":1e999,"height":1}',
        b'V{"format":"png","width":123456789012345678901234567890,"height":1}',
        b'V{"format":"png","width":"1","height":1}',
        b'V{"format":"p\\u0000ng","width":1,"height":1}',
        b'V{"format":"\\ud800","width":1,"height":1}',
        b'V{"format":"\xff","width":1,"height":1}',
        b"D{}",
    ],
)
def test_no_answer_but_facts_is_taken(sandbox: Sandbox, answer: bytes) -> None:
    with pytest.raises(Unreadable, match="no sound answer") as verdict:
        sandbox.run(exec, SPEAKS.format(frame=frame(answer)), seconds=5, kind=ImageFacts)
    assert verdict.value.code == "too-large"


@pytest.mark.usefixtures("goes_on")
@pytest.mark.parametrize("sent", [b"\xff" * 8, b"\0" * 7 + b"\x09abc", frame(b"V" * 10)[:12]])
def test_a_frame_that_is_none_is_no_answer(sandbox: Sandbox, sent: bytes) -> None:
    with pytest.raises(Unreadable, match="died"):
        sandbox.run(exec, SPEAKS.format(frame=sent), seconds=5)


@pytest.mark.usefixtures("goes_on")
def test_a_pickle_is_not_opened(sandbox: Sandbox, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    for before in (b"", b"V"):
        data = frame(before + pickle.dumps(Gadget(trace)))
        with pytest.raises(Unreadable, match="no sound answer"):
            sandbox.run(exec, SPEAKS.format(frame=data), seconds=5, kind=Facts)
    assert not trace.exists()


def test_a_fault_of_the_disk_that_only_a_reader_sees_ends(sandbox: Sandbox, put: Put, scratch: Path) -> None:
    attempt = "raise OSError(28, 'no room')"
    for _ in range(limits.OUTAGES - 1):
        with pytest.raises(OSError, match="no room"):
            sandbox.run(exec, attempt, seconds=5)
        sandbox.parse(put(b"GIF89a"), scratch)
    with pytest.raises(Unreadable):
        sandbox.run(exec, attempt, seconds=5)


def container(content_hash: str, size: int, name: str = "a.pdf") -> ContainerFacts:
    member = {"ordinal": 0, "filename": name, "claimed_type": "x", "content_hash": content_hash, "size": size}
    data = json.dumps({"format": "zip", "members": [member]}).encode()
    facts: ContainerFacts = answers.decoded(b"V" + data, ContainerFacts)
    return facts


def test_a_file_that_is_not_what_its_hash_says_is_not_taken(tmp_path: Path) -> None:
    room, scratch = tmp_path / "room", tmp_path / "scratch"
    room.mkdir()
    scratch.mkdir()
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    name = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
    (room / name).symlink_to(secret)  # the hash is right: it must not be followed all the same
    for facts in (
        container(f"sha256:{name}", 6),
        container("sha256:../../secret", 6),
        container(f"sha256:{name}", 6, "../a.pdf"),
    ):
        with pytest.raises(answers.NoSoundAnswer):
            answers.vouch(facts, room, scratch)
    (room / name).unlink()
    (room / name).write_bytes(b"others")
    with pytest.raises(answers.NoSoundAnswer):
        answers.vouch(container(f"sha256:{name}", 6), room, scratch)
    (room / name).write_bytes(b"secret")
    answers.vouch(container(f"sha256:{name}", 6), room, scratch)
    assert (scratch / name).read_bytes() == b"secret"
    assert list(scratch.iterdir()) == [scratch / name]


def test_what_json_cannot_hold_is_mended_on_the_way() -> None:
    facts = PdfFacts((), 0, producer="a\0b\\u0000c\ud800")
    assert answers.decoded(answers.encoded(facts, Facts), Facts).producer == "ab\\u0000c?"


READS_RAR = """
import rarfile, parsers
rarfile.RAR_M0 = -1  # the stored file counts as compressed: the program has to unpack it
facts = parsers.parse(path, room)
assert [member.filename for member in facts.members] == ["a.pdf"], facts
"""


@pytest.mark.skipif(shutil.which("unar") is None, reason="unar is not installed")
def test_unar_is_told_its_arguments_behind_the_walls(sandbox: Sandbox, put: Put, tmp_path: Path) -> None:
    path = put(rar({b"a.pdf": b"%PDF-1.4"}))
    room = tmp_path / "room"
    room.mkdir()
    task = SandboxTask(exec, (READS_RAR, {"path": path, "room": room}), type(None), 30)
    assert Path("/proc") in _also(path)
    place = WorkPlace(room, (path, *_also(path)))
    process = sandbox._servers["reading"].fork(place, programs=True)
    assert process.ask(task.order(room)) == b"Vnull"
    process.end()


def test_the_walls_of_this_machine_are_told() -> None:
    assert {wall.name: wall.holds for wall in walls.in_force()}["files (Landlock)"]


def test_an_outage_is_an_os_error() -> None:
    assert issubclass(SandboxLost, OSError)
