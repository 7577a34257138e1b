"""What all commands share: exit codes, the screens, and opening the parts."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from intake.config.settings import Settings, find_config, load_settings
from intake.domain.text.persons import without_addresses, without_identity_numbers
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
    """A filter of the log that lets every line pass, its identity cards' numbers and mail addresses masked.

    They come with names of people and of files, and in what servers and libraries say, tracebacks among
    it.  A line that cannot be formatted is left as it is, and told by the handler.
    """
    with suppress(TypeError, ValueError):
        said = record.getMessage()
        if (masked := _masked(said)) != said:
            record.msg, record.args = masked, None
    if record.exc_info and not record.exc_text:
        # Formatters print this text where it is there already.
        record.exc_text = _masked(logging.Formatter().formatException(record.exc_info))
    return True


def _masked(text: str) -> str:
    return without_addresses(without_identity_numbers(text))


class JsonLines(logging.Formatter):
    """A log for machines: an object a line, with `time`, `level`, `logger`, `message` and `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record that `discreet` has passed."""
        line = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


class LogFormat(StrEnum):
    """How the log is written."""

    TEXT = "text"
    JSON = "json"


def start_log(form: LogFormat, *, verbose: bool) -> None:
    """Writes the log to standard error: for a person at a terminal, else a line or an object each."""
    level = logging.DEBUG if verbose else logging.INFO
    handler: logging.Handler = logging.StreamHandler()
    if form is LogFormat.JSON:
        handler.setFormatter(JsonLines())
    elif sys.stderr.isatty():
        from rich.logging import RichHandler

        handler = RichHandler(console=screen, show_path=False, omit_repeated_times=False)
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for own in logging.getLogger().handlers:
        own.addFilter(discreet)
    # They would tell words of mails: nothing for a log that is collected.
    libraries = logging.DEBUG if verbose and form is LogFormat.TEXT else logging.WARNING
    for chatty in ("alembic", "mailparser", "pypdf", "imapclient", "mail.log", "PIL", "urllib3"):
        logging.getLogger(chatty).setLevel(libraries)
