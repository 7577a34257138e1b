"""The only place that asks what time it is."""

from __future__ import annotations

import os
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from intake.config.faults import ConfigFault, Fault

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone that deadlines, letters and the digest are told in unless configured otherwise."""

FREEZE = "SHOUWEN_NOW"
"""Environment variable: an ISO 8601 instant with offset at which the clock stands, for rehearsals."""


def now(zone: tzinfo = SHANGHAI) -> datetime:
    """The present instant, aware, told in `zone`; the instant in SHOUWEN_NOW where that is set.

    Raises `ConfigFault` when SHOUWEN_NOW is no ISO 8601 instant with an offset.
    """
    frozen = os.environ.get(FREEZE)
    if not frozen:
        return datetime.now(zone)
    try:
        instant = datetime.fromisoformat(frozen)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        fault = Fault(
            FREEZE,
            f'"{frozen}"',
            "must be an ISO 8601 instant with an offset",
            f"write {FREEZE}=2025-02-23T18:00:00+08:00, or unset it",
            "environment",
        )
        raise ConfigFault((fault,))
    return instant.astimezone(zone)
