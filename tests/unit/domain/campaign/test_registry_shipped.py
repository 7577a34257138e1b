"""The registry as staff edit it: what is wrong with the table is told by file and line, with the mend."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from intake.config.campaign_file import CampaignFault, load_campaign, shipped_files

HEAD = "kind,name,aliases,addresses,phone,quota\n"
GOOD = "province,浙江省科学技术协会,浙江省科协;浙江科协,kp@zast.example;@zast.example,0571,\n"


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    for file in shipped_files():
        shutil.copy(file, tmp_path)
    return tmp_path / "cast-2024.toml"


def faults(campaign: Path, table: str | bytes) -> list[str]:
    raw = table.encode() if isinstance(table, str) else table
    (campaign.parent / "cast-2024-units.csv").write_bytes(raw)
    with pytest.raises(CampaignFault) as told:
        load_campaign(campaign)
    return [str(fault) for fault in told.value.faults]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "society,中国农学会,,,,\nsociety,中国农学会,,,,\n",
            "units.csv:4 name or alias = 中国农学会: already means",
        ),
        ("society,中国农学会,浙江科协,,,\n", "already means 浙江省科学技术协会 (line 2)"),
        ("society,中国农学会,浙江省科学技术協會,,,\n", "already means 浙江省科学技术协会 (line 2)"),
        ("学会,中国农学会,,,,\n", "write one of"),
        ("society,中国农学会,,,,两个\n", "is no whole number"),
        ("society,中国农学会,,kepu,,\n", "is no mail address"),
        ("society,中国农学会,,张老师<a@b.example>,,\n", "is no mail address"),
        ("society,中国农学会,,a@b.example、c@d.example,,\n", "is no mail address"),
        ("society,中国农学会,科协,,,\n", "tells no unit from another"),
        ("society,中国农学会,学会,,,\n", "tells no unit from another"),
        ("society,（盖章）,,,,\n", "tells no unit from another"),
        ("society,中国农学会,中国农协、农学会,,,\n", "holds several names in one"),
    ],
)
def test_a_fault_is_told_by_its_line(campaign: Path, row: str, said: str) -> None:
    told = faults(campaign, HEAD + GOOD + row)
    assert [line for line in told if said in line and "cast-2024-units.csv:" in line], told


def test_a_damaged_character_does_not_make_utf8_gbk(campaign: Path) -> None:
    shipped = (campaign.parent / "cast-2024-units.csv").read_bytes()
    place = shipped.index("浙江省科学".encode())
    (told,) = faults(campaign, shipped[: place + 1] + b"?" + shipped[place + 2 :])
    line = shipped.count(b"\n", 0, place) + 1
    assert told.startswith(f"cast-2024-units.csv:{line} ")
    assert "damaged" in told


def test_unicode_text_of_excel_is_no_table(campaign: Path) -> None:
    assert any("CSV UTF-8" in line for line in faults(campaign, (HEAD + GOOD).encode("utf-16")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_the_shipped_registry_comes_back_from_excel_the_same(campaign: Path, encoding: str) -> None:
    table = campaign.parent / "cast-2024-units.csv"
    table.write_bytes(table.read_text("utf-8").replace("\n", "\r\n").encode(encoding))
    assert load_campaign(campaign).units == load_campaign().units
