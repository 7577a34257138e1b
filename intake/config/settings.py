"""The configuration: TOML to frozen settings, with every fault told at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, ValidationInfo, field_validator

from intake.config.faults import ConfigFault, Fault, Wrong, faults_of, toml_value
from intake.config.sections.alerts import AlertSettings
from intake.config.sections.desk import DeskSettings
from intake.config.sections.engine import EngineSettings
from intake.config.sections.store import StoreSettings
from intake.config.values import (
    Address,
    Beside,
    Count,
    PasswordKey,
    Pause,
    Port,
    Section,
    Security,
    Span,
    Text,
    check_address,
    is_loopback,
    is_place,
    place_of,
    time_of_day,
    wipe,
)

__all__ = ["ConfigFault", "Fault", "Settings", "check_settings", "find_config", "load_settings", "read_toml"]

CONFIG_VARIABLE = "SHOUWEN_CONFIG"
SENDER_IS_USER = ("163.com", "126.com", "yeah.net", "qq.com")
"""Providers that answer `553 Mail from must equal authorized user` to any other sender."""


class Server(Section):
    """What the mailbox and the mail server have in common: where it is and who we are there.

    `timeout_seconds` is how long one answer may take before the connection counts as lost.
    """

    host: Text
    port: Port
    security: Security = "tls"
    username: Text = Field(examples=["jicengfuwuchu@163.com"])
    password: PasswordKey
    timeout_seconds: Span = 60

    @field_validator("security")
    @classmethod
    def _never_in_the_clear(cls, value: str, info: ValidationInfo) -> str:
        host = info.data.get("host")
        if value == "plain" and host is not None and not is_loopback(host):
            raise Wrong(
                f"would send the password to {host} in the clear, which only a loopback address may",
                'write security = "tls"',
            )
        return value


class MailboxSettings(Server):
    """`[mailbox]`: the IMAP account that submissions are mailed to; it is only ever read.

    `received_by` are fnmatch patterns of the provider's own hosts in the "by" clause
    of Received; empty trusts the topmost Received, which the provider adds last.  `authserv_ids` are
    those of its names in Authentication-Results (RFC 8601 §2.5); empty believes what stands on top.
    `return_path`: the provider writes Return-Path into each mail and takes out any other; only then do
    letters go there, since a sender may write one too.
    """

    host: Text = Field(examples=["imap.163.com"])
    port: Port = 993
    folders: Annotated[
        tuple[Text, ...], Field(min_length=1, description="a list of at least one folder name")
    ] = ("INBOX", "垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹")
    poll_seconds: Span = 120
    received_by: tuple[Text, ...] = Field((), description="a list of patterns", examples=[("*.163.com",)])
    authserv_ids: tuple[Text, ...] = Field((), description="a list of patterns", examples=[("*.163.com",)])
    return_path: bool = Field(False, description="true or false")

    @field_validator("folders")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        # INBOX alone is the same in any case (RFC 3501 §5.1).
        return tuple(dict.fromkeys("INBOX" if name.upper() == "INBOX" else name for name in value))


class SmtpSettings(Server):
    """`[smtp]`: the server that carries our letters.

    `sender` defaults to the username; `daily_limit` counts letters a day and
    `pause_seconds` lie between two letters.  `copy_to` is a folder of the mailbox that gets a copy
    of what was sent; `sent_folder` the one that is asked where an outcome is unsure (None: the one
    that the server marks, "": never).
    """

    host: Text = Field(examples=["smtp.163.com"])
    port: Port = 465
    sender: str = Field(
        "", description="a mail address", examples=["中国科协农村专业技术服务中心 <jicengfuwuchu@163.com>"]
    )
    daily_limit: Count = 200
    pause_seconds: Pause = 20
    copy_to: Text | None = Field(None, description="a folder name", examples=["已发送"])
    sent_folder: str | None = Field(None, description="a folder name, or empty", examples=["已发送"])

    @field_validator("sender", mode="before")
    @classmethod
    def _defaults_to_user(cls, value: Any, info: ValidationInfo) -> Any:
        return value or info.data.get("username", value)

    @field_validator("sender")
    @classmethod
    def _is_the_user(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            # No username either, which is a fault of its own.
            return value
        check_address(value)
        host, username = info.data.get("host", ""), info.data.get("username", "").lower()
        address = parseaddr(value)[1].lower()
        strict = any(host.lower() == zone or host.lower().endswith("." + zone) for zone in SENDER_IS_USER)
        if strict and username and username not in (address, address.partition("@")[0]):
            raise Wrong(
                f"{host} refuses (553) any sender but the user that logs in",
                f'write the address {username} in sender, as in "Name <{username}>"',
            )
        return value

    @property
    def sender_address(self) -> str:
        """The bare address of the sender, for the envelope."""
        return parseaddr(self.sender)[1]


class CampaignSettings(Section):
    """`[campaign]`: the campaign file; None is the shipped campaign of 2024."""

    file: Beside | None = Field(None, description="a path", examples=["campaign.toml"])


class LettersSettings(Section):
    """`[letters]`: whether letters go by themselves, how long a unit must be quiet first.

    `templates` is a folder whose files replace the shipped ones one by one;
    `max_age_hours` is how long delivery of one letter is tried (RFC 5321 §4.5.4.1
    counsels four to five days).  One address gets `per_sender_a_day` letters at most; from the
    letter after `per_thread` on, those of one exchange of mails wait for a person (RFC 3834 §2).
    Plain receipts have a pool of their own, `questions_a_day`: strangers use up nobody's letters.
    """

    mode: Literal["send", "hold"] = Field("send", description='"send" or "hold"')
    settle_seconds: Pause = 600
    templates: Beside | None = Field(None, description="a path", examples=["templates"])
    max_age_hours: Count = 96
    per_sender_a_day: Count = 30
    per_thread: Count = 30
    questions_a_day: Count = 30

    @property
    def settle_minutes(self) -> int:
        """The quiet time as staff are told it: whole minutes, at least one."""
        return max(1, round(self.settle_seconds / 60))


class DigestSettings(Section):
    """`[digest]`: who gets the daily summary, and when; nobody when `to` is empty."""

    to: tuple[Address, ...] = Field(
        (), description="a list of mail addresses", examples=[("staff@example.org",)]
    )
    at: Annotated[time, BeforeValidator(time_of_day)] = Field(time(8, 30), description="a time of day HH:MM")


class ServiceSettings(Section):
    """`[service]`: the zone of all printed times, and how many reading processes run at once.

    Asked to stop, the service has ended `stop_seconds` later, whatever it was at.  `health` is "host:port" on
    this machine itself, where `/health` and `/metrics` are told; empty: nowhere.
    """

    timezone: Text = "Asia/Shanghai"
    workers: int = Field(2, strict=True, ge=1, le=32, description="a whole number from 1 to 32")
    stop_seconds: Span = 90
    health: str = Field("", description='"host:port", or empty', examples=["127.0.0.1:9180"])

    @field_validator("health")
    @classmethod
    def _is_of_this_machine(cls, value: str) -> str:
        if value and not (is_place(value) and is_loopback(place_of(value)[0])):
            raise Wrong("must be a loopback host and a port", 'write health = "127.0.0.1:9180"')
        return value

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Wrong("is no time zone", 'write timezone = "Asia/Shanghai"') from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.timezone)


class ScansSettings(Section):
    """`[scans]`: whether the stamped scans are looked at.

    "auto": by the parts of the extra `shouwen[ocr]`; where they are not installed a person looks at
    every scan.  "off": staff check scans by themselves, and no nomination waits for it.
    """

    look: Literal["auto", "off"] = "auto"


class Settings(Section):
    """The whole configuration, checked, its paths absolute."""

    mailbox: MailboxSettings
    smtp: SmtpSettings
    store: StoreSettings
    campaign: CampaignSettings
    letters: LettersSettings
    digest: DigestSettings
    scans: ScansSettings
    service: ServiceSettings
    alerts: AlertSettings
    engine: EngineSettings
    desk: DeskSettings | None = None
    _path: Path = PrivateAttr(default=Path("config.toml"))
    _sharing: tuple[Settings, ...] = PrivateAttr(default=())

    def stand_beside(self, sharing: Sequence[Settings]) -> None:
        """Notes the settings of all campaigns that are served from this mailbox, its own among them."""
        self._sharing = tuple(sharing)

    @property
    def sharing(self) -> tuple[Settings, ...]:
        """The settings of all campaigns that are served from this mailbox, in the file's order."""
        return self._sharing or (self,)

    @field_validator("engine")
    @classmethod
    def _has_its_database(cls, value: EngineSettings, info: ValidationInfo) -> EngineSettings:
        store: StoreSettings | None = info.data.get("store")
        if value.by_workers and store is not None and store.is_file:
            raise Wrong(
                "shares work out to workers, which a database in a file cannot",
                'write database = "postgresql+psycopg://user@host/name" under [store], or take [engine] out',
            )
        return value

    def model_post_init(self, context: Any) -> None:
        """Keeps the path of the file that this came from."""
        if context and "path" in context:
            self._path = context["path"]

    def take_secrets(self) -> None:
        """Reads the passwords that stand in variables once and wipes these, for a service.

        Raises `Wrong` when one is missing or empty.
        """
        secrets = (self.mailbox.password, self.smtp.password, *self.store.secrets)
        for secret in secrets:
            secret.keep()
        for secret in secrets:
            if secret.env:
                wipe(secret.env)

    @property
    def alerted(self) -> tuple[str, ...]:
        """The addresses that are mailed of an outage."""
        return self.digest.to if self.alerts.to is None else self.alerts.to

    @property
    def path(self) -> Path:
        """The file that this came from."""
        return self._path


