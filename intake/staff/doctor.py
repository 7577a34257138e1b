"""Is everything in place?  One line for each part, with the mend; nothing is changed or sent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from intake.clock import now
from intake.config.campaign_file import CampaignFault, load_campaign
from intake.config.faults import ConfigFault
from intake.config.replies import load_replies
from intake.config.settings import Settings
from intake.config.values import is_loopback
from intake.domain.campaign.campaign import Campaign
from intake.mail.imap import Mailbox, MailboxDown, MailboxRefused
from intake.mail.message import Composer, why_unwritten
from intake.mail.smtp import AuthRefused, PostOffice
from intake.mail.trouble import one_line
from intake.staff.archive_check import reach_archive
from intake.staff.check import Check
from intake.staff.letter_samples import sample_views
from parsers.common.programs import UNPACKER, unpackers
from parsers.sandbox import walls
from parsers.scan.reader import missing, version
from parsers.word.legacy import OFFICE, converters
from store.database import job_tables
from store.database.engine import StoreDown, connect, migration_state, viewing
from store.mail import jobs

WALLS_TOLD = "docs/security.md tells what that leaves open"

EXAMPLES = ("example.org", "example.com", "example.net")
"""The domains of examples, where no mail arrives (RFC 2606 §3)."""

HIDDEN_AFTER = timedelta(days=30)
"""NetEase's web setting 收取最近30天邮件 hides older mail from IMAP without a word."""


def examine(settings: Settings) -> list[Check]:
    """Runs every check, each whatever the others found; never raises for what it looks for.

    Writes one probe file into the archive's folder and takes it away again.
    """
    campaign, about_campaign = _campaign(settings)
    opens_at = campaign.campaign.opens_at if campaign else None
    return [
        Check("configuration", True, f"{settings.path} is in order"),
        _account(),
        *about_campaign,
        _database(settings.store.url),
        *_engine(settings),
        *reach_archive(settings.store),
        *_templates(settings.letters.templates, campaign),
        *_mailbox(settings, opens_at),
        _smtp(settings),
        *_staff(settings),
        *_parts(),
        *_walls(),
        _eyes(settings.scans.look),
        *_desk(settings),
        *_replies(settings, campaign),
    ]


def _campaign(settings: Settings) -> tuple[Campaign | None, list[Check]]:
    """The campaign (None where its file is at fault), and one check for each fault."""
    try:
        campaign = load_campaign(settings.campaign.file).campaign
    except CampaignFault as faults:
        return None, [
            Check("campaign", False, str(fault).removesuffix(f"; {fault.mend}"), fault.mend)
            for fault in faults.faults
        ]
    head = campaign.campaign
    days = f"opens {head.opens_at:%Y-%m-%d}, too late from {head.deadline_at:%Y-%m-%d %H:%M}"
    if now() >= head.supplement_until:
        over = f"{head.title} is over since {head.supplement_until:%Y-%m-%d}: whatever comes now is late"
        mend = "write the days of this year's into its file; a new campaign wants a database of its own"
        return campaign, [Check("campaign", None, over, mend)]
    return campaign, [Check("campaign", True, f"{head.title}, {days}")]


def _account() -> Check:
    """Under whose account this runs."""
    if os.geteuid():
        return Check("account", True, "no more rights than an ordinary user")
    mend = "run it under an account of its own, as deploy/shouwen.service does"
    return Check(
        "account", None, "running as root, so that one fault of ours is a fault of the machine", mend
    )


def _staff(settings: Settings) -> Iterator[Check]:
    """Whether the mails for staff reach anybody."""
    for key, addresses in (("digest.to", settings.digest.to), ("alerts.to", settings.alerts.to or ())):
        if left := [address for address in addresses if _is_example(address)]:
            mend = f"write the addresses of your staff into {key}"
            yield Check(key, None, f"{', '.join(left)} is the example's: nobody reads it", mend)
    command = settings.alerts.command
    if command and shutil.which(command[0]) is None:
        mend = "write the whole path of a program that this account may run"
        yield Check("alerts", False, f"alerts.command cannot be run: there is no program {command[0]}", mend)
    elif not settings.alerted and not command:
        mend = "name addresses in alerts.to or digest.to, or a program in alerts.command"
        yield Check("alerts", None, "nobody is told when receiving or sending fails", mend)
    else:
        told = [*settings.alerted, *command[:1]]
        said = f"after {settings.alerts.minutes:g} minutes of failure these are told: {', '.join(told)}"
        yield Check("alerts", True, said)


def _is_example(address: str) -> bool:
    """True for a domain that belongs to nobody (RFC 2606 §3)."""
    domain = parseaddr(address)[1].lower().rpartition("@")[2]
    return domain.endswith((".example", ".invalid", ".test")) or domain in EXAMPLES


