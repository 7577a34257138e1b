"""Forms that other offices publish: with a campaign file alone every field of every filling is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import parsers
from intake.demo.mailbox import EmbeddedMailbox
from intake.demo.mails.programs import AttachedFile
from intake.domain.documents.roles import read_parts
from intake.domain.model.document import Role
from tests.journey import Office
from tests.material import letter, picture_pdf, sample_unit
from tests.prize import AT
from tests.public_forms import CAMPAIGNS, FILLINGS, PublicForm, science_unit, student_project

MAKERS: dict[str, Callable[[int], PublicForm]] = {"units": science_unit, "projects": student_project}


@pytest.mark.parametrize("number", FILLINGS)
@pytest.mark.parametrize("maker", MAKERS)
def test_every_field_of_a_published_form_is_read(tmp_path: Path, maker: str, number: int) -> None:
    form = MAKERS[maker](number)
    campaign = form.loaded().campaign
    for content in (form.as_docx(), form.as_page()):
        (tmp_path / "form").write_bytes(content)
        [(role, read)] = read_parts(parsers.parse(tmp_path / "form", tmp_path), "表.doc", campaign)
        assert role is Role.FORM and read is not None
        found = {name: read.fields[name].value if name in read.fields else None for name in form.said}
        assert found == form.said
        assert read.conflicts == ()
        assert [name for name in form.said if name in read.fields and not read.fields[name].sure] == []
        assert not {name for name in read.empty if form.said.get(name) is not None}


@pytest.mark.parametrize("maker", MAKERS)
def test_a_published_form_walks_the_whole_journey(
    pymap_mailbox: EmbeddedMailbox, office: Office, maker: str
) -> None:
    form = MAKERS[maker](0)
    for file in CAMPAIGNS.glob(f"{form.campaign}*"):
        (office.folder / file.name).write_bytes(file.read_bytes())
    office.change(campaign={"file": f"{form.campaign}.toml"})
    row = form.loaded().units[0]
    unit = sample_unit(row.name, row.kind, address=f"kjc{row.addresses[0]}")
    name = str(form.said["nominee"])
    papers = [
        AttachedFile(f"{name}表.doc", form.as_page()),
        AttachedFile(f"{name}表（盖章）.pdf", picture_pdf(name)),
    ]
    pymap_mailbox.deliver(letter(papers, AT, unit, subject=name), AT)
    office.once(AT)
    nomination = office.nominations()[name]
    assert nomination["state"] == "complete", office.codes(name)
    assert {n: nomination["fields"][n]["value"] for n in form.said if form.said[n] is not None} == {
        n: value for n, value in form.said.items() if value is not None
    }
    assert "19491231" not in str(nomination)
