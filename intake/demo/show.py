"""The demo: a sample campaign on embedded servers, through the very service that operators run."""

from __future__ import annotations

import csv
import re
import secrets
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.panel import Panel

from intake import clock
from intake.config.settings import load_settings
from intake.demo.mailbox import Delivery, EmbeddedMailbox
from intake.demo.postoffice import EmbeddedPostOffice
from intake.demo.scenario import write_scenario
from intake.demo.truth import SampleMessage, expected_ledger
from intake.demo.units import REGISTRY_ROWS
from intake.domain.scans.inspection_cost import tally
from intake.domain.text.calendar import moment
from intake.mail.message import self_contained
from intake.progress import ProgressBars
from intake.service.bootstrap import Parts, open_parts
from intake.service.overview import ledger_table, scans_account
from intake.service.pipeline import Summary, deliver_due, whole_pass
from parsers.scan import reader
from store import reports
from store.database.engine import viewing
from store.mail import scan_evidence

USER = "jicengfuwuchu@163.com"
STAFF = "staff@example.org"
MARK = ".shouwen-demo"
CSVS = ("cast-2024-units.csv", "cast-2024-honoured.csv")


def show(directory: Path, console: Console | None = None) -> int:
    """Runs the demo and leaves ledger, letters and digest in `directory`; returns the exit code.

    A directory that holds anything but an earlier demo is left alone (exit code 2).
    """
    console = console or Console()
    if not _clear(directory):
        console.print(
            f"{directory} is not empty and holds no earlier demo; name another directory", markup=False
        )
        return 2
    deadline = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    password = secrets.token_urlsafe(12)
    with EmbeddedMailbox(USER, password) as mailbox, EmbeddedPostOffice(USER, password) as post_office:
        _configure(directory, deadline, password, mailbox.port, post_office.port)
        with ProgressBars(console) as progress:
            messages = write_scenario(
                deadline, on_message=lambda done, total: progress.step("写样例邮件", done, total)
            )
            _deliver(mailbox, messages)
            settings = load_settings(directory / "config.toml")
            with open_parts(settings, progress=progress) as parts:
                with parts.sandbox() as sandbox:
                    summary = whole_pass(parts, sandbox)
                parts.digester().send(clock.now())
                deliver_due(parts)
                paths = _leave(parts, directory)
                table = ledger_table(parts)
                with viewing(parts.engine) as cn:
                    account = scans_account(tally(scan_evidence.looked_at(cn)))
                wrong = [] if (blind := reader.missing()) else compare(parts, messages)
    console.print(table)
    console.print(account, markup=False, highlight=False)
    _tell(console, summary, len(messages), paths)
    if blind:
        console.print(
            f"Scans were not looked at, so each waits for a person: {', '.join(blind)} not installed "
            "(the extra shouwen[ocr]). The ledger was not compared with what the samples say.",
            style="yellow",
            markup=False,
        )
    else:
        _tell_compared(console, wrong)
    return 1 if wrong or blind else 0


def _clear(directory: Path) -> bool:
    if directory.exists() and any(directory.iterdir()):
        if not (directory / MARK).exists():
            return False
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MARK).touch()
    return True


def _configure(directory: Path, deadline: datetime, password: str, imap_port: int, smtp_port: int) -> None:
    """A configuration like any other, and the shipped campaign with its dates moved to the present."""
    (directory / "password").write_text(password, "utf-8")
    (directory / "password").chmod(0o600)
    (directory / "config.toml").write_text(
        f"""# The demo's configuration; its servers live only as long as the demo runs.
[mailbox]
host = "127.0.0.1"
port = {imap_port}
security = "plain"
username = "{USER}"
password = {{ file = "password" }}

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "plain"
username = "{USER}"
password = {{ file = "password" }}
sender = "中国科协农村专业技术服务中心 <{USER}>"
pause_seconds = 0

[store]
database = "sqlite:///shouwen.db"
archive = "archive"

[campaign]
file = "campaign.toml"

[digest]
to = ["{STAFF}"]
""",
        "utf-8",
    )
    shipped = files("intake") / "campaigns"
    text = (shipped / "cast-2024.toml").read_text("utf-8")
    for key, at in (
        ("opens_at", deadline - timedelta(days=35)),
        ("deadline_at", deadline),
    ):
        text = re.sub(rf"(?m)^{key} = \S+", f"{key} = {at.isoformat()}", text, count=1)
    (directory / "campaign.toml").write_text(text, "utf-8")
    for name in CSVS:
        (directory / name).write_bytes((shipped / name).read_bytes())
    with (directory / CSVS[0]).open("a", encoding="utf-8", newline="") as registry:
        columns = ("kind", "name", "aliases", "addresses", "phone", "quota")
        csv.DictWriter(registry, columns, restval="").writerows(REGISTRY_ROWS)


