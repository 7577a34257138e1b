"""Which nomination a file is for that did not come: offered by a cloud link, or kept out by a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.filenames import named, nominee_in
from intake.domain.mail.links import CloudLink
from intake.domain.model.document import Role
from intake.domain.model.endings import Ending, tells
from intake.domain.model.nomination import Case
from intake.domain.text.names import compact, stem

_OTHER_WORDS = ("照片", "视频", "影像", "图片", "证件照")
"""What a name says of material that is neither form nor scan."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Links for the paper that a nomination lacks: those that surely are, and those that may be."""

    surely: tuple[CloudLink, ...] = ()
    perhaps: tuple[CloudLink, ...] = ()


NOTHING_OFFERED = Offered()


def lacking(case: Case, campaign: Campaign) -> Role | None:
    """The paper that a nomination needs and has not; a case always has one of the two."""
    if campaign.needs.form and case.current(Role.FORM) is None:
        return Role.FORM
    return Role.SCAN if campaign.needs.scan and case.current(Role.SCAN) is None else None


def offered(
    case: Case, cases: Sequence[Case], links: Mapping[int, Sequence[CloudLink]], campaign: Campaign
) -> Offered:
    """What the unit's links (by the row of their message) hold of what `case` lacks.

    A link is surely for the nominee whom its filename names, or for the only nomination that its
    mail brought and that lacks anything, where that mail has no second link; in a mail that brought none,
    for the unit's only one.  A link that names another of the unit's nominees is for that one, and so is one
    that came with a nomination which then lacked the paper.
    """
    role = lacking(case, campaign)
    if role is None:
        return NOTHING_OFFERED
    names = _nominees(cases)
    open_links = _open_links(links, role)
    surely: list[CloudLink] = []
    perhaps: list[CloudLink] = []
    for row, link in open_links:
        present = named(stem(link.filename), names) if link.filename else set()
        if present and case.nominee not in present:
            continue
        if not present and not _came_in(case, row) and _is_brought(cases, role, row):
            continue
        owners = [one for one in (case, *cases) if _is_for(one, cases, row, link, open_links, campaign)]
        alone = any(one is case for one in owners)
        if not alone and role in (lacking(one, campaign) for one in owners):
            continue
        certain = (case.nominee in present or alone) and _fits(link, role, campaign)
        (surely if certain else perhaps).append(link)
    return Offered(tuple(surely), tuple(perhaps))


def may_hold_scan(
    case: Case, cases: Sequence[Case], links: Mapping[int, Sequence[CloudLink]]
) -> tuple[str, ...]:
    """What the unit offers by links that may be a better scan of `case`, as staff are told of it."""
    if not any(links.values()):
        return ()
    names = _nominees((*cases, case))
    told = []
    for link in (link for row in sorted(links) for link in links[row] if _may_hold(link, Role.SCAN)):
        present = named(stem(link.filename), names) if link.filename else set()
        if not present or case.nominee in present:
            told.append(f"以链接发送的{link.filename or '附件'}")
    return tuple(dict.fromkeys(told))


def kept_out(case: Case, cases: Sequence[Case], left_out: Mapping[int, Sequence[str]]) -> tuple[str, ...]:
    """The files that a limit kept out of the unit's mails and that may be papers of `case`, each once.

    Such a file was never opened, so its name is all there is: one that names another of the
    unit's nominees, and not this one, is not meant.
    """
    if not left_out:
        return ()
    names = _nominees((*cases, case))
    found = []
    for filename in (name for row in sorted(left_out) for name in left_out[row]):
        present = named(stem(filename), names)
        if not present or case.nominee in present:
            found.append(filename)
    return tuple(dict.fromkeys(found))


def _is_for(
    case: Case,
    cases: Sequence[Case],
    row: int,
    link: CloudLink,
    open_links: Sequence[tuple[int, CloudLink]],
    campaign: Campaign,
) -> bool:
    """True where the link is the only one of its mail, and can be for this nomination alone."""
    beside = sum(other == row for other, _ in open_links)
    found = beside == 1 and _alone(case, cases, row, len(open_links), campaign)
    return found and not _strange(link, case, campaign)


def _alone(case: Case, cases: Sequence[Case], row: int, links: int, campaign: Campaign) -> bool:
    """True for the one nomination of the link's mail that lacks a paper, or the only one of the unit."""
    others = [other for other in cases if other is not case]
    if _came_in(case, row):
        return all(lacking(other, campaign) is None for other in others if _came_in(other, row))
    return not others and links == 1


def _came_in(case: Case, row: int) -> bool:
    return any(item.document.message.id == row for item in case.documents)


def _open_links(links: Mapping[int, Sequence[CloudLink]], role: Role) -> list[tuple[int, CloudLink]]:
    """Those that may hold such a paper, each with the row of its message."""
    return [(row, link) for row, sent in links.items() for link in sent if _may_hold(link, role)]


def _nominees(cases: Sequence[Case]) -> list[str]:
    return [case.nominee for case in cases if case.nominee]


def _is_brought(cases: Sequence[Case], role: Role, row: int) -> bool:
    """True where a nomination of that mail got its paper by a later one."""
    return any(_got_later(case, role, row) for case in cases)


def _got_later(case: Case, role: Role, row: int) -> bool:
    """True for a nomination of that mail whose paper came in other mails alone."""
    papers = [item.document.message.id for item in case.documents if item.role is role]
    return _came_in(case, row) and bool(papers) and row not in papers


def _strange(link: CloudLink, case: Case, campaign: Campaign) -> bool:
    """True where the filename may name somebody else."""
    unit = case.unit.name or ""
    noise = [name for name in (unit, unit.replace("科学技术协会", "科协")) if name]
    someone = nominee_in(link.filename, campaign, noise) if link.filename else None
    return someone is not None and compact(someone) != compact(case.nominee or "")


def _may_hold(link: CloudLink, role: Role) -> bool:
    """False for a kind of file that is no form and no scan: a film, a table; a PDF is no Word form."""
    name = link.filename
    if tells(name, Ending.FILM) or tells(name, Ending.SHEET):
        return False
    return role is Role.SCAN or not tells(name, Ending.PAGES)


def _fits(link: CloudLink, role: Role, campaign: Campaign) -> bool:
    """True for a name such as the paper has: of its kind or an archive, and not another paper's title."""
    name = compact(link.filename)
    head = campaign.campaign
    others = (*_OTHER_WORDS, *head.summary_titles, *head.statement_titles, *head.other_titles)
    titled = any(compact(title) in name for title in head.form_titles)
    if not titled and any(compact(word) in name for word in others):
        return False
    return not (role is Role.SCAN and tells(link.filename, Ending.TEXT))