def _database(url: str) -> Check:
    parsed = make_url(url)
    shown = parsed.render_as_string(hide_password=True)
    migrate = "run `shouwen migrate` first; `shouwen once` and `shouwen run` do it by themselves"
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        # Not asked, since asking would make the file.
        return Check("database", None, f"{shown} is not there yet, so not migrated", migrate)
    try:
        engine = connect(url)
        try:
            state = migration_state(engine)
        finally:
            engine.dispose()
    except (StoreDown, SQLAlchemyError, OSError) as fault:
        mend = "check store.database, that its server runs and lets us in"
        what = f"{shown} cannot be used: {one_line(getattr(fault, 'orig', None) or fault)}"
        return Check("database", False, what, mend, outage=parsed.get_backend_name() != "sqlite")
    if state.current != state.head:
        have = state.current or "none"
        return Check("database", None, f"{shown} is not migrated: at {have}, wanted {state.head}", migrate)
    return Check("database", True, f"{shown} is at {state.head}")


def _engine(settings: Settings) -> Iterator[Check]:
    """Whether workers can do the work, and any do; nothing where the service does all."""
    if not settings.engine.by_workers:
        return
    engine = connect(settings.store.url)
    try:
        tables = job_tables.state(engine)
        with viewing(engine) as cn:
            load = jobs.workload(cn) if tables.is_current else None
    except (StoreDown, SQLAlchemyError, OSError):
        return  # The check of the database tells it.
    finally:
        engine.dispose()
    mend = ("" if load.workers else "start `shouwen worker`") if load else "run `shouwen migrate`"
    said = f"procrastinate {tables.installed}, {load or 'whose tables are not made, or older'}"
    yield Check("engine", True if load and load.workers else None, said, mend)


def _templates(folder: Path | None, campaign: Campaign | None) -> Iterator[Check]:
    """Whether every letter can be put into words; without a sound campaign that cannot be tried."""
    if folder is not None and not folder.is_dir():
        mend = "make it, or take letters.templates out to use the shipped ones"
        yield Check("templates", False, f"the folder {folder} is not there", mend)
        return
    if campaign is not None:
        composer, told = Composer([folder] if folder else [], campaign), set[str]()
        for view in sample_views(campaign):
            try:
                composer.render(view)
            except Exception as fault:  # noqa: BLE001 - an operator's template can raise anything
                told.add(why_unwritten(fault))
        if told:
            mend = "correct the line, or take the file out to use the shipped one"
            yield from (Check("templates", False, said, mend) for said in sorted(told))
            return
    if folder is None:
        yield Check("templates", True, "the shipped ones")
        return
    count = sum(1 for path in folder.rglob("*") if path.is_file())
    yield Check("templates", True, f"{folder} replaces {count} of the shipped files")


def _mailbox(settings: Settings, opens_at: datetime | None) -> Iterator[Check]:
    mailbox = settings.mailbox
    try:
        with Mailbox(mailbox) as session:
            yield Check("mailbox", True, f"logged in to {mailbox.host}:{mailbox.port} as {mailbox.username}")
            yield _identity(session)
            yield _return_path(mailbox.return_path)
            existing = session.folders()
            yield _folders(mailbox.folders, existing)
            for folder in mailbox.folders:
                if folder in existing:
                    yield _folder(session, folder, opens_at if folder.upper() == "INBOX" else None)
    except MailboxRefused as fault:
        yield Check("mailbox", False, fault.what, fault.mend)
    except MailboxDown as fault:
        yield Check("mailbox", False, fault.what, fault.mend, outage=True)


def _identity(session: Mailbox) -> Check:
    if session.knows_id:
        return Check("mailbox ID", True, "the server took our ID")
    return Check("mailbox ID", True, "the server knows no ID; only NetEase wants one")


def _return_path(believed: bool) -> Check:
    if not believed:
        return Check("return path", True, "not believed; letters go to the sender's From")
    mend = (
        "send a mail with a Return-Path of your own: if it arrives with it, set mailbox.return_path = false"
    )
    return Check("return path", None, "believed, as one that the provider writes; letters go there", mend)


def _folders(wanted: tuple[str, ...], existing: list[str]) -> Check:
    missing = [name for name in wanted if name not in existing]
    if not missing:
        return Check("folders", True, f"all {len(wanted)} are there")
    what = f"not there: {', '.join(missing)}"
    mend = f"check mailbox.folders; there are: {', '.join(existing[:20])}"
    if len(missing) == len(wanted) or "INBOX" in missing:
        return Check("folders", False, what, mend)
    return Check("folders", None, f"{what}; the others are polled", mend)


