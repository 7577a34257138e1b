"""Reads senders' files in child processes that may die, hang or swell without harm to the service.

Each child has limits of address space, processor time and elapsed time. The library
(pebble) kills and replaces children; here it is told apart why one ended.

`Unreadable` is the sender's fault and becomes a finding; any other exception is ours and becomes a
quarantined message; a disk or process failure is an outage and is tried again.  A mail whose own bytes
bring the child down is no fault of ours: its header is read apart, the mail is material of which all was
left out, and staff see it. From a quarantined mail the header tells the sender, whose unit is asked for
nothing meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Overrun
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from intake.domain.model.facts import Facts, MessageFacts, UnreadableFacts
from intake.domain.model.inspection import Inspection, Request
from parsers.common import limits, magic
from parsers.common.contract import Unreadable, UnreadableCode
from parsers.sandbox import child
from parsers.sandbox.forkserver import sandbox_context

T = TypeVar("T")


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


class SandboxLost(OSError):
    """The child was ended from outside, twice: nothing is said about the file. An outage: try again later."""


@dataclass(frozen=True, slots=True)
class Pending(Generic[T]):
    """A file that is being read; `result()` waits for it and may be called once from any thread."""

    _result: Callable[[], T]

    def result(self) -> T:
        """The facts; raises what the `Sandbox` method that began it says."""
        return self._result()


class Sandbox:
    """Children that read files, `workers` at a time. A context manager; usable from several threads.

    The first file starts the children. Leaving the context ends them at once, whatever
    they are at.  Those that look at scans are a pool of their own, with room for the models.
    """

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._pools: dict[int, ProcessPool] = {}
        self._closed = False

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            pools, self._pools, self._closed = list(self._pools.values()), {}, True
        for pool in pools:
            _end(pool)

    def unpack(self, path: Path, scratch: Path) -> MessageFacts:
        """Reads a message and writes its attachments to `scratch` (see `message.unpack`).

        Raises `MessageUnreadable`, `ParserFault`, `SandboxLost` or another `OSError`.
        """
        return self.submit_unpack(path, scratch).result()

    def parse(self, path: Path, scratch: Path) -> Facts:
        """Reads a document (see `parsers.parse`); one that brings the child down is too large.

        Raises `ParserFault`, `SandboxLost` or another `OSError`.
        """
        return self.submit_parse(path, scratch).result()

    def submit_unpack(self, path: Path, scratch: Path) -> Pending[MessageFacts]:
        """Begins `unpack`."""
        task = _PoolTask(child.unpack, (path, scratch), limits.MESSAGE_SECONDS)
        started = self._start(task)

        def result() -> MessageFacts:
            try:
                facts: MessageFacts = self._finish(task, started)
            except Unreadable as fault:
                raise MessageUnreadable(fault.code, fault.detail) from fault
            return facts

        return Pending(result)

    def submit_parse(self, path: Path, scratch: Path) -> Pending[Facts]:
        """Begins `parse`."""
        task = _PoolTask(child.parse, (path, scratch), limits.DOCUMENT_SECONDS)
        started = self._start(task)

        def result() -> Facts:
            try:
                facts: Facts = self._finish(task, started)
            except Unreadable as fault:
                return UnreadableFacts(fault.code, _format(fault, path), fault.detail)
            return facts

        return Pending(result)

    def inspect(self, path: Path, scratch: Path, request: Request, before: Inspection | None) -> Inspection:
        """Looks at a scan (see `parsers.scan.reader.inspect`), in a child with room for the models.

        A file that brings the child down, or that cannot be opened, is told as refused.  Raises
        `ParserFault`, `SandboxLost` or another `OSError`.
        """
        space = limits.INSPECTION_ADDRESS_SPACE
        task = _PoolTask(child.inspect, (path, scratch, request, before), limits.INSPECTION_SECONDS, space)
        try:
            seen: Inspection = self._finish(task, self._start(task))
        except Unreadable as fault:
            return Inspection((), 0, refused=fault.detail or fault.code)
        return seen

    def run(self, function: Callable[..., Any], *arguments: Any, seconds: int) -> Any:
        """Runs any importable function of ours under the same limits; raises `Unreadable` and as `parse`."""
        task = _PoolTask(function, arguments, seconds)
        return self._finish(task, self._start(task))

    def _start(self, task: _PoolTask) -> Future[child.Outcome]:
        with self._lock:
            if self._closed:
                raise SandboxLost("the sandbox is closed")
            pool = self._pools.get(task.address_space)
            if pool is None or not pool.active:
                _end(pool)
                pool = self._pools[task.address_space] = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=limits.TASKS_PER_WORKER,
                    initializer=child.confine,
                    initargs=(task.address_space,),
                    context=sandbox_context(),
                )
            started: Future[child.Outcome] = pool.schedule(
                child.run,
                args=(task.function, task.arguments, task.seconds),
                timeout=task.seconds * limits.WALL_FACTOR,
            )
            return started

    def _finish(self, task: _PoolTask, started: Future[child.Outcome]) -> Any:
        """The task's result; a child that ends under it is given one more try.

        The second try keeps apart what the file did and what happened to the machine: a
        process group told to stop, a suspended host, memory taken by another program.
        """
        try:
            outcome = started.result()
        except (ProcessExpired, Overrun, BrokenProcessPool) as first:
            if isinstance(first, ProcessExpired) and first.exitcode == child.OUT_OF_TIME:
                raise _verdict(first, task) from first
            try:
                outcome = self._start(task).result()
            except (ProcessExpired, Overrun, BrokenProcessPool) as second:
                raise _verdict(second, task) from second
        # Opened out here: a disk's own time-out is a TimeoutError too.
        return _opened(outcome)


@dataclass(frozen=True, slots=True)
class _PoolTask:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    seconds: int
    address_space: int = limits.ADDRESS_SPACE


def _opened(outcome: child.Outcome) -> Any:
    """What the child returned, or its failure raised here.

    Exceptions travel as plain values: one that does not unpickle would break the pool.
    """
    if isinstance(outcome, child.Refusal):
        raise Unreadable(outcome.code, outcome.claimed_format, outcome.detail)
    if isinstance(outcome, child.DiskFault):
        raise OSError(outcome.number, outcome.text, outcome.path)
    if isinstance(outcome, child.ChildFault):
        raise ParserFault(outcome.traceback)
    return outcome.value


def _verdict(fault: Exception, task: _PoolTask) -> Exception:
    """What to say of a file whose child ended, or an outage.

    Never "unreadable": a library that aborts for want of memory (PDFium) or crashes has proven nothing
    of the file, and its sender must not be asked for another one.
    """
    if isinstance(fault, Overrun):
        return Unreadable("too-large", "unknown", f"not read within {task.seconds * limits.WALL_FACTOR} s")
    if not isinstance(fault, ProcessExpired) or fault.exitcode in child.ENDED_FROM_OUTSIDE:
        return SandboxLost("the reading process was ended from outside")
    if fault.exitcode == child.OUT_OF_TIME:
        return Unreadable("too-large", "unknown", f"took more than {task.seconds} s of processor time")
    if fault.exitcode in child.OUT_OF_MEMORY:
        return Unreadable("too-large", "unknown", f"took more than {task.address_space} bytes of memory")
    return Unreadable("too-large", "unknown", f"the reading process died of it (exit {fault.exitcode})")


def _format(fault: Unreadable, path: Path) -> str:
    """What the file claims to be, by its first bytes where its child could not say any more."""
    if fault.claimed_format != "unknown":
        return fault.claimed_format
    with path.open("rb") as file:
        return magic.kind(file.read(limits.HEAD_BYTES)) or "unknown"


def _end(pool: ProcessPool | None) -> None:
    if pool is not None:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
