"""What somebody runs who has taken a reading process over: ways out of it, each tried from within."""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SYS_PTRACE, _SYS_READV, _SYS_PIDFD = 101, 310, 434
"""Numbers of system calls on x86-64: the filter itself knows them by name."""

_ATTACH, _NEW_USER = 16, 0x10000000


@dataclass(frozen=True)
class Aims:
    """What is outside: the service, its fork server, another process, and files as text, so none is lent."""

    service: int
    server: int
    other: int
    files: tuple[str, ...]
    listening: str
    abstract: str


def ways_out(
    service: int, server: int, other: int, files: list[str], listening: str, abstract: str
) -> list[str]:
    """Tries each way; returns the names of those that led out."""
    aims = Aims(service, server, other, tuple(files), listening, abstract)
    return [name for name, way in _ways(aims) if _leads_out(way)]


def _leads_out(way: Callable[[], object]) -> bool:
    try:
        return way() is not False
    except (OSError, ValueError, MemoryError, subprocess.SubprocessError):
        return False


def _ways(aims: Aims) -> Iterator[tuple[str, Callable[[], object]]]:
    for path in (*aims.files, "/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc/1/cmdline"):
        yield f"read {path}", lambda path=path: Path(path).read_bytes()
        yield f"write {path}", lambda path=path: os.open(path, os.O_RDWR)
    # Of the test's own files alone: where a wall does not stand, the machine must not pay for it.
    for path in aims.files:
        yield f"remove {path}", lambda path=path: Path(path).unlink()
        yield f"link {path}", lambda path=path: os.link(path, f"taken-{abs(hash(path))}")
        yield f"rename {path}", lambda path=path: Path(path).rename("taken")
    for number in ("self", aims.service, aims.server, aims.other):
        for what in ("environ", "mem", "maps", "fd", "cmdline", "root"):
            place = Path(f"/proc/{number}/{what}")
            yield f"open {place}", lambda place=place: os.open(place, os.O_RDONLY)
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/", str(Path(aims.files[0]).parent)):
        yield f"list {folder}", lambda folder=folder: list(Path(folder).iterdir())
        yield f"write in {folder}", lambda folder=folder: Path(folder, "shouwen-planted").write_bytes(b"x")
    yield from _sockets(aims)
    for name, number in (("service", aims.service), ("server", aims.server), ("other", aims.other)):
        for sign in (0, signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
            yield f"signal {sign} to {name}", lambda number=number, sign=sign: os.kill(number, sign)
        yield f"trace {name}", lambda number=number: _called(_SYS_PTRACE, _ATTACH, number, 0, 0)
        yield f"memory of {name}", lambda number=number: _called(_SYS_READV, number, 0, 0, 0, 0, 0)
        yield f"handle of {name}", lambda number=number: _called(_SYS_PIDFD, number, 0)
        yield (
            f"limits of {name}",
            lambda number=number: resource.prlimit(number, resource.RLIMIT_CPU, (0, 0)),
        )
        yield f"priority of {name}", lambda number=number: os.setpriority(os.PRIO_PROCESS, number, 19)
    yield "signal to all", lambda: os.kill(-1, signal.SIGKILL)
    yield "signal to another group", lambda: os.killpg(os.getpgid(aims.server), signal.SIGKILL)
    yield "leave the session", os.setsid
    yield "link out of scratch", lambda: Path("way").symlink_to("/etc/passwd")
    yield "pipe", lambda: os.mkfifo("pipe")
    yield "device", lambda: os.mknod("null", 0o600 | 0o020000, os.makedev(1, 3))
    yield "run what was written", _runs_its_own
    yield "run what is in memory", _runs_from_memory
    yield "namespace", lambda: ctypes.CDLL(None).unshare(_NEW_USER) == 0
    yield "root", lambda: os.chroot(".")
    yield "another user", lambda: os.setuid(65534)
    yield "more memory", lambda: resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
    yield "larger files", lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    yield "32 GiB", lambda: mmap.mmap(-1, 32 << 30)
    yield "a password", lambda: any("secret" in value for value in os.environ.values())


def _sockets(aims: Aims) -> Iterator[tuple[str, Callable[[], object]]]:
    stream, packet = socket.SOCK_STREAM, socket.SOCK_DGRAM
    kinds = {
        "internet": (socket.AF_INET, stream),
        "internet packets": (socket.AF_INET, packet),
        "internet 6": (socket.AF_INET6, stream),
        "raw": (socket.AF_INET, socket.SOCK_RAW),
    }
    if sys.platform == "linux":
        kinds |= {
            "netlink": (socket.AF_NETLINK, socket.SOCK_RAW),
            "packets": (socket.AF_PACKET, socket.SOCK_RAW),
            "host of a virtual machine": (socket.AF_VSOCK, stream),
            "ciphers of the kernel": (socket.AF_ALG, socket.SOCK_SEQPACKET),
        }
    for name, (family, kind) in kinds.items():
        yield f"socket: {name}", lambda family=family, kind=kind: socket.socket(family, kind)
    for name, address in (("file", aims.listening), ("abstract", aims.abstract)):
        yield f"connect: {name}", lambda at=address: socket.socket(socket.AF_UNIX).connect(at)
        yield (
            f"send: {name}",
            lambda at=address: socket.socket(socket.AF_UNIX, packet).sendto(b"x", at),
        )


def _called(number: int, *arguments: int) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(number, *map(ctypes.c_long, arguments)) >= 0)


def _runs_its_own() -> object:
    Path("mine").write_text("#!/bin/sh\nexit 0\n", "ascii")
    Path("mine").chmod(0o700)
    return subprocess.run(["./mine"], check=True, timeout=5)


def _runs_from_memory() -> object:
    handle = os.memfd_create("mine", 0)
    os.write(handle, Path("/bin/true").read_bytes())
    return subprocess.run([f"/proc/self/fd/{handle}"], check=True, timeout=5, pass_fds=[handle])


def floods() -> None:
    """Writes without end to whatever it was given to write to."""
    for handle in (1, 2):
        for _ in range(2000):
            os.write(handle, b"x" * 65536)


def answers_without_end() -> str:
    """An answer larger than any is allowed to be."""
    return "x" * (64 << 20)


def keeps_a_thread_back() -> None:
    """Leaves a thread that never ends behind the answer."""
    threading.Thread(target=threading.Event().wait).start()
