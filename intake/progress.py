"""How long work shows how far it has come."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID


class Progress(Protocol):
    """Told by the stages how much of their work is done."""

    def step(self, what: str, done: int, total: int) -> None:
        """`done` of `total` pieces of the work called `what` are finished."""
        ...


class Silent:
    """Shows nothing: for the service, and where nobody watches."""

    def step(self, what: str, done: int, total: int) -> None:
        """Does nothing."""


class ProgressBars:
    """A bar for each kind of work, on standard error; a context manager."""

    def __init__(self, console: Console) -> None:
        # Stages name the protocol alone, and most processes draw nothing.
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def step(self, what: str, done: int, total: int) -> None:
        """Moves the bar of that work."""
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], completed=done, total=total)
