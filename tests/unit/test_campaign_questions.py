"""`docs/campaign.md`: what it says to write into a campaign file is taken by it, and does what is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intake.config.campaign_file import LoadedCampaign, load_campaign
from intake.config.starter import write_starter

PAGE = Path(__file__).parents[2] / "docs" / "campaign.md"
_BLOCK = re.compile(r"^## (.+?)\n(?:(?!^## ).)*?^```(toml|csv)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ANSWERS = {question: (kind, text) for question, kind, text in _BLOCK.findall(PAGE.read_text("utf-8"))}


def written(folder: Path, question: str) -> LoadedCampaign:
    """The shipped campaign with the answer to a question written into it as the page says."""
    write_starter(folder, "cast-2024")
    kind, text = ANSWERS[question]
    if kind == "csv":
        head, *rows = text.splitlines()
        (table,) = [path for path in folder.glob("*.csv") if path.read_text("utf-8-sig").startswith(head)]
        first = rows[0].split(",")[1]
        kept = [row for row in table.read_text("utf-8-sig").splitlines() if f",{first}," not in row]
        table.write_text("\n".join([*kept, *rows]) + "\n", "utf-8")
    else:
        path = folder / "campaign.toml"
        path.write_text(changed(path.read_text("utf-8"), text), "utf-8")
    return load_campaign(folder / "campaign.toml")


def changed(campaign: str, answer: str) -> str:
    """The file with keys put under their headings, in place of what stood there, and tables at its end."""
    for table in re.split(r"^(?=\[)", answer, flags=re.MULTILINE)[1:]:
        if table.startswith("[["):
            campaign += f"\n{table}"
            continue
        heading, *lines = table.strip().splitlines()
        before, _, rest = campaign.partition(f"\n{heading}\n")
        for line in lines:
            key = re.escape(line.partition(" =")[0])
            rest = re.sub(rf"^{key} = .*\n", "", rest, count=1, flags=re.MULTILINE)
        campaign = "\n".join([before, heading, *lines, rest])
    return campaign


@pytest.mark.parametrize("question", ANSWERS)
def test_what_the_page_says_to_write_is_taken(question: str, tmp_path: Path) -> None:
    now, before = written(tmp_path, question), load_campaign()
    # A deadline may be written as it is.
    same = question == "How do I change the deadline?"
    parts = [(it.campaign, it.units, it.honoured) for it in (now, before)]
    assert (parts[0] == parts[1]) == same


def test_every_question_has_an_answer_to_write() -> None:
    assert re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.MULTILINE) == list(ANSWERS)


def test_a_category_is_added(tmp_path: Path) -> None:
    campaign = written(tmp_path, "How do I add a category?").campaign
    assert campaign.category_name("teacher") == "最美科普教师"
    assert campaign.field_label("nominee", "teacher") == "姓名"


def test_reminders_and_quotas_are_as_written(tmp_path: Path) -> None:
    campaign = written(tmp_path / "a", "How do I change when units are reminded?").campaign
    assert list(campaign.campaign.reminders) == [5, 2]
    campaign = written(tmp_path / "b", "How do I change a quota?").campaign
    assert {quota.kind: quota.per_category for quota in campaign.quota}["university"] == 1


def test_a_unit_and_an_honour_stand_in_their_tables(tmp_path: Path) -> None:
    loaded = written(tmp_path / "a", "How do I add a unit, or an address from which it writes?")
    (unit,) = [row for row in loaded.units if row.name == "浙江省科学技术协会"]
    assert "zjkx@example.org" in unit.addresses and unit.phone == "0571-12345678"
    loaded = written(tmp_path / "b", "How do I enter those honoured before?")
    assert [row.name for row in loaded.honoured] == ["张三"]
