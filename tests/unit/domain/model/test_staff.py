"""The roles of the desk."""

from __future__ import annotations

from intake.domain.model.staff import STAFF_ROLE_NAMES, StaffRole

SEE, DECIDE, ADMIN = StaffRole


def test_each_role_may_do_what_those_before_it_may() -> None:
    assert [[role.covers(wanted) for wanted in StaffRole] for role in (SEE, DECIDE, ADMIN)] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    assert set(STAFF_ROLE_NAMES) == set(StaffRole)
