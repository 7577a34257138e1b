"""One bucket of an object store, as we ask it: each request has an end, and an outage is told as one.

boto3 makes the requests and understands the answers; they travel over connections of our own (`cuttable.py`).
A store that refuses us is down too, until a person mends the configuration: what it holds is not known then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, TimeoutError

from intake.clock import SLOWEST
from store.archive import cuttable
from store.archive.names import PIECE, ArchiveDown

T = TypeVar("T")

ATTEMPTS, FIRST_WAIT = 4, 0.2
"""Times that a request is made in all, and seconds before the second, doubled each time: 1.4 s together."""

REST_SECONDS = 15.0
"""After a request that ran out of time, for so long none is made: a pass asks for hundreds of files."""

CONNECT_SECONDS = 10.0

MOST_ROUNDS = 100
"""Times that a store is asked what is left of a deleted object, a thousand versions each."""

_AGAIN = (
    "InternalError",
    "ServiceUnavailable",
    "SlowDown",
    "RequestTimeout",
    "BadDigest",
    "XAmzContentChecksumMismatch",
)
_NOT_THERE = ("NoSuchKey", "404", "NotFound")
_UNKNOWN = ("NotImplemented", "MethodNotAllowed")
_BARE = (204, 304)
"""Of answers that never have a body, their length neither."""

_LENGTHS = ("Content-Length", "Transfer-Encoding")
_LATE = (TimeoutError, ReadTimeoutError)


class NoObject(Exception):
    """The bucket has no object of that key."""


class _Late(ArchiveDown):
    """A request ran out of time."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a bucket is reached; `endpoint` is "" for Amazon's, `seconds` are for one answer."""

    bucket: str
    endpoint: str
    region: str
    path_style: bool
    key: str
    secret: str = field(repr=False)
    seconds: float


