"""Reads senders' files in processes that may die, hang, swell or lie without harm to the service.

Each mail, or bundle of one sender's mails (`bundle.py`), has a process of its own behind walls (`walls.py`),
forked from a server (`forkserver.py`) that is started anew when it is gone.  Here it is told apart why one
ended: the file, the machine, or somebody who ended it from outside.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from intake.domain.model.facts import Facts, MessageFacts, UnreadableFacts
from intake.domain.model.inspection import Inspection, Request
from parsers.common import limits
from parsers.common.contract import Unreadable, UnreadableCode
from parsers.sandbox import answers, child, verdict
from parsers.sandbox.bundle import Bundle
from parsers.sandbox.connection import ForkServer, Late, ProcessEnding, ReadingProcess, ServerGone
from parsers.sandbox.forkserver import LOOKING, READING
from parsers.sandbox.tasks import SandboxTask, _also
from parsers.sandbox.verdict import OutageCount, SandboxLost

log = logging.getLogger(__name__)

T = TypeVar("T")

_PAUSE_SECONDS = 0.1


class MessageUnreadable(Exception):
    """A message that could not be read: over a limit, or it brought its child down.

    `code` and `detail` are those of `Unreadable`; the archived bytes are untouched.
    """

    def __init__(self, code: UnreadableCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code: UnreadableCode = code
        self.detail = detail


class ParserFault(RuntimeError):
    """Our own parser failed; the text is the child's traceback, for the quarantine."""


@dataclass(frozen=True, slots=True)
class Pending(Generic[T]):
    """A file that is being read; `result()` waits for it and may be called once from any thread."""

    _result: Callable[[], T]

    def result(self) -> T:
        """The facts; raises what the `Sandbox` method that began it says."""
        return self._result()


