"""Damaged and locked forms that name nobody, and the readable forms that came in their place.  Pure.

Left alone, such a form would be asked for again after its unit has sent it under another name.
"""

from __future__ import annotations

from intake.domain.assembly.drafts import Draft, make_older
from intake.domain.assembly.unopenable_mail import Asked
from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.unopenable import is_shut
from intake.domain.model.document import came


def join_answers(drafts: list[Draft], asked: Asked, campaign: Campaign) -> None:
    """Makes a shut form an older version of the form that came in answer to it, one for one."""
    answered: set[int] = set()
    for draft in _shut_forms(drafts):
        file = draft.forms[-1]
        found = [
            other
            for other in drafts
            if id(other) not in answered
            and _is_readable(other)
            and came(other.forms[0]) > came(file)
            and not other.forms[0].message.unverified
            and draft.category in (None, other.category)
            and asked.answered_by([file], other.forms[0])
        ]
        if found:
            target = min(found, key=lambda other: came(other.forms[0]))
            answered.add(id(target))
            make_older(drafts, draft, target)


def join_by_scan(drafts: list[Draft]) -> None:
    """Makes a shut form an older version of the one form that surely has the scan out of its mail."""
    for draft in _shut_forms(drafts):
        mail = draft.forms[-1].message.id
        alone = sum(form.message.id == mail for other in drafts for form in other.forms) == 1
        found = [
            other
            for other in drafts
            if _is_readable(other) and any(sure and scan.message.id == mail for scan, sure in other.scans)
        ]
        if alone and len(found) == 1 and not draft.scans:
            make_older(drafts, draft, found[0])


def _shut_forms(drafts: list[Draft]) -> list[Draft]:
    return [
        draft
        for draft in drafts
        if draft.nominee is None and draft.forms and all(is_shut(form) for form in draft.forms)
    ]


def _is_readable(draft: Draft) -> bool:
    return bool(draft.forms) and not any(is_shut(form) for form in draft.forms)
