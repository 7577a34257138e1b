"""The simulation of workers: known queues come out as theory has them, and the same seed gives the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.scale import HEADING, SCAN_TRANSFER, SCANNED, Load, Plant, Times, letter_days, rows, simulate
from bench.simulation import Process, Simulation, Station


def test_places_are_given_in_the_order_of_coming() -> None:
    simulation = Simulation()
    station = Station(simulation, 2)
    ended = []

    def process(number: int) -> Process:
        yield from station.use(10.0)
        ended.append((number, simulation.now))

    for number in range(5):
        simulation.begin(process(number), number * 1.0)
    assert simulation.run() == 30.0
    assert ended == [(0, 10.0), (1, 11.0), (2, 20.0), (3, 21.0), (4, 30.0)]
    assert station.busy(30.0) == pytest.approx(50 / 60)


def test_twice_the_workers_do_twice_the_work_where_nothing_else_is_narrow() -> None:
    times, load = Times(read=0.05, look=1.0, assemble_each=0.0, claim=0.0), Load(1000, 1000, 1.0)
    one, two = (simulate(times, Plant(n, fetched=True), load) for n in (1, 2))
    assert two.rate / one.rate == pytest.approx(2, rel=0.02)
    assert one.narrowest == "workers" and one.busy["workers"] > 0.98


def test_the_work_that_is_there_is_done_and_no_more() -> None:
    # One process, no variation but that of the mails: the whole is the sum of its parts.
    times = Times(0, 0, 0.1, 1.0, 0, 0, 0, 0, 0, 0)
    course = simulate(times, Plant(1, 1, fetched=True), Load(2000, 2000, 0.25))
    assert course.seconds == pytest.approx(2000 * (0.1 + 0.25), rel=0.05)


def test_a_poller_fetches_one_mail_after_the_other() -> None:
    times = Times(0.02, 0.18, 0.001, 0, 0, 0, 0, 0, 0.1, 0)
    for mailboxes in (1, 4):
        course = simulate(times, Plant(64, mailboxes=mailboxes), Load(2000, 2000, 0.0))
        assert course.rate == pytest.approx(mailboxes / 0.3, rel=0.05)
        assert course.narrowest == "poller"


def test_one_unit_is_assembled_by_one_process_at_a_time_with_all_that_waits() -> None:
    times = Times(0, 0, 0.01, 0, 1.0, 0, 0, 0, 0, 0)
    course = simulate(times, Plant(16, fetched=True), Load(500, 1, 0.0))
    assert course.seconds < 10, "not 500 s: what waits is assembled together"
    assert course.seconds > 1


def test_the_same_seed_gives_the_same_course() -> None:
    plant, load = Plant(4), Load(500, 50, 0.5)
    assert simulate(Times(), plant, load, 7) == simulate(Times(), plant, load, 7)
    assert simulate(Times(), plant, load, 7) != simulate(Times(), plant, load, 8)


def test_service_times_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "times.json"
    file.write_text(json.dumps({"read": 0.5, "look": 2, "about": "this machine"}))
    assert Times.of(file) == Times(read=0.5, look=2.0)
    file.write_text('{"reed": 1}')
    with pytest.raises(ValueError, match="reed"):
        Times.of(file)


def test_letters_go_at_the_slower_of_pause_and_limit() -> None:
    assert letter_days(400, 20, 200) == pytest.approx(2.0)
    assert letter_days(4320, 20, 100_000) == pytest.approx(1.0)


def test_the_document_shows_what_the_simulation_prints() -> None:
    shown = (Path(__file__).parents[2] / "docs" / "scale.md").read_text("utf-8").splitlines()
    for line in (*HEADING, *rows("a scan, 2 MB", Times(transfer=SCAN_TRANSFER), SCANNED, 1)):
        assert line in shown
