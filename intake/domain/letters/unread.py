"""What staff read of mail that could not be fetched whole, or whose bytes were lost.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]


def unfetched_line(row: Row) -> str:
    """A mail that is seen in the mailbox and never came whole."""
    which = f"文件夹“{row['folder']}”中第{row['uid']}号邮件"
    return f"{which}已尝试{row['attempts']}次仍未能完整取回（{row['trouble']}），请在网页邮箱中查看"


def damaged_line(row: Row) -> str:
    """A mail whose bytes in the archive are lost, or a file of it."""
    sender = f"（{row['claimed_from']}）" if row["claimed_from"] else ""
    return (
        f"邮件{row['id']}{sender}的存档文件损坏、缺失或无法读取，与来信单位无关，系统正从邮箱重新取回；"
        "取回前不向该发件人的单位发函。请系统管理员检查磁盘并运行 shouwen doctor --archive"
    )
