"""Who works at the desk: a name, and what that person may do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StaffRole(StrEnum):
    """What a person may do at the desk; each may do what those before it may."""

    SEE = "see"
    DECIDE = "decide"
    ADMIN = "admin"

    def covers(self, wanted: StaffRole) -> bool:
        """True where this role may do what `wanted` may."""
        order = list(StaffRole)
        return order.index(self) >= order.index(wanted)


STAFF_ROLE_NAMES: dict[StaffRole, str] = {
    StaffRole.SEE: "查看",
    StaffRole.DECIDE: "办理",
    StaffRole.ADMIN: "管理",
}
"""What an office calls them."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """A person with an account of the desk; acts are recorded under this `name`."""

    name: str
    role: StaffRole
    added_at: datetime
