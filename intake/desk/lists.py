"""The work list, the whole ledger, and the search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from flask import Blueprint, request

from intake import clock
from intake.desk.wiring import desk, page
from intake.domain.campaign.doubts import doubt_name
from intake.domain.campaign.findings import finding_name
from intake.domain.campaign.wording import STATE_NAMES
from intake.domain.letters.staff_hints import finding_brief, kind_name
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.nomination import Severity
from intake.staff import worklist
from store import listing
from store.database.engine import viewing

pages = Blueprint("lists", __name__)

A_PAGE = 50
"""Nominations that one page lists."""

MOST_PAGES = 10_000

Row = Mapping[str, Any]


@pages.get("/")
def waiting() -> str:
    """What needs a person: nominations by unit, then all else as the digest tells it."""
    return _list(replace(_wanted(), waiting=True))


@pages.get("/all")
def ledger() -> str:
    """All nominations."""
    return _list(_wanted())


@pages.get("/find")
def find() -> str:
    """What bears a text."""
    text = request.args.get("text", "").strip()[:100]
    parts = desk().parts
    with viewing(parts.engine) as cn:
        found = worklist.find(cn, parts.loaded, text)
    return page("find.html", active="find", text=text, found=found, brief=_brief)


def _list(wanted: listing.ListFilter) -> str:
    parts, number = desk().parts, _page_number()
    with viewing(parts.engine) as cn:
        rows, count = listing.nominations(cn, wanted, (number - 1) * A_PAGE, A_PAGE)
        doubts = listing.doubts(cn)
        besides = worklist.besides(cn, parts.loaded, clock.now()) if wanted.waiting else None
    return page(
        "list.html",
        active="waiting" if wanted.waiting else "all",
        wanted=wanted,
        groups=list(_by_unit(rows)),
        count=count,
        number=number,
        last=max(1, -(-count // A_PAGE)),
        doubts=[(doubt, _doubt_name(doubt)) for doubt in doubts],
        states=STATE_NAMES,
        besides=besides,
        brief=_brief,
        kept=_kept(),
    )


def _wanted() -> listing.ListFilter:
    state, category, unit, doubt, text = (request.args.get(name, "").strip()[:100] for name in _FILTERS)
    return listing.ListFilter(state=state, category=category, unit=unit, doubt=doubt, text=text)


_FILTERS = ("state", "category", "unit", "doubt", "text")


def _kept() -> dict[str, str]:
    """The filters in force, for the links to other pages of the same list."""
    return {name: request.args[name] for name in _FILTERS if request.args.get(name)}


def _page_number() -> int:
    number = request.args.get("page", 1, type=int)
    return min(max(number or 1, 1), MOST_PAGES)


def _by_unit(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for unit, group in groupby(rows, key=lambda row: row["unit"]):
        yield unit or "（单位待核）", list(group)


def _doubt_name(doubt: str) -> str:
    words = desk().parts.loaded.campaign.words
    return doubt_name(DoubtKind(doubt), words) if doubt in set(DoubtKind) else finding_name(doubt, words)


def _brief(row: Row) -> list[tuple[str, str]]:
    """The findings of a nomination in a line each, those for a person first, each with its weight."""
    words = desk().parts.loaded.campaign.words
    order = sorted(row["findings"], key=lambda found: found["severity"] != Severity.REVIEW)
    return [(found["severity"], _one(found, words)) for found in order]


def _one(found: Row, words: Any) -> str:
    kind = kind_name(found, words)
    return f"{kind}：{found['evidence']}" if kind else finding_brief(found, words)