def _deliver(mailbox: EmbeddedMailbox, messages: Sequence[SampleMessage]) -> None:
    for folder in dict.fromkeys(message.folder for message in messages):
        if folder != "INBOX":
            mailbox.create_folder(folder)
    mailbox.deliver_many(Delivery(m.raw, m.received_at, m.folder) for m in messages)


def _leave(parts: Parts, directory: Path) -> list[tuple[str, Path]]:
    """Writes what a person wants to look at, and says what it is."""
    letters = directory / "letters"
    letters.mkdir(exist_ok=True)
    with viewing(parts.engine) as cn:
        for row, raw in reports.letter_bytes(cn):
            mail = message_from_bytes(raw, policy=policy.default)
            body = mail.get_body(("html",))
            name = (mail["Auto-Submitted"] == "auto-generated" and "digest") or mail["To"].addresses[
                0
            ].username
            if body and name != "digest":
                (letters / f"{row:03d}-{name}.html").write_text(body.get_content(), "utf-8")
    now = clock.now()
    digester = parts.digester()
    page = self_contained(digester.render(now).html, digester.pictures())
    (directory / "digest.html").write_text(page, "utf-8")
    (directory / "台账.xlsx").write_bytes(digester.book(now))
    return [
        ("数据库", directory / "shouwen.db"),
        ("信函", letters),
        ("日报", directory / "digest.html"),
        ("台账", directory / "台账.xlsx"),
        ("原件", directory / "archive"),
    ]


def compare(parts: Parts, messages: Iterable[SampleMessage]) -> list[str]:
    """How the ledger differs from what the samples were made to say; empty when it does not."""
    with viewing(parts.engine) as cn:
        rows = [row for row in reports.nominations(cn, clock.SHANGHAI) if row["state"] != "superseded"]
    found = {(row["unit"]["name"], row["category"], row["nominee"]): row for row in rows}
    wrong = []
    for truth in expected_ledger(messages):
        key = (truth.unit, truth.category, truth.nominee)
        row = found.pop(key, None)
        if row is None:
            wrong.append(f"not in the ledger: {' / '.join(str(part) for part in key)}")
            continue
        codes = {f["code"] for f in row["findings"] if f["severity"] != "note"}
        if row["state"] != truth.state or codes != set(truth.findings):
            said = f"{row['state']} {sorted(codes)}, expected {truth.state} {sorted(truth.findings)}"
            wrong.append(f"{row['number']} {truth.nominee}: {said}")
        for name, value in truth.figures.items() if "form-missing" not in truth.findings else ():
            if (got := row["fields"].get(name, {}).get("value")) != value:
                wrong.append(f"{row['number']} {truth.nominee}: {name} is {got}, expected {value}")
    wrong += [f"not expected: {row['number']} {' / '.join(map(str, key))}" for key, row in found.items()]
    return wrong


def _tell(console: Console, summary: Summary, sent: int, paths: Sequence[tuple[str, Path]]) -> None:
    lines = [
        f"截至{moment(clock.now())}：{sent} 封来信，归并为 {summary.assembled.opened} 项推荐；"
        f"发出信函 {summary.delivered.sent} 封",
        *(f"{name}  {path}" for name, path in paths),
    ]
    console.print(Panel("\n".join(lines), title="收文演示", expand=False))


def _tell_compared(console: Console, wrong: Sequence[str]) -> None:
    if wrong:
        console.print("The ledger is not what the samples say:", style="red")
        for line in wrong:
            console.print(f"  {line}", markup=False)
    else:
        console.print("The ledger is what the samples were made to say.", style="green")
