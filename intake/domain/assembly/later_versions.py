"""Readable forms in which no nominee, or no category, is filled in, and the forms sent in their place.  Pure.

Left alone, such a form would be asked for again after its unit has sent it filled in, and count twice.  What
ties the two is a reply to our letter on it, or what else stands in both; words of supplementing alone may as
well bring a further nomination.

Damaged and locked forms that name nobody, and the readable forms that came in their place.  Pure.

Left alone, such a form would be asked for again after its unit has sent it under another name.

Scans that were sent with a form and replaced by a later mail: they stay with the nomination they came for.

A scan of somebody else, or without its seal, is asked for again; once the right one is there, nothing on the
wrong one ties it to its form any longer but the mail in which both came.

A form without a name (or a category) is an older version of the one sent for it: in a reply to our letter on
it, in words of supplementing with the same figures, or where all that stands in both is the same.  Anything
less may be a further nomination of the unit: a person is told, and nobody is asked meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rapidfuzz import fuzz

from intake.domain.assembly.drafts import Draft
from intake.domain.assembly.requests import Answers
from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.labels import heads_prose
from intake.domain.documents.pdf_form import is_export
from intake.domain.documents.unopenable import is_shut
from intake.domain.model.document import Document, Field, came, follows
from intake.domain.model.facts import Table, WordFacts
from intake.domain.model.places import Place, Places, mail_of
from intake.domain.text.names import compact

SAME = 97.0
"""How alike (rapidfuzz ratio, 0 to 100) two forms are that differ in nothing but the name."""
OF_ALL = ("nominee", "unit", "category", "registered")
"""Fields that say the same in many forms of a unit, or are what is wanted."""
SHORT = 30
"""Characters of an entry that is copied as it is; longer ones are written anew."""
SEVERAL = 4
"""Entries that no two nominees have in common: a unit's forms may all name one contact."""
LONG_ENOUGH = 200
"""Characters of a form from which that tells: less is mostly its labels."""

NOTHING_UNFIT: Mapping[tuple[int, int], Sequence[Draft]] = {}