def _folder(session: Mailbox, folder: str, opens_at: datetime | None) -> Check:
    """Opens one folder; INBOX is also looked at for mail that the provider hides."""
    name = f"folder {folder}"
    try:
        state = session.open(folder)
        oldest = session.oldest_message(folder) if opens_at else None
    except MailboxRefused as fault:
        return Check(name, False, fault.what, fault.mend)
    if opens_at is None or oldest is None:
        return Check(name, True, f"{state.exists} messages")
    what = (
        f"{state.exists} messages, the oldest of {oldest:%Y-%m-%d}, the campaign opened {opens_at:%Y-%m-%d}"
    )
    if looks_hidden(oldest, opens_at, now()):
        mend = (
            "set 收取全部邮件 in the account's web page (POP3/SMTP/IMAP), where it may say 收取最近30天邮件"
        )
        return Check(name, None, f"{what}; older mail may be hidden from us", mend)
    return Check(name, True, what)


def looks_hidden(oldest: datetime, opens_at: datetime, instant: datetime) -> bool:
    """True when all mail that we see is of the last 30 days, though the campaign opened before them.

    Mail older than that in view proves that the provider does not hide it.
    """
    horizon = instant - HIDDEN_AFTER - timedelta(days=1)
    return opens_at < horizon <= oldest


def _smtp(settings: Settings) -> Check:
    smtp = settings.smtp
    try:
        with PostOffice(smtp) as office:
            down = office.check()
    except AuthRefused as fault:
        return Check("smtp", False, fault.what, fault.mend)
    if down is not None:
        return Check("smtp", False, down.why, outage=True)
    return Check("smtp", True, f"logged in to {smtp.host}:{smtp.port} as {smtp.username}; nothing was sent")


def _desk(settings: Settings) -> Iterator[Check]:
    """Where the desk is to be reached, and whether anybody can log in."""
    if settings.desk is None:
        yield Check("desk", True, "not in `shouwen run`; `shouwen desk` serves it on loopback")
        return
    if settings.desk.apart:
        yield Check("desk apart", True, "not in `shouwen run`; `shouwen desk` serves it")
    if settings.desk.proxy:
        said = f"at {settings.desk.link}, from the TLS proxy {settings.desk.proxy} alone"
        yield Check("desk", True, said)
    else:
        yield Check("desk", True, f"at {settings.desk.link}, for this machine alone")
    if header := settings.desk.user_header:
        mend = f"see to it that the proxy takes out what a browser sends as {header}"
        yield Check("desk users", True, f"they are whom the proxy names in {header}", mend)
    if settings.desk.address.startswith("http://") and not is_loopback(
        urlsplit(settings.desk.address).hostname or ""
    ):
        mend = "put a TLS proxy in front and write address with https"
        yield Check("desk address", None, f"staff would log in in the clear at {settings.desk.address}", mend)


def _replies(settings: Settings, campaign: Campaign | None) -> Iterator[Check]:
    """Whether the office's saved answers can be put into words."""
    file = settings.desk.replies if settings.desk else None
    if campaign is None or file is None:
        return
    try:
        yield Check("replies", True, f"{len(load_replies(file, campaign))} in {file}")
    except ConfigFault as faults:
        for fault in faults.faults:
            yield Check("replies", False, str(fault).removesuffix(f"; {fault.mend}"), fault.mend)


def _parts() -> Iterator[Check]:
    """What a person has to read, since no parser here does; and whether the program for it is installed."""
    yield _converter()
    yield _unpacker()


def _walls() -> Iterator[Check]:
    """What holds a stranger's file back on this machine, should it take its reader over."""
    for wall in walls.in_force():
        yield Check(f"sandbox, {wall.name}", wall.holds or None, wall.what, "" if wall.holds else WALLS_TOLD)


def _eyes(look: str) -> Check:
    """Whether seals and text of scans are seen, or staff see to them."""
    if look == "off":
        return Check("scans", True, 'staff check them by themselves ([scans] look = "off")')
    if absent := missing():
        mend = f"install shouwen[ocr] ({', '.join(absent)} not found), then run `shouwen replay --all`"
        return Check("scans", None, "every scan goes to a person: what looks at them is not installed", mend)
    return Check("scans", True, f"seals and text are looked at ({version()})")


def _unpacker() -> Check:
    """Stored members of a rar need no program; zip and tar never do, 7z hardly ever."""
    there = unpackers()
    if UNPACKER in there:
        return Check("rar", True, f"rar archives are unpacked with {', '.join(there)}")
    mend = "install unar and bsdtar (Debian: unar, libarchive-tools), then run `shouwen replay --all`"
    which = "most compressed" if there else "compressed"
    return Check("rar", None, f"{which} rar archives go to a person: there is no {UNPACKER} here", mend)


def _converter() -> Check:
    """LibreOffice reads every older format of Word files, antiword .doc alone."""
    there = converters()
    mend = "install LibreOffice Writer (Debian: libreoffice-writer-nogui), then run `shouwen replay --all`"
    if OFFICE in there:
        return Check("converter", True, f".doc, .wps, .rtf and .odt are read with {', '.join(there)}")
    if there:
        said = f".doc is read with {there[0]}; .wps of Works, .rtf and .odt go to a person"
        return Check("converter", None, said, mend)
    return Check("converter", None, ".doc, .wps, .rtf and .odt go to a person: nothing here opens them", mend)
