"""`/health` and `/metrics` for the machines of this host: how the service fares, in figures alone.

No name, no address, no word of a mail stands in them.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from socket import AF_INET6
from typing import Any, ClassVar

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy.engine import Engine

from intake import clock
from intake.config.values import place_of
from intake.domain.letters.outage import Duty
from intake.service.alerts import Monitor
from store import reports
from store.database.engine import StoreDown, viewing
from store.mail import jobs
from store.mail.jobs import Workload

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0
"""How long a client may take to ask; there is one thread for each."""


class Vitals(Collector):
    """The figures, asked for anew at each scrape."""

    def __init__(
        self, engine: Engine, monitor: Monitor, serves: Callable[[], bool], *, by_workers: bool = False
    ) -> None:
        self._engine = engine
        self._by_workers = by_workers
        self._monitor = monitor
        self._serves = serves

    def health(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether all is well, and what is told of it; asks no database."""
        noted = self._monitor.record.read()
        lasting = {item.duty for item in self._monitor.lasting()}
        duties = {
            duty.value: {
                "ok": duty not in lasting,
                "failing_since": _written(noted.outages[duty].since) if self._monitor.is_out(duty) else None,
            }
            for duty in Duty
        }
        told = {
            "ok": not lasting,
            "version": version("shouwen"),
            "serving": self._serves(),
            "alive_at": _written(noted.alive_at),
            **duties,
        }
        return not lasting, told

    def collect(self) -> Iterable[Metric]:
        """What Prometheus reads; where the database is away, all but what it would tell."""
        yield _gauge("shouwen_info", "The version, which is always 1.", {(version("shouwen"),): 1}, "version")
        yield _gauge("shouwen_serving", "1 while this process serves the store, 0 while it stands by.",
                     {(): self._serves()})  # fmt: skip
        yield _gauge("shouwen_outage_seconds", "For how long a duty is not done; 0 while it is.",
                     {(duty.value,): self._out_for(duty) for duty in Duty}, "duty")  # fmt: skip
        try:
            with viewing(self._engine) as cn:
                marks, counts = reports.last_done(cn), reports.counts(cn)
                load = jobs.workload(cn) if self._by_workers else None
        except StoreDown:
            yield _gauge("shouwen_store_up", "1 while the database can be read.", {(): 0})
            return
        yield _gauge("shouwen_store_up", "1 while the database can be read.", {(): 1})
        done = {(name,): at.timestamp() for name, at in marks.items() if at}
        yield _gauge("shouwen_last_success_timestamp_seconds", "When each was last done.", done, "what")
        for name, states in counts.items():
            yield _gauge(f"shouwen_{name}", f"The {name} by state.",
                         {(state,): count for state, count in states.items()}, "state")  # fmt: skip
        if load is not None:
            yield from _work(load)

    def _out_for(self, duty: Duty) -> float:
        known = self._monitor.record.read().outages.get(duty)
        out = known is not None and known.over is None
        return max(0.0, (clock.now() - known.since).total_seconds()) if known and out else 0.0


@contextmanager
def telling(listen: str, vitals: Vitals) -> Iterator[None]:
    """Answers on `listen` while the context lasts; raises `OSError` where the place is taken."""
    registry = CollectorRegistry()
    registry.register(vitals)
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)

    class Answer(_Answer):
        told = vitals
        figures = registry

    host, port = place_of(listen)
    kind = (
        type("Server", (ThreadingHTTPServer,), {"address_family": AF_INET6})
        if ":" in host
        else ThreadingHTTPServer
    )
    with kind((host, port), Answer) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
        log.info("health and metrics are at http://%s", listen)
        try:
            yield
        finally:
            server.shutdown()


class _Answer(BaseHTTPRequestHandler):
    """One question: GET /health or GET /metrics."""

    told: ClassVar[Vitals]
    figures: ClassVar[CollectorRegistry]
    timeout = ANSWER_SECONDS
    server_version = "shouwen"
    sys_version = ""

    def do_GET(self) -> None:
        """Answers, or says 404; 503 where a duty has not been done for the stated minutes."""
        match self.path.partition("?")[0]:
            case "/health":
                is_well, told = self.told.health()
                self._say(200 if is_well else 503, "application/json", json.dumps(told).encode() + b"\n")
            case "/metrics":
                self._say(200, CONTENT_TYPE_LATEST, generate_latest(self.figures))
            case _:
                self._say(404, "text/plain; charset=utf-8", b"/health or /metrics\n")

    def _say(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: each scrape would be a line."""


def _work(load: Workload) -> Iterator[Metric]:
    """What waits for workers, what they do, and how many live."""
    yield _gauge("shouwen_workers", "Workers that tell that they live.", {(): load.workers})
    by_state = {"waiting": load.waiting, "doing": load.doing}
    jobs_ = {(queue, state): count for state, counts in by_state.items() for queue, count in counts.items()}
    yield _gauge("shouwen_jobs", "The jobs by queue and state.", jobs_, "queue", "state")
    yield _gauge("shouwen_stalled_jobs", "Jobs of dead workers, not yet given back.", {(): load.stalled})


def _gauge(name: str, help_text: str, values: Mapping[Any, float], *labels: str) -> Metric:
    made = GaugeMetricFamily(name, help_text, labels=labels)
    for label, value in values.items():
        made.add_metric(label, value)
    return made


def _written(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
