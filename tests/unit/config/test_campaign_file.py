"""The campaign file and its tables: the shipped ones, and how an operator's copy goes wrong."""

from __future__ import annotations

import codecs
import re
import shutil
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from intake.config.campaign_file import (
    CampaignFault,
    LoadedCampaign,
    load_campaign,
    shipped_campaign,
    shipped_files,
)
from intake.config.faults import ConfigFault

BEIJING = timezone(timedelta(hours=8))

NOTICE_FIGURES = {
    ("volunteer", "service_years"): 3,
    ("organisation", "founded_years"): 3,
    ("organisation", "members"): 20,
    ("organisation", "active_share"): 0.6,
    ("organisation", "brands"): 2,
    ("organisation", "activities"): 50,
    ("project", "running_years"): 3,
    ("project", "team"): 10,
    ("site", "resident_share"): 0.6,
    ("site", "teams"): 5,
    ("site", "activity_kinds"): 5,
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for file in shipped_files():
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / shipped_campaign().name


def change(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def faults(path: Path) -> list[str]:
    with pytest.raises(CampaignFault) as caught:
        load_campaign(path)
    assert isinstance(caught.value, ConfigFault)
    assert all(fault.mend for fault in caught.value.faults)
    return str(caught.value).splitlines()


def units(copy: Path, text: str, encoding: str = "utf-8") -> LoadedCampaign:
    (copy.parent / "cast-2024-units.csv").write_bytes(text.encode(encoding))
    return load_campaign(copy)


def test_shipped_campaign_is_the_notice_s() -> None:
    loaded = load_campaign()
    head = loaded.campaign.campaign
    china = timezone(timedelta(hours=8))
    assert (head.id, head.year, head.number_prefix) == ("cast-2024", 2024, "KX2024")
    assert head.deadline_at == datetime(2025, 2, 24, tzinfo=china)
    assert head.supplement_until == datetime(2025, 3, 8, tzinfo=china)
    assert set(loaded.campaign.categories) == {"volunteer", "organisation", "project", "site"}
    limits = {kind: (quota.per_category, quota.total) for kind, quota in loaded.campaign.quotas.items()}
    assert limits == {
        "society": (2, None),
        "province": (5, None),
        "enterprise": (2, None),
        "affiliate": (None, 5),
    }
    assert {(t.category, t.field): t.minimum for t in loaded.campaign.threshold} == NOTICE_FIGURES
    assert all(t.source.startswith("通知一") for t in loaded.campaign.threshold)
    assert loaded.campaign.needs.form and loaded.campaign.needs.scan


def test_shipped_registry() -> None:
    rows = load_campaign().units
    assert Counter(row.kind for row in rows) == {"province": 32, "society": 210, "affiliate": 8}
    assert len({row.name for row in rows}) == len(rows)


def test_every_figure_of_the_notice_is_a_required_field() -> None:
    campaign = load_campaign().campaign
    required = {
        (c, f.name) for f in campaign.field if f.required for c in (f.categories or campaign.categories)
    }
    assert (
        set(NOTICE_FIGURES) | {(c, name) for c in campaign.categories for name in ("nominee", "unit")}
        == required
    )


def test_no_label_means_two_fields_of_one_category() -> None:
    campaign = load_campaign().campaign
    for category in campaign.categories:
        seen: dict[str, str] = {}
        for field in campaign.field:
            if field.applies_to(category):
                for label in field.labels:
                    assert seen.setdefault(label, field.name) == field.name, (category, label)


def test_figures_have_many_names() -> None:
    names = {name for _, name in NOTICE_FIGURES}
    assert all(len(field.labels) >= 15 for field in load_campaign().campaign.field if field.name in names)


def test_copy_is_read_with_the_tables_beside_it(copy: Path) -> None:
    loaded = load_campaign(copy)
    assert loaded.path == copy
    assert loaded.units == load_campaign().units


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_tables_in_the_encodings_of_excel(copy: Path, encoding: str) -> None:
    loaded = units(
        copy,
        "kind,name,aliases,addresses,phone,quota\r\nprovince,浙江省科学技术协会,浙江省科协；浙江科协,a@b.cn;@c.cn,010,7\r\n\r\n",
        encoding,
    )
    (row,) = loaded.units
    assert (row.aliases, row.addresses, row.quota) == (("浙江省科协", "浙江科协"), ("a@b.cn", "@c.cn"), 7)


def test_columns_may_come_in_any_order_and_be_left_out(copy: Path) -> None:
    (row,) = units(copy, "name,kind\n中国农学会,society\n").units
    assert (row.name, row.kind, row.aliases, row.quota) == ("中国农学会", "society", (), None)


def test_honoured_takes_the_category_by_id_or_name(copy: Path) -> None:
    (copy.parent / "cast-2024-honoured.csv").write_text(
        "category,name,unit,year\n最美科技志愿者,张三,,2021\nsite,甲,乙,2022\n", encoding="utf-8"
    )
    assert [(row.category, row.name, row.unit, row.year) for row in load_campaign(copy).honoured] == [
        ("volunteer", "张三", "", "2021"),
        ("site", "甲", "乙", "2022"),
    ]


def test_campaign_file_with_a_mark_is_read(copy: Path) -> None:
    copy.write_bytes(codecs.BOM_UTF8 + copy.read_bytes())
    assert load_campaign(copy).campaign.campaign.year == 2024


def line_of(copy: Path, text: str, after: str = "") -> int:
    lines = copy.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if after in line)
    return next(n for n, line in enumerate(lines[start:], start + 1) if text in line)


def test_all_faults_of_the_file_at_once_with_their_lines(copy: Path) -> None:
    change(
        copy,
        ("deadline_at = 2025-02-24T00:00:00+08:00", "deadline_at = 2025-02-24T00:00:00"),
        ('short_name = "农技中心"', 'shortname = "农技中心"'),
        ("minimum = 50", 'minimum = "fifty"'),
        ('name = "teams"', 'naem = "teams"'),
    )
    told = faults(copy)
    places = [re.match(r"cast-2024\.toml:(\d+) ", line) for line in told]
    lines = {int(place[1]) for place in places if place}
    assert line_of(copy, "deadline_at") in lines
    assert line_of(copy, "shortname") in lines
    assert line_of(copy, "fifty") in lines
    assert line_of(copy, "naem") in lines
    assert any("offset" in line for line in told)
    assert any('unknown key; write "short_name"' in line for line in told)
    assert any("office.short_name: is missing" in line for line in told)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('patterns = ["(?:组建', 'patterns = ["((?:组建', "is no regular expression"),
        (
            'category = "volunteer"\nfield = "service_years"',
            'category = "volunteer"\nfield = "service_year"',
            "no such field",
        ),
        ('categories = ["site"]', 'categories = ["sight"]', "no category 'sight'"),
        ("per_category = 2\n", "", "exactly one of per_category and total"),
        ('number_prefix = "KX2024"', 'number_prefix = "科协"', "number_prefix"),
        ("supplement_days = 12", "supplement_until = 2025-02-01T00:00:00+08:00", "must hold"),
        ("supplement_days = 12", "supplement_days = -1", "supplement_days"),
    ],
)
def test_faults_of_meaning(copy: Path, old: str, new: str, said: str) -> None:
    change(copy, (old, new))
    assert any(said in line for line in faults(copy))


