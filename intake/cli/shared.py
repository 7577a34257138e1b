"""What all commands share: exit codes, the screens, and opening the parts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from intake.config.settings import Settings, find_config, load_settings
from intake.domain.text.persons import without_identity_numbers
from intake.progress import ProgressBars
from intake.service.bootstrap import Parts, open_parts

DONE, NEEDS_PERSON, BAD_USAGE, UNREACHABLE = 0, 1, 2, 3

out = Console()
"""Standard output: what was asked for."""

screen = Console(stderr=True)
"""Standard error: progress, and what went wrong."""


@dataclass(frozen=True, slots=True)
class Context:
    """The options that stand before the command."""

    config: Path | None

    def settings(self, *, secrets: bool = True) -> Settings:
        """The configuration; raises `ConfigFault`."""
        return load_settings(find_config(self.config), secrets=secrets)


@contextmanager
def opened(
    context: Context, *, secrets: bool = False, stop: threading.Event | None = None, reads: bool = False
) -> Iterator[Parts]:
    """The parts for a command, with progress shown; `secrets` where a server is to be reached.

    A command that only `reads` makes no database.
    """
    settings = context.settings(secrets=secrets)
    with (
        ProgressBars(screen) as progress,
        open_parts(settings, stop=stop, progress=progress, reads=reads) as parts,
    ):
        yield parts


def discreet(record: logging.LogRecord) -> bool:
    """A filter of the log that lets every line pass, with the numbers of identity cards in it masked.

    They come with names of people and of files.  A line that cannot be formatted is left as it is, and
    told by the handler.
    """
    with suppress(TypeError, ValueError):
        said = record.getMessage()
        if (masked := without_identity_numbers(said)) != said:
            record.msg, record.args = masked, None
    return True