def open_forms(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of readable forms in which no nominee, or no category, is filled in."""
    return [draft for draft in drafts if _is_open(draft)]


def filled_form(
    draft: Draft, drafts: Sequence[Draft], answers: Answers, campaign: Campaign
) -> tuple[Draft | None, Draft | None]:
    """The one draft whose form was surely sent filled in for an open one, else the first that is likely."""
    later = [other for other in drafts if _may_fill(other, draft)]
    surely = _surely(draft, later, drafts, answers, campaign)
    if len(surely) == 1:
        return surely[0], None
    likely = surely or [other for other in later if _speaks_of_it(other, draft, answers)]
    return None, likely[0] if likely else None


def _is_open(draft: Draft) -> bool:
    readable = bool(draft.forms) and all(form.form and not is_shut(form) for form in draft.forms)
    return readable and (draft.nominee is None or draft.category is None)


def _may_fill(other: Draft, draft: Draft) -> bool:
    """True for a later form that says what the earlier leaves open, and the same beside."""
    if other is draft or not other.nominee or not other.category or not other.forms:
        return False
    first = other.forms[0]
    named = draft.nominee is None or compact(draft.nominee) == compact(other.nominee)
    return (
        named
        and draft.category in (None, other.category)
        and follows(first, draft.forms[-1])
        and not is_shut(first)
    )


def _surely(
    draft: Draft, later: Sequence[Draft], drafts: Sequence[Draft], answers: Answers, campaign: Campaign
) -> list[Draft]:
    """The forms that were surely sent for it: by what stands in both, or in answer to our letter."""
    if draft.nominee is not None:
        return list(later)
    if same := [o for o in later if _is_same(draft, o, drafts) or _says_the_same(draft, o, campaign)]:
        return same
    replied = [other for other in later if _replies(other, draft, answers)]
    if len(replied) == 1 and any(_figures(draft, replied[0]) or (True,)):
        return replied
    spoken = replied or [other for other in later if _speaks_of_it(other, draft, answers)]
    return [other for other in spoken if (figures := _figures(draft, other)) and all(figures)]


def _replies(other: Draft, draft: Draft, answers: Answers) -> bool:
    mail = other.forms[0].message.id
    return any(mail in answers.replies.get(form.id, ()) for form in draft.forms)


def _speaks_of_it(other: Draft, draft: Draft, answers: Answers) -> bool:
    """True for a mail of the same sender whose words say that it supplements, or is sent again."""
    mail = other.forms[0].message
    same = mail.claimed_from == draft.forms[-1].message.claimed_from
    return _replies(other, draft, answers) or (
        same and (mail.id in answers.adding or mail.id in answers.saying)
    )


def _says_the_same(draft: Draft, other: Draft, campaign: Campaign) -> bool:
    """True where every figure and short entry that stands in both is the same, and these are several.

    What is written anew with each print does not count: opinions, and the date of filling in.
    """
    ours, theirs = _fields(draft.forms[-1]), _fields(other.forms[0])
    anew = {field.name for field in campaign.field if any(map(_is_written_anew, field.labels))}
    entries = [
        (compact(field.text), compact(theirs[name].text))
        for name, field in ours.items()
        if name in theirs and name not in OF_ALL and name not in anew
    ]
    both = [one == two for one, two in entries if one and two and len(one) <= SHORT]
    return len(both) >= SEVERAL and all(both) and any(_figures(draft, other))


def _is_written_anew(label: str) -> bool:
    return heads_prose(label) or "填表" in label


def _figures(draft: Draft, other: Draft) -> list[bool]:
    """Of the figures that stand in both forms, whether each is the same."""
    ours, theirs = _fields(draft.forms[-1]), _fields(other.forms[0])
    return [
        field.value == theirs[name].value
        for name, field in ours.items()
        if name in theirs and not isinstance(field.value, str | bool | None)
    ]


def _fields(form: Document) -> Mapping[str, Field]:
    return form.form.fields if form.form else {}


def _is_same(draft: Draft, other: Draft, drafts: Sequence[Draft]) -> bool:
    """True for forms that differ in the name alone; of a file with several forms that cannot be told."""
    ours, theirs = draft.forms[-1], other.forms[0]
    several = [form for one in drafts for form in one.forms if form.id in (ours.id, theirs.id)]
    if len(several) > 2:
        return False
    text = _text(ours)
    filled = _text(theirs).replace(compact(other.nominee or ""), "")
    return len(text) >= LONG_ENOUGH and fuzz.ratio(text, filled) >= SAME


def _text(document: Document) -> str:
    """All that is written in a Word file, without white space."""
    if not isinstance(document.facts, WordFacts):
        return ""
    parts = []
    for block in document.facts.blocks:
        if isinstance(block, Table):
            parts += [cell.text for row in block.rows for cell in row]
        else:
            parts.append(block.text)
    return compact("".join(parts))


def shut_forms(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of forms that nobody could open, and that name nobody."""
    return [
        draft
        for draft in drafts
        if draft.nominee is None and draft.forms and all(is_shut(form) for form in draft.forms)
    ]


def answer_to(draft: Draft, drafts: Sequence[Draft], answers: Answers) -> Draft | None:
    """The draft whose readable form came in answer to a shut one, the first of several.

    A form that answered one holds a shut version from then on, and answers no second.
    """
    file = draft.forms[-1]
    found = [
        other
        for other in drafts
        if _is_readable(other)
        and follows(other.forms[0], file)
        and draft.category in (None, other.category)
        and answers.answered_by([file], other.forms[0])
    ]
    return min(found, key=lambda other: came(other.forms[0]), default=None)


def form_of_its_scan(draft: Draft, drafts: Sequence[Draft], forms: Places) -> Draft | None:
    """The one draft that surely has the scan out of the mail which brought a shut form and no other."""
    mail = mail_of(draft.forms[-1])
    if draft.scans or not forms.has_one(mail):
        return None
    found = [
        other
        for other in drafts
        if _is_readable(other) and any(sure and mail_of(scan) == mail for scan, sure in other.scans)
    ]
    return found[0] if len(found) == 1 else None


def _is_readable(draft: Draft) -> bool:
    return bool(draft.forms) and not any(is_shut(form) for form in draft.forms)


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
    places = Places(scans)
    for scan in scans:
        served = [draft for draft in drafts if _came_in(draft, scan.place) and _served_later(draft, scan)]
        other = unfit.get(scan.key, ())
        possible = scan.key not in apart and not is_shut(scan)
        may_lack = possible and any(all(one is not draft for one in other) for draft in lacking)
        if places.has_one(scan.place) and len(served) == 1 and not may_lack and not is_export(scan):
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