class ObjectStore:
    """A bucket; usable from several threads.  Everything raises `ArchiveDown` for an outage."""

    def __init__(self, access: Access) -> None:
        self.bucket = access.bucket
        self._seconds = access.seconds
        self._down: tuple[float, str] = (0.0, "")
        self._is_versioned: bool | None = None
        self._connections = cuttable.connections(min(CONNECT_SECONDS, access.seconds), access.seconds)
        self._client = _client(access)
        self._client.meta.events.register("before-send.s3", self._send)

    def put(self, key: str, body: bytes | IO[bytes], size: int, checksum: str) -> str:
        """Puts an object; returns the SHA-256 (base64) that the store says it has checked, or "".

        `checksum` is that of the `size` bytes, and a store that checks it takes no others.
        """
        given = {"Bucket": self.bucket, "Key": key, "Body": body}
        given |= {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum}

        def once() -> str:
            if not isinstance(body, bytes):
                body.seek(0)
            with cuttable.line() as line, line.within(self._seconds + size / SLOWEST):
                return str(self._client.put_object(**given).get("ChecksumSHA256", ""))

        return self._asked(once)

    def read(self, key: str, take: Callable[[Iterator[bytes]], T]) -> T:
        """What `take` makes of the bytes of an object, piece by piece; raises `NoObject`.

        It is called anew, from the first byte, where they broke off.
        """

        def once() -> T:
            with cuttable.line() as line:
                with line.within(self._seconds):
                    found = self._client.get_object(Bucket=self.bucket, Key=key)
                body = found["Body"]
                try:
                    with line.within(self._seconds + found["ContentLength"] / SLOWEST):
                        return take(iter(lambda: body.read(PIECE), b""))
                finally:
                    body.close()

        return self._asked(once)

    def size(self, key: str) -> int | None:
        """The size of an object in bytes; None where there is none."""
        try:
            return int(self._short(self._client.head_object, Key=key)["ContentLength"])
        except NoObject:
            return None

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin so, in order, a thousand a request."""
        more: dict[str, str] = {}
        while True:
            page = self._short(self._client.list_objects_v2, Prefix=prefix, **more)
            yield from (item["Key"] for item in page.get("Contents", ()))
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, key: str) -> None:
        """Takes an object away, in a bucket with versions all that it ever was."""
        if not self.is_versioned():
            self._short(self._client.delete_object, Key=key)
            return
        for _ in range(MOST_ROUNDS):
            versions = self._versions(key)
            for version in versions:
                self._short(self._client.delete_object, Key=key, VersionId=version)
            if not versions:
                return
        raise ArchiveDown(f"the bucket {self.bucket} goes on listing what it says it deleted")

    def is_versioned(self) -> bool:
        """True where the bucket keeps what is deleted or written over."""
        if self._is_versioned is None:
            said = self._short(self._client.get_bucket_versioning, unknown={})
            self._is_versioned = bool(said.get("Status"))
        return self._is_versioned

    def _versions(self, key: str) -> list[str]:
        found = self._short(self._client.list_object_versions, Prefix=key)
        # No hash begins another: what is listed is this object alone.
        kinds = ("Versions", "DeleteMarkers")
        return [item["VersionId"] for kind in kinds for item in found.get(kind, ())]

    # Asking ---------------------------------------------------------------------------

    def _short(self, ask: Callable[..., Any], unknown: Any = None, **given: str) -> Any:
        """The answer to a request without a body."""

        def once() -> Any:
            with cuttable.line() as line, line.within(self._seconds):
                return ask(Bucket=self.bucket, **given)

        return self._asked(once, unknown)

    def _asked(self, once: Callable[[], T], unknown: T | None = None) -> T:
        """The answer; to a request that the store does not know it is `unknown`, where that is given."""
        until, why = self._down
        if time.monotonic() < until:
            raise ArchiveDown(f"{why}; not asked again for a while")
        for attempt in range(ATTEMPTS):
            try:
                with self._outages_told():
                    return once()
            except ClientError as fault:
                error, about = fault.response["Error"], fault.response.get("ResponseMetadata", {})
                code, status = error.get("Code", ""), about.get("HTTPStatusCode", 0)
                if code in _NOT_THERE:
                    raise NoObject from None
                if unknown is not None and (status == 501 or code in _UNKNOWN):
                    return unknown
                if attempt == ATTEMPTS - 1 or not (status >= 500 or status == 429 or code in _AGAIN):
                    raise self._outage(f"{code} {error.get('Message', '')}".strip()) from None
            except _Late as fault:
                self._down = (time.monotonic() + REST_SECONDS, str(fault))
                raise
            except ArchiveDown:
                if attempt == ATTEMPTS - 1:
                    raise
            time.sleep(FIRST_WAIT * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def _outages_told(self) -> Iterator[None]:
        """What libraries raise for a connection, and what the disk here does, becomes an outage."""
        try:
            yield
        except ClientError:
            raise
        except (BotoCoreError, ResponseParserError, HTTPError, OSError) as fault:
            is_refused = isinstance(fault, NewConnectionError)
            if cuttable.was_cut() or (isinstance(fault, _LATE) and not is_refused):
                raise _Late(str(self._outage("no whole answer in time"))) from None
            raise self._outage(str(fault)) from None

    def _outage(self, said: str) -> ArchiveDown:
        return ArchiveDown(f"the bucket {self.bucket}: {said}")

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        """Carries a request, in the place of botocore, and returns how the answer begins."""
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
            # The body is sent at once: whether the store would take it is not asked beforehand.
            if name.lower() != "expect"
        }
        raw = self._connections.urlopen(
            request.method,
            request.url,
            body=request.body,
            headers=headers,
            preload_content=False,
            decode_content=False,
            retries=False,
            redirect=False,
        )
        if raw.status not in _BARE and not any(name in raw.headers for name in _LENGTHS):
            # Where a connection ends among these lines, the library takes them for all.
            raw.close()
            raise ProtocolError("half an answer")
        return AWSResponse(request.url, raw.status, raw.headers, raw)


def _client(access: Access) -> Any:
    session = boto3.session.Session(
        aws_access_key_id=access.key, aws_secret_access_key=access.secret, region_name=access.region
    )
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if access.path_style else "auto"},
        # We try again ourselves, and ask for the one checksum that we know: not every store knows others.
        retries={"total_max_attempts": 1},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return session.client("s3", endpoint_url=access.endpoint or None, config=config)
