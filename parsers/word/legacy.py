"""Older Word files made readable by the office program of the machine, where it has one.

LibreOffice turns them into .docx, which our own parser reads; antiword is the second choice for
.doc alone.  Neither is ever trusted: each runs as a program of its own with a private folder, a
limit on time, memory and what it writes, and with macros, links and the network turned off.
Without either the file is named, not opened, and goes to a person.

antiword is asked beside LibreOffice, since that saves some tables as run-together prose.  The names of the
converters are part of the readings' version, so that what could not be opened is read anew by `shouwen replay
--all` once one is installed.
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from intake.domain.model.facts import OpaqueFacts, Table, WordFacts
from parsers.common import limits, magic, opaque, package
from parsers.common.contract import Unreadable
from parsers.word import docbook
from parsers.word.blocks import is_empty
from parsers.word.docx import WordParser

OFFICE, ANTIWORD = "soffice", "antiword"
DEAD_PROXY = "127.0.0.1"
"""Where LibreOffice is told to fetch from: port 9 of this machine, on which nothing answers (RFC 863)."""

_GRACE_SECONDS = 5
_FIB_BASE = 32
_CCP_TXBX = 100
"""Where in the Fib the characters of text boxes are counted: FibRgLw97 begins at 64, ccpTxbx is its tenth."""
_EMPTY_BOXES = 2
_FILTERS = {
    "legacy-word": ("doc", "MS Word 97"),
    "wps": ("wps", "MS_Works"),
    "rtf": ("rtf", "Rich Text Format"),
    "odt": ("odt", "writer8"),
}
"""By format: the ending and the import filter. The filter is named, since left to guess LibreOffice
reads random bytes as Chinese text and calls that a success."""

_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),  # never
    ("Inet/Settings", "ooInetProxyType", "1"),  # the proxies below
    ("Inet/Settings", "ooInetHTTPProxyName", DEAD_PROXY),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", DEAD_PROXY),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", DEAD_PROXY),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def converters() -> tuple[str, ...]:
    """The programs that are installed, the better one first."""
    return tuple(program for program in (OFFICE, ANTIWORD) if shutil.which(program))


class ConvertParser:
    """What Word 97 to 2003, WPS, Works and LibreOffice wrote, and RTF."""

    name = "convert"
    version = 2

    def recognises(self, head: bytes, path: Path) -> bool:
        """True for a file of these formats that a program on this machine can turn into text."""
        return bool(_programs(_format(head, path)))

    def parse(self, path: Path, scratch: Path) -> WordFacts | OpaqueFacts:
        """The text as the converted file has it, `converted_from` naming what it was.

        `OpaqueFacts` where no program could make anything of it, since that proves nothing
        against the file.  Raises `Unreadable` for one behind a password.
        """
        data = path.read_bytes()
        kind = _format(data[: limits.HEAD_BYTES], path)
        if kind == "odt":
            _refuse_encrypted_odt(data)
        readers = {OFFICE: _by_office, ANTIWORD: _by_antiword}
        # What a converter left running may still write there.
        with tempfile.TemporaryDirectory(
            prefix="convert-", dir=scratch, ignore_cleanup_errors=True
        ) as folder:
            made = {program: readers[program](data, kind, Path(folder)) for program in _programs(kind)}
        readings = [facts for facts in made.values() if facts is not None and _says_something(facts)]
        if not readings:
            return OpaqueFacts(kind)
        if kind == "legacy-word" and made.get(ANTIWORD) is None and _ends_in_table(data):
            return OpaqueFacts(kind)
        # The better program's, unless it lost rows that the other one sees.
        facts = max(readings, key=_rows)
        return replace(facts, converted_from=kind, macros=_has_macros(data, kind))


def _says_something(facts: WordFacts) -> bool:
    """False for the empty page that a converter makes of what it does not understand."""
    return facts.images > 0 or not all(is_empty(block) for block in facts.blocks)


def _rows(facts: WordFacts) -> int:
    return sum(len(block.rows) for block in facts.blocks if isinstance(block, Table))


def _ends_in_table(data: bytes) -> bool:
    """True for a .doc whose text ends with the mark of a table's row instead of that of a paragraph.

    LibreOffice writes such files from a .docx that ends so, and then runs the cells of that table
    together when it reads them.  fcMin and fcMac of FibBase tell where the text lies
    ([MS-DOC] 2.5.2); the mark is U+0007, for the last cell and once more for the row.
    """
    stream = _main_stream(data)
    if len(stream) < _FIB_BASE:
        return False
    first, end = struct.unpack_from("<II", stream, 24)
    return stream[first:end].endswith((b"\x07\x00\x07\x00", b"\x07\x07"))


def _has_boxes(data: bytes) -> bool:
    """True for a .doc with words in text boxes: ccpTxbx of FibRgLw97 counts them ([MS-DOC] 2.5.4).

    An empty box has its mark of a paragraph's end alone, as has the end of all boxes.
    """
    stream = _main_stream(data)
    return len(stream) >= _CCP_TXBX + 4 and struct.unpack_from("<i", stream, _CCP_TXBX)[0] > _EMPTY_BOXES


def _main_stream(data: bytes) -> bytes:
    """The stream of a .doc that begins with its Fib; empty where the file has none that can be read."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return bytes(ole.openstream("WordDocument").read())
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        return b""


def _programs(kind: str) -> tuple[str, ...]:
    """The programs for a format, the better one first."""
    able = {OFFICE: frozenset(_FILTERS), ANTIWORD: frozenset(("legacy-word",))}
    return tuple(program for program in converters() if kind in able[program])


