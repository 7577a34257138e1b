"""The kinds of value that the configuration holds, and what each must look like."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import time
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

from intake.config.faults import Wrong


def beside(path: Path | None, info: ValidationInfo) -> Path | None:
    """Resolves a path against the configuration file's folder, never the current one."""
    folder = (info.context or {}).get("folder")
    return path if path is None or folder is None else Path(folder, path.expanduser())


Beside = Annotated[Path, AfterValidator(beside)]
"""A path that is relative to the configuration file."""


_ADDRESS = re.compile(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+")


def check_address(value: str) -> str:
    """Checks that a text holds one mail address, with or without a name."""
    if not _ADDRESS.fullmatch(parseaddr(value)[1]):
        raise Wrong("must be a mail address", 'write "name@example.org"')
    return value


def is_address(value: str) -> bool:
    """True for one mail address without a name."""
    return _ADDRESS.fullmatch(value) is not None


def time_of_day(value: Any) -> Any:
    """Checks the written form of a time of day; TOML's own times pass."""
    written = isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)
    if not written and not isinstance(value, time):
        raise Wrong("must be a time of day HH:MM from 00:00 to 23:59", 'write at = "08:30"')
    return value


Text = Annotated[str, Field(min_length=1, description="a text that is not empty")]
Address = Annotated[str, AfterValidator(check_address)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535, description="a whole number from 1 to 65535")]
Count = Annotated[int, Field(strict=True, ge=1, description="a whole number of at least 1")]
Span = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False, description="a number above 0")]
Pause = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False, description="a number of at least 0")]
Security = Annotated[
    Literal["tls", "starttls", "plain"], Field(description='one of "tls", "starttls" and "plain"')
]


def is_loopback(host: str) -> bool:
    """True for localhost, 127.0.0.0/8 and ::1."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def is_place(value: str) -> bool:
    """True for a host and a port: 127.0.0.1:8460, [::1]:8460."""
    host, colon, port = value.rpartition(":")
    return bool(host and colon and port.isascii() and port.isdigit() and 1 <= int(port) <= 65535)


def place_of(listen: str) -> tuple[str, int]:
    """Host, without brackets, and port of a text that `is_place`."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


class Section(BaseModel):
    """A frozen table of the configuration; an unknown key is a fault."""

    # Tables are only ever checked within the whole file: none builds a checker of its own.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, defer_build=True)


class Secret(Section):
    """A password that stands in an environment variable or in a file of its own."""

    env: str | None = Field(None, min_length=1)
    file: Beside | None = None
    _kept: str = PrivateAttr(default="")

    @model_validator(mode="before")
    @classmethod
    def _is_a_reference(cls, value: Any) -> Any:
        mend = 'write { env = "SHOUWEN_MAILBOX_PASSWORD" } or { file = "/run/secrets/mailbox" }'
        if not isinstance(value, Mapping | Secret):
            raise Wrong("a password must not stand in the file itself", mend)
        if isinstance(value, Mapping) and len({"env", "file"} & set(value)) != 1:
            raise Wrong("must name exactly one of env and file", mend)
        return value

    @model_validator(mode="after")
    def _is_there(self, info: ValidationInfo) -> Self:
        if (info.context or {}).get("secrets", False):
            self.reveal()
        return self

    def reveal(self) -> str:
        """The password, read now unless it was kept.

        Raises `Wrong` when the variable or file is missing or empty.
        """
        if self.file is not None:
            return _first_line(self.file)
        secret = os.environ.get(self.env or "", "") or self._kept
        if not secret:
            raise Wrong(f"the environment variable {self.env} is not set or empty", "set it and start again")
        return secret

    def keep(self) -> None:
        """Keeps the password of a variable in memory, for a service that then wipes it (`wipe`)."""
        self._kept = self.reveal() if self.env else ""


def wipe(name: str) -> None:
    """Takes a variable out of this process's environment, from what /proc shows of it as well.

    That is the memory of its start (proc_pid_environ(5)), which changing the variable does not touch.
    """
    import ctypes

    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_void_p
    if place := libc.getenv(os.fsencode(name)):
        ctypes.memset(place, 0, len(ctypes.string_at(place)))
    os.environ.pop(name, None)


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "it is not UTF-8 text"
        raise Wrong(f"the file {file} cannot be read: {reason}", "make it readable to this account") from None
    if not lines or not lines[0].strip():
        raise Wrong(f"the file {file} is empty", "write the password into its first line")
    return lines[0].strip()


PasswordKey = Annotated[
    Secret,
    Field(description="{ env = … } or { file = … }", examples=[{"env": "SHOUWEN_MAILBOX_PASSWORD"}]),
]
