"""What a process of the sandbox is asked for: which function, on which files, within which time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsers.common import limits
from parsers.sandbox.bundle import Bundle, lay_out
from parsers.sandbox.child import RAR, Order, WorkPlace
from parsers.sandbox.forkserver import READING

_FOR_UNAR = tuple(map(Path, ("/proc", "/etc/passwd", "/etc/nsswitch.conf", "/etc/GNUstep")))


@dataclass(frozen=True, slots=True)
class SandboxTask:
    """A function to call behind the walls, and what it needs there.

    `scratch` gets the files that it makes; None for a function that makes none.  `more` are its
    arguments after the folder to work in, `also` what else it may read.  With a `bundle` its process reads
    several mails, each of which is put into its own room.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    kind: Any
    seconds: int
    scratch: Path | None = None
    more: tuple[Any, ...] = ()
    server: str = READING
    address_space: int = limits.ADDRESS_SPACE
    programs: bool = True
    also: tuple[Path, ...] = ()
    bundle: Bundle | None = None

    @property
    def name(self) -> str:
        """By which its outages are counted, in every pass: files are named by their hash, folders anew."""
        told = tuple(item.name if isinstance(item, Path) else item for item in self.arguments)
        return f"{self.function.__qualname__}{told}"

    def place(self, room: Path) -> WorkPlace:
        """Where its process lives, with `room` as a folder of its own."""
        package = sys.modules.get((getattr(self.function, "__module__", None) or "").partition(".")[0])
        code = tuple(Path(folder) for folder in getattr(package, "__path__", ()))
        if self.bundle is not None:
            return WorkPlace(room, code=code, address_space=self.address_space)
        paths = list(self._paths())
        return WorkPlace(
            room,
            tuple(path for path in paths if not path.is_dir())
            + self.also
            + ((self.scratch,) if self.scratch else ()),
            tuple(path for path in paths if path.is_dir()),
            code,
            self.address_space,
        )

    def order(self, room: Path) -> Order:
        """What its process is told to do; a mail of a bundle is put into its room for it."""
        given = self.arguments
        if self.bundle is not None:
            given = tuple(lay_out(item, room) if isinstance(item, Path) else item for item in given)
        arguments = given if self.scratch is None else (*given, room, *self.more)
        return Order(self.function, arguments, self.kind, self.seconds)

    def lies_in(self, place: WorkPlace) -> bool:
        """True when a process of that place can read its files, and nothing that is not meant for it."""
        own = {path for path in place.readable if path in _FOR_UNAR}
        return own == set(self.also) and all(
            path in place.readable or path.parent in place.readable for path in self._paths()
        )

    def _paths(self) -> Iterator[Path]:
        return (argument for argument in self.arguments if isinstance(argument, Path))


def _also(path: Path) -> tuple[Path, ...]:
    """What unar must see besides: itself in /proc, for its arguments, and who it is.

    Landlock keeps the environment and memory of other processes closed even so.
    """
    with suppress(OSError), path.open("rb") as file:
        if file.read(len(RAR)) == RAR:
            return _FOR_UNAR
    return ()
