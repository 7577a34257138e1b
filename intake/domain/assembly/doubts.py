"""The doubt of a nomination whose scan is not certain, and what a scan shows of its nominee."""

from __future__ import annotations

from collections.abc import Sequence

from intake.domain.campaign.campaign import Campaign
from intake.domain.model.document import Document
from intake.domain.model.doubt import Doubt, DoubtKind, doubt
from intake.domain.scans.form_heads import Head, read_head
from intake.domain.scans.page_text import shown_pages

MOST_TOLD = 5
"""Candidates that are listed; whoever looks at more opens the mail."""


def undecided(candidates: Sequence[Document], campaign: Campaign) -> Doubt:
    """A nomination whose scan is not certain, with the files that may be it."""
    listed = "、".join(_told(document, campaign) for document in candidates[:MOST_TOLD])
    more = f"等{len(candidates)}份" if len(candidates) > MOST_TOLD else ""
    told = f"，可能为：{listed}{more}" if candidates else ""
    files = dict.fromkeys(document.filename for document in candidates)
    return doubt(DoubtKind.SCAN_UNDECIDED, *files, candidates=told)


def _told(document: Document, campaign: Campaign) -> str:
    head = head_shown(document, campaign)
    pages = f"第{document.pages[0]}—{document.pages[-1]}页" if document.pages else ""
    read = f"（读作“{head.nominee}”）" if head else ""
    return f"《{document.filename}》{pages}{read}"


def head_shown(document: Document, campaign: Campaign) -> Head | None:
    """What stands where the form begins, if its nominee was read; None where it was not."""
    heads = (read_head(page, campaign, ()) for page in shown_pages(document) if page.lines)
    return next((head for head in heads if head.nominee), None)