def _format(head: bytes, path: Path) -> str:
    """One of the formats of `_FILTERS`, or "" for anything else, a file behind a password included."""
    kind = magic.kind(head)
    if kind == "zip":
        kind = package.kind(path)
    elif kind == "ole":
        with suppress(Unreadable):
            kind = opaque.name(path.read_bytes()).format
    return kind if kind in _FILTERS else ""


def _refuse_encrypted_odt(data: bytes) -> None:
    archive = package.checked(data, "odt")
    with suppress(KeyError, *package.DAMAGE):
        manifest = archive.read("META-INF/manifest.xml")
        if b"encryption-data" in manifest:
            raise Unreadable("encrypted", "odt", "an OpenDocument text behind a password")


def _has_macros(data: bytes, kind: str) -> bool:
    if kind == "odt":
        return any(name.startswith("Basic/") for name in package.checked(data, kind).namelist())
    if kind != "legacy-word":
        return False
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return any("vba" in str(part).lower() for entry in ole.listdir(storages=True) for part in entry)
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        return False  # a damaged directory that the converter saw through


def _by_office(data: bytes, kind: str, folder: Path) -> WordFacts | None:
    """LibreOffice's reading.

    Its exit code is 0 on failure as well, so that only the file it wrote counts.
    """
    ending, import_filter = _FILTERS[kind]
    source, made = folder / f"in.{ending}", folder / "out" / "in.docx"
    source.write_bytes(data)
    first, again = folder / "profile", folder / "profile-again"
    _settle(first)
    if not _run(_office_command(first, import_filter, made.parent, source), folder):
        # It begins anew once a profile is made, and then meets the socket of its first instance, which
        # the sandbox does not let it remove: under another name of the profile it asks for another one.
        first.rename(again)
        if not _run(_office_command(again, import_filter, made.parent, source), folder):
            return None
    boxes = kind == "legacy-word" and _has_boxes(data)
    return _reread(made, boxes=boxes) if made.is_file() else None


def _office_command(profile: Path, import_filter: str, target: Path, source: Path) -> tuple[str, ...]:
    return (
        OFFICE,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"--infilter={import_filter}",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(target),
        str(source),
    )


def _reread(made: Path, *, boxes: bool) -> WordFacts | None:
    """The converted file as it is read; what seems empty may stand in `boxes` that got lost on the way."""
    try:
        facts = WordParser().parse(made, made.parent)
    except Unreadable as fault:
        if fault.code == "too-large":
            raise
        return None
    lost = boxes and not _keeps_boxes(made)
    return replace(facts, unread=(*facts.unread, "text boxes")) if lost else facts


def _keeps_boxes(made: Path) -> bool:
    archive = package.checked(made.read_bytes(), "word")
    return b"txbxContent" in archive.read("word/document.xml")


def _by_antiword(data: bytes, kind: str, folder: Path) -> WordFacts | None:
    """The reading of antiword as DocBook, which keeps the cells of tables apart.

    It drops text boxes, headers and the signs of symbol fonts: nothing that seems empty is empty.
    """
    source, made = folder / "antiword.doc", folder / "antiword.xml"
    source.write_bytes(data)
    if not _run((ANTIWORD, "-x", "db", str(source)), folder, made) or not made.stat().st_size:
        return None
    blocks = docbook.blocks(made.read_bytes())
    return WordFacts(blocks, unread=("text boxes and check boxes",)) if blocks else None


def _settle(profile: Path) -> None:
    """A new profile with the settings that keep LibreOffice from running or fetching anything."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        encoding="utf-8",
    )


@dataclass(frozen=True, slots=True)
class _Watched:
    """A command under coreutils' `timeout`, which ends it even where this process was killed before."""

    command: tuple[str, ...]

    def line(self) -> tuple[str, ...]:
        if shutil.which("timeout") is None:
            return self.command
        # In the foreground: in a process group of its own the sandbox could not end it.
        grace = f"--kill-after={_GRACE_SECONDS}"
        return ("timeout", "--foreground", grace, str(limits.CONVERTER_SECONDS), *self.command)


def _run(command: tuple[str, ...], folder: Path, output: Path | None = None) -> bool:
    """Runs a converter; false where it failed, overran or is not there any more.

    It stays behind the walls and in the process group of the reading process that starts it, with which
    its own children end.  The limits of memory and processor time hold for each process: LibreOffice
    maps 0.5 GiB where 1 GiB is allowed.
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",  # no display is asked for
    } | dict.fromkeys(("http_proxy", "https_proxy"), f"http://{DEAD_PROXY}:9")
    target = output.open("wb") if output else subprocess.DEVNULL
    try:
        with _bounded_files():
            process = subprocess.Popen(
                _Watched(command).line(),
                stdin=subprocess.DEVNULL,
                stdout=target,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=environment,
            )
    except (FileNotFoundError, PermissionError):
        return False
    finally:
        if not isinstance(target, int):
            target.close()
    try:
        return process.wait(limits.CONVERTER_SECONDS + 2 * _GRACE_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        process.kill()
        process.wait(_GRACE_SECONDS)


@contextmanager
def _bounded_files() -> Iterator[None]:
    """Processes started within may write no file larger than the limit (RLIMIT_FSIZE)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    hard = before[1]
    most = limits.CONVERTED_BYTES if hard == resource.RLIM_INFINITY else min(hard, limits.CONVERTED_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
