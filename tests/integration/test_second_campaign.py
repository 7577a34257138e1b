"""A campaign of another kind: the shipped paper prize walks the whole journey in its own words."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from tests.integration.conftest import OfficeOn
from tests.journey import BAD_USAGE, DONE, Office, words
from tests.material import SHANGHAI, letter, sample_unit
from tests.prize import ACADEMY, AT, FARMING, JOURNAL, TECH, Paper, prize_office

GOLDEN = Path(__file__).parents[1] / "golden" / "letters" / "paper-prize"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
READER = sample_unit("某读者", "university")
DEADLINE = datetime(2025, 7, 1, 0, 0, tzinfo=SHANGHAI)
OTHER_CAMPAIGN = re.compile("志愿|候选典型|推荐表|农技|农村|科协|最美|最佳|本中心|推荐材料|推荐类别")


@pytest.fixture
def prize(office: Office) -> Office:
    """An installation that serves the prize."""
    prize_office(office)
    return office


def post(mailbox: EmbeddedMailbox, *papers: Paper, at: datetime = AT) -> None:
    for place, paper in enumerate(papers):
        sent = at + place * MINUTE
        mailbox.deliver(letter(paper.both(), sent, paper.unit, subject=paper.title), sent)


def told(office: Office, paper: Paper) -> str:
    """The words of the one letter to the paper's unit, white space taken out."""
    (mail,) = (m for m in office.sent() if m["To"].addresses[0].addr_spec == paper.unit.sender.address)
    return re.sub(r"\s+", "", f"{mail['Subject']}\n{words(mail)}")


def test_the_prize_walks_the_whole_journey(pymap_mailbox: EmbeddedMailbox, prize: Office) -> None:
    fine = Paper("稻麦轮作区土壤养分变化研究")
    article = Paper("稻田里的小侦探", FARMING, "popular")
    copied = Paper("低温胁迫对水稻根系的影响", ACADEMY, figures={"查重率": "35%"})
    post(pymap_mailbox, fine, article, copied)
    prize.once(AT + HOUR)

    found = prize.nominations()
    assert {name: (row["state"], row["category"]) for name, row in found.items()} == {
        fine.title: ("complete", "academic"),
        article.title: ("complete", "popular"),
        copied.title: ("deficient", "academic"),
    }
    assert {row["number"][:7] for row in found.values()} == {"LW2025-"}
    fields = found[fine.title]["fields"]
    assert (fields["citations"]["value"], fields["duplicate_rate"]["value"]) == (12, 0.086)
    assert fields["published"]["value"] == pytest.approx(1.25, abs=0.1)
    assert found[fine.title]["unit"] == {"name": "江东理工大学", "kind": "university", "known": True}

    assert "优秀科技论文评选申报材料" in told(prize, fine) and "论文题目" in told(prize, fine)
    notice = told(prize, copied)
    assert "申报表所填数据不符合申报条件（查重率不超过20%，表中填写“35%”）" in notice
    assert "并附查重报告" in notice and "论文评选办收〔2025〕" in notice
    for mail in prize.sent():
        assert not OTHER_CAMPAIGN.search(words(mail)), OTHER_CAMPAIGN.search(words(mail))


@pytest.mark.parametrize(
    ("category", "label", "value", "code"),
    [
        ("academic", "查重率", "20%", None),
        ("academic", "查重率", "20.1%", "below-threshold"),
        ("academic", "查重率", "约19%", "doubtful"),
        ("academic", "查重率", "15%以上", "doubtful"),
        ("academic", "查重率", "", "form-incomplete"),
        ("academic", "被引次数", "5次", None),
        ("academic", "被引次数", "4次", "below-threshold"),
        ("academic", "发表时间", "2022年5月", "below-threshold"),
        ("academic", "发表时间", "2022年6月", None),
        ("academic", "发表时间", "2023年", None),
        ("popular", "阅读量", "1000次", None),
        ("popular", "阅读量", "800次", "below-threshold"),
        ("popular", "查重率", "30%", None),
    ],
)
def test_bounds_hold_the_figure_itself(
    pymap_mailbox: EmbeddedMailbox, prize: Office, category: str, label: str, value: str, code: str | None
) -> None:
    paper = Paper("稻麦轮作区土壤养分变化研究", category=category, figures={label: value})
    post(pymap_mailbox, paper)
    prize.once(AT + HOUR)
    assert prize.codes(paper.title) == ({code} if code else set())


