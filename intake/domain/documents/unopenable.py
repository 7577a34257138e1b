"""Files that nobody can open and only their sender can mend: damaged, or behind a password.  Pure.

Such a file, as it is, can never be the paper that lacks; so it is no reason to keep quiet about what lacks,
but something to be named to the unit.  What *we* cannot open (too large, an unknown format) is the contrary:
it may be the very paper, and a person looks.

Once named, it never turns "missing" into `review`.  The mail (or the folder in it) that brought one form and
one such file tells whose it is (`intake/domain/pairing/mail_pairs.py`); a locked archive that came with the
papers is asked for in place of what may lie in it.  The directory of a locked archive names its files with
their sizes: whatever comes later with these came out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.filenames import named_on_the_way
from intake.domain.model.document import Document, Role
from intake.domain.model.facts import PAGED_FORMATS, PICTURE_FORMATS, ContainerFacts, UnreadableFacts
from intake.domain.model.nomination import Case
from intake.domain.text.names import compact

ARCHIVES = frozenset({"zip", "7z", "rar", "smime", "archive"})
"""Claimed formats of files that may hold several papers."""

_WORD = frozenset({"word", "legacy-word", "odt"})
_OTHER_WORDS = ("照片", "视频", "影像", "图片", "证件照", "工作照", "生活照")
_STATES = {"encrypted": "设有密码，无法打开", "unreadable": "已损坏，无法打开"}


def shut_code(document: Document) -> str | None:
    """`encrypted` or `unreadable` where the file must be sent again whatever it holds; else None.

    An archive of which some files are behind a password is such a file too: what came out of it stands
    for itself.  One of which some are damaged is not: another program may get more out of it.
    """
    facts = document.facts
    if isinstance(facts, UnreadableFacts):
        return facts.code if facts.code in _STATES else None
    if isinstance(facts, ContainerFacts) and facts.left_out:
        return "encrypted" if all(code == "encrypted" for _, code in facts.left_out) else None
    return None


def is_shut(document: Document) -> bool:
    """True for a file that its sender must mend."""
    return shut_code(document) is not None


def said_of(document: Document) -> str:
    """What was seen of such a file, in Chinese: 《2.pdf》已损坏，无法打开."""
    facts = document.facts
    within = ""
    if isinstance(facts, ContainerFacts):
        within = "内的" + "".join(f"《{name}》" for name, _ in facts.left_out[:3])
        within += f"等{len(facts.left_out)}个文件" if len(facts.left_out) > 3 else ""
    return f"《{document.filename}》{within}{_STATES[shut_code(document) or 'unreadable']}"


def is_archive(document: Document) -> bool:
    """True for a file in which several papers may lie."""
    facts = document.facts
    if isinstance(facts, UnreadableFacts):
        return facts.claimed_format in ARCHIVES
    return isinstance(facts, ContainerFacts)


def lists(archive: Document, papers: Sequence[Document]) -> bool:
    """True where a locked archive's directory names these papers: one by name and size, or two by size.

    A password hides neither, and no two papers have as many bytes by chance.
    """
    facts = archive.facts
    locked = facts.locked if isinstance(facts, UnreadableFacts) else ()
    if any((paper.filename, paper.size) in locked for paper in papers):
        return True
    sizes = {size for _, size in locked if size}
    return len(sizes & {paper.size for paper in papers}) > 1


def may_hold(document: Document, role: Role, campaign: Campaign) -> bool:
    """True for a shut file that was perhaps sent as, or with, the paper of that role."""
    if is_archive(document):
        within = [name for name, _ in getattr(document.facts, "left_out", ())] or [document.filename]
        return not all(_is_called_otherwise(name, campaign) for name in within)
    format_ = getattr(document.facts, "claimed_format", "")
    if document.role not in (role, Role.OTHER) or _is_called_otherwise(document.filename, campaign):
        return False
    if role is Role.FORM:
        return format_ not in PAGED_FORMATS | PICTURE_FORMATS
    return format_ not in _WORD and format_ != "office"


def own_archives(case: Case, loose: Iterable[Document], role: Role, campaign: Campaign) -> list[Document]:
    """The shut archives in which the paper that `case` lacks was surely sent, if it was sent at all.

    They stand with it, or came in the mail of its papers and belong to several.
    """
    mails = {item.document.message.id for item in case.papers}
    with_it = [item.document for item in case.attachments if item.current]
    beside = [document for document in loose if document.message.id in mails]
    return [
        document
        for document in (*with_it, *beside)
        if is_shut(document) and is_archive(document) and may_hold(document, role, campaign)
    ]


def told_beside(
    case: Case, loose: Iterable[Document], role: Role, names: Sequence[str], campaign: Campaign
) -> list[str]:
    """What is said of the shut files that may have been meant for what `case` lacks, each once.

    A file that names another of the unit's nominees (`names`), and not this one, is not meant.
    """
    attached = (item.document for item in case.attachments if item.current)
    told = []
    for document in (*attached, *loose):
        present = named_on_the_way(document.filename, document.folder, names)
        if present and case.nominee not in present:
            continue
        if is_shut(document) and may_hold(document, role, campaign):
            told.append(said_of(document))
    return list(dict.fromkeys(told))


def is_sealed(case: Case) -> bool:
    """True for a nomination of which nothing but such files came, in mails of their own: see `resent`."""
    return bool(case.documents) and all(
        item.role is Role.OTHER and is_shut(item.document) for item in case.documents
    )


def _is_called_otherwise(filename: str, campaign: Campaign) -> bool:
    """True for a name that calls the file photographs, a summary, a statement, a certificate."""
    head = campaign.campaign
    name = compact(filename)
    if any(compact(title) in name for title in head.form_titles):
        return False
    others = (*_OTHER_WORDS, *head.summary_titles, *head.statement_titles, *head.other_titles)
    return any(compact(word) in name for word in others)
