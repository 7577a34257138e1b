"""The rounds after an act: one for many, and again where one came to nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from intake.desk import worker
from intake.desk.worker import Worker
from store.database.engine import StoreDown
from store.ledger.nominations import Conflict


def rounds_of(work: Callable[[bool], object], wanted: int, done: list[bool], ask: bool) -> None:
    """Waits for so many rounds, and then as long as several more would take."""
    stop = threading.Event()
    made = Worker(work, stop)
    made.start()
    made.ask(read=ask)
    for _ in range(500):
        if len(done) >= wanted:
            break
        stop.wait(0.02)
    stop.wait(20 * worker.AGAIN_SECONDS)
    stop.set()
    made.join(5.0)


@pytest.mark.parametrize("trouble", [Conflict("x"), StoreDown("x"), OSError("x"), None])
def test_a_round_that_came_to_nothing_is_tried_again_with_what_it_was_to_do(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception | None
) -> None:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.01)
    done: list[bool] = []

    def work(read: bool) -> bool:
        done.append(read)
        if len(done) < 3:
            if trouble:
                raise trouble
            return False
        return True

    rounds_of(work, 3, done, ask=True)
    assert done == [True, True, True], "and no more once it went well"


def test_a_fault_of_ours_ends_that_round_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.01)
    done: list[bool] = []

    def work(read: bool) -> bool:
        done.append(read)
        raise RuntimeError("ours")

    rounds_of(work, 1, done, ask=False)
    assert done == [False]
