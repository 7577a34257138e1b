"""The sample letters: enough of them that no template stands untried."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import templates
from intake.config.campaign_file import load_campaign, shipped_campaign, shipped_names
from intake.domain.model.mail import LETTER_NAMES
from intake.mail.message import Composer
from intake.staff.letter_samples import sample_views

SHIPPED = Path(templates.__path__[0])
FILES = sorted(
    str(path.relative_to(SHIPPED))
    for path in SHIPPED.rglob("*")
    # The desk's pages are no letters: tests/integration/test_desk.py goes through them.
    if path.suffix in (".txt", ".html") and "desk" not in path.parts
)


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_templates_print_every_sample(name: str) -> None:
    campaign = load_campaign(shipped_campaign(name)).campaign
    views = sample_views(campaign)
    assert {view.template for view in views} >= set(LETTER_NAMES)
    for view in views:
        assert Composer((), campaign).render(view).text


@pytest.mark.parametrize("file", FILES)
def test_a_fault_in_any_template_is_met(file: str, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "own")
    (tmp_path / "own" / file).write_text("{{ 1 // 0 }}", encoding="utf-8")
    campaign = load_campaign().campaign
    composer = Composer([tmp_path / "own"], campaign)
    with pytest.raises(ZeroDivisionError):
        for view in sample_views(campaign):
            composer.render(view)
