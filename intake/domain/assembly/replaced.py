"""Scans that were sent with a form and replaced by a later mail: they stay with the nomination they came for.

A scan of somebody else, or without its seal, is asked for again; once the right one is there, nothing on the
wrong one ties it to its form any longer but the mail in which both came.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from intake.domain.assembly.drafts import Draft
from intake.domain.documents.pdf_form import is_export
from intake.domain.documents.unopenable import is_shut
from intake.domain.model.document import Document, came

Place = tuple[int, str]
NOTHING_UNFIT: Mapping[tuple[int, int], Sequence[Draft]] = {}


def keep_replaced(
    drafts: Sequence[Draft],
    scans: Sequence[Document],
    apart: Collection[tuple[int, int]],
    unfit: Mapping[tuple[int, int], Sequence[Draft]] = NOTHING_UNFIT,
) -> list[Document]:
    """Gives scans that no form wants to the form that they came with, where a later mail brought its scan.

    Returns those that remain.  Only the one such scan of a mail (or folder within it) is given, and only to
    the one form of it that was served later: of several, nobody can say which was whose.  Where a form lacks
    its scan, it may be the missing one, unless it is one of those `apart`, which surely show nobody's form,
    or is surely not of that form; `unfit` says so by the scan's key.  A damaged or locked one, which can be
    nobody's scan, is put away all the same.
    """
    left: list[Document] = []
    lacking = [draft for draft in drafts if not draft.scans]
    for scan in scans:
        beside = [other for other in scans if other.place == scan.place]
        served = [draft for draft in drafts if _came_in(draft, scan.place) and _served_later(draft, scan)]
        other = unfit.get(scan.key, ())
        possible = scan.key not in apart and not is_shut(scan)
        may_lack = possible and any(all(one is not draft for one in other) for draft in lacking)
        if len(beside) == 1 and len(served) == 1 and not may_lack and not is_export(scan):
            served[0].scans.append((scan, True))
        else:
            left.append(scan)
    return left


def may_be_replaced(drafts: Sequence[Draft], scan: Document) -> bool:
    """True for a scan of a mail that brought a form whose own scan came in another one."""
    place = scan.place
    return any(
        _came_in(draft, place) and all(other.place != place for other, _ in draft.scans) for draft in drafts
    )


def _came_in(draft: Draft, place: Place) -> bool:
    return any(form.place == place for form in draft.forms)


def _served_later(draft: Draft, scan: Document) -> bool:
    return bool(draft.scans) and all(came(other) > came(scan) for other, _ in draft.scans)
