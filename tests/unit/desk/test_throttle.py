"""How guesses are slowed."""

from __future__ import annotations

from intake.desk.throttle import MOST_KEYS, SPAN_SECONDS, Throttle


class Clock:
    """Seconds that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_after_so_many_failures_one_waits_until_the_oldest_is_forgotten() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    limits = [("name a", 2), ("from x", 5)]
    assert [throttle.take(limits) for _ in range(2)] == [0, 0]
    clock.now += 10
    assert throttle.take(limits) == SPAN_SECONDS - 10
    clock.now = 100 + SPAN_SECONDS
    assert throttle.take(limits) == 0


def test_an_address_that_tries_many_names_waits_too() -> None:
    throttle = Throttle(Clock())
    assert [bool(throttle.take([(f"name {i}", 2), ("from x", 3)])) for i in range(5)] == [False] * 3 + [
        True
    ] * 2
    assert throttle.take([("name 9", 2), ("from y", 3)]) == 0


def test_whoever_waits_counts_no_further_failure_and_the_right_password_forgives() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    throttle.take([("name a", 1)])
    for _ in range(10):
        assert throttle.take([("name a", 1)]) > 0
    throttle.forgive(["name a"])
    assert throttle.take([("name a", 1)]) == 0


def test_made_up_names_do_not_fill_the_memory() -> None:
    throttle = Throttle(Clock())
    for i in range(MOST_KEYS + 50):
        throttle.take([(f"name {i}", 5)])
    assert len(throttle._failures) == MOST_KEYS