class Sandbox:
    """Processes that read files, `workers` at a time.  A context manager; usable from several threads.

    The first file starts the server.  Leaving the context ends everything at once, whatever it is at.
    Scans are looked at in a pool of their own, with room for the models.  Every wait has an end: for a
    file its time and that of its repetitions, for a server `limits.START_SECONDS`.
    """

    def __init__(self, workers: int = 2) -> None:
        self._servers = {kind: ForkServer(kind) for kind in (READING, LOOKING)}
        self._threads = {
            kind: ThreadPoolExecutor(workers, thread_name_prefix=f"sandbox-{kind}") for kind in self._servers
        }
        self._outages = OutageCount()
        self._mails: dict[Path, ReadingProcess] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        for threads in self._threads.values():
            threads.shutdown(wait=True, cancel_futures=True)
        for scratch in list(self._mails):
            self.release(scratch)

    @property
    def finished(self) -> int:
        """How many tasks came to an end so far: a sign of life for whoever watches a long pass."""
        return self._outages.successes

    def close(self) -> None:
        """Ends everything at once; what is being read is told as lost.  May be called from any thread."""
        self._closed.set()
        for server in self._servers.values():
            server.close()

    def servers(self) -> list[int]:
        """The process numbers of the fork servers that run."""
        return [server.pid for server in self._servers.values() if server.pid is not None]

    def unpack(self, path: Path, scratch: Path) -> MessageFacts:
        """Reads a message and writes its attachments to `scratch` (see `message.unpack`).

        Raises `MessageUnreadable`, `ParserFault`, `SandboxLost` or another `OSError`.
        """
        return self.submit_unpack(path, scratch).result()

    def parse(self, path: Path, scratch: Path) -> Facts:
        """Reads a document (see `parsers.parse`); one that brings its process down is too large.

        Raises `ParserFault`, `SandboxLost` or another `OSError`.
        """
        return self.submit_parse(path, scratch).result()

    def read_mail(
        self,
        path: Path,
        scratch: Path,
        known: frozenset[str],
        ends: child.Ends,
        bundle: Bundle | None = None,
    ) -> answers.WholeMail | None:
        """Unpacks a message and parses its files in one task; see `child.read_mail` for what is left out.

        The mails of a `bundle` are read by one process as long as all goes well.
        None where that did not go well, for whatever reason: then `unpack` and `parse`, one by one, tell
        which file is at fault, or that none is.  Of a file nothing is told whose bytes are not in `scratch`.
        Raises `SandboxLost` where the sandbox is closed.
        """
        more, seconds = (known, ends), limits.TOGETHER_SECONDS
        task = SandboxTask(
            child.read_mail, (path,), answers.WholeMail, seconds, scratch, more=more, bundle=bundle
        )
        return self._begun(self._together, task)()

    @contextmanager
    def bundle(self, folder: Path) -> Iterator[Bundle]:
        """What mails of one sender are read with (`bundle.sender_mark`); `folder` is for its process."""
        found = Bundle(folder)
        try:
            yield found
        finally:
            if (process := found.taken()) is not None:
                _end(process)

    def _together(self, task: SandboxTask) -> answers.WholeMail | None:
        assert task.scratch is not None  # noqa: S101 - for the type checker
        try:
            read = self._attempt(task)
        except (Unreadable, OSError, verdict.EndedFromOutside) as fault:
            log.info("%s is read file by file: %s", task.arguments[0], fault)
            return None
        if not isinstance(read, answers.WholeMail):
            return None
        self._outages.succeeded(task.name)
        files = {
            name: facts
            for name, facts in read.files.items()
            # Its process may be in a stranger's hands: it speaks of this mail's files and no others.
            if answers.is_hash(name) and (task.scratch / name.removeprefix("sha256:")).exists()
        }
        return answers.WholeMail(read.facts, files)

    def release(self, scratch: Path) -> None:
        """Ends the process that reads the mail of this scratch folder; it would end by itself in a while."""
        with self._lock:
            process = self._mails.pop(scratch, None)
        if process is not None:
            _end(process)

    def submit_unpack(self, path: Path, scratch: Path) -> Pending[MessageFacts]:
        """Begins `unpack`."""
        finish = self._start(
            SandboxTask(child.unpack, (path,), MessageFacts, limits.MESSAGE_SECONDS, scratch)
        )

        def result() -> MessageFacts:
            try:
                facts: MessageFacts = finish()
            except Unreadable as fault:
                raise MessageUnreadable(fault.code, fault.detail) from fault
            return facts

        return Pending(result)

    def submit_parse(self, path: Path, scratch: Path) -> Pending[Facts]:
        """Begins `parse`."""
        task = SandboxTask(child.parse, (path,), Facts, limits.DOCUMENT_SECONDS, scratch, also=_also(path))
        finish = self._start(task)

        def result() -> Facts:
            try:
                facts: Facts = finish()
            except Unreadable as fault:
                return UnreadableFacts(fault.code, verdict.claimed_format(fault, path), fault.detail)
            return facts

        return Pending(result)

    def inspect(self, path: Path, scratch: Path, request: Request, before: Inspection | None) -> Inspection:
        """Looks at a scan (see `parsers.scan.reader.inspect`), in a process with room for the models.

        A file that brings it down, or that cannot be opened, is told as refused.  Raises
        `ParserFault`, `SandboxLost` or another `OSError`.
        """
        task = SandboxTask(
            child.inspect,
            (path,),
            Inspection,
            limits.INSPECTION_SECONDS,
            scratch,
            more=(request, before),
            server=LOOKING,
            address_space=limits.INSPECTION_ADDRESS_SPACE,
            programs=False,
        )
        try:
            seen: Inspection = self._start(task)()
        except Unreadable as fault:
            return Inspection((), 0, refused=fault.detail or fault.code)
        return seen

    def run(self, function: Callable[..., Any], *arguments: Any, seconds: int, kind: Any = Any) -> Any:
        """Runs any importable function of ours behind the same walls; raises `Unreadable` and as `parse`.

        `kind` is the type of what it returns.  Files among the arguments may be read, folders worked in.
        """
        return self._start(SandboxTask(function, arguments, kind, seconds, programs=False))()

    def _start(self, task: SandboxTask) -> Callable[[], Any]:
        """Begins a task; what is returned waits for its value."""
        return self._begun(self._settle, task)

    def _begun(self, work: Callable[[SandboxTask], T], task: SandboxTask) -> Callable[[], T]:
        try:
            started = self._threads[task.server].submit(work, task)
        except RuntimeError:
            raise SandboxLost("the sandbox is closed") from None
        return lambda: self._finish(started)

    def _settle(self, task: SandboxTask) -> Any:
        """The task's value, after as many tries as the ends of its processes call for.

        A second try keeps apart what the file did and what happened to the machine: a suspended host,
        memory taken by another program.  What was ended from outside is tried more often, with pauses.
        """
        doubted = False
        for attempt in range(limits.TRIES):
            if self._closed.wait(_PAUSE_SECONDS * 2**attempt if attempt else 0):
                raise SandboxLost("the sandbox is closed")
            try:
                value = self._attempt(task)
            except verdict.EndedFromOutside as fault:
                lost = str(fault)
            except Unreadable as said:
                if doubted or isinstance(said, verdict.Proven):
                    raise
                doubted = True
            else:
                if isinstance(value, answers.Failure):
                    raise self._failure(value, task)
                self._outages.succeeded(task.name)
                return value
        raise self._outages.outage(task.name, lost)

    def _attempt(self, task: SandboxTask) -> Any:
        """One try; raises what the end of its process means."""
        process = None
        try:
            process = self._process_for(task)
            room = process.place.room
            answer = process.ask(task.order(room))
            if isinstance(answer, ProcessEnding):
                raise verdict.verdict(answer, task)
            value = answers.decoded(answer, task.kind)
            if task.scratch is not None:
                answers.vouch(value, room, task.scratch)
        except Late as late:
            raise verdict.late(late.ending, task) from None
        except answers.NoSoundAnswer as fault:
            said = f"its reading process gave no sound answer: {fault}"
            raise Unreadable("too-large", "unknown", said) from None
        except ServerGone as fault:
            raise verdict.EndedFromOutside(str(fault)) from None
        else:
            if self._keep(task, process, value):
                process = None
            return value
        finally:
            if process is not None:
                _end(process)

    def _process_for(self, task: SandboxTask) -> ReadingProcess:
        """The process that reads this task's mail or bundle, or a new one."""
        process, fits = self._kept(task)
        if process is not None:
            if fits and process.lives():
                return process
            _end(process)
        # Within the scratch folder, whose lock keeps both from other processes that sweep.
        folder = task.scratch if task.bundle is None else task.bundle.folder
        room = Path(tempfile.mkdtemp(prefix="room-", dir=folder))
        try:
            return self._servers[task.server].fork(task.place(room), programs=task.programs)
        except BaseException:
            shutil.rmtree(room, ignore_errors=True)
            raise

    def _kept(self, task: SandboxTask) -> tuple[ReadingProcess | None, bool]:
        """The process that was kept for this task, and whether it may read its files."""
        if task.bundle is not None:
            return task.bundle.taken(), True
        if task.scratch is None or task.server != READING:
            return None, False
        with self._lock:
            process = self._mails.pop(task.scratch, None)
        return process, process is not None and task.lies_in(process.place)

    def _keep(self, task: SandboxTask, process: ReadingProcess, value: Any) -> bool:
        """Keeps a process for its next file or mail; false where there is none to come."""
        if task.bundle is not None:
            if is_read := isinstance(value, answers.WholeMail):
                task.bundle.keep(process)
            return is_read
        if task.scratch is None or task.server != READING:
            return False
        with self._lock:
            if self._closed.is_set() or task.scratch in self._mails:
                return False
            self._mails[task.scratch] = process
        return True

    def _finish(self, started: Future[T]) -> T:
        try:
            return started.result()
        except CancelledError:
            raise SandboxLost("the sandbox is closed") from None

    def _failure(self, failure: answers.Failure, task: SandboxTask) -> Exception:
        """The exception that a failure told by a reading process stands for."""
        if isinstance(failure, answers.Refusal):
            return Unreadable(failure.code, failure.claimed_format, failure.detail)
        if isinstance(failure, answers.ChildFault):
            return ParserFault(failure.traceback)
        outage = OSError(failure.number, failure.text, failure.path)
        if not _disk_serves(task):
            return outage
        # Nothing is the matter with our disk: a process in a stranger's hands may say so without end.
        return self._outages.outage(task.name, f"{outage}", outage)


def _end(process: ReadingProcess) -> None:
    with suppress(ServerGone):
        process.end()
    shutil.rmtree(process.place.room, ignore_errors=True)


def _disk_serves(task: SandboxTask) -> bool:
    """True when we can read the task's files and write beside them ourselves."""
    try:
        for path in task.arguments:
            if isinstance(path, Path) and path.is_file():
                path.open("rb").close()
            elif isinstance(path, Path):
                path.stat()
        with tempfile.TemporaryFile(dir=task.scratch) as probe:
            probe.write(bytes(limits.MIB))
            probe.flush()
    except OSError:
        return False
    return True
