"""What all commands share: exit codes, the screens and their help, and opening the parts."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer._click.core import Command
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter

from intake.config.language import Language, chosen, said

# Imported where they are used: the help, and many a command, does without.
if TYPE_CHECKING:
    from intake.config.faults import Fault
    from intake.config.settings import Settings
    from intake.service.bootstrap import Parts

DONE, NEEDS_PERSON, BAD_USAGE, UNREACHABLE = 0, 1, 2, 3

out = Console()
"""Standard output: what was asked for."""

screen = Console(stderr=True)
"""Standard error: progress, and what went wrong."""


def _as_assigned(number: str | None) -> str | None:
    """A nomination's number as it was assigned: whoever types it need not mind capitals."""
    return number.strip().upper() if number else number


Number = Annotated[str, typer.Argument(metavar="NUMBER", callback=_as_assigned)]
"""A nomination's number; kx2024-0007 will do."""

SomeNumber = Annotated[str | None, typer.Argument(metavar="NUMBER", callback=_as_assigned)]
"""The same, where it may be left out."""

AsJson = Annotated[bool, typer.Option("--json", help="As data.")]
"""The option of every listing."""


def print_said(text: str, style: str | None = None) -> None:
    """Sentences on standard output, in the language of the screen and as long as they are."""
    out.print(said(text), style=style, markup=False, highlight=False, soft_wrap=True)


