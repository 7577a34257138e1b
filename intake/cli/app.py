"""The command `shouwen`: its options, the table of its commands, and how faults are told."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from intake.cli.shared import (
    Context,
    LogFormat,
    ScreenContext,
    chapter,
    in_language,
    show_fault,
    start_log,
    tell,
)
from intake.config.language import Language, choose, of_environment


class CommandEntry(NamedTuple):
    """A command: where it stands (module:function, or module:app of a chapter), its line in the list.

    Its examples are typed behind `shouwen`, and stand below the command's own help.
    """

    place: str
    line: str
    examples: tuple[str, ...]


COMMANDS = {
    "init": CommandEntry(
        "setup:init",
        "Write a configuration and a campaign file to start from",
        ("init", "init DIR --campaign paper-prize"),
    ),
    "doctor": CommandEntry(
        "setup:doctor", "Check everything; a line each, with the mend", ("doctor", "doctor --archive")
    ),
    "migrate": CommandEntry("setup:migrate", "Bring the database's tables to the newest form", ("migrate",)),
    "demo": CommandEntry("setup:demo", "Run the main job on a sample mailbox", ("demo /tmp/demo",)),
    "once": CommandEntry(
        "service:once",
        "One whole pass, from the mailbox to the letters",
        ("once", "--config /etc/shouwen/config.toml once"),
    ),
    "run": CommandEntry("service:run", "The service: passes by schedule, and the daily digest", ("run",)),
    "worker": CommandEntry(
        "service:worker",
        "Read and look for a service that shares its work out",
        ("worker", "worker --queues look"),
    ),
    "ingest": CommandEntry(
        "service:ingest_files",
        "The same pass for mails on disk",
        ("ingest 来信.eml 归档/", "ingest --received-at 2025-02-21T15:32:08+08:00 来信.eml"),
    ),
    "watch": CommandEntry(
        "setup:watch", "For cron: fails where the service has done nothing for long", ("watch",)
    ),
    "replay": CommandEntry(
        "service:replay",
        "Read archived mails again, and decide again",
        ("replay 12 15", "replay --all --dry-run"),
    ),
    "status": CommandEntry(
        "ledger:status",
        "The ledger at a glance, or all about one nomination",
        ("status --state review --limit 20", "status --unit 浙江", "status KX2024-0007"),
    ),
    "find": CommandEntry(
        "desk:find",
        "Nominations, units, mails and letters that bear a text",
        ("find 张三", "find --json kx2024-0007"),
    ),
    "export": CommandEntry(
        "ledger:export_rows",
        "The ledger as data: JSON, CSV, xlsx",
        ("export nominations --format xlsx -o 台账.xlsx", "export letters --format csv"),
    ),
    "answer": CommandEntry(
        "desk:answer",
        "Answer a question, in its thread",
        ("answer 12 --by 李明", "answer 12 --by 李明 --reply 报送截止时间"),
    ),
    "settle": CommandEntry(
        "desk:settle",
        "Put a mail away that needs nobody, with the reason",
        ("settle 12 --by 李明 --reason 广告",),
    ),
    "decide": CommandEntry(
        "decision:decide_nomination",
        "A person's decision; it outranks every rule",
        (
            "decide KX2024-0007 return --by 李明 --reason 缺单位意见",
            "decide KX2024-0007 correct 姓名 沈知遥 --by 李明 --reason 以扫描件为准",
            "decide --from 台账.xlsx --by 李明 --dry-run",
        ),
    ),
    "correct": CommandEntry(
        "decision:correct",
        "Say what a form says, where it was misread",
        ("correct KX2024-0007 姓名=沈知遥 --by 李明 --reason 以扫描件为准",),
    ),
    "pair": CommandEntry(
        "decision:pair",
        "Say whose scan a file is",
        ("pair KX2024-0007 扫描件.pdf --by 李明 --reason 已核对",),
    ),
    "part": CommandEntry(
        "decision:part",
        "Say whose scan a file is not",
        ("part KX2024-0007 扫描件.pdf --by 李明 --reason 已核对",),
    ),
    "join": CommandEntry(
        "decision:join", "Give a mail to a unit", ("join 12 浙江省科学技术协会 --by 李明 --reason 已核实",)
    ),
    "digest": CommandEntry(
        "service:digest",
        "Show, save or send the digest of a day",
        ("digest --preview 日报.html", "digest --date 2025-02-21 --send"),
    ),
    "letters": CommandEntry(
        "letters:app",
        "The letters owed, held and sent",
        ("letters list", "letters show 3", "letters release 3"),
    ),
    "quarantine": CommandEntry(
        "quarantine:app", "Mails that could not be processed", ("quarantine list", "quarantine replay 12")
    ),
    "unit": CommandEntry(
        "unit:app",
        "Who writes for a unit",
        ("unit list", "unit confirm 浙江省科学技术协会 zjkx@example.org --by 李明"),
    ),
    "person": CommandEntry(
        "person:app",
        "What is held about a person, and 个人信息保护法",
        ("person find 张三", "person export 张三 -o 张三.json"),
    ),
    "purge": CommandEntry(
        "person:purge",
        "Erase mail whose time is over",
        ("purge --before 2024-01-01 --dry-run", "purge --by 李明"),
    ),
    "desk": CommandEntry("desk:desk", "The page at which staff act", ("desk",)),
    "staff": CommandEntry(
        "staff:app", "Who may log in at the desk", ("staff add 李明 --role decide", "staff list")
    ),
    "backup": CommandEntry(
        "backup:backup", "Save database and archive, while the service runs", ("backup /srv/backup/shouwen",)
    ),
    "restore": CommandEntry(
        "backup:restore", "Put a backup back", ("restore /srv/backup/shouwen --replace",)
    ),
    "completion": CommandEntry(
        "setup:completion",
        "Print what makes a shell complete this command",
        ("completion bash > ~/.local/share/bash-completion/completions/shouwen",),
    ),
}
"""Every command by its name, in the order of the help; places are modules of this folder."""


class CommandTable(TyperGroup):
    """The commands, each imported only when it is chosen: the help of all loads none of them."""

    context_class = ScreenContext

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, help=entry.line))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments choose, loaded, and what is left of them."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, name and loaded(name), rest


def loaded(name: str) -> Any:
    """The command of that name with all its options, from its module."""
    module, _, place = COMMANDS[name].place.partition(":")
    found = getattr(import_module(f"intake.cli.{module}"), place)
    if isinstance(found, typer.Typer):
        found.info.help = COMMANDS[name].line
    else:
        alone = chapter()
        alone.command(name)(found)
        found = alone
    command = typer.main.get_command(found)
    command.name = name
    in_language(command)
    shown = "\n".join(f"  shouwen {example}" for example in COMMANDS[name].examples)
    # The mark keeps lines as they are.
    command.epilog = f"\b\nExamples:\n{shown}"
    return command


app = typer.Typer(
    name="shouwen",
    cls=CommandTable,
    help="收文: takes in what people send to a submission mailbox, records it, and answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


COMPLETE = "_SHOUWEN_COMPLETE"
"""The environment variable by which a shell asks for the words that may follow; see `shouwen completion`."""


def _language(wanted: Language | None) -> None:
    if wanted is not None:
        choose(wanted)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"shouwen {version('shouwen')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; else SHOUWEN_CONFIG, else ./config.toml.")
    ] = None,
    campaign: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Which campaign, where the configuration has several."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell more of what is done.")] = False,
    log_format: Annotated[
        LogFormat, typer.Option(help="json: one object a line, for machines.")
    ] = LogFormat.TEXT,
    language: Annotated[
        Language | None,
        typer.Option(
            "--lang",
            help="What a person reads: English, or Chinese; else as SHOUWEN_LANG says.",
            callback=_language,
            is_eager=True,
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version, and do nothing else.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""
    context.obj = Context(config, campaign)
    start_log(log_format, verbose=verbose)
    if context.invoked_subcommand in FOR_EACH and not context.resilient_parsing:
        _for_each(context.obj, context.invoked_subcommand)


FOR_EACH = ("once", "run", "worker", "doctor", "migrate", "watch")
"""The commands that serve all campaigns of a configuration, where none is chosen."""


def _for_each(chosen: Context, command: str) -> None:
    """Does the command for each of several campaigns, in processes of their own, and ends with their code."""
    from intake.config.faults import ConfigFault

    if chosen.campaign is not None or {"-h", "--help"} & {*sys.argv}:
        return
    try:
        found = chosen.campaigns(secrets=False)
    except ConfigFault:
        # The command itself tells of it, after what is wrong with its own words.
        return
    if len(found) < 2:
        return
    from intake.service.together import each, together

    if command not in ("run", "worker"):
        raise typer.Exit(each([*found], sys.argv[1:]))
    together([*found], sys.argv[1:], max(one.service.stop_seconds for one in found.values()))
    raise typer.Exit


GARBAGE = 10_000
"""Objects that are made before it is looked which are unreachable, where Python says 700.

Whatever is imported stays: to go through it as often as that was a seventh of a start.
"""


def main() -> None:
    """The console script.  Operators never see a traceback for what they can mend."""
    gc.set_threshold(GARBAGE)
    # What is written of people's mail is for this account alone.
    os.umask(0o077)
    # No plug-ins of pydantic: to look for some opens the metadata of everything that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if COMPLETE in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    choose(of_environment())
    try:
        # An exit code of a command's own, or nothing.
        sys.exit(app(prog_name="shouwen", standalone_mode=False))
    except Exception as fault:
        if (code := show_fault(fault)) is not None:
            sys.exit(code)
        if (code := tell(fault)) is None:
            raise
        sys.exit(code)
