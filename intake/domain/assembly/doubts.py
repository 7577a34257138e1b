"""Why an assembly is not conclusive, in Chinese for staff: with the files in question and what they show."""

from __future__ import annotations

from collections.abc import Sequence

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.terms import Words
from intake.domain.model.document import Document
from intake.domain.scans.form_heads import Head, read_head
from intake.domain.scans.page_text import shown_pages

MOST_TOLD = 5
"""Candidates that are listed; whoever looks at more opens the mail."""


def undecided(candidates: Sequence[Document], campaign: Campaign) -> str:
    """A nomination whose scan is not certain, with the files that may be it."""
    said = f"本单位有扫描件无法确定属于哪一份{campaign.words.form}"
    if not candidates:
        return said
    told = "、".join(_told(document, campaign) for document in candidates[:MOST_TOLD])
    more = f"等{len(candidates)}份" if len(candidates) > MOST_TOLD else ""
    return f"{said}，可能为：{told}{more}"


def _told(document: Document, campaign: Campaign) -> str:
    head = head_shown(document, campaign)
    pages = f"第{document.pages[0]}—{document.pages[-1]}页" if document.pages else ""
    read = f"（识别为“{head.nominee}”）" if head else ""
    return f"《{document.filename}》{pages}{read}"


def head_shown(document: Document, campaign: Campaign) -> Head | None:
    """What stands where the form begins, if its nominee was read; None where it was not."""
    heads = (read_head(page, campaign, ()) for page in shown_pages(document) if page.lines)
    return next((head for head in heads if head.nominee), None)


def only_scanned(scan: Document, shown: str, words: Words) -> str:
    """A scan that shows a nominee of whom no form came."""
    said = f"扫描件《{scan.filename}》所示{words.nominee}识别为“{shown}”"
    return f"{said}，未收到与之相应的{words.form}Word版，请核对"


def perhaps_replaced(scan: Document, words: Words) -> str:
    """A scan that came with a form and may have been sent for it by mistake."""
    said = f"扫描件《{scan.filename}》与另一份{words.form}同一邮件收到，而该{words.form}的扫描件见于其他邮件"
    return f"{said}，可能系误附，请核对"


def misnamed(scan: Document, named: str | None, shown: str | None) -> str:
    """A scan whose filename says another nominee than it shows."""
    return f"扫描件《{scan.filename}》的文件名为“{named}”，所示内容为“{shown}”，已按内容归入，请核对"


def several(scan: Document, words: Words) -> str:
    """A file that may hold the scans of several forms, and where they part is not clear."""
    return f"扫描件《{scan.filename}》可能含有多份{words.form}，未能自动分开，请人工核对"
