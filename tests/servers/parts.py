"""What the tests do when a part of the machine is missing."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(part: str, mend: str) -> NoReturn:
    """Skips the test because `part` is not here; `mend` says how to get it.

    With CI=true in the environment it fails instead: there every part must be.
    """
    message = f"{part} is not here: {mend}"
    if os.environ.get("CI", "").casefold() == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
