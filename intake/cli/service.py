"""Commands that walk the journey: once, run, worker, ingest, replay, digest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.table import Table

from intake import clock
from intake.cli.shared import complain, opened, out, print_said
from intake.config.campaign_file import load_campaign
from intake.config.faults import ConfigFault, Fault
from intake.config.language import either, said
from intake.config.settings import Settings
from intake.domain.letters.outage import Duty
from intake.domain.scans.inspection_cost import CascadeStep, Tally, tally_since
from intake.mail.message import self_contained
from intake.service.alerts import Monitor
from intake.service.bootstrap import Parts, open_parts
from intake.service.daemon import Service
from intake.service.dry_run import Difference, rehearse
from intake.service.pipeline import TROUBLE_NAMES, PassTrouble, Summary, after_ingest, deliver_due, whole_pass
from intake.service.watchdog import notify, stop_on_signals
from intake.stages.ingest import ingest
from store.database.engine import StoreDown, viewing, writing
from store.mail import messages, scan_evidence
from store.mail.jobs import QUEUES, Queue

log = logging.getLogger(__name__)

STOP_SECONDS = 90.0
"""In which a single command that is asked to stop has ended, as the service in its `stop_seconds`."""

STEPS: dict[CascadeStep, str] = {
    CascadeStep.LAYER: "settled by their text layer",
    CascadeStep.PIXELS: "settled by pixels alone",
    CascadeStep.READ_1: "settled by reading once",
    CascadeStep.READ_2: "settled by reading closer",
    CascadeStep.READ_3: "settled by reading closest",
    CascadeStep.HEADS: "settled by the heads of their pages",
    CascadeStep.PERSON: "left to a person",
    CascadeStep.NO_SCAN: "no scan, or not used",
}
"""How operators are told what settled a scan."""


@dataclass(slots=True)
class ScansOfPass:
    """What a pass did with scans, once it has ended."""

    account: Tally = field(default_factory=Tally)


def once(context: typer.Context) -> None:
    """One whole pass: poll, read, assemble, decide, compose, deliver what is due."""
    stop = threading.Event()
    stop_on_signals(stop, STOP_SECONDS)
    with (
        opened(context.obj, secrets=True, stop=stop) as parts,
        parts.sandbox() as sandbox,
        _scans_counted(parts) as scans,
    ):
        summary = whole_pass(parts, sandbox)
    _finish(summary, scans)


def run(context: typer.Context) -> None:
    """The service: the same by schedule, and the digest at its hour, until SIGTERM."""
    settings = context.obj.settings()
    settings.take_secrets()
    with ExitStack() as stack:
        try:
            parts = stack.enter_context(open_parts(settings))
        except (StoreDown, OSError) as fault:
            _tell_of_start(settings, fault)
            raise
        sandbox = stack.enter_context(parts.sandbox())
        service = Service(parts, sandbox)
        if settings.service.health:
            from intake.service.health import Vitals, telling

            vitals = Vitals(
                parts.engine, parts.monitor(), lambda: not service.stands_by, by_workers=parts.by_workers
            )
            stack.enter_context(telling(settings.service.health, vitals))
        if settings.desk is not None and not settings.desk.apart:
            from intake.desk.server import serving

            stack.enter_context(serving(parts, sandbox))
        service.run()


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
        from intake.engine.worker import JobWorker

        notify("READY=1")
        hands = settings.service.workers
        JobWorker(parts.engine, parts.work(sandbox), wanted, hands, stop, lambda: notify("WATCHDOG=1")).run()
    log.info("stopped")


def _queues(text: str) -> tuple[Queue, ...]:
    named = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    if not named or not named.keys() <= set(get_args(Queue)):
        raise typer.BadParameter(f"write one or more of {', '.join(QUEUES)}, with commas between")
    return tuple(cast(Queue, name) for name in named)


def _tell_of_start(settings: Settings, fault: Exception) -> None:
    """Where the store keeps the service from starting, staff hear of it as of any outage.

    Its manager starts it again and again, and no start gets as far as its jobs.
    """
    monitor = Monitor(settings, load_campaign(settings.campaign.file).campaign)
    monitor.failed(Duty.RECEIVE, f"{TROUBLE_NAMES['store']}：{fault}")
    monitor.tell()


def ingest_files(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help=".eml, mbox, Maildirs, or folders of them.")
    ],
    received_at: Annotated[
        str | None,
        typer.Option(help="ISO 8601 with offset: when mail without a Received header entered the mailbox."),
    ] = None,
) -> None:
    """The same journey for messages on disk."""
    given = _instant(received_at) if received_at else None
    stop = threading.Event()
    stop_on_signals(stop, STOP_SECONDS)
    with opened(context.obj, secrets=True, stop=stop) as parts, parts.sandbox() as sandbox:
        archived = ingest(parts.engine, parts.archive, paths, given, parts.progress.step)
        with _scans_counted(parts) as scans:
            summary = after_ingest(parts, sandbox)
    summary.polled.new, summary.polled.known = archived.new, archived.known
    for path in archived.skipped:
        complain(f"passed over, no mail: {path}")
    _finish(summary, scans)


def replay(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[MESSAGE]...", help="By their id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every archived message.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
    ] = False,
) -> None:
    """Reads archived messages again and decides again; sends nothing twice."""
    if everything == bool(numbers):
        raise typer.BadParameter("name messages, or say --all")
    if dry_run:
        with opened(context.obj) as parts, parts.sandbox() as sandbox:
            difference = rehearse(parts, sandbox, None if everything else numbers)
        _tell(difference)
        return
    with opened(context.obj, secrets=True) as parts, parts.sandbox() as sandbox:
        with writing(parts.engine) as cn:
            messages.replay(cn, None if everything else numbers, clock.now())
        with _scans_counted(parts) as scans:
            summary = after_ingest(parts, sandbox)
    _finish(summary, scans)


def _tell(difference: Difference) -> None:
    """Prints what a replay would change; ends with the code with which it would end."""
    changed, letters = difference.changed, difference.letters
    lines = [f"{len(changed)} nomination(s) would change", *(f"  {item}" for item in changed)]
    lines += [f"{len(letters)} letter(s) would be newly owed", *(f"  {item}" for item in letters)]
    print_said("\n".join([*lines, "nothing was changed"]))
    for trouble in difference.summary.troubles:
        complain(_trouble(trouble), "yellow")
    if difference.summary.exit_code:
        raise typer.Exit(difference.summary.exit_code)


def digest(
    context: typer.Context,
    day: Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Today if absent.")] = None,
    preview: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Save the page.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Mail it to [digest] to.")] = False,
) -> None:
    """Shows, saves or sends the digest of a day."""
    as_of = _end_of(day)
    with opened(context.obj, secrets=send, reads=not send) as parts:
        digester = parts.digester()
        if preview:
            preview.write_text(self_contained(digester.render(as_of).html, digester.pictures()), "utf-8")
            complain(f"saved: {preview}")
        if send:
            written = digester.send(as_of)
            complain(f"digest for {written} address(es) written")
            _finish(deliver_due(parts))
        if not preview and not send:
            out.print(digester.render(as_of).text, markup=False, highlight=False, soft_wrap=True)


def _end_of(day: str | None) -> datetime:
    now = clock.now()
    if day is None:
        return now
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise typer.BadParameter(f"{day!r} is no date; write it as 2025-02-21") from None
    return min(now, datetime.combine(wanted + timedelta(days=1), time(), clock.SHANGHAI))


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ConfigFault(
            (Fault("--received-at", text, "is no instant with an offset", "write 2025-02-21T15:32:08+08:00"),)
        )
    return found


@contextmanager
def _scans_counted(parts: Parts) -> Iterator[ScansOfPass]:
    """Counts what the pass within settles of the scans and what it costs; told once it has ended."""
    with viewing(parts.engine) as cn:
        before = scan_evidence.looked_at(cn)
    counted = ScansOfPass()
    yield counted
    with viewing(parts.engine) as cn:
        counted.account = tally_since(before, scan_evidence.looked_at(cn))


def _scan_rows(account: Tally) -> Iterator[tuple[str, str]]:
    """What each step of the cascade decided and cost in this pass."""
    if account.files or account.known:
        yield "scans looked at", f"{account.files} ({account.total:.1f} s of CPU)"
    for step, count in account.settled.items():
        yield f"  {STEPS[step]}", f"{count} ({account.seconds[step]:.1f} s)"
    if account.known:
        yield "scans known from before", str(account.known)


def _trouble(trouble: PassTrouble) -> str:
    """What kept a pass from being all well, in the language of the screen."""
    return f"{either(trouble.where, TROUBLE_NAMES[trouble.where])}: {said(trouble.what)}"


def _finish(summary: Summary, scans: ScansOfPass | None = None) -> None:
    """Prints what a pass did, says what needs a person, and ends with its exit code."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for what, count in (
        ("new messages", summary.polled.new),
        ("messages known already", summary.polled.known),
        ("messages read", summary.read.read),
        ("nominations opened", summary.assembled.opened),
        ("nominations changed", len(summary.assembled.changed)),
        ("letters written", summary.composed),
        ("letters sent", summary.delivered.sent),
        ("letters waiting", summary.delivered.waiting),
    ):
        table.add_row(said(what), str(count))
    for step, told in _scan_rows(scans.account) if scans else ():
        table.add_row(said(step), said(told))
    out.print(table)
    for trouble in summary.troubles:
        complain(_trouble(trouble), "yellow")
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)
