"""The table of commands, and what a start of the command loads: no more than it works with."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from intake.cli import app
from intake.config.starter import write_starter
from store.database import engine as store_engine
from tests.typed import hold

HEAVY = {
    *("alembic", "apscheduler", "argon2", "cn2an", "flask", "imapclient", "jinja2", "lxml", "mailparser"),
    *("munkres", "numpy", "openpyxl", "PIL", "proces", "pypdf", "tenacity", "waitress"),
}
"""Libraries of which each serves some commands, and none a glance at the ledger."""

WIDTH = 80
"""Columns of a terminal."""


def loads(folder: Path, *words: str) -> set[str]:
    """The modules that a process has loaded once the command has ended."""
    program = (
        "import atexit, json, sys\n"
        "from intake.cli.app import main\n"
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))\n"
        f"sys.argv = {['shouwen', *words]!r}\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    # With 1 ends a search that finds nothing, and a look at a service that never ran.
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with an empty ledger."""
    folder = tmp_path_factory.mktemp("office")
    write_starter(folder, "cast-2024")
    loads(folder, "migrate")
    return folder


def test_the_help_loads_no_command(tmp_path: Path) -> None:
    found = loads(tmp_path, "--help")
    ours = {name for name in found if name.split(".")[0] in ("intake", "parsers", "store")}
    commands = {"intake", "intake.cli", "intake.cli.app", "intake.cli.shared"}
    assert ours == commands | {"intake.config", "intake.config.language"}
    assert found & {*HEAVY, "sqlalchemy", "pydantic"} == set()


GLANCES = (
    ("status",),
    ("export", "nominations"),
    ("letters", "list"),
    ("find", "张三"),
    ("watch",),
)
"""Commands that are asked for all day long, or every few minutes by a machine."""


@pytest.mark.parametrize("words", GLANCES, ids=" ".join)
def test_a_glance_at_the_ledger_loads_what_it_shows(installation: Path, words: tuple[str, ...]) -> None:
    found = loads(installation, *words)
    assert found & {*HEAVY, "rapidfuzz", "smtplib", "sqlalchemy.dialects.postgresql"} == set()
    rooms = {".".join(name.split(".")[:2]) for name in found if name.startswith(("intake.", "parsers"))}
    # Nothing is read, fetched, assembled or written.
    assert rooms & {"intake.stages", "intake.letters", "intake.mail", "intake.desk", "parsers"} == set()
    domain = {name.split(".")[2] for name in found if name.startswith("intake.domain.")}
    assert domain & {"assembly", "pairing", "rules", "documents", "page", "secrecy"} == set()
    # Many classes, or many patterns, that only reading and judging ask for.
    heavy = {"campaign.registry", "mail.machine_phrases", "mail.links", "model.facts", "model.inspection"}
    assert found & {f"intake.domain.{name}" for name in heavy} == set()


def test_the_help_of_a_command_opens_no_database(tmp_path: Path) -> None:
    assert loads(tmp_path, "doctor", "--help") & {*HEAVY, "sqlalchemy"} == set()


def test_every_command_of_the_table_is_there() -> None:
    for name in app.COMMANDS:
        assert app.loaded(name).name == name


def test_the_list_of_commands_is_a_line_each() -> None:
    widest = max(map(len, app.COMMANDS))
    for name, entry in app.COMMANDS.items():
        # More is cut off with three dots.
        assert len(entry.line) <= WIDTH - 6 - widest, name


def test_the_newest_migration_is_the_one_that_alembic_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(store_engine.MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    assert store_engine.migration_state(store_engine.connect("sqlite://")).head == head


@pytest.mark.parametrize("name", app.COMMANDS)
def test_the_examples_of_the_help_can_be_typed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    entry = app.COMMANDS[name]
    with pytest.raises(SystemExit):
        app.app([name, "--help"])
    shown = capsys.readouterr().out
    assert "Examples:" in shown
    for example in entry.examples:
        assert f"\n    shouwen {example}\n" in shown
        hold(f"shouwen {example}")


def test_the_help_shows_what_stands_in_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        app.app(["digest", "--help"])
    assert "Mail it to [digest] to." in capsys.readouterr().out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.app(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"shouwen {version('shouwen')}\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        app.app(["completion", shell])
    assert app.COMPLETE in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("shouwen qua", {"quarantine"}),
        ("shouwen status --s", {"--state"}),
        ("shouwen letters rel", {"release"}),
    ],
)
def test_bash_completes_commands_and_options(
    typed: str, words: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "umask", lambda _mask: 0)
    monkeypatch.setenv(app.COMPLETE, "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    with pytest.raises(SystemExit):
        app.main()
    assert set(capsys.readouterr().out.split()) == words


def test_a_workbook_is_never_written_to_a_terminal(installation: Path) -> None:
    ours, theirs = pty.openpty()
    program = "from intake.cli.app import main; main()"
    words = ("export", "nominations", "--format", "xlsx")
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, cwd=installation, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    with pytest.raises(OSError, match="Input/output"):
        os.read(ours, 1)  # nothing was written, and nobody writes any more
    os.close(ours)
    assert done.returncode == 2
    assert b"-o FILE.xlsx" in done.stderr
    piped = subprocess.run(command, cwd=installation, capture_output=True, check=True)
    assert piped.stdout.startswith(b"PK")
