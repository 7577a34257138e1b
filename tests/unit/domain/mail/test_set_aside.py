"""What operators and staff read of a mail that waits for a person."""

from __future__ import annotations

from intake.domain.mail.received_time import NO_TIME
from intake.domain.mail.set_aside import FAULT_REASON, UNPLACED, reason_told, trouble_told


def test_the_operator_reads_what_to_do_for_a_code_and_a_traceback_as_it_is() -> None:
    assert "--received-at" in trouble_told(NO_TIME)
    assert "quarantine place" in trouble_told(UNPLACED)
    assert trouble_told(f"KeyError: {NO_TIME}") == f"KeyError: {NO_TIME}"
    assert trouble_told(None) == ""


def test_staff_read_a_reason_of_their_own_for_each() -> None:
    assert len({reason_told(code) for code in (NO_TIME, UNPLACED, "KeyError", None)}) == 3
    assert reason_told("KeyError: 1") == FAULT_REASON