def test_quotas_late_papers_and_earlier_winners(pymap_mailbox: EmbeddedMailbox, prize: Office) -> None:
    three = [Paper(f"小麦抗旱品种选育研究之{n}", ACADEMY) for n in "一二三"]
    kinds = ["academic", "popular"] * 2
    mixed = [
        Paper(f"农田水利工程评价研究之{n}", JOURNAL, kind) for n, kind in zip("甲乙丙丁", kinds, strict=True)
    ]
    late = Paper("果园土壤改良研究", TECH)
    winner = Paper("江东平原稻田氮素迁移规律研究", FARMING)
    post(pymap_mailbox, *three, *mixed, winner)
    post(pymap_mailbox, late, at=DEADLINE)
    prize.once(DEADLINE + HOUR)
    states = prize.states()
    assert {states[paper.title] for paper in three} == {"held"}
    assert {states[paper.title] for paper in mixed} == {"complete"}
    assert prize.codes(late.title) == {"late"}
    assert prize.codes(winner.title) == {"previously-honoured"}
    assert "超出申报名额" in told(prize, three[0])


def test_what_lacks_is_told_in_the_prize_s_words(pymap_mailbox: EmbeddedMailbox, prize: Office) -> None:
    alone = Paper("稻田里的小侦探", FARMING, "popular")
    whole = AttachedFile("论文全文.pdf", Paper("别的论文").scan().content)
    pymap_mailbox.deliver(letter([alone.form(), whole], AT, alone.unit, subject="申报"), AT)
    prize.once(AT + HOUR)
    row = prize.nominations()[alone.title]
    assert row["state"] == "deficient"
    assert {item["role"] for item in row["documents"]} == {"form", "statement"}
    assert "未收到该申报表的盖章扫描PDF" in told(prize, alone)


@pytest.mark.embedded
def test_its_letters_and_digest_are_as_they_were_approved(
    pymap_mailbox: EmbeddedMailbox, prize: Office
) -> None:
    article = Paper("稻田里的小侦探", FARMING, "popular")
    copied = Paper("低温胁迫对水稻根系的影响", ACADEMY, figures={"查重率": "35%"})
    many = [Paper(f"小麦抗旱品种选育研究之{n}", TECH) for n in "一二三四"]
    post(pymap_mailbox, article, copied, *many)
    pymap_mailbox.deliver(letter([], AT, READER, subject="咨询", text="请问论文可以补报吗？"), AT)
    prize.once(AT + HOUR)
    made = {
        name: next(m for m in prize.sent() if m["To"].addresses[0].addr_spec == address)
        for name, address in (
            ("receipt", FARMING.sender.address),
            ("deficiency", ACADEMY.sender.address),
            ("ranking", TECH.sender.address),
            ("enquiry", READER.sender.address),
        )
    }
    pages = {}
    for name, mail in made.items():
        html = mail.get_body(("html",))
        assert html is not None
        pages[f"{name}.txt"] = f"Subject: {mail['Subject']}\n\n{words(mail)}"
        pages[f"{name}.html"] = str(html.get_content())
    outcome = prize.shouwen("digest", "--preview", prize.folder / "digest.html", now=AT + 2 * HOUR)
    assert outcome.code == DONE, outcome.text
    pages["digest.txt"] = prize.shouwen("digest", now=AT + 2 * HOUR).out.decode()
    pages["digest.html"] = (prize.folder / "digest.html").read_text("utf-8")
    for name, text in pages.items():
        text = re.sub(r"\r\n?", "\n", text)
        assert not OTHER_CAMPAIGN.search(text), (name, OTHER_CAMPAIGN.search(text))
        if os.environ.get("SHOUWEN_GOLDEN") == "write":
            GOLDEN.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_text(text, "utf-8")
        assert text == (GOLDEN / name).read_text("utf-8"), name


