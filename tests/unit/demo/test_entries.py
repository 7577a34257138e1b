"""The service's own reading of each sample form gives the figures that its truth names."""

from datetime import datetime
from pathlib import Path

import pytest

from intake.config.campaign_file import load_campaign
from intake.demo.entries import ENTRIES
from intake.demo.papers.forms import word_form
from intake.demo.papers.portrait import as_jpeg, portrait
from intake.domain.documents.form import read_form
from intake.domain.model.facts import WordFacts
from parsers import parse

CAMPAIGN = load_campaign().campaign


@pytest.mark.parametrize("key", ENTRIES)
def test_a_form_reads_as_it_was_meant(key: str, tmp_path: Path, deadline: datetime) -> None:
    entry = ENTRIES[key]
    content = entry.content(deadline.date(), deadline.year, 2024)
    path = tmp_path / "form.docx"
    path.write_bytes(word_form(content, entry.layout, as_jpeg(portrait(key))))
    facts = parse(path, path.parent)
    assert isinstance(facts, WordFacts)
    form = read_form(facts, CAMPAIGN)
    assert form is not None
    assert (form.category, form.text("nominee")) == (entry.category, entry.nominee)
    assert form.text("unit") == entry.unit.written
    truth = entry.truth(deadline.year)
    read = {name: form.fields[name].value for name in truth.figures if name in form.fields}
    assert read == pytest.approx(truth.figures)
    assert form.empty == tuple(name for name, (text, _) in entry.figures.items() if not text)
    assert not form.conflicts
