"""What the configuration says of outages: who is told, how, after how long; and who watches from outside."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from intake.config.faults import Wrong
from intake.config.values import Address, Beside, Section, Span, Text, is_loopback


class AlertSettings(Section):
    """`[alerts]`: what happens when receiving or sending has failed for `minutes`, and when it works again.

    Mail goes to `to` (None: those of the digest).  `command` is a program with its arguments, run without a
    shell.  `ping` is an address that is fetched after each good pass, for a service that notices when it
    no longer comes.  `record` is the file in which it is remembered who knows of what: not in the database,
    which may be what is away.
    """

    minutes: Span = 30
    to: tuple[Address, ...] | None = Field(
        None, description="a list of mail addresses", examples=[("staff@example.org",)]
    )
    command: tuple[Text, ...] = Field(
        (), description="a list of texts: a program and its arguments", examples=[("/usr/local/bin/tell",)]
    )
    ping: str = Field(
        "", description="an https address, or empty", examples=["https://hc-ping.com/your-uuid"]
    )
    record: Beside = Path("var/outages.json")

    @field_validator("ping")
    @classmethod
    def _is_https(cls, value: str) -> str:
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        if value and not (safe and parts.hostname and re.fullmatch(r"[!-~]+", value)):
            raise Wrong("must be an https address", 'write ping = "https://hc-ping.com/your-uuid"')
        return value
