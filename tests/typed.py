"""Command lines as people type them, held against the program's commands and options without running them."""

from __future__ import annotations

import shlex

from intake.cli import app


def hold(line: str) -> None:
    """Fails where `shouwen …` would be refused for a command, an option or a missing argument."""
    words = shlex.split(line.partition(" > ")[0])
    assert words[0] == "shouwen", line
    # What stands before the command are the options of all.
    place = next((place for place, word in enumerate(words) if word in app.COMMANDS), None)
    assert place is not None, line
    command, given = app.loaded(words[place]), words[place + 1 :]
    while below := getattr(command, "commands", None):
        assert given[0] in below, line
        command = below[given.pop(0)]
    needed = {param.name for param in command.params if param.required}
    for param in command.params:
        # Values are not looked at: files that are named need not be there.
        param.process_value = lambda _context, value: value
    try:
        found = command.make_context(words[place], given).params
    except Exception as fault:
        raise AssertionError(f"{line}: {fault}") from fault
    assert {name for name in needed if found[name] is None} == set(), line
