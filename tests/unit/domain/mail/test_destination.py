"""Which campaign of a mailbox a mail is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from intake.config.campaign_file import load_campaign, shipped_campaign
from intake.demo.mails.programs import AttachedFile
from intake.domain.mail.destination import BroughtFile, Memory, destination
from intake.domain.model.facts import Address, MessageFacts
from parsers import parse
from tests.material import AT, SOCIETY, entry, form, picture_pdf
from tests.prize import Paper as PrizePaper

VOLUNTEERS, PRIZE = "cast-2024", "paper-prize"
CAMPAIGNS = {name: load_campaign(shipped_campaign(name)).campaign for name in (VOLUNTEERS, PRIZE)}
NEITHER_RUNS = AT + timedelta(days=4000)
MAIL = MessageFacts(
    None, (), (), "材料", Address("", "a@b.example"), None, (), None, None, (), {}, "", "请查收。", ()
)


def whose(
    facts: MessageFacts = MAIL,
    papers: list[BroughtFile] | None = None,
    at: datetime = AT,
    **known: Memory,
) -> str | None:
    memory = {name: known.get(name.partition("-")[0], Memory()) for name in CAMPAIGNS}
    return destination(facts, papers or [], at, CAMPAIGNS, memory)


@pytest.fixture
def paper(tmp_path: Path) -> Callable[[AttachedFile], BroughtFile]:
    def read(file: AttachedFile) -> BroughtFile:
        place = tmp_path / "file"
        place.write_bytes(file.content)
        return BroughtFile(file.filename, parse(place, tmp_path))

    return read


Read = Callable[[AttachedFile], BroughtFile]


def test_a_form_goes_to_its_campaign_whatever_the_words_say(paper: Read) -> None:
    volunteer, article = paper(form(entry("于洁", SOCIETY))), paper(PrizePaper("稻田里的小侦探").form())
    other = replace(MAIL, subject="2025年度江东省优秀科技论文评选申报材料 LW2025-0003")
    assert whose(other, [volunteer]) == VOLUNTEERS
    assert whose(MAIL, [article], paper=Memory(), cast=Memory(letters=True, sender=True)) == PRIZE


def test_forms_of_two_campaigns_in_one_mail_are_for_a_person(paper: Read) -> None:
    papers = [paper(form(entry("于洁", SOCIETY))), paper(PrizePaper("稻田里的小侦探").form())]
    assert whose(MAIL, papers, cast=Memory(letters=True)) is None


def test_a_scan_goes_where_its_letter_its_nominee_or_its_sender_is_known(paper: Read) -> None:
    bare = [paper(AttachedFile("沈知远盖章.pdf", picture_pdf("scan")))]
    assert whose(MAIL, bare) is None
    assert whose(MAIL, bare, paper=Memory(letters=True), cast=Memory(sender=True)) == PRIZE
    assert whose(MAIL, bare, cast=Memory(nominees=["沈知远"]), paper=Memory(sender=True)) == VOLUNTEERS
    assert whose(MAIL, bare, paper=Memory(sender=True)) == PRIZE
    assert whose(MAIL, bare, NEITHER_RUNS, paper=Memory(sender=True), cast=Memory(sender=True)) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("关于KX2024-0007的补充", VOLUNTEERS),
        ("LW2025-3 补报", PRIZE),
        ("咨询科技志愿服务先进典型宣传活动的截止时间", VOLUNTEERS),
        ("优秀科技论文评选何时截止", PRIZE),
        ("优秀科技论文评选与科技志愿服务先进典型宣传活动", None),
        ("请问何时截止？", None),
    ],
)
def test_words_name_their_campaign(words: str, expected: str | None) -> None:
    assert whose(replace(MAIL, subject=words), at=NEITHER_RUNS) == expected


def test_what_is_for_two_alike_goes_to_the_one_that_runs() -> None:
    both = replace(MAIL, subject="KX2024-0007 与 LW2025-0001")
    prize_runs = CAMPAIGNS[PRIZE].campaign.opens_at + timedelta(days=1)
    assert whose(both, at=prize_runs) == PRIZE
    assert whose(both, at=CAMPAIGNS[VOLUNTEERS].campaign.opens_at + timedelta(days=1)) == VOLUNTEERS
    assert whose(both, at=NEITHER_RUNS) is None
