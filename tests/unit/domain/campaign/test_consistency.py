"""Names in a campaign file that mean nothing, or two things: each fault with its line, key and mend."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from intake.config.campaign_file import (
    CampaignFault,
    load_campaign,
    shipped_campaign,
    shipped_files,
    shipped_names,
)
from intake.domain.campaign.terms import CUSTOMARY, Words


@pytest.fixture
def prize(tmp_path: Path) -> Path:
    for file in shipped_files("paper-prize"):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / "paper-prize.toml"


def told(path: Path, *changes: tuple[str, str]) -> list[str]:
    """The faults of the file with these changes made."""
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    with pytest.raises(CampaignFault) as caught:
        load_campaign(path)
    assert all(fault.mend and fault.key for fault in caught.value.faults), caught.value.faults
    return str(caught.value).splitlines()


CHANGES = [
    ('field = "citations"', 'field = "cites"', r"threshold\[1\]\.field: no such field 'cites'; .*citations"),
    ('field = "citations"', 'field = "journal"', r"threshold\[1\]\.field: .*holds no figure.*duplicate_rate"),
    ('field = "readers"', 'field = "citations"', r"threshold\[4\]\.field: no field 'citations' in forms of"),
    (
        'category = "popular"\nfield = "readers"',
        'category = "essay"\nfield = "readers"',
        r"threshold\[4\]\.category: no such category 'essay'; write one of academic, popular",
    ),
    ("maximum = 3\n", "", r"threshold\[2\]: give minimum, maximum, or both"),
    ("maximum = 3\n", "maximum = 3\nminimum = 4\n", r"threshold\[2\]: minimum <= maximum must hold"),
    ("maximum = 3\n", 'maximum = "3 years"\n', r'threshold\[2\]\.maximum = "3 years"'),
    (
        'categories = ["academic"]\nrequired = true\nlabels = ["论文题目"',
        'categories = ["academical"]\nrequired = true\nlabels = ["论文题目"',
        r"field\[1\]\.categories: no category 'academical'",
    ),
    (
        'nominee = "参评论文"',
        'nomine = "参评论文"',
        r'words\.nomine = "参评论文": unknown key; write "nominee"',
    ),
    ('office = "本办公室"', 'office = ""', r"words\.office"),
    ('"below-threshold.cure"', '"below-treshold.cure"', r"wording\.below-treshold\.cure: no such finding"),
    ('"below-threshold.cure"', '"below-threshold.remedy"', r"wording\.below-threshold\.remedy: is neither"),
    (
        "报送{form}WORD版",
        "报送{from}WORD版",
        r"wording\.below-threshold\.cure: nothing fills \{from\}; .*\{form\}",
    ),
    (
        "[severity]\n",
        '[severity]\n"scan-not-seald" = "review"\n',
        r"severity\.scan-not-seald: no such finding",
    ),
    ("[severity]\n", '[severity]\n"late" = "sometimes"\n', r'severity\.late = "sometimes"'),
    ('id = "popular"', 'id = "academic"', r"category\[2\]\.id: 'academic' stands twice"),
    (
        '"科普作品"]',
        '"学术论文"]',
        r"category\[2\]\.aliases: '学术论文' already names the category 'academic'",
    ),
    ('kind = "institute"', 'kind = "university"', r"quota\[2\]\.kind: 'university' stands twice"),
    *(
        ('name = "published_on"\n', f'name = "published_on"\n{keys}\n', rf"field\[\d+\]\.{said}")
        for keys, said in (
            ("not_before = 2020-01-01", "not_before: means nothing for type 'text'; write type = \"date\""),
            (
                'type = "date"\nnot_before = 2020-02-01\nnot_after = 2020-01-01',
                "not_after: lies before not_before; exchange",
            ),
            ('type = "date"\nnot_before = "2020年"', 'not_before = "2020年": .*without quotes, as in 2020-'),
            ('type = "list"', "type: a field of type 'list' needs columns; add columns = "),
            ('type = "choice"\nat_most = 1', "type: a field of type 'choice' needs options; add options = "),
            ('under = "师"', 'under: names no heading; .*under = "导师信息"'),
            ("under = 2", "under = 2: .*write a list"),
            ("nth = 0", "nth = 0: "),
            ("nht = 2", 'nht = 2: unknown .*write "nth"'),
            ('type = "dates"', 'type = "dates": .*id-number'),
        )
    ),
    (
        'name = "unit"\n',
        'name = "unit"\ntype = "id-number"\n',
        r"field\[\d+\]\.type: 'unit' is a name: its type cannot be 'id-number'; take type out",
    ),
    ("registered = false", "registered = true", r"needs\.registered: no field named 'registered'"),
]


@pytest.mark.parametrize(("old", "new", "said"), CHANGES, ids=[said for _, _, said in CHANGES])
def test_a_fault_names_line_key_and_mend(prize: Path, old: str, new: str, said: str) -> None:
    faults = told(prize, (old, new))
    assert any(re.match(rf"paper-prize\.toml:\d+ {said}", fault) for fault in faults), faults


def test_the_line_is_that_of_the_key(prize: Path) -> None:
    faults = told(prize, ('field = "readers"', 'field = "reader"'), ("报送{form}WORD版", "报送{from}WORD版"))
    lines = prize.read_text("utf-8").splitlines()
    places = [int(re.match(r"paper-prize\.toml:(\d+)", fault)[1]) for fault in faults]  # type: ignore[index]
    assert [lines[place - 1].split(" = ")[0] for place in places] == ["field", '"below-threshold.cure"']


def test_every_shipped_campaign_can_be_served() -> None:
    assert shipped_names() == ("cast-2024", "paper-prize")
    for name in shipped_names():
        loaded = load_campaign(shipped_campaign(name))
        assert loaded.campaign.campaign.id == name
        assert {path.name for path in shipped_files(name)} >= {
            loaded.path.name,
            loaded.campaign.campaign.units,
        }


def test_no_label_of_the_prize_means_two_fields_of_one_category() -> None:
    campaign = load_campaign(shipped_campaign("paper-prize")).campaign
    for category in campaign.categories:
        seen: dict[str, str] = {}
        for field in campaign.field:
            if field.applies_to(category):
                for label in field.labels:
                    assert seen.setdefault(label, field.name) == field.name, (category, label)


def test_a_category_s_own_term_takes_the_place_of_the_campaign_s() -> None:
    campaign = load_campaign(shipped_campaign("paper-prize")).campaign
    assert [campaign.words_for(c).nominee for c in ("academic", "popular", None)] == [
        "参评论文",
        "参评文章",
        "参评论文",
    ]


def test_the_shipped_words_of_2024_are_the_customary_ones() -> None:
    assert load_campaign().campaign.words == CUSTOMARY


def test_what_is_filled_in_is_not_filled_again() -> None:
    words = Words(form="申报表")
    assert words.fill("{form}（{evidence}）{odd}", evidence="{form}") == "申报表（{form}）{odd}"