def test_decisions_and_reminders_in_the_prize_s_words(pymap_mailbox: EmbeddedMailbox, prize: Office) -> None:
    fine, lacking = Paper("稻麦轮作区土壤养分变化研究"), Paper("稻田里的小侦探", FARMING, "popular")
    post(pymap_mailbox, fine)
    pymap_mailbox.deliver(letter([lacking.form()], AT, FARMING, subject="申报"), AT)
    prize.once(AT + HOUR)
    number = prize.nominations()[fine.title]["number"]
    said = ("--by", "沈老师", "--reason", "期刊名称与正文不符")
    assert prize.shouwen("decide", number, "return", *said, now=AT + HOUR).code == DONE
    prize.once(AT + 2 * HOUR)
    prize.once(datetime(2025, 7, 6, 9, 0, tzinfo=SHANGHAI))
    kinds = [row["kind"] for row in prize.export("letters")]
    assert sorted(kinds) == ["decision", "deficiency", "receipt", "reminder", "reminder"]
    for mail in prize.sent():
        assert not OTHER_CAMPAIGN.search(words(mail)), OTHER_CAMPAIGN.search(words(mail))
    told_again = [words(mail) for mail in prize.sent() if "提醒" in mail["Subject"]]
    assert any("申报材料" in text and "期刊名称与正文不符" in text.replace("\n", "") for text in told_again)


def test_its_scans_are_looked_at(pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn) -> None:
    office = office_on(pymap_mailbox, scans={"look": "auto"})
    prize_office(office)
    sealed, bare = Paper("稻麦轮作区土壤养分变化研究"), Paper("低温胁迫对水稻根系的影响", ACADEMY)
    pymap_mailbox.deliver(letter([sealed.form(), sealed.stamped()], AT, sealed.unit), AT)
    pymap_mailbox.deliver(letter([bare.form(), bare.stamped(seal=False)], AT, bare.unit), AT)
    office.once(AT + HOUR)
    assert office.states() == {sealed.title: "complete", bare.title: "deficient"}
    assert office.codes(bare.title) == {"scan-not-sealed"}


def test_init_writes_the_prize_to_start_from(tmp_path: Path, office: Office) -> None:
    outcome = office.shouwen("init", tmp_path / "new", "--campaign", "paper-prize")
    assert outcome.code == DONE, outcome.text
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {"config.toml", "campaign.toml", "paper-prize-units.csv", "paper-prize-honoured.csv"}
    config = (tmp_path / "new" / "config.toml").read_text("utf-8")
    assert "江东省科技期刊学会优秀论文评选办公室 <papers@jdkj.example>" in config and "农村" not in config
    again = office.shouwen("init", tmp_path / "new")
    assert again.text.count("kept as it is") == 2, "config.toml and campaign.toml are never overwritten"
    wrong = office.shouwen("init", tmp_path / "other", "--campaign", "essay-prize")
    assert wrong.code == BAD_USAGE and "paper-prize" in wrong.text
    assert not (tmp_path / "other").exists()


def test_a_fault_in_its_file_stops_every_command(prize: Office) -> None:
    path = prize.folder / "paper-prize.toml"
    path.write_text(path.read_text("utf-8").replace("maximum = 0.2", "maximun = 0.2"), "utf-8")
    outcome = prize.shouwen("status")
    assert outcome.code == BAD_USAGE
    assert re.search(r'paper-prize\.toml:\d+ threshold\[3\]\.maximun.*write "maximum"', outcome.text)
