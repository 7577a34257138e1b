"""An object store as a process of its own (moto's server), and a gate before it at which things go wrong."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"
KEY, SECRET = "a-key", "a-secret"
START_SECONDS = 60
_SERVES = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])"
_SUM = "x-amz-checksum-sha256"

Fault = Callable[["_Passing"], bool]
"""What goes wrong with a request: True when it was answered, or not, by the fault itself."""


class ObjectStoreServer:
    """A running store; `client` speaks to it directly."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.endpoint = f"http://{HOST}:{port}"
        import boto3
        from botocore.config import Config

        self.client: Any = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )

    def objects(self, bucket: str) -> dict[str, bytes]:
        """All objects of a bucket by key."""
        found = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [item["Key"] for page in found for item in page.get("Contents", ())]
        return {key: self.client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


@contextmanager
def running_store() -> Iterator[ObjectStoreServer]:
    """Starts the store on a free port, empty."""
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVES, str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError), socket.create_connection((HOST, port), 1):
                break
            assert process.poll() is None and time.monotonic() < until, "the object store does not start"
            time.sleep(0.05)
        yield ObjectStoreServer(port)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class ObjectGate:
    """Passes requests on to a store; `plan` says what goes wrong with the next ones.

    As Amazon's does, and moto's does not, it refuses an object that is not what its checksum says.
    """

    def __init__(self, store: ObjectStoreServer) -> None:
        self.store = store
        self.port = 0
        self.asked: list[tuple[str, str]] = []
        """Method and path of each request that came here."""
        self._planned: list[tuple[str, Fault]] = []
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    def open(self) -> None:
        """Listens, on the port of before."""
        gate = self

        class Passing(_Passing):
            door = gate

        self._server = ThreadingHTTPServer((HOST, self.port), Passing)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def shut(self) -> None:
        """Refuses connections from now on."""
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()

    def plan(self, fault: Fault, method: str = "", times: int = 1) -> None:
        """The fault befalls so many of the next requests of that method."""
        with self._lock:
            self._planned += [(method, fault)] * times

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._planned.clear()

    def due(self, method: str) -> Fault | None:
        """The fault of this request."""
        with self._lock:
            for place, (wanted, fault) in enumerate(self._planned):
                if wanted in ("", method):
                    del self._planned[place]
                    return fault
        return None


class _Passing(BaseHTTPRequestHandler):
    """One connection to the gate."""

    door: ObjectGate
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        self.asked = dict(self.headers.items())
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.door.asked.append((self.command, self.path))
        if self.door._server is None:
            self.close_connection = True
            return
        fault = self.door.due(self.command)
        if fault is None or not fault(self):
            self.give(*self.fetched())

    def fetched(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the store answers to the request as it stands now."""
        wanted = next((value for name, value in self.asked.items() if name.lower() == _SUM), None)
        if wanted and base64.b64encode(hashlib.sha256(self.body).digest()).decode() != wanted:
            return self.error(400, "BadDigest")
        line = http.client.HTTPConnection(HOST, self.door.store.port, timeout=30)
        try:
            line.request(self.command, self.path, self.body or None, self.asked)
            answer = line.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            line.close()

    @staticmethod
    def error(status: int, code: str) -> tuple[int, list[tuple[str, str]], bytes]:
        """An error as S3 tells it."""
        said = f"<Error><Code>{code}</Code><Message>planned</Message></Error>".encode()
        return status, [("Content-Type", "application/xml")], said

    def give(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answers whole."""
        self.head(status, headers, body)
        if self.command != "HEAD":
            self.wfile.write(body)

    def head(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """The first lines of an answer."""
        self.send_response(status)
        length = next((v for n, v in headers if n.lower() == "content-length"), str(len(body)))
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(body)))
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing is told."""

    do_GET = do_PUT = do_HEAD = do_DELETE = _pass  # noqa: N815 - the names that the library asks for


def busy(passing: _Passing) -> bool:
    """503: the store asks to be left alone."""
    passing.give(*passing.error(503, "SlowDown"))
    return True


def forbidden(passing: _Passing) -> bool:
    """403: the key may not do that."""
    passing.give(*passing.error(403, "AccessDenied"))
    return True


def gone(passing: _Passing) -> bool:
    """The connection ends before any answer."""
    passing.close_connection = True
    with suppress(OSError):
        passing.connection.shutdown(socket.SHUT_RDWR)
    return True


def cut(passing: _Passing) -> bool:
    """The connection ends in the middle of the answer."""
    status, headers, body = passing.fetched()
    passing.head(status, headers, body)
    passing.wfile.write(body[: len(body) // 2])
    return gone(passing)


def flipped(passing: _Passing) -> bool:
    """One bit of the answer is another."""
    status, headers, body = passing.fetched()
    passing.give(status, headers, body[:-1] + bytes([body[-1] ^ 1]))
    return True


def flipped_on_the_way(passing: _Passing) -> bool:
    """One bit of what is put is another."""
    passing.body = passing.body[:-1] + bytes([passing.body[-1] ^ 1])
    return False


def dripping(passing: _Passing) -> bool:
    """The answer comes byte by byte, and never ends."""
    passing.head(*passing.fetched()[:2], b"x" * 100_000)
    with suppress(OSError):
        for _ in range(200):
            passing.wfile.write(b"x")
            time.sleep(0.05)
    return gone(passing)


def dripping_head(passing: _Passing) -> bool:
    """The first line of the answer comes byte by byte, and never ends."""
    with suppress(OSError):
        passing.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(200):
            passing.wfile.write(b"x")
            time.sleep(0.05)
    return gone(passing)


def without_checksums(passing: _Passing) -> bool:
    """A store that knows no checksums: it takes what comes and says nothing of it."""
    passing.asked = {name: value for name, value in passing.asked.items() if name.lower() != _SUM}
    status, headers, body = passing.fetched()
    passing.give(status, [(name, value) for name, value in headers if name.lower() != _SUM], body)
    return True
