"""The walls around a reading process: which files, system calls and amounts it has, and which hold here.

The walls are raised in the process itself, before it sees the first byte that a stranger wrote, and cannot
be taken down again.  docs/security.md says what each is for.
"""

from __future__ import annotations

import os
import resource
import site
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import intake
import parsers
from parsers.common import limits
from parsers.sandbox import landlock, seccomp

_SYSTEM = (
    *("/usr", "/lib", "/lib64", "/bin", "/opt", "/nix/store"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/alternatives"),
    *("/etc/fonts", "/etc/libreoffice", "/etc/ssl/openssl.cnf", "/etc/mime.types", "/etc/papersize"),
    *("/var/lib/libreoffice", "/var/spool/libreoffice", "/var/cache/fontconfig"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu", "/sys/devices/system/node"),
    *("/dev/zero", "/dev/urandom", "/dev/random"),
)
"""Programs, libraries, fonts and what they ask of the machine: nothing that is secret or a person's.

/etc/passwd and /proc with its processes are not among them.
"""

_OFFICE_SOCKETS = Path("/tmp")  # noqa: S108 - LibreOffice's own place, which no setting moves
"""Where LibreOffice makes the socket by which a second instance would find the first, and starts anew
without a word where it cannot.  It may make sockets there, and neither read, list nor remove anything."""


@dataclass(frozen=True, slots=True)
class Wall:
    """One protection: its name, whether it holds on this machine, and what that means."""

    name: str
    holds: bool
    what: str


def in_force() -> tuple[Wall, ...]:
    """Which walls hold on this machine, as the kernel and the libraries tell now."""
    version = landlock.version()
    files = "a reading process touches its one file and its scratch folder alone"
    calls = "it has no network, starts no program but the converters, reaches no other process"
    return (
        Wall(
            "files (Landlock)",
            version > 0,
            f"{files} (version {version})" if version else "the kernel has no Landlock, or it is off",
        ),
        Wall(
            "system calls (seccomp)",
            bool(seccomp.compiled(programs=False, spared=())),
            calls if seccomp.compiled(programs=False, spared=()) else "libseccomp2 is not installed",
        ),
        Wall(
            "number of processes",
            os.geteuid() != 0,
            f"at most {limits.PROCESSES} more"
            if os.geteuid()
            else "the kernel sets root no limit: run the service under an account of its own",
        ),
    )


def confine(
    workable: Iterable[Path],
    readable: Iterable[Path],
    code: Iterable[Path],
    instructions: bytes,
    *,
    address_space: int,
    processes: int,
) -> None:
    """Raises every wall that this machine has around this process.

    `workable` are folders to write in, `readable` files or folders to read, `code` folders of programs
    besides our own.  `instructions` is the filter of system calls, `processes` what the whole account
    may have.  Raises `OSError` where a wall that the machine has cannot be raised.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, limits.READER_SECONDS)
    _limit(resource.RLIMIT_FSIZE, limits.READER_FILE_BYTES)
    _limit(resource.RLIMIT_NPROC, processes)
    _limit(resource.RLIMIT_AS, address_space)
    seccomp.confine(instructions)
    granted = [(path, landlock.WORK) for path in workable]
    granted += [(path, landlock.LOOK) for path in readable]
    granted += [(path, landlock.RUN) for path in code]
    own_rules = [found for path, rights in granted for found in landlock.rule(path, rights)]
    landlock.confine((*_everybodys(), *own_rules))


def prepare() -> None:
    """Finds beforehand what every process needs, once for all of them: called in the fork server."""
    _everybodys()


@cache
def _everybodys() -> tuple[landlock.PathRule, ...]:
    """The system, Python and our packages; never the folder that a checkout's packages lie in."""
    own = [Path(str(package.__file__)).parent for package in (intake, parsers)]
    libraries = [*site.getsitepackages(), sysconfig.get_path("platlib"), sys.prefix, sys.base_prefix]
    python = Path(sys.executable).resolve().parents[1]
    places = [*own, python, *(Path(place) for place in (*_SYSTEM, *libraries))]
    granted = {path: landlock.RUN for path in places if not any(above in places for above in path.parents)}
    granted[Path(os.devnull)] = landlock.READ | landlock.WRITE | landlock.TRUNCATE
    granted[_OFFICE_SOCKETS] = landlock.MAKE_SOCKET
    return tuple(found for path, rights in granted.items() for found in landlock.rule(path, rights))


def account_size() -> int:
    """How many processes and threads this account has now, as the kernel counts them (RLIMIT_NPROC).

    It asks root for no account of them; the fork server therefore counts what each task starts as well.
    """
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if folder.stat().st_uid == os.getuid():
                count += sum(1 for _ in (folder / "task").iterdir())
    return count


def _limit(which: int, wanted: int) -> None:
    _, most = resource.getrlimit(which)
    bound = wanted if most == resource.RLIM_INFINITY else min(most, wanted)
    with suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS: the limits of time remain
        resource.setrlimit(which, (bound, bound))