def find_config(option: Path | None) -> Path:
    """The configuration file to use: the option, else SHOUWEN_CONFIG, else ./config.toml."""
    if option is not None:
        return option
    return Path(os.environ.get(CONFIG_VARIABLE) or "config.toml")


def load_settings(path: Path, *, secrets: bool = True) -> Settings:
    """Reads and checks a configuration file.

    With `secrets` false, passwords are not looked up (for commands that reach no
    server).  Raises `ConfigFault` with every fault of the file.
    """
    text, data = read_toml(path)
    return check_settings(data, path, text=text, secrets=secrets)


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a configuration file and its tables, unchecked; raises `ConfigFault`."""
    text = _read(path)
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"at line (\d+)", str(fault))
        place = f"{path.name}:{line[1]}" if line else path.name
        mend = "texts stand in quotes, one key a line"
        raise ConfigFault((Fault("", "", f"is no valid TOML: {fault}", mend, place),)) from None


def check_settings(data: Mapping[str, Any], path: Path, *, text: str = "", secrets: bool = True) -> Settings:
    """Checks the tables of a configuration as if they stood in the file `path`.

    Raises `ConfigFault`; `text` lets its faults name their lines.
    """
    # Where a table that may be left out stands, it means something.
    tables = [name for name, field in Settings.model_fields.items() if field.is_required()]
    whole = {**{name: {} for name in tables}, **data}
    context = {"folder": path.absolute().parent, "path": path, "secrets": secrets}
    try:
        return Settings.model_validate(whole, context=context)
    except ValidationError as error:
        # `from None`: pydantic's own text would print the input, passwords and all.
        raise ConfigFault(faults_of(error, Settings, path, text)) from None


def _read(path: Path) -> str:
    try:
        # A byte order mark is what Windows editors put there.
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        fault = Fault("", "", "is not UTF-8 text", "save it again as UTF-8", path.name)
    except OSError as error:
        mend = f"run `shouwen init`, or name the file with --config or {CONFIG_VARIABLE}"
        fault = Fault("", toml_value(str(path)), f"cannot be read: {error.strerror}", mend, path.name)
    raise ConfigFault((fault,)) from None
