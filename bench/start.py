"""What the command costs before it does anything: processor time of a start, beside the bare interpreter's.

`python -m bench.start` makes an installation with an empty ledger in a folder of its own, and starts each
command some times; the smallest figure is the command's, since whatever else the machine does only adds.
Beside them stand the libraries without which no command can open the ledger: less than these it cannot be.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from intake.config.starter import write_starter

BARE = "python -c pass"
FLOOR = (
    "import typer, rich.console",
    "import sqlalchemy",
    "import typer, rich.console, sqlalchemy, pydantic.main",
)
STARTS = ("--help", "status", "doctor --help", "export nominations", "letters list", "find 张三", "watch")
PROGRAM = "from intake.cli.app import main; main()"


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="starts of each command (7)")
    rounds = parser.parse_args().rounds
    table = Table("command", "CPU, s", "beyond the bare interpreter, s", header_style="bold")
    for number in (1, 2):
        table.columns[number].justify = "right"
    with tempfile.TemporaryDirectory() as folder:
        write_starter(Path(folder), "cast-2024")
        # Reading commands make no database, and would make an empty one in memory at each start.
        seconds(Path(folder), "migrate")
        bare = min(_processor([sys.executable, "-c", "pass"], Path(folder)) for _ in range(rounds))
        table.add_row(BARE, f"{bare:.3f}", "")
        programs = {f"python -c '{line}'": [sys.executable, "-c", line] for line in FLOOR}
        programs |= {f"shouwen {command}": _started(command) for command in STARTS}
        for name, program in programs.items():
            took = min(_processor(program, Path(folder)) for _ in range(rounds))
            table.add_row(name, f"{took:.3f}", f"{took - bare:.3f}")
    Console().print(table)
    return 0


def seconds(folder: Path, command: str) -> float:
    """Processor time of one start of the command in an installation."""
    return _processor(_started(command), folder)


def _started(command: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, *command.split()]


def _processor(command: list[str], folder: Path) -> float:
    # As an installation is: its modules lie there compiled, from the first start on.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    path = {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env={**kept, **path}, capture_output=True, text=True)
    # With 1 ends a search that finds nothing, and a look at a service that never ran.
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
