"""What the configuration says of the desk: where it listens, and through which proxy alone beyond that."""

from __future__ import annotations

import re
from ipaddress import ip_address

from pydantic import Field, ValidationInfo, field_validator

from intake.config.faults import Wrong
from intake.config.values import Beside, Section, Span, Text, is_loopback, is_place, place_of


class DeskSettings(Section):
    """`[desk]`: the page at which staff act, in `shouwen run` where this stands, and by `shouwen desk`.

    `listen` is "host:port".  Beyond loopback it is served only through a TLS proxy: `proxy` is the IP
    address from which its requests come, and what others send is refused.  `address` is how staff reach
    the desk, as the digest links to it.  A session ends `idle_minutes` after its last use.  `replies` is
    a file of the office's own answers (None: the shipped ones).

    `user_header` is a header in which the proxy names who has logged in with it, a name that has an account
    here; the proxy must take out what a browser sends under that name.  Then nobody logs in at the desk.

    `apart`: `shouwen run` leaves it to a `shouwen desk` beside it, and still links to it.
    """

    listen: Text = Field("127.0.0.1:8460", description='"host:port"')
    proxy: str = Field("", description="an IP address, or empty", examples=["10.0.0.5"])
    address: str = Field(
        "", description="an address (URL), or empty", examples=["https://shouwen.example.org"]
    )
    idle_minutes: Span = 60
    replies: Beside | None = Field(None, description="a path", examples=["replies.toml"])
    user_header: str = Field("", description="the name of a header, or empty", examples=["X-Remote-User"])
    apart: bool = Field(False, description="true or false")

    @field_validator("listen")
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        if not is_place(value):
            raise Wrong("must be a host and a port", 'write listen = "127.0.0.1:8460"')
        return value

    @field_validator("proxy")
    @classmethod
    def _never_in_the_clear(cls, value: str, info: ValidationInfo) -> str:
        listen = info.data.get("listen")
        if not value and listen is not None and not is_loopback(listen.rpartition(":")[0]):
            raise Wrong(
                f"passwords and papers would go over the network in the clear from {listen}",
                'listen on 127.0.0.1, or name the TLS proxy in front of it: proxy = "10.0.0.5"',
            )
        if value and not _is_ip(value):
            raise Wrong("must be the IP address of the TLS proxy", 'write proxy = "10.0.0.5"')
        return value

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, value: str, info: ValidationInfo) -> str:
        if value and not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+/?", value):
            raise Wrong("must be an address without a path", 'write address = "https://shouwen.example.org"')
        if info.data.get("proxy") and not value.startswith("https://"):
            raise Wrong(
                "must be the proxy's own, with https", 'write address = "https://shouwen.example.org"'
            )
        return value.rstrip("/")

    @field_validator("user_header")
    @classmethod
    def _is_the_proxys(cls, value: str, info: ValidationInfo) -> str:
        if value and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", value):
            raise Wrong("must be the name of a header", 'write user_header = "X-Remote-User"')
        if value and "proxy" in info.data and not info.data["proxy"]:
            raise Wrong(
                "without a proxy anybody could write that header and be whom he likes",
                'name the TLS proxy that writes it: proxy = "10.0.0.5"',
            )
        return value

    @property
    def place(self) -> tuple[str, int]:
        """Host, without brackets, and port to listen on."""
        return place_of(self.listen)

    @property
    def link(self) -> str:
        """How staff reach the desk, without a slash at the end."""
        return self.address or f"http://{self.listen}"


def _is_ip(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True
