"""Why a mail waits for a person instead of being taken up: a code of ours, or the traceback of a fault."""

from __future__ import annotations

from intake.domain.mail.received_time import NO_TIME

UNPLACED = "unplaced"
"""The trouble of a mail that fits none of the campaigns of its mailbox, or several alike."""

_TOLD = {
    NO_TIME: "no time of record: no Received header and no INTERNALDATE; "
    "ingest it again with --received-at, the moment it entered the mailbox",
    UNPLACED: "it fits none of the campaigns served from this mailbox, or several alike; "
    "say whose it is with `shouwen quarantine place MESSAGE CAMPAIGN --by NAME`",
}
"""What the operator reads."""

_REASONS = {
    NO_TIME: "邮件没有可以采信的收到时间",
    UNPLACED: "无法判断这封邮件属于本邮箱承办的哪一项活动",
}
"""What staff read."""

FAULT_REASON = "系统读取这封邮件时发生内部错误，与来信单位无关"


def trouble_told(trouble: str | None) -> str:
    """What the operator reads of a message's trouble: a sentence for a code, a traceback as it is."""
    return _TOLD.get(trouble or "", trouble or "")


def reason_told(trouble: str | None) -> str:
    """What staff read of it."""
    return _REASONS.get(trouble or "", FAULT_REASON)
