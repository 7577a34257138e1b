"""`python -m bench.desk`: what the desk costs on a ledger of 3,000 nominations.

The processor time of each page, and the memory of `shouwen run` with the desk after all of them and a
digest (`--memory` alone: only that).  The ledger is written straight into a database of its own.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from werkzeug.test import Client, TestResponse

from bench.desk_memory import memory_of_run
from intake import clock
from intake.clock import SHANGHAI
from intake.config.sections.desk import DeskSettings
from intake.config.settings import load_settings
from intake.desk.app import make_app
from intake.desk.throttle import Throttle
from intake.desk.wiring import Desk
from intake.desk.worker import Worker
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import Address, MessageFacts
from intake.domain.model.staff import StaffRole
from intake.service.bootstrap import Parts, open_parts
from intake.staff.accounts import Accounts
from parsers.sandbox.pool import Sandbox
from store.database import schema
from store.database.engine import writing
from store.mail.readings import message_adapter

NOMINATIONS = 3000
LIMIT_SECONDS = 0.3
LIMIT_DIGEST_BYTES = 60_000
LIMIT_MEMORY = 250_000_000
ROUNDS = 3
PASSWORD = "correct horse battery"

BEGAN = datetime(2025, 1, 10, 9, 0, tzinfo=SHANGHAI)
STATES = ("complete", "complete", "complete", "deficient", "deficient", "review", "review", "held")
FINDINGS = (
    ("scan-missing", "curable", "没有盖章扫描件", None, None),
    ("doubtful", "review", "“推荐表.docx”与“盖章件.pdf”是否同一推荐对象", "ocr", next(iter(DoubtKind)).value),
    ("seal-missing", "review", "扫描件第1页未见印章", "ocr", None),
)
PAGES = (
    "/",
    "/?page=2",
    "/?doubt=seal-missing",
    "/all",
    "/all?page=40",
    "/all?text=unit7",
    "/all?state=deficient",
    "/find?text=王芳12",
    "/find?text=unit7@",
    "/case/KX2024-1501",
    "/progress",
    "/letters?show=all",
    "/questions",
    "/quarantine",
)

_CONFIG = """
[mailbox]
host = "127.0.0.1"
port = 1
security = "plain"
username = "intake@example.org"
password = {{ file = "password" }}
[smtp]
host = "127.0.0.1"
port = 1
security = "plain"
username = "intake@example.org"
password = {{ file = "password" }}
[store]
database = "sqlite:///shouwen.db"
archive = "archive"
"""


LOGIN = {"name": "bench", "password": PASSWORD, "back": "/"}


@contextmanager
def ledger_of(count: int) -> Iterator[Path]:
    """The configuration of an installation with so many nominations, and an account for `LOGIN`."""
    with TemporaryDirectory(prefix="shouwen-bench-") as name:
        folder = Path(name)
        (folder / "password").write_text("none")
        config = folder / "config.toml"
        config.write_text(_CONFIG.format(), "utf-8")
        with open_parts(load_settings(config, secrets=False)) as parts:
            with writing(parts.engine) as cn:
                fill(cn, parts, count)
            Accounts(parts.engine).add("bench", StaffRole.ADMIN, PASSWORD, "bench")
        yield config


@contextmanager
def desk_of(config: Path) -> Iterator[Client]:
    """A browser that is logged in to the desk of an installation."""
    with open_parts(load_settings(config, secrets=False)) as parts, Sandbox(1) as sandbox:
        worker = Worker(lambda read: None, parts.stop)
        desk = Desk(parts, DeskSettings(), Accounts(parts.engine), Throttle(), worker, sandbox)
        client = Client(make_app(desk), TestResponse)
        client.post("/login", data=LOGIN)
        yield client


def fill(cn: Connection, parts: Parts, count: int) -> None:
    """Writes a ledger as a large campaign leaves it: a mail, a form, a scan and a letter for each."""
    chance = random.Random(1)
    categories = list(parts.loaded.campaign.categories)
    units = [
        {"id": n, "key": unit.name, "name": unit.name, "kind": unit.kind, "known": True, "entitled": True}
        for n, unit in enumerate(parts.loaded.units, 1)
    ]
    cn.execute(sa.insert(schema.unit), units)
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in _TABLES}
    for n in range(1, count + 1):
        unit = chance.randrange(1, len(units) + 1)
        _one(rows, n, unit, chance, categories[n % len(categories)])
    for table, values in rows.items():
        cn.execute(sa.insert(schema.metadata.tables[table]), values)


_TABLES = (
    "message",
    "document",
    "nomination",
    "nomination_document",
    "finding",
    "letter",
    "letter_message",
    "letter_nomination",
    "event",
)


def _one(
    rows: dict[str, list[dict[str, object]]], n: int, unit: int, chance: random.Random, category: str
) -> None:
    at = BEGAN + timedelta(minutes=20 * n)
    question = n % 60 == 0
    sender, number, state = f"unit{unit}@office.example", f"KX2024-{n:04}", chance.choice(STATES)
    rows["message"].append(_message(n, unit, sender, at, question))
    if question:
        return
    rows["nomination"].append(
        {
            "id": n,
            "number": number,
            "unit_id": unit,
            "category": category,
            "nominee": f"王芳{n}",
            "state": state,
            "received_at": at,
            "changed_at": at,
            "fields": {
                "nominee": {
                    "name": "nominee",
                    "value": f"王芳{n}",
                    "text": f"王芳{n}",
                    "document": "推荐表.docx",
                }
            },
        }
    )
    for ordinal, role in enumerate(("form", "scan")):
        document = 2 * n + ordinal
        rows["document"].append(
            {
                "id": document,
                "message_id": n,
                "ordinal": ordinal,
                "filename": f"王芳{n}推荐表{ordinal}.pdf",
                "content_hash": f"sha256:{document:064x}",
                "size": 400_000,
                "unit_id": unit,
            }
        )
        rows["nomination_document"].append(
            {"nomination_id": n, "document_id": document, "role": role, "current": True, "certain": True}
        )
    if state != "complete":
        for code, severity, evidence, basis, kind in FINDINGS:
            found = {"code": code, "severity": severity, "evidence": evidence, "basis": basis, "kind": kind}
            rows["finding"].append({"nomination_id": n, "source": "bench", "confidence": 0.8, **found})
    rows["letter"].append(_letter(n, unit, sender, at, "held" if n % 100 == 0 else "sent"))
    rows["letter_message"].append({"letter_id": n, "message_id": n})
    rows["letter_nomination"].append({"letter_id": n, "nomination_id": n})
    for verb in ("opened", "state", "letter sending", "letter sent", "read"):
        event = {"at": at, "actor": "shouwen", "verb": verb, "number": number, "message_id": n}
        rows["event"].append({**event, "letter_id": n, "detail": "received -> complete: in order"})


def _message(n: int, unit: int, sender: str, at: datetime, question: bool) -> dict[str, object]:
    body = "您好，现报送我单位推荐材料，请查收。" * 20 + f"\n联系人：王老师 https://example.org/{n}\n"
    facts = MessageFacts(
        message_id=f"<{n}@office.example>",
        in_reply_to=(),
        references=(),
        subject=f"报送推荐材料{n}",
        body=body,
        claimed_from=Address("", sender),
        reply_to=None,
        claimed_to=(),
        return_path=None,
        claimed_date=at,
        received=(),
        automatic={},
        content_type="multipart/mixed",
        attachments=(),
    )
    return {
        "id": n,
        "content_hash": f"sha256:{n:064x}",
        "size": 500_000,
        "state": "read",
        "kind": "enquiry" if question else "material",
        "archived_at": at,
        "received_at": at,
        "received_source": "received",
        "message_id": facts.message_id,
        "claimed_from": sender,
        "subject": facts.subject,
        "answer_to": sender,
        "facts": message_adapter().dump_python(facts, mode="json"),
        "unit_id": None if question else unit,
        "assembled": True,
    }


def _letter(n: int, unit: int, sender: str, at: datetime, state: str) -> dict[str, object]:
    return {
        "id": n,
        "key": f"bench/{n}",
        "kind": "receipt",
        "state": state,
        "unit_id": unit,
        "round": n,
        "reference": f"收〔2025〕{n}号",
        "to_address": sender,
        "subject": f"回复：报送推荐材料{n}",
        "message_id": f"<letter-{n}@example.org>",
        "raw": b"x" * 30_000,
        "created_at": at,
        "next_attempt_at": at,
        "sent_at": at if state == "sent" else None,
    }


def measure(client: Client, rounds: int = ROUNDS) -> Iterator[tuple[str, float, int]]:
    """Each page, the processor seconds of its fastest round after a first, and its bytes."""
    for page in PAGES:
        best, size = float("inf"), 0
        for _ in range(rounds + 1):
            began = time.process_time()
            answer = client.get(page)
            best, size = min(best, time.process_time() - began), len(answer.data)
            if answer.status_code != 200:
                raise ValueError(f"{page} is answered with {answer.status_code}")
        yield page, best, size


def main() -> int:
    """Prints a line a page, and the memory; returns 1 where one is more than it may be."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--nominations", type=int, default=NOMINATIONS, metavar="N")
    parser.add_argument("--memory", action="store_true", help="the memory alone")
    given = parser.parse_args()
    with ledger_of(given.nominations) as config:
        over = not given.memory and _pages_cost_too_much(config)
        held = memory_of_run(config.parent, LOGIN, PAGES)
    print(
        f"shouwen run with the desk: {held.resident / 1e6:.0f} MB, {held.peak / 1e6:.0f} MB at most; "
        f"{held.together / 1e6:.0f} MB with its children"
    )
    return int(over or max(held.peak, held.together) > LIMIT_MEMORY)


def _pages_cost_too_much(config: Path) -> bool:
    slow = False
    with desk_of(config) as client:
        for page, seconds, size in measure(client):
            print(f"{seconds * 1000:7.0f} ms {size / 1024:7.0f} KiB  {page}", flush=True)
            slow = slow or seconds > LIMIT_SECONDS
        digest = len(digest_page(client).encode())
    print(f"digest: {digest / 1000:.0f} kB of HTML", flush=True)
    return slow or digest > LIMIT_DIGEST_BYTES


def digest_page(client: Client) -> str:
    """The digest of the last day of the ledger, as its mail shows it."""
    desk: Desk = client.application.extensions["desk"]  # type: ignore[attr-defined]
    return desk.parts.digester().render(clock.now()).html


if __name__ == "__main__":
    sys.exit(main())
