"""What staff read of mail that bears a mark of a state secret: where it lies, what to do, nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from intake.domain.letters.views import DigestItem
from intake.domain.model.nomination import State
from intake.domain.secrecy.mail_marks import PLACE_NAMES, Place

Row = Mapping[str, Any]

DUTY = "请按保密规定处理，勿转发、勿用互联网邮箱回复，请电话联系报送单位"


@dataclass(frozen=True, slots=True)
class AlertView:
    """One marked mail: when and from whom it came, where it lies, where the mark was seen.

    `doubtful` where a reader of print saw what may be a mark: the mail was processed, and a person must look.
    """

    template: ClassVar[str] = "alert"

    campaign_title: str
    message: int
    received_at: datetime
    sender: str
    folder: str
    archived_as: str
    place: str
    doubtful: bool = False


def alert_view(row: Row, campaign_title: str) -> AlertView:
    """The view of a row of `store.mail.secrecy.marked`."""
    return _view(row, campaign_title, PLACE_NAMES[Place(row["classified"])])


def scan_view(row: Row, campaign_title: str) -> AlertView:
    """The view of a row of `store.mail.secrecy.marked_in_scans`."""
    return replace(_view(row, campaign_title, "扫描件页面（文字识别，可能有误）"), doubtful=True)


def _view(row: Row, campaign_title: str, place: str) -> AlertView:
    return AlertView(
        campaign_title=campaign_title,
        message=row["id"],
        received_at=row["received_at"],
        sender=row["claimed_from"] or "（无发件人）",
        folder=row["folder"] or "（由文件导入）",
        archived_as=row["content_hash"],
        place=place,
    )


def marked_item(row: Row) -> DigestItem:
    """The same as a line of the digest."""
    view = alert_view(row, "")
    return DigestItem(
        number=f"邮件{view.message}",
        unit=view.sender,
        nominee="",
        category="",
        state=State.REVIEW,
        what=f"来信{view.place}带有密级标志，已停止处理，材料未登记（邮箱文件夹：{view.folder}）",
        when=view.received_at,
        act=DUTY,
    )
