"""Mails of which nothing could be opened: what is asked of their unit, and what comes in answer.  Pure.

A mail that brings nothing but damaged or locked files opens a nomination of its own
(`unopenable.is_sealed`), so that the unit is asked for the files, and what they hold counts from the day
on which they came.  The nominations that come in answer take its number and its time of record over.

Such a nomination takes no place in the quota, and nothing is asked for it but the file.  What counts as
an answer: forms after our letter, in words of sending again, after the deadline from the same sender, or
named in the filename; and, for a day after the first, the others of that unit.
"""

from __future__ import annotations

from collections.abc import Sequence

from intake.domain.assembly.drafts import Draft
from intake.domain.assembly.requests import NO_ANSWERS, Answers
from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.filenames import category_in, named_on_the_way, nominee_in
from intake.domain.documents.unopenable import is_archive, is_shut, lists, may_hold, said_of
from intake.domain.model.document import Document, Role, came, follows, in_order
from intake.domain.model.doubt import DoubtKind, doubt
from intake.domain.model.nomination import Unit
from intake.domain.text.names import compact, stem


def settle_shut(
    drafts: Sequence[Draft],
    loose: Sequence[Document],
    unit: Unit,
    campaign: Campaign,
    known_names: Sequence[str],
    answers: Answers = NO_ANSWERS,
) -> tuple[list[Draft], list[Document]]:
    """New drafts for mails of which nothing could be opened, and what is still loose.

    Where others came in answer, these get the files.  Nothing is opened for a unit that is not known, nor
    for an unverified sender: anybody can lock a file.  A file sent again under its name, and still shut, is
    asked for once.
    """
    if not unit.known:
        return [], list(loose)
    for draft in drafts:
        _date_back(draft, campaign)
    alone = _alone(drafts, loose, campaign)
    opened: list[Draft] = []
    groups: dict[tuple[str, str], list[Document]] = {}
    for document in alone:
        groups.setdefault((document.message.claimed_from, stem(document.filename)), []).append(document)
    for files in groups.values():
        found = _answers(files, drafts, campaign, answers)
        for draft in found:
            draft.since += files
        if not found:
            opened.append(_sealed(files, drafts, unit, campaign, known_names, answers))
    taken = {document.key for document in alone}
    return opened, [document for document in loose if document.key not in taken]


def _date_back(draft: Draft, campaign: Campaign) -> None:
    """A shut file that names the nominee and came before any paper: the papers came in its place."""
    for file in [document for document in draft.others if is_shut(document)]:
        if _began_after(file, draft) and not file.message.unverified and _may_be_paper(file, campaign):
            draft.others.remove(file)
            draft.since.append(file)


def _alone(drafts: Sequence[Draft], loose: Sequence[Document], campaign: Campaign) -> list[Document]:
    """The shut files of mails that brought nothing else in which a paper is, or may be."""
    busy = {paper.message.id for draft in drafts for paper in draft.papers}
    busy |= {d.message.id for d in loose if d.role in (Role.FORM, Role.SCAN) and not is_shut(d)}
    return [
        document
        for document in in_order(loose)
        if is_shut(document)
        and document.message.id not in busy
        and not document.message.unverified
        and _may_be_paper(document, campaign)
    ]


def _answers(
    files: Sequence[Document], drafts: Sequence[Draft], campaign: Campaign, answers: Answers
) -> list[Draft]:
    """The drafts that came in answer: an archive may have held several, another file only one."""
    file = files[0]
    if again := [draft for draft in drafts if _came_out_of(file, draft)]:
        return again
    newer = [draft for draft in drafts if _began_after(file, draft)]
    found = [draft for draft in newer if _is_named_in(file, draft)] or [
        draft for draft in newer if _may_be_of(file, draft, campaign) and _answers_in(files, draft, answers)
    ]
    found.sort(key=lambda draft: came(draft.papers[0]))
    return found if any(is_archive(document) for document in files) else found[:1]


def _answers_in(files: Sequence[Document], draft: Draft, answers: Answers) -> bool:
    """True where the draft began with an answer, or got in one the paper that could not be opened."""
    first, *later = draft.papers
    same = [paper for paper in later if paper.role is files[0].role and not is_archive(files[0])]
    return any(answers.answered_by(files, paper) for paper in (first, *same))


def _sealed(
    files: Sequence[Document],
    drafts: Sequence[Draft],
    unit: Unit,
    campaign: Campaign,
    known_names: Sequence[str],
    answers: Answers,
) -> Draft:
    """A draft of nothing but files that cannot be opened; the newest of them is asked for."""
    filename = files[0].filename
    category = category_in(filename, campaign)
    titled = any(compact(title) in compact(filename) for title in campaign.campaign.form_titles)
    nominee = nominee_in(filename, campaign, known_names) if category or titled else None
    if nominee and nominee in (unit.name or ""):
        nominee = None
    draft = Draft(category, nominee, sealed=list(files))
    if any(_was_completed(files, other, answers) or _adds(files, other, answers) for other in drafts):
        draft.doubts.append(doubt(DoubtKind.SENT_BESIDE, files[-1].filename, seen=said_of(files[-1])))
    return draft


def _adds(files: Sequence[Document], draft: Draft, answers: Answers) -> bool:
    """True for a nomination that its sender called a supplement, though nothing of it had come before."""
    first = draft.papers[0].message
    same = first.claimed_from == files[0].message.claimed_from
    return same and first.id in answers.adding and _began_after(files[-1], draft)


def _was_completed(files: Sequence[Document], draft: Draft, answers: Answers) -> bool:
    """True where the sender's nomination lacked a paper when the files came, and got it in answer.

    Where a letter had asked for that paper itself, it tells nothing of the files.
    """
    papers = draft.papers
    if any(paper.id in answers.replies for paper in papers):
        return False
    there = {paper.role for paper in papers if came(paper) <= came(files[-1])}
    later = [p for p in papers if came(p) > came(files[-1]) and p.role not in there and not is_shut(p)]
    same = papers[0].message.claimed_from == files[0].message.claimed_from
    return bool(there) and same and any(answers.answered_by(files, paper) for paper in later)


def _may_be_paper(file: Document, campaign: Campaign) -> bool:
    return any(may_hold(file, role, campaign) for role in (Role.FORM, Role.SCAN))


def _came_out_of(file: Document, draft: Draft) -> bool:
    """True where a paper came later that the file held: in an archive of the same name, or listed in it."""
    name = stem(file.filename)
    later = [paper for paper in draft.papers if follows(paper, file)]
    return any(paper.folder and stem(paper.folder.split("/")[0]) == name for paper in later) or lists(
        file, later
    )


def _may_be_of(file: Document, draft: Draft, campaign: Campaign) -> bool:
    category = category_in(file.filename, campaign)
    return None in (category, draft.category) or category == draft.category


def _is_named_in(file: Document, draft: Draft) -> bool:
    if not draft.nominee or not compact(draft.nominee):
        return False
    said = compact(draft.nominee) in compact(file.message.subject)
    return said or bool(named_on_the_way(file.filename, file.folder, [draft.nominee]))


def _began_after(file: Document, draft: Draft) -> bool:
    return follows(draft.papers[0], file)
