"""What is wrong with a file that an operator wrote: one line a fault, all at once."""

from __future__ import annotations

import datetime
import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticUndefined

LONGEST_VALUE = 60
"""Characters of a wrong value that are shown."""

_SECRET_KEY = re.compile(r"password|secret", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(://[^:/@\s]*:)\S*@")
_QUERY_PASSWORD = re.compile(r"(password=)[^&\s\"]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the key, its value as written (never a secret), what is wrong, how to mend it.

    `place` is "config.toml:12", or the file alone where no line can be named.
    """

    key: str
    value: str
    what: str
    mend: str
    place: str = ""

    def __str__(self) -> str:
        subject = " = ".join(part for part in (self.key, self.value) if part)
        head = " ".join(part for part in (self.place, subject) if part)
        return f"{head}: {self.what}; {self.mend}"


class ConfigFault(Exception):
    """A file that cannot be used as it stands; `str()` is one line a fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class Wrong(ValueError):
    """Raised by a validator that knows better than the schema what is wrong and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what
        self.mend = mend


def faults_of(error: ValidationError, model: type[BaseModel], path: Path, text: str) -> tuple[Fault, ...]:
    """Every fault that pydantic found in the TOML `text` of `path`, in the file's order.

    A field's `description` completes the sentence "must be …"; its default or first
    example is what the mend proposes.
    """
    lines = key_lines(text)
    found = []
    for detail in error.errors(include_url=False):
        keys = tuple(str(part) for part in detail["loc"] if not isinstance(part, int))
        line = _line(lines, keys)
        place = f"{path.name}:{line}" if line else path.name
        found.append((line or 0, _fault(detail, model, keys, place)))
    return tuple(fault for _, fault in sorted(found, key=lambda pair: pair[0]))


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line, from 1, on which each table and key of a TOML text first stands.

    Only names a place for a person to look at; the values come from the TOML parser.
    """
    part = r"""(?:[^\s\[\]"'.=#,{}]+|"[^"]*"|'[^']*')"""
    dotted = rf"{part}(?:\s*\.\s*{part})*"
    header = re.compile(rf"\s*\[\[?\s*({dotted})\s*\]\]?\s*(?:#.*)?$")
    entry = re.compile(rf"\s*({dotted})\s*=")
    table: tuple[str, ...] = ()
    lines: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := header.match(line):
            table = _parts(match[1], part)
            lines.setdefault(table, number)
        elif match := entry.match(line):
            lines.setdefault(table + _parts(match[1], part), number)
    return lines


def toml_value(value: Any) -> str:
    """A value as one line of TOML, as a mend proposes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case datetime.time():
            return f'"{value:%H:%M}"'
        case Mapping():
            return "{ " + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(toml_value(item) for item in value) + "]"
        case _:
            return json.dumps(str(value), ensure_ascii=False)


def shown(keys: Sequence[str], value: Any) -> str:
    """A value as a fault may print it: shortened, on one line, without any password."""
    if any(_SECRET_KEY.search(key) for key in keys) and not _names_a_source(value):
        return '"…"'
    if isinstance(value, Mapping) and not _names_a_source(value):
        return "{…}"
    text = _QUERY_PASSWORD.sub(r"\1…", _URL_PASSWORD.sub(r"\1…@", toml_value(value)))
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def _names_a_source(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= {"env", "file"}


def _parts(dotted: str, part: str) -> tuple[str, ...]:
    return tuple(piece.strip("\"'") for piece in re.findall(part, dotted))


def _line(lines: dict[tuple[str, ...], int], keys: tuple[str, ...]) -> int | None:
    for length in range(len(keys), 0, -1):
        if line := lines.get(keys[:length]):
            return line
    return None


def _fault(detail: ErrorDetails, model: type[BaseModel], keys: tuple[str, ...], place: str) -> Fault:
    key, name = ".".join(keys), keys[-1] if keys else ""
    if detail["type"] == "missing":
        return Fault(key, "", "is missing", _proposal(name, _field(model, keys), keys), place)
    if detail["type"] == "extra_forbidden":
        # Not shown: it may be a password under a misspelt key.
        return Fault(key, "…", "unknown key", _nearest(model, keys), place)
    value = shown(keys, detail["input"])
    known = detail.get("ctx", {}).get("error")
    if isinstance(known, Wrong):
        return Fault(key, value, known.what, known.mend, place)
    if detail["type"] == "model_type":
        return Fault(key, value, "must be a table", f"write [{key}] and its keys below", place)
    field = _field(model, keys)
    what = f"must be {field.description}" if field and field.description else detail["msg"]
    return Fault(key, value, what, _proposal(name, field, keys), place)


def _field(model: type[BaseModel], keys: tuple[str, ...]) -> FieldInfo | None:
    """The schema's field at a path of keys, or None where the path leaves the schema."""
    table: type[BaseModel] | None = model
    field: FieldInfo | None = None
    for key in keys:
        field = table.model_fields.get(key) if table else None
        table = _table(field)
    return field


def _table(field: FieldInfo | None) -> type[BaseModel] | None:
    if field is None:
        return None
    for candidate in (field.annotation, *get_args(field.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _proposal(name: str, field: FieldInfo | None, keys: tuple[str, ...]) -> str:
    where = f" under [{'.'.join(keys[:-1])}]" if len(keys) > 1 else ""
    if field is None:
        return f"see config.example.toml{where}"
    example = field.examples[0] if field.examples else field.get_default(call_default_factory=False)
    if example is None or example is PydanticUndefined:
        return f"see {name}{where} in config.example.toml"
    return f"write {name} = {toml_value(example)}{where}"


def _nearest(model: type[BaseModel], keys: tuple[str, ...]) -> str:
    table = _table(_field(model, keys[:-1])) if len(keys) > 1 else model
    known = list(table.model_fields) if table else []
    close = difflib.get_close_matches(keys[-1], known, n=1)
    advice = f'write "{close[0]}" if that is meant' if close else "take it out"
    return f"{advice}; known here: {', '.join(known)}"
