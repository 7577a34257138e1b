"""Whether the service is taken to be alive, by its signs alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from intake import clock
from intake.domain.letters.outage import Duty
from intake.service import watch
from intake.service.alerts import Monitor
from store.database.engine import connect, migrate, writing
from store.mail import progress
from tests.unit.service.test_health import monitor


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Monitor:
    at(monkeypatch, 0)
    return monitor(tmp_path, monkeypatch)


def at(monkeypatch: pytest.MonkeyPatch, minute: int) -> None:
    monkeypatch.setenv("SHOUWEN_NOW", f"2025-02-21T10:{minute:02d}:00+08:00")


def test_a_service_that_never_was(watched: Monitor, sqlite_url: str, tmp_path: Path) -> None:
    assert "从未工作" in watch.look(watched, sqlite_url)
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"


def test_a_sign_of_life_or_a_whole_pass_is_enough(
    watched: Monitor, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.alive()
    at(monkeypatch, 29)
    assert watch.look(watched, sqlite_url) == ""
    at(monkeypatch, 30)
    assert "最近一次工作于2025年2月21日10时00分" in watch.look(watched, sqlite_url)
    ended(sqlite_url, clock.now())
    assert watch.look(watched, sqlite_url) == ""


def test_a_service_that_lives_and_fails_is_told_after_the_stated_minutes(
    watched: Monitor, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.failed(Duty.SEND, "refused")
    at(monkeypatch, 29)
    watched.alive()
    assert watch.look(watched, sqlite_url) == ""
    at(monkeypatch, 31)
    assert watch.look(watched, sqlite_url) == "发信自2025年2月21日10时00分起未成功，已31分钟：refused"


def test_a_dead_service_is_noted_since_its_last_sign_and_its_return_ends_it(
    watched: Monitor, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.alive()
    at(monkeypatch, 40)
    monkeypatch.setattr(watched, "everybody", ("nobody@example.org",))
    monkeypatch.setattr(watched, "tell", lambda: None)
    watch.note(watched, sqlite_url)
    known = watched.record.read().outages[Duty.RECEIVE]
    assert (known.since.minute, known.seen.minute) == (0, 40)
    at(monkeypatch, 41)
    ended(sqlite_url, clock.now())
    watch.note(watched, sqlite_url)
    assert watched.record.read().outages[Duty.RECEIVE].over == clock.now()


def ended(url: str, when: datetime) -> None:
    """A whole pass has ended."""
    engine = connect(url)
    migrate(engine)
    with writing(engine) as cn:
        progress.set_progress(cn, progress.JOURNEY_ENDED, when)
    engine.dispose()
