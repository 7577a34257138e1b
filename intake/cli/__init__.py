"""The command line: one command for each thing that an operator does."""

from __future__ import annotations

from intake.cli.app import main

__all__ = ["main"]
