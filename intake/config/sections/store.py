"""What the configuration says of the store: the database, and where the archive lies."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, ValidationInfo, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from intake.config.faults import Wrong
from intake.config.values import Beside, Count, Secret, Section, Span, Text, beside, is_loopback

S3 = "s3://"
_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?")


class BucketSettings(Section):
    """`[store.s3]`: how an archive at `s3://bucket/prefix` is reached, and the copies of it on this machine.

    `endpoint` is the address of an object store that speaks S3's protocol (empty: Amazon's of that
    `region`); `path_style` puts the bucket into the path and not before the host.  `key` names the account
    and `secret` proves it.  Up to `cache_mib` MiB of what was lately read lie in the folder `cache`;
    a copy that nobody used for a day goes.  `timeout_seconds` is how long one answer may take.
    """

    endpoint: str = Field(
        "", description="an address (URL), or empty", examples=["https://oss-cn-beijing.aliyuncs.com"]
    )
    region: Text = "us-east-1"
    path_style: bool = Field(False, strict=True, description="true or false")
    key: Text = Field(examples=["AKIAIOSFODNN7EXAMPLE"])
    secret: Secret = Field(
        description="{ env = … } or { file = … }",
        examples=[{"file": "/run/credentials/shouwen.service/archive"}],
    )
    cache: Beside = Path("var/cache")
    cache_mib: Count = 2048
    timeout_seconds: Span = 30

    @field_validator("endpoint")
    @classmethod
    def _never_in_the_clear(cls, value: str) -> str:
        parts = urlsplit(value)
        mend = 'write endpoint = "https://oss-cn-beijing.aliyuncs.com"'
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
            raise Wrong("must be an address that begins with https://", mend)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise Wrong(f"would send people's papers to {parts.hostname} in the clear", mend)
        return value.rstrip("/")


def _folder_or_bucket(value: Any, info: ValidationInfo) -> Any:
    """The path of a folder, or the address of a bucket as a text."""
    if not isinstance(value, str | Path):
        raise Wrong('must be a path, or "s3://bucket/prefix"', 'write archive = "var/archive"')
    if not str(value).lower().startswith(S3):
        return beside(Path(value), info)
    value = str(value)
    if not (found := _BUCKET.fullmatch(value)) or ".." in value:
        raise Wrong("is no address of a bucket", 'write archive = "s3://bucket/prefix"')
    if importlib.util.find_spec("boto3") is None:
        raise Wrong("what speaks with object stores is not installed", "install shouwen[s3]")
    return f"{S3}{found[1]}/{(found[2] or '').strip('/')}".rstrip("/")


class StoreSettings(Section):
    """`[store]`: the database's URL, the password of its server, and where the message archive lies.

    `archive` is a folder (a `Path`), or a text "s3://bucket/prefix", which `s3` says how to reach.
    `schema` is the schema of Postgres in which the tables stand (empty: the user's own); several campaigns
    in one database have one each.
    """

    database: Text = Field("sqlite:///var/shouwen.db", repr=False)
    schema_name: str = Field(
        "", alias="schema", pattern=r"^([a-z_]\w{0,62})?$", description="letters, digits and _, or empty"
    )
    password: Secret | None = Field(
        None, description="{ env = … } or { file = … }", examples=[{"env": "SHOUWEN_DATABASE_PASSWORD"}]
    )
    s3: BucketSettings | None = None
    archive: Annotated[Path | str, PlainValidator(_folder_or_bucket)] = Field(
        Path("var/archive"), description='a path, or "s3://bucket/prefix"'
    )

    @field_validator("database")
    @classmethod
    def _is_supported(cls, value: str, info: ValidationInfo) -> str:
        mend = 'write database = "sqlite:///var/shouwen.db" or "postgresql+psycopg://user@host/name"'
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise Wrong("is no database URL", mend) from None
        if url.password is not None or "password" in url.query:
            raise Wrong(
                "a password must not stand in the file itself",
                "take it out of the address and write password = "
                '{ env = "SHOUWEN_DATABASE_PASSWORD" } or '
                '{ file = "/run/credentials/shouwen.service/database" } under [store]',
            )
        if url.drivername == "postgresql+psycopg":
            return value
        if url.drivername not in ("sqlite", "sqlite+pysqlite"):
            raise Wrong(f"{url.drivername} is not supported", mend)
        if url.database in (None, "", ":memory:"):
            raise Wrong("a database in memory would forget everything", mend)
        file = beside(Path(str(url.database)), info)
        return url.set(database=str(file)).render_as_string(hide_password=False)

    @field_validator("password")
    @classmethod
    def _opens_the_database(cls, value: Secret | None, info: ValidationInfo) -> Secret | None:
        database = info.data.get("database")
        if value is None or database is None:
            return value
        if make_url(database).get_backend_name() == "sqlite":
            raise Wrong("a database in a file has no password", "take it out")
        # Every command opens the database, those as well that reach no server of mail.
        value.reveal()
        return value

    @field_validator("archive")
    @classmethod
    def _can_be_reached(cls, value: Path | str, info: ValidationInfo) -> Path | str:
        if isinstance(value, str) and "s3" in info.data:
            bucket: BucketSettings | None = info.data["s3"]
            if bucket is None:
                raise Wrong(
                    "nothing says how that bucket is reached", "write [store.s3] with key and secret below"
                )
            # As with the database: every command opens the archive.
            bucket.secret.reveal()
        return value

    @property
    def is_file(self) -> bool:
        """True for SQLite."""
        return make_url(self.database).get_backend_name() == "sqlite"

    @property
    def url(self) -> str:
        """The database's URL with the password in it, for the engine alone; raises `Wrong`."""
        url = make_url(self.database)
        if self.password is not None:
            url = url.set(password=self.password.reveal())
        if self.schema_name and url.get_backend_name() == "postgresql":
            given = str(url.query.get("options", ""))
            url = url.update_query_dict({"options": f"{given} -csearch_path={self.schema_name}".strip()})
        return self.database if url == make_url(self.database) else url.render_as_string(False)

    @property
    def secrets(self) -> list[Secret]:
        """What opens the database and the archive."""
        return [secret for secret in (self.password, self.s3 and self.s3.secret) if secret]
