"""What was posted becomes documents as in the service: parsed, given a role, looked at; each file once."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from bench.certainty.kinds import KINDS
from bench.certainty.samples import Sample
from intake.config.campaign_file import LoadedCampaign, load_campaign
from intake.domain.campaign.registry import Registry
from intake.domain.documents.roles import Roles
from intake.domain.mail.links import CloudLink, cloud_links
from intake.domain.model.document import Document, MessageRef
from intake.domain.model.inspection import Inspection
from intake.domain.model.nomination import Unit
from intake.domain.scans.inspection_plan import open_requests
from parsers.sandbox.pool import Sandbox
from parsers.scan import reader

ROUNDS = 4
"""How often what is still open is asked for: pictures once a scan is seen to bear no seal."""

_NEAR_UNITS = 5

Told = Callable[[str, int, int], None]
"""Hears what is being done, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample as the judge gets it: documents with all that was seen of them, and what the mails offer."""

    sample: Sample
    unit: Unit
    names: tuple[str, ...]
    near_units: tuple[str, ...]
    documents: tuple[Document, ...]
    links: dict[int, tuple[CloudLink, ...]]


def see_all(count: int, folder: Path, told: Told) -> list[Seen]:
    """So many samples of each kind, made and looked at.

    What was seen is kept in `folder` by sample: another run of the same program there looks at nothing.
    """
    todo = [(kind, number) for number in range(count) for kind in range(len(KINDS))]
    loaded = load_campaign()
    found: list[Seen] = []
    with Sandbox(workers=os.cpu_count() or 1) as sandbox, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        looker = _Looker(loaded, folder, sandbox)
        for seen in pool.map(looker.see, _made(todo, folder)):
            found.append(seen)
            told("looking at samples", len(found), len(todo))
    return found


def _made(todo: Sequence[tuple[int, int]], folder: Path) -> Iterator[tuple[Path, Sample | None]]:
    """Each sample with the place where what was seen of it is kept; None for one that is there already."""
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        tasks = [(_kept(folder, kind, number), kind, number) for kind, number in todo]
        yield from zip((path for path, *_ in tasks), pool.map(_make, tasks), strict=True)


def _kept(folder: Path, kind: int, number: int) -> Path:
    """Where a sample is kept: a name that changes with its kind and with the eyes that look at it."""
    key = f"{KINDS[kind].name}/{number}/{reader.version()}"
    return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.seen"


def _make(task: tuple[Path, int, int]) -> Sample | None:
    path, kind, number = task
    return None if path.exists() else KINDS[kind].sample(number, kind)


class _Looker:
    def __init__(self, loaded: LoadedCampaign, folder: Path, sandbox: Sandbox) -> None:
        self._loaded = loaded
        self._folder = folder
        self._sandbox = sandbox

    def see(self, made: tuple[Path, Sample | None]) -> Seen:
        """Everything that is worth looking at in a sample."""
        path, sample = made
        if sample is None:
            kept: Seen = pickle.loads(path.read_bytes())
            return kept
        documents = list(self._documents(sample))
        written = next((unit for d in documents if d.form and (unit := d.form.text("unit"))), sample.unit)
        match = Registry(self._loaded.units).match(written)
        unit = match.unit
        names = self._loaded.spellings(unit.name) if unit.name else ()
        near = () if unit.known else match.candidates[:_NEAR_UNITS]
        looked_at = self._looked_at(documents, names)
        links = {
            number: tuple(cloud_links(mail.body, mail.at))
            for number, mail in enumerate(sample.mails, 1)
            if mail.body
        }
        # The bytes have said what they can; without them a sample is small.
        mails = tuple(replace(mail, files=()) for mail in sample.mails)
        seen = Seen(replace(sample, mails=mails), unit, names, near, looked_at, links)
        path.write_bytes(pickle.dumps(seen))
        return seen

    def _documents(self, sample: Sample) -> Iterator[Document]:
        roles = Roles(self._loaded.campaign)
        for number, mail in enumerate(sample.mails, 1):
            message = MessageRef(number, f"<{number}@unit.example>", mail.at, "kepu@unit.example")
            for place, file in enumerate(mail.files, 1):
                content_hash = hashlib.sha256(file.data).hexdigest()
                path = self._folder / content_hash
                path.write_bytes(file.data)
                facts = self._sandbox.parse(path, self._folder)
                for part, (role, form) in enumerate(roles.read(content_hash, file.name, facts)):
                    row = number * 100 + place
                    size = len(file.data)
                    yield Document(
                        row, message, place, file.name, content_hash, size, role, facts, form, part=part
                    )

    def _looked_at(self, documents: Sequence[Document], names: Sequence[str]) -> tuple[Document, ...]:
        known: dict[str, Inspection] = {}
        for _ in range(ROUNDS):
            requests = open_requests(documents, known, self._loaded.campaign, names)
            if not requests:
                break
            for content_hash, request in requests.items():
                path = self._folder / content_hash
                scratch = self._folder / f"{content_hash}.scratch"
                scratch.mkdir(exist_ok=True)
                known[content_hash] = self._sandbox.inspect(path, scratch, request, known.get(content_hash))
        for document in documents:
            (self._folder / document.content_hash).unlink(missing_ok=True)
        return tuple(replace(d, inspection=known.get(d.content_hash)) for d in documents)