@pytest.mark.parametrize(
    ("old", "new", "until"),
    [
        ("deadline_at = 2025-02-24", "deadline_at = 2025-06-01", datetime(2025, 6, 13, tzinfo=BEIJING)),
        ("supplement_days = 12", "supplement_days = 0", datetime(2025, 2, 24, tzinfo=BEIJING)),
        (
            "supplement_days = 12",
            "supplement_until = 2025-03-20T00:00:00+08:00",
            datetime(2025, 3, 20, tzinfo=BEIJING),
        ),
    ],
)
def test_end_of_supplements_follows_the_deadline_or_stands(
    copy: Path, old: str, new: str, until: datetime
) -> None:
    change(copy, (old, new))
    assert load_campaign(copy).campaign.campaign.supplement_until == until


@pytest.mark.parametrize("new", ["", "deadline_at = 2025-02-24T00:00:00\n"])
def test_fault_of_the_deadline_is_told_once(copy: Path, new: str) -> None:
    change(copy, ("deadline_at = 2025-02-24T00:00:00+08:00\n", new))
    assert [line for line in faults(copy) if "deadline_at" in line or "supplement" in line] == faults(copy)
    assert len(faults(copy)) == 1


def test_syntax_error_names_line_and_column(copy: Path) -> None:
    change(copy, ("year = 2024", "year = = 2024"))
    (told,) = faults(copy)
    assert told.startswith(f"cast-2024.toml:{line_of(copy, 'year = =')}:8 ")