def complain(text: str, style: str | None = None) -> None:
    """The same on standard error: what a person must know, or did wrong."""
    screen.print(said(text), style=style, markup=False, highlight=False, soft_wrap=True)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A listing for a person: its headings in the language of the screen, its cells as they are."""
    from rich.table import Table

    table = Table(header_style="bold")
    for heading in headings:
        table.add_column(said(heading), overflow="fold")
    for cells in rows:
        # Square brackets of a stranger's are no markup.
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    out.print(table)


def print_json(rows: object) -> None:
    """A listing as data, on standard output; instants in ISO 8601."""
    out.print_json(json.dumps(rows, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@dataclass(frozen=True, slots=True)
class Context:
    """The options that stand before the command."""

    config: Path | None
    campaign: str | None = None

    def settings(self, *, secrets: bool = True) -> Settings:
        """The configuration of the campaign chosen, or of the only one; raises `ConfigFault`."""
        from intake.config.faults import ConfigFault, Fault

        found = self.campaigns(secrets=secrets)
        if len(found) == 1:
            return next(iter(found.values()))
        mend = f"name one of them before the command: --campaign {' | '.join(found)}"
        raise ConfigFault((Fault("", "", "several campaigns stand in the configuration", mend),))

    def campaigns(self, *, secrets: bool = True) -> dict[str, Settings]:
        """The configurations of all campaigns, or of the one chosen, by their ids; raises `ConfigFault`."""
        from intake.config.faults import ConfigFault, Fault
        from intake.config.settings import find_config
        from intake.config.several import load_campaigns

        found = load_campaigns(find_config(self.config), secrets=secrets)
        if self.campaign is None:
            return found
        if self.campaign in found:
            return {self.campaign: found[self.campaign]}
        known = ", ".join(filter(None, found)) or "one campaign alone, which needs no --campaign"
        raise ConfigFault((Fault("--campaign", self.campaign, "is not served", f"known: {known}"),))


def chapter() -> typer.Typer:
    """An empty group of commands, such as `shouwen letters`; its line of help stands in the table of all."""
    # Plain help: with markup, what stands in brackets would be taken for it.
    return typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@contextmanager
def opened(
    context: Context, *, secrets: bool = False, stop: threading.Event | None = None, reads: bool = False
) -> Iterator[Parts]:
    """The parts for a command, with progress shown; `secrets` where a server is to be reached.

    A command that only `reads` makes no database.
    """
    from intake.progress import ProgressBars
    from intake.service.bootstrap import open_parts

    settings = context.settings(secrets=secrets)
    with (
        ProgressBars(screen) as progress,
        open_parts(settings, stop=stop, progress=progress, reads=reads) as parts,
    ):
        yield parts


def no_such_nomination(number: str) -> NoReturn:
    """Says that no nomination has the number, and ends the command."""
    complain(f"no nomination has the number {number}; `shouwen status` lists them")
    raise typer.Exit(BAD_USAGE)


def discreet(record: logging.LogRecord) -> bool:
    """A filter of the log that lets every line pass, its identity cards' numbers and mail addresses masked.

    They come with names of people and of files, and in what servers and libraries say, tracebacks among
    it.  A line that cannot be formatted is left as it is, and told by the handler.
    """
    with suppress(TypeError, ValueError):
        line = record.getMessage()
        if (masked := _masked(line)) != line:
            record.msg, record.args = masked, None
    if record.exc_info and not record.exc_text:
        # Formatters print this text where it is there already.
        record.exc_text = _masked(logging.Formatter().formatException(record.exc_info))
    return True


def _masked(text: str) -> str:
    from intake.domain.text.persons import without_addresses, without_identity_numbers

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


CHATTY = (
    *("alembic", "mailparser", "pypdf", "imapclient", "mail.log", "PIL", "urllib3", "botocore", "boto3"),
    "procrastinate",
)


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
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(libraries)


def tell(fault: Exception) -> int | None:
    """Says what an operator can mend, and returns the exit code; None for a fault of ours."""
    from intake.config.faults import ConfigFault
    from intake.service.bootstrap import WrongCampaign
    from store.archive.names import ArchiveDown
    from store.database.engine import StoreDown
    from store.ledger.nominations import Conflict

    match fault:
        case ConfigFault():
            text, code = "\n".join(fault_line(item) for item in fault.faults), BAD_USAGE
        case WrongCampaign():
            text, code = str(fault), BAD_USAGE
        case Conflict():
            text, code = f"{fault}: another process was faster; run the command again", NEEDS_PERSON
        case StoreDown():
            text = f"the database cannot be used: {fault}; check [store] database and run `shouwen doctor`"
            code = UNREACHABLE
        case ArchiveDown():
            text = f"the archive cannot be used: {fault}; check [store] archive and run `shouwen doctor`"
            code = UNREACHABLE
        case OSError():
            what = f"{fault.filename or 'the system'}: {fault.strerror or fault}"
            text, code = f"{what}; check the path, its owner and the free space", BAD_USAGE
        case _:
            return None
    complain(text, None if code == NEEDS_PERSON else "red")
    return code


def fault_line(fault: Fault) -> str:
    """A fault of a file in the language of the screen."""
    return str(replace(fault, what=said(fault.what), mend=said(fault.mend)))


CHINESE_WIDTH = 0.7
"""Of the columns of a line, how many characters of Chinese with options between fit it."""

_ASIDE = re.compile(r"(?P<help>.*?)(?P<gap>\s*)\[(?P<aside>[^\[\]]*)\]", re.DOTALL)
"""The help of an option, with its default and whether it is required."""


class ScreenFormatter(HelpFormatter):
    """Writes each part of a help in the language of the screen."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, prefix or said("Usage: "))

    def write_heading(self, heading: str) -> None:
        """Above commands, arguments and options."""
        super().write_heading(said(heading))

    def write_text(self, text: str) -> None:
        """A paragraph, or several."""
        whole = self.width
        self._narrow()
        # The mark of lines that stay as they are, and each paragraph, are phrases apart.
        super().write_text("\n\n".join(map(_paragraph, text.split("\n\n"))))
        self.width = whole

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Commands or options, each with its help."""
        whole = self.width
        self._narrow()
        super().write_dl([(first, _explained(second)) for first, second in rows], col_max, col_spacing)
        self.width = whole

    def _narrow(self) -> None:
        if chosen() is Language.CHINESE:
            self.width = int(self.width * CHINESE_WIDTH)


def _paragraph(text: str) -> str:
    if text.lstrip().startswith("\b"):
        return said(text)
    return said(" ".join(text.split()))


def _explained(text: str) -> str:
    """The help of an option; what stands in brackets behind it is told part by part."""
    if found := _ASIDE.fullmatch(text):
        parts = "; ".join(map(said, found["aside"].split("; ")))
        return f"{_paragraph(found['help'])}{found['gap']}[{parts}]"
    return _paragraph(text)


class ScreenContext(typer.Context):
    """What a command runs in, its help written in the language of the screen."""

    formatter_class = ScreenFormatter


def show_fault(fault: Exception) -> int | None:
    """Says what is wrong with the words that were typed, and returns the exit code; None for other faults."""
    if isinstance(fault, typer.Abort):
        typer.echo(said("Aborted!"), err=True)
        return 1
    if not isinstance(fault, ClickException):
        return None
    if chosen() is Language.ENGLISH or isinstance(fault, NoArgsIsHelpError):
        fault.show()
        return fault.exit_code
    if isinstance(fault, UsageError) and fault.ctx is not None:
        typer.echo(fault.ctx.get_usage(), err=True)
        typer.echo(said(f"Try '{fault.ctx.command_path} --help' for help."), err=True)
    typer.echo(said(f"Error: {fault.format_message()}"), err=True)
    return fault.exit_code


def in_language(command: Command) -> None:
    """Lets a command and those below it write their help in the language of the screen."""
    for one in (command, *getattr(command, "commands", {}).values()):
        one.context_class = ScreenContext
        if chosen() is Language.CHINESE and one.help:
            # What a listing shows is otherwise cut off before it is turned.
            one.short_help = _paragraph(one.help.partition("\n\n")[0])
