"""What a look at one part of an installation found, as the doctor tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found: `ok` is true, false, or None for a warning.

    `mend` says what to do, empty where nothing is.  `outage` is true where an
    outside service could not be reached, so that trying later may be enough.
    """

    name: str
    ok: bool | None
    what: str
    mend: str = ""
    outage: bool = False

    @property
    def mark(self) -> str:
        """What a line of the doctor's begins with."""
        return {True: "ok  ", None: "warn", False: "FAIL"}[self.ok]

    def __str__(self) -> str:
        return f"{self.mark} {self.name}: {self.what}" + (f"; {self.mend}" if self.mend else "")
