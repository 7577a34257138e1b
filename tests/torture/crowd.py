"""A stage on which workers read for the service, and may be killed as it may."""

from __future__ import annotations

import signal
import subprocess
from datetime import datetime
from typing import Any, Self

from tests.torture.points import Point
from tests.torture.processes import kill
from tests.torture.stage import SPARE, Stage


class CrowdedStage(Stage):
    """So many workers on one store beside the services; each that is gone is replaced."""

    def __init__(self, *given: Any, workers: int, **named: Any) -> None:
        super().__init__(*given, **named)
        self._wanted = workers
        self._workers: list[subprocess.Popen[bytes]] = []
        self._met = 0

    def __enter__(self) -> Self:
        super().__enter__()
        self.office.change(engine={"kind": "procrastinate"})
        return self

    def start(self, *points: Point) -> None:
        """Starts a service, and the workers that lack; a point meets one of them as often as the service."""
        self._met += bool(points)
        to_workers = points if self._met % 2 else ()
        self._fill(*to_workers)
        super().start(*(() if to_workers else points))

    def kill(self, victim: str) -> None:
        """Kills a part of each service, then at the next time of a worker, and so on in turns."""
        self._met += 1
        self._fill()
        if self._met % 2:
            super().kill(victim)
            return
        process = self._workers.pop(0)
        if kill(process.pid, victim):
            self.counts.kills[f"{victim} of a worker"] += 1
        if victim in ("parent", "tree"):
            process.wait(SPARE)
        else:
            self._workers.append(process)

    def stop(self) -> None:
        """Asks services and workers to stop, which they must within their time."""
        super().stop()
        for process in self._workers:
            process.send_signal(signal.SIGTERM)
        for process in self._workers:
            try:
                process.wait(self.stops_within + SPARE)
            except subprocess.TimeoutExpired:
                self.hangs.append("a worker does not stop on SIGTERM")
                process.kill()
                process.wait()
        self._workers.clear()

    def passes(self, *commands: tuple[datetime, list[str]]) -> None:
        """Single commands one after another, which workers read for."""
        self._fill()
        super().passes(*commands)

    def _fill(self, *points: Point) -> None:
        for process in list(self._workers):
            if process.poll() is not None:
                self._workers.remove(process)
                if process.returncode == -signal.SIGKILL:
                    self.counts.kills["named point of a worker"] += 1
                elif process.returncode != 3:
                    # 3: it was starting in an outage.
                    self.hangs.append(f"a worker ended with {process.returncode}")
        while len(self._workers) < self._wanted:
            self._workers.append(self._driven([("", ["worker"])], points))
            points = ()

    def _end_all(self) -> None:
        for process in self._workers:
            if process.poll() is None:
                kill(process.pid, "tree")
            process.wait()
        super()._end_all()
