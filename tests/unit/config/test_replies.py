"""Saved replies: the shipped ones in every campaign, an office's own with their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.config.campaign_file import load_campaign, shipped_campaign, shipped_names
from intake.config.faults import ConfigFault
from intake.config.replies import LONGEST, load_replies

CAMPAIGN = load_campaign().campaign


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_replies_read_well_in_every_campaign(name: str) -> None:
    replies = load_replies(None, load_campaign(shipped_campaign(name)).campaign)
    assert len(replies) >= 4
    for item in replies:
        assert item.title and item.text and "{" not in item.text and "\n\n" not in item.text
        assert all(line == line.strip() and line[-1] in "。；" for line in item.text.splitlines())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[reply]]\ntitle = "a"\n', "reply.text"),
        ('[[reply]]\ntitle = "a"\ntext = "b"\nmore = 1\n', "more"),
        ('[[reply]]\ntitle = "a"\ntext = "{{ nothing }}"\n', "nothing"),
        ('[[reply]]\ntitle = "a"\ntext = "{% if %}"\n', "cannot be put into words"),
        ('[[reply]]\ntitle = "a"\ntext = "{{ 1 / 0 }}"\n', "division"),
        ('[[reply]]\ntitle = "a"\ntext = "{{ words.__class__.__mro__ }}"\n', "cannot be put into words"),
        (f'[[reply]]\ntitle = "a"\ntext = "{"长" * (LONGEST + 1)}"\n', str(LONGEST)),
        ('[[reply]]\ntitle = "a"\ntext = "  "\n', "must say something"),
        ("[[reply]\n", "TOML"),
    ],
)
def test_a_fault_is_told_with_the_file(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "replies.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigFault, match=r"replies\.toml") as caught:
        load_replies(file, CAMPAIGN)
    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="cannot be read"):
        load_replies(tmp_path / "none.toml", CAMPAIGN)


def test_every_faulty_reply_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "replies.toml"
    bad = '[[reply]]\ntitle = "甲"\ntext = "{{ a }}"\n[[reply]]\ntitle = "乙"\ntext = "{{ b }}"\n'
    file.write_text(bad, "utf-8")
    with pytest.raises(ConfigFault) as caught:
        load_replies(file, CAMPAIGN)
    assert len(caught.value.faults) == 2


def test_what_is_no_reply_at_all_is_an_empty_list(tmp_path: Path) -> None:
    file = tmp_path / "replies.toml"
    file.write_text("# 尚无\n", "utf-8")
    assert load_replies(file, CAMPAIGN) == ()
