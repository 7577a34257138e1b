"""One trial: two waves of mails, each read and answered while kills and faults rain down, then judged.

Everything that is chosen is chosen by the seed; what a kill meets depends on the moment as well.
"""

from __future__ import annotations

import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random

from sqlalchemy.engine import make_url

from tests.material import AT
from tests.servers.postgres import Postgres
from tests.torture.crowd import CrowdedStage
from tests.torture.evidence import Evidence
from tests.torture.faults import FAULTS, End
from tests.torture.judge import BROKEN, Objection, judged
from tests.torture.mails import SECOND_WAVE, Sent, portions, waves
from tests.torture.points import POINTS, SIDES, Point
from tests.torture.processes import READS, VICTIMS
from tests.torture.stage import HOUR, PASSES_WITHIN, STOPS_WITHIN, Stage

MINUTE = timedelta(minutes=1)
BEGINS = (HOUR * 4, SECOND_WAVE + HOUR * 4)
"""When the service meets each wave: after the last of its mails, and before the next wave."""

A_WHILE = (0.0, 2.5)
"""Seconds between two blows: a service reads what came since the last one in about one."""

SAME_MAILS = 4
"""So many trials in a row have the same mails, whose undisturbed run takes a third of a trial."""

RUNS_FIRST = 0.8
"""The share of services that begin a pass before a blow falls; the others are met while they start."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A trial before it begins; with `workers` these read, on Postgres alone.

    `faults` are names to choose from, `planted` one of the program itself."""

    seed: int
    postgres: bool = False
    blows: int = 10
    units: int = 8
    strangers: int = 4
    services: int = 1
    workers: int = 0
    keeps_copies: bool = False
    days: int = 2
    faults: tuple[str, ...] = tuple(FAULTS)
    planted: str = ""
    kill_share: float = 0.5
    stops_within: float = STOPS_WITHIN
    passes_within: float = PASSES_WITHIN

    @property
    def mails(self) -> int:
        """The seed of the mails."""
        return self.seed // SAME_MAILS

    def __str__(self) -> str:
        store, sent = "Postgres" if self.postgres else "SQLite", "with" if self.keeps_copies else "without"
        who = f"{self.services} service(s)" + (f", {self.workers} worker(s)" if self.workers else "")
        return f"seed {self.seed}, {store}, {who}, {sent} sent mail"


@dataclass(slots=True)
class Report:
    """What a trial came to."""

    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    fuzzed: int = 0
    letters: int = 0
    person: int = 0
    objections: list[Objection] = field(default_factory=list)


def run_trial(plan: Plan, postgres: Postgres | None = None) -> Report:
    """Plays a trial and judges it after each wave; `postgres` is the server for plans that want one."""
    parts = waves(plan.mails, plan.units, plan.strangers)[: plan.days]
    meant = truth(plan.mails, plan.units, plan.strangers, plan.days)
    chance = Random(f"blows {plan.seed}")
    report = Report(plan)
    server = postgres if plan.postgres else None
    with _stage(plan, server) as stage:
        stage.passes_within = plan.passes_within
        for mails, right, after in zip(parts, meant, BEGINS[: plan.days], strict=True):
            stage.set_clock(AT + after)
            _torment(stage, chance, plan, mails)
            if not stage.hangs:
                stage.calm()
            found = stage.evidence()
            report.objections += judged(found, right)
            if report.objections:
                break
        report.kills, report.faults, report.person = (
            stage.counts.kills,
            stage.counts.faults,
            stage.counts.person,
        )
        report.messages, report.letters = len(found.messages), len({item.message_id for item in found.kept})
        report.fuzzed = sum(mail.fuzz for mail in stage.mails)
    return report


def _stage(plan: Plan, server: Postgres | None) -> Stage:
    given = server, plan.planted, plan.stops_within, plan.keeps_copies
    return CrowdedStage(*given, workers=plan.workers) if plan.workers else Stage(*given)


def play(plan: Plan, url: str) -> Report:
    """A trial in a process of the run; what the harness itself throws counts as something wrong."""
    try:
        return run_trial(plan, Postgres(make_url(url)) if url else None)
    except Exception:  # noqa: BLE001 - told as an objection, so that no run ends well over it
        return Report(plan, objections=[Objection(BROKEN, f"the trial failed: {traceback.format_exc()}")])


@cache
def truth(seed: int, units: int, strangers: int, days: int) -> list[Evidence]:
    """What the same mails yield undisturbed, after each wave."""
    found = []
    parts = waves(seed, units, strangers)[:days]
    with Stage() as stage:
        for mails, after in zip(parts, BEGINS[:days], strict=True):
            stage.deliver(mails)
            stage.set_clock(AT + after)
            stage.calm()
            evidence = stage.evidence()
            assert not evidence.hangs and not evidence.broken, "the undisturbed run failed"
            found.append(evidence)
    return found


def _torment(stage: Stage, chance: Random, plan: Plan, mails: list[Sent]) -> None:
    """Blows on a service that is started again whenever it is gone, each while new mails are read."""
    ends: list[End] = []
    if not plan.blows:
        stage.deliver(mails)
    for part in portions(mails, plan.blows):
        victim = chance.choice(VICTIMS) if chance.random() < plan.kill_share or not plan.faults else ""
        if victim != READS:
            stage.deliver(part)
        _start(stage, chance, plan)
        time.sleep(chance.uniform(*A_WHILE))
        if victim == READS:
            # A process that reads lives for moments.
            stage.deliver(part)
        ended, ends = ends, _blow(stage, chance, plan, victim)
        for end in ended:
            end()
        stage.pass_time(7 * MINUTE)
    for end in ends:
        end()
    while len(stage.living()) < plan.services:
        stage.start()
    time.sleep(1.0)
    stage.stop()


def _start(stage: Stage, chance: Random, plan: Plan) -> None:
    """As many services as there should be, each met while it starts or when it is at work."""
    while len(stage.living()) < plan.services:
        stage.start(*(_points(chance) if plan.kill_share else ()))
        if chance.random() < RUNS_FIRST:
            stage.wait_until_it_runs()


def _blow(stage: Stage, chance: Random, plan: Plan, victim: str) -> list[End]:
    """A kill, or a fault where there is no victim; returns what ends it."""
    if victim:
        stage.kill(victim)
        return []
    name = chance.choice(plan.faults)
    stage.counts.faults[name.partition(" ")[0] if name == "archive" else name] += 1
    end = FAULTS[name](stage, chance)
    return [end] if end else []


def _points(chance: Random) -> list[Point]:
    """At times a place of the program at which it ends itself."""
    if chance.random() < 0.5:
        return []
    return [Point(chance.choice(POINTS), chance.choice(SIDES), chance.choice((1, 1, 2, 3, 8)))]
