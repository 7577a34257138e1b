"""What the configuration says of who reads the mails and looks at the scans: the service, or workers."""

from __future__ import annotations

from typing import Literal

from intake.config.values import Section


class EngineSettings(Section):
    """`[engine]`: "embedded", the service reads and looks by itself; "procrastinate", workers do.

    Workers (`shouwen worker`) run on any number of machines that share the database, on Postgres, and
    the archive; the service hands them a job for each mail and each scan.
    """

    kind: Literal["embedded", "procrastinate"] = "embedded"

    @property
    def by_workers(self) -> bool:
        """True where workers read and look."""
        return self.kind == "procrastinate"
