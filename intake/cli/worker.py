"""The command of a worker: reads mails and looks at scans for a service that hands them out."""

from __future__ import annotations

import logging
import threading
from typing import Annotated, cast, get_args

import typer

from intake.cli.shared import opened
from intake.config.faults import ConfigFault, Fault
from intake.engine.worker import Worker
from intake.service.daemon import stop_on_signals
from intake.service.watchdog import notify
from store.mail.jobs import QUEUES, Queue


def worker(
    context: typer.Context,
    queues: Annotated[
        str, typer.Option(metavar="QUEUE,QUEUE", help="What it does: read, look, or both.")
    ] = ",".join(QUEUES),
) -> None:
    """Reads mails and looks at scans, as jobs come, until SIGTERM; any number may run, on any machine.

    Wants [engine] kind = "procrastinate", and the service's database and archive; no password of a mail
    server.  [service] workers says how many jobs it does at once.
    """
    wanted = _queues(queues)
    settings = context.obj.settings(secrets=False)
    if not settings.engine.by_workers:
        mend = 'write kind = "procrastinate" under [engine], as for the service'
        shown = f'"{settings.engine.kind}"'
        raise ConfigFault(
            (Fault("engine.kind", shown, "hands no work to workers", mend, settings.path.name),)
        )
    stop = threading.Event()
    stop_on_signals(stop, settings.service.stop_seconds)
    with opened(context.obj, stop=stop) as parts, parts.sandbox() as sandbox:
        notify("READY=1")
        hands = settings.service.workers
        Worker(parts.engine, parts.work(sandbox), wanted, hands, stop, lambda: notify("WATCHDOG=1")).run()
    logging.getLogger(__name__).info("stopped")


def _queues(text: str) -> tuple[Queue, ...]:
    named = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    if not named or not named.keys() <= set(get_args(Queue)):
        raise typer.BadParameter(f"write one or more of {', '.join(QUEUES)}, with commas between")
    return tuple(cast(Queue, name) for name in named)