def test_campaign_file_that_is_not_there_or_not_utf8(tmp_path: Path) -> None:
    (told,) = faults(tmp_path / "none.toml")
    assert "cannot be read" in told
    (tmp_path / "gbk.toml").write_bytes('title = "活动"'.encode("gbk"))
    (told,) = faults(tmp_path / "gbk.toml")
    assert "save the file as UTF-8" in told


def test_all_faults_of_both_tables_at_once(copy: Path) -> None:
    (copy.parent / "cast-2024-units.csv").write_text(
        "kind,name,aliases,addresses,phone,quota\n"
        "province,浙江省科学技术协会,浙江省科协,,,\n"
        "soceity,中国农学会,,,,\n"
        "society,,,,,\n"
        "society,中国林学会,浙江科协,not-an-address,,many\n"
        "province,浙江省科协,,,,\n"
        "society,中国化学会,,,,,2\n",
        encoding="utf-8",
    )
    (copy.parent / "cast-2024-honoured.csv").write_text(
        "category,name,unit,year\nhero,张三,,\n", encoding="utf-8"
    )
    told = faults(copy)
    for place, said in (
        ("units.csv:3", "no [[quota]] has this kind"),
        ("units.csv:4", "the cell is empty"),
        ("units.csv:5", "is no mail address"),
        ("units.csv:5", "is no whole number"),
        ("units.csv:6", "already means 浙江省科学技术协会 (line 2)"),
        ("units.csv:7", "more cells than"),
        ("honoured.csv:2", "no such category"),
    ):
        assert any(place in line and said in line for line in told), (place, said, told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind,aliases\nsociety,x\n", "the column is missing"),
        ("kind,name,adresses\nsociety,中国农学会,a@b.cn\n", "unknown column"),
        ("", "the column is missing"),
        ("kind,name\n", "the table is empty"),
        ('kind,name\nsociety,"中国农学会\nsociety,中国林学会\n', "a quote is not closed"),
        ("kind,name\nsociety," + "x" * 200_000, "cannot be read as CSV"),
    ],
)
def test_table_of_the_wrong_shape(copy: Path, text: str, said: str) -> None:
    (copy.parent / "cast-2024-units.csv").write_text(text, encoding="utf-8")
    assert any(said in line for line in faults(copy))


def test_table_that_is_not_there_or_no_text(copy: Path) -> None:
    (copy.parent / "cast-2024-honoured.csv").unlink()
    (copy.parent / "cast-2024-units.csv").write_bytes(b"kind,name\n\xff\xff\xff")
    told = faults(copy)
    assert any("cannot be read" in line for line in told)
    assert any("neither UTF-8 nor GBK" in line for line in told)


DEADLINE = "deadline_at = 2025-02-24T00:00:00+08:00"


@pytest.mark.parametrize(
    ("old", "new", "line", "mend"),
    [
        (DEADLINE, 'deadline_at = "2025-02-24T00:00:00+08:00"', 22, "without quotes"),
        (DEADLINE, "deadline_at = 2025-02-24", 22, "without quotes"),
        (DEADLINE, "deadline_at = 1740326400", 22, "without quotes"),
        (DEADLINE, f'{DEADLINE}\nsupplement_until = "2025-03-08T00:00:00+08:00"', 23, "without quotes"),
        (DEADLINE, "deadline_at = 9999-12-31T23:59:59+08:00", 9, "shipped campaign"),
        ("year = 2024", 'year = "2024"', 12, "whole number"),
        ("minimum = 3", 'minimum = "3"', 174, "write a number"),
        ("per_category = 2", 'per_category = "2"', 126, "whole number"),
        ('units = "cast-2024-units.csv"', "units = 3", 44, "in quotes"),
    ],
)
def test_a_value_of_another_type_is_a_fault_with_line_and_mend(
    copy: Path, old: str, new: str, line: int, mend: str
) -> None:
    change(copy, (old, new))
    (told,) = faults(copy)
    assert told.startswith(f"cast-2024.toml:{line} ") and mend in told, told
