"""Endings of filenames, and what each is taken for: the one table; a new ending is one line of it.

A name is a weak witness: a file is read by its bytes.  Endings are asked where there are none (links, what
a limit kept out), where bytes could not be read, and where a line of text must be known for a file's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Flag, auto


class Ending(Flag):
    """What a filename's ending tells."""

    TEXT = auto()
    """A text program's document: it may be the form, and never is the scan."""
    PAGES = auto()
    """Pages or a picture: it may be the scan, and never is the Word form."""
    SHEET = auto()
    """A table or slides: neither."""
    FILM = auto()
    """A film or sound: neither."""
    PAPER = auto()
    """Makes a mail material, whatever else the mail looks like."""
    LINKED = auto()
    """Ends a file's name beside a link."""
    LISTED = auto()
    """A line that ends so is the name of a file, and no sentence."""
    OFFICE = auto()
    """May be a broken form where the bytes tell of an Office file and not of which."""
    SAVED = auto()
    """May be a form that a web system saved as HTML."""
    MESSAGE = auto()
    """One mail as a file, as `ingest` takes it out of a folder."""
    TRAPPING = auto()
    """What mail programs add by themselves, also as application/octet-stream."""


_TEXT = Ending.TEXT | Ending.LINKED
_PAGES = Ending.PAGES | Ending.LINKED
_SHEET = Ending.SHEET | Ending.LINKED
_FILM = Ending.FILM | Ending.LINKED

ENDINGS: Mapping[str, Ending] = {
    ".doc": _TEXT | Ending.PAPER | Ending.LISTED | Ending.OFFICE | Ending.SAVED,
    ".docx": _TEXT | Ending.PAPER | Ending.LISTED | Ending.OFFICE | Ending.SAVED,
    ".docm": _TEXT | Ending.PAPER | Ending.LISTED | Ending.OFFICE,
    ".dot": _TEXT,
    ".dotx": _TEXT | Ending.PAPER,
    ".wps": _TEXT | Ending.PAPER | Ending.LISTED | Ending.OFFICE | Ending.SAVED,
    ".wpt": _TEXT,
    ".rtf": _TEXT | Ending.PAPER | Ending.LISTED | Ending.SAVED,
    ".odt": _TEXT | Ending.PAPER,
    ".htm": Ending.SAVED,
    ".html": Ending.SAVED,
    ".pdf": _PAGES | Ending.PAPER | Ending.LISTED,
    ".ofd": _PAGES | Ending.PAPER | Ending.LISTED,
    ".jpg": _PAGES | Ending.LISTED,
    ".jpeg": _PAGES | Ending.LISTED,
    ".png": _PAGES | Ending.LISTED,
    ".tif": _PAGES | Ending.LISTED,
    ".tiff": _PAGES | Ending.LISTED,
    ".heic": _PAGES | Ending.LISTED,
    ".gif": _PAGES,
    ".bmp": _PAGES,
    ".webp": _PAGES,
    ".xls": _SHEET | Ending.LISTED,
    ".xlsx": _SHEET | Ending.LISTED,
    ".et": _SHEET | Ending.LISTED,
    ".csv": _SHEET,
    ".ppt": _SHEET | Ending.LISTED,
    ".pptx": _SHEET | Ending.LISTED,
    ".mp4": _FILM | Ending.LISTED,
    ".mov": _FILM | Ending.LISTED,
    **dict.fromkeys((".avi", ".wmv", ".mkv", ".m4v", ".mpg", ".flv", ".mp3", ".wav", ".m4a"), _FILM),
    ".zip": Ending.PAPER | Ending.LINKED | Ending.LISTED,
    ".rar": Ending.PAPER | Ending.LINKED | Ending.LISTED,
    ".7z": Ending.PAPER | Ending.LINKED | Ending.LISTED,
    ".tar": Ending.LINKED | Ending.LISTED,
    ".gz": Ending.LINKED | Ending.LISTED,
    ".tgz": Ending.LINKED,
    "winmail.dat": Ending.PAPER,
    ".eml": Ending.PAPER | Ending.LINKED | Ending.MESSAGE,
    ".msg": Ending.PAPER | Ending.LINKED,
    ".txt": Ending.LINKED | Ending.MESSAGE,
    ".mail": Ending.MESSAGE,
    ".msg822": Ending.MESSAGE,
    ".rfc822": Ending.MESSAGE,
    ".ics": Ending.TRAPPING,
    ".vcf": Ending.TRAPPING,
    ".p7s": Ending.TRAPPING,
}


def endings(told: Ending) -> tuple[str, ...]:
    """The endings that tell it, with their dots, lower case."""
    return tuple(ending for ending, tells in ENDINGS.items() if told in tells)


def bare_endings(told: Ending) -> tuple[str, ...]:
    """The same without their dots: for patterns, and for names of which signs were taken out."""
    return tuple(ending.lstrip(".") for ending in endings(told))


def tells(filename: str | None, told: Ending) -> bool:
    """True for a name with such an ending, in whatever case."""
    return (filename or "").lower().endswith(endings(told))
