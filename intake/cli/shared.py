"""What all commands share: exit codes, the screens, and opening the parts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from intake.config.settings import Settings, find_config, load_settings
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
    context: Context, *, secrets: bool = False, stop: threading.Event | None = None
) -> Iterator[Parts]:
    """The parts for a command, with progress shown; `secrets` where a server is to be reached."""
    settings = context.settings(secrets=secrets)
    with ProgressBars(screen) as progress, open_parts(settings, stop=stop, progress=progress) as parts:
        yield parts
