"""The process that sandbox children are forked from: it holds the parsers' libraries and nothing else.

A fork server is used since the service has threads (a plain fork would copy their
locks), and it starts a child in milliseconds. Children do not import the program that
started them, as Python's would: a parser has no use for the service's code, and its
import would cost a second for each child.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import popen_forkserver, spawn
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

_PRELOADED = [
    "parsers.sandbox.child",
    "parsers.mail.message",
    "pebble.pool.process",
    "mailparser",
    "lxml.etree",
    "pypdf",
    "pypdfium2",
    "imagesize",
    "olefile",
]
_PARENT_MAIN = ("init_main_from_name", "init_main_from_path")
_hiding = threading.Lock()


class _Popen(popen_forkserver.Popen):
    def _launch(self, process_obj: Any) -> None:
        with _parent_program_hidden():
            super()._launch(process_obj)  # type: ignore[misc]


class _Process(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's name
        return _Popen(process_obj)


class _Context(ForkServerContext):
    Process = _Process


@contextmanager
def _parent_program_hidden() -> Iterator[None]:
    """Leaves the parent's main module out of what a new child is told to import."""
    original = spawn.get_preparation_data

    def without_main(name: str) -> dict[str, Any]:
        return {key: value for key, value in original(name).items() if key not in _PARENT_MAIN}

    with _hiding:
        spawn.get_preparation_data = without_main
        try:
            yield
        finally:
            spawn.get_preparation_data = original


def sandbox_context() -> ForkServerContext:
    """A multiprocessing context for sandbox children."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOADED)
    return _Context()
