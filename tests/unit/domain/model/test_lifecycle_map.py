"""The README's account of a nomination's life is the table itself.

`SHOUWEN_GOLDEN=write pytest tests/unit/domain/model/test_lifecycle_map.py` (or `make docs`) writes it anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from intake.domain.model.lifecycle import JUDGED, OPEN, STEPS, TABLE, Event
from intake.domain.model.lifecycle_map import chapter, diagram, table
from intake.domain.model.nomination import State

README = Path(__file__).parents[4] / "README.md"
PLACE = re.compile(
    r"(<!-- made from intake/domain/model/lifecycle\.py[^\n]*-->\n)(.*?)(<!-- end -->)", re.DOTALL
)


def test_the_readme_shows_the_table_as_it_is() -> None:
    text = README.read_text(encoding="utf-8")
    found = PLACE.search(text)
    assert found is not None
    if os.environ.get("SHOUWEN_GOLDEN") == "write":
        README.write_text(text[: found.start(2)] + chapter() + text[found.end(2) :], encoding="utf-8")
        return
    assert found[2] == chapter()


def test_every_cell_of_the_table_is_told() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table().splitlines()]
    assert rows[0] == ["state", *Event]
    for row in rows[2:]:
        state = State(row[0].strip("`"))
        for event, cell in zip(Event, row[1:], strict=True):
            after = TABLE.get((state, event), frozenset())
            assert cell == ("as judged" if after == JUDGED else ", ".join(f"`{s}`" for s in after) or "-")


def edges() -> dict[tuple[str, str], str]:
    pattern = re.compile(r"^    (\S+) --> (\w+)(?:: (.*))?$", re.MULTILINE)
    return {(source, target): label or "" for source, target, label in pattern.findall(diagram())}


@pytest.mark.parametrize(("state", "event"), [(s, e) for s in State for e in Event])
def test_the_diagram_leads_where_the_table_does(state: State, event: Event) -> None:
    """By its own arrow, or through the diamond to which all open states lead."""
    arrows = edges()
    for after in TABLE.get((state, event), frozenset()):
        if after is state:
            continue
        ways = [
            arrows.get((state, after)),
            arrows.get(("open", after)) if (state, "open") in arrows else None,
        ]
        assert any(way is not None for way in ways)
    if (state, event) not in TABLE and state not in OPEN:
        said = [label for (source, _), label in arrows.items() if source == state]
        assert not any(re.search(rf"\b{event}\b", label) for label in said)


def test_every_step_has_its_reason() -> None:
    assert {step.event for step in STEPS} == set(Event)
    assert all(step.why and step.before and step.after for step in STEPS)
