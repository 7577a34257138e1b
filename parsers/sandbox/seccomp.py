"""seccomp: which system calls a reading process may not make, as the kernel holds it to.

The filter is compiled by libseccomp, which knows the numbers of each architecture and comes with systemd.
It is called through ctypes: its binding on PyPI has seen no release since 2021.  What is refused answers
EPERM, by which libraries get along without.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys
from collections.abc import Iterable
from functools import cache

_LIBRARY = "libseccomp.so.2"
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_NOT_EQUAL, _EQUAL, _MASKED = 1, 4, 7
_SET_NO_NEW_PRIVILEGES, _SET_FILTER, _FILTER = 38, 22, 2

_CLONE_THREAD = 0x00010000
_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
"""CLONE_NEWNS and the other six: in a namespace of his own, a user is root."""

_NEVER = (
    # the network, and other processes' sockets
    *("connect", "sendto", "sendmsg", "sendmmsg", "recvmmsg"),
    # what goes past this filter
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    # the memory, files and fate of other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease"),
    *("kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo"),
    *("rt_tgsigqueueinfo", "setpriority", "sched_setscheduler", "sched_setparam", "sched_setattr"),
    *("ioprio_set", "migrate_pages", "move_pages"),
    # leaving the process group, by which all of it is ended
    *("setsid", "setpgid"),
    # other views of the file system
    *("mount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig"),
    *("fsmount", "fspick", "pivot_root", "chroot", "unshare", "setns", "mknod", "mknodat"),
    *("name_to_handle_at", "open_by_handle_at", "fanotify_init", "quotactl", "quotactl_fd"),
    # the kernel and the machine
    *("bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "kexec_load"),
    *("kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "swapon"),
    *("swapoff", "acct", "syslog", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex"),
    *("sethostname", "setdomainname", "iopl", "ioperm", "vhangup", "lookup_dcookie"),
    # becoming somebody else
    *("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid"),
    *("setgroups", "capset", "personality"),
)
_NO_PROGRAMS = (
    *("fork", "vfork", "execve", "execveat", "socketpair", "bind", "listen", "accept", "accept4"),
)


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def compiled(*, programs: bool, spared: Iterable[int]) -> bytes:
    """The filter as instructions of the kernel; empty where libseccomp or the kernel has none.

    With `programs`, other programs may be started (and LibreOffice's socket for its own instances made);
    without, not even a copy of the process.  `spared` are process numbers that no signal reaches.
    """
    library = _library()
    if library is None:
        return b""
    rules = _Rules(library)
    try:
        for name in _NEVER:
            rules.refuse(name)
        # clone3 hides its flags in memory; told that it is not there, libc uses clone.
        rules.refuse("clone3", error=errno.ENOSYS)
        for flag in _NAMESPACES:
            rules.refuse("clone", (0, _MASKED, flag, flag))
        if programs:
            rules.refuse("socket", (0, _NOT_EQUAL, socket.AF_UNIX, 0))
        else:
            rules.refuse("socket")
            rules.refuse("clone", (0, _MASKED, _CLONE_THREAD, 0))
            for name in _NO_PROGRAMS:
                rules.refuse(name)
        # Another's limits: processor time 0 would end the service.
        rules.refuse("prlimit64", (0, _NOT_EQUAL, 0, 0))
        # Groups of processes (negative numbers) but its own.
        rules.refuse("kill", (0, _MASKED, 0x80000000, 0x80000000))
        for number in spared:
            for name in ("kill", "tkill", "tgkill"):
                rules.refuse(name, (0, _EQUAL, number, 0))
        return rules.instructions()
    finally:
        rules.release()


def confine(instructions: bytes) -> None:
    """Puts this process and all that it starts under a filter that was `compiled`, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs is refused")
    if not instructions:
        return
    memory = ctypes.create_string_buffer(instructions, len(instructions))
    program = _Program(len(instructions) // 8, ctypes.addressof(memory))
    if libc.prctl(_SET_FILTER, _FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the filter of system calls is refused")


class _Rules:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ALLOW)))

    def refuse(
        self, name: str, when: tuple[int, int, int, int] | None = None, error: int = errno.EPERM
    ) -> None:
        """Refuses a call, or only where an argument compares so; one that is not known here is left."""
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            return
        compared = _Comparison(*when) if when else None
        answer = self._library.seccomp_rule_add_array(
            self._context,
            ctypes.c_uint32(_ERROR | error),
            ctypes.c_int(number),
            ctypes.c_uint(1 if when else 0),
            ctypes.byref(compared) if compared else None,
        )
        if answer:
            raise OSError(-answer, f"no rule for {name}")

    def instructions(self) -> bytes:
        with open(os.memfd_create("filter"), "w+b") as file:  # noqa: PTH123 - a descriptor, not a path
            if answer := self._library.seccomp_export_bpf(self._context, file.fileno()):
                raise OSError(-answer, "the filter of system calls cannot be made")
            file.seek(0)
            return file.read()

    def release(self) -> None:
        self._library.seccomp_release(self._context)


@cache
def _library() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    return library
