"""What units write in a trial: two waves of mails made from a seed, with changed files of strangers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random

from intake.config.campaign_file import load_campaign
from intake.demo.filling import SampleEntry
from intake.demo.mails.programs import AttachedFile
from intake.demo.units import SampleUnit
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS
from tests.material import AT, both, entry, form, letter, sample_unit, scan

SECOND_WAVE = timedelta(days=1)
FAMILY_NAMES, GIVEN_NAMES = "赵钱孙李周吴郑王冯陈", ("冠群", "文武", "明远", "思齐", "嘉禾", "若水")
ENDINGS = {"archive": "zip", "word": "docx", "pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail and the instant at which the mailbox has it; `fuzz` where its bytes were changed.

    Mails of one `correspondence` bear on one another, and are met by one and the same pass.
    """

    raw: bytes
    at: datetime
    folder: str = "INBOX"
    fuzz: bool = False
    correspondence: str = "fuzz"


@cache
def societies() -> tuple[str, ...]:
    """Units of the shipped registry that no other sample speaks of."""
    return tuple(unit.name for unit in load_campaign(None).units if unit.kind == "society")[60:120]


def waves(seed: int, units: int = 8, strangers: int = 4) -> tuple[list[Sent], list[Sent]]:
    """The mails of the first day and of the second, which supplies what the first left out.

    The same seed gives the same bytes.
    """
    chance = Random(f"mails {seed}")
    first: list[Sent] = []
    second: list[Sent] = []
    for place, name in enumerate(chance.sample(societies(), units)):
        unit = sample_unit(name, "society")
        # All of it in one folder: a pass may come between two.
        folder = chance.choice(("INBOX", "INBOX", "INBOX", "垃圾邮件"))
        for number in range(chance.choice((1, 1, 1, 2))):
            person = f"{FAMILY_NAMES[place % 10]}{GIVEN_NAMES[(place + number) % 6]}"
            _nominate(chance, entry(person, unit), folder, first, second)
    first += _others(chance, AT)
    second += _others(chance, AT + SECOND_WAVE)
    first += _changed(chance, AT, strangers)
    second += _changed(chance, AT + SECOND_WAVE, strangers)
    return in_order(first), in_order(second)


def in_order(mails: list[Sent]) -> list[Sent]:
    """The mails in the order in which they come."""
    return sorted(mails, key=lambda mail: (mail.at, mail.raw))


def _nominate(chance: Random, item: SampleEntry, folder: str, first: list[Sent], second: list[Sent]) -> None:
    """One nomination: whole, in two mails, lacking its scan for ever or until the second day."""
    at = AT + timedelta(minutes=chance.randrange(90))
    later, next_day = at + timedelta(minutes=4), at + SECOND_WAVE

    def mail(files: tuple[AttachedFile, ...], when: datetime, subject: str = "推荐材料") -> Sent:
        raw = letter(files, when, item.unit, subject=f"{subject}（{item.nominee}）")
        return Sent(raw, when, folder, correspondence=item.unit.name)

    course = chance.choice(("whole", "whole", "apart", "lacking", "supplied", "supplied"))
    if course == "whole":
        first.append(mail(both(item), at))
        return
    first.append(mail((form(item),), at))
    if course == "apart":
        first.append(mail((scan(item),), later))
    if course == "supplied":
        second.append(mail((scan(item),), next_day, "补正材料"))


def _others(chance: Random, at: datetime) -> Iterator[Sent]:
    """A question, a machine's answer, and a mail that comes twice."""
    asker = _stranger("来询单位", chance)
    when = at + timedelta(minutes=chance.randrange(90))
    question = letter((), when, asker, subject="咨询", text="请问推荐表是否需要法人签字？")
    yield Sent(question, when, correspondence=asker.name)
    yield Sent(question, when + timedelta(minutes=1), "垃圾邮件", correspondence=asker.name)
    absent = {"Auto-Submitted": "auto-replied"}
    machine = _stranger("外出单位", chance)
    said = letter((), when, machine, subject="自动回复", text="我正在休假。", headers=absent)
    yield Sent(said, when, correspondence=machine.name)


def portions(mails: list[Sent], count: int) -> list[list[Sent]]:
    """The mails in so many parts that come one after another, each correspondence in one of them."""
    order = list(dict.fromkeys(mail.correspondence for mail in mails))
    place = {name: at * count // len(order) for at, name in enumerate(order)}
    return [[mail for mail in mails if place[mail.correspondence] == part] for part in range(count)]


def _changed(chance: Random, at: datetime, count: int) -> Iterator[Sent]:
    """Changed files in mails of strangers, and changed mails."""
    for number in range(count):
        when = at + timedelta(minutes=chance.randrange(90))
        name = chance.choice((*ENDINGS, "message"))
        data = mutated(TARGETS[name].seeds(), chance)
        if name != "message":
            stranger = _stranger(f"远方单位{number}", chance)
            data = letter((AttachedFile(f"材料.{ENDINGS[name]}", data),), when, stranger)
        yield Sent(data, when, fuzz=True)


def _stranger(name: str, chance: Random) -> SampleUnit:
    return sample_unit(f"{name}{chance.randrange(10**6)}", "society")
