"""Each kind of doubt has a name and one sentence, and whoever raises it fills that sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import intake
from intake.domain.campaign.doubts import DOUBT_NAMES, SENTENCES, doubt_name, doubt_sentence
from intake.domain.campaign.terms import CUSTOMARY, Words, unknown_places
from intake.domain.model.doubt import DoubtKind, doubt

ROOT = Path(intake.__file__).parent


def calls(folder: str) -> Iterator[ast.Call]:
    for file in sorted((ROOT / folder).rglob("*.py")):
        yield from (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))


def kinds_in(folder: str) -> set[DoubtKind]:
    return {
        DoubtKind[node.attr]
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "DoubtKind"
    }


def test_every_kind_has_a_name() -> None:
    assert set(DOUBT_NAMES) == set(DoubtKind)
    names = [doubt_name(kind, CUSTOMARY) for kind in DoubtKind]
    assert len(set(names)) == len(names) and not any("{" in name for name in names)


def test_every_kind_has_a_sentence_and_every_sentence_a_kind() -> None:
    """Those of assembly stand in the table, those of the rules where the rule says what it read."""
    rules = kinds_in("domain/rules") | kinds_in("stages")
    assert kinds_in("domain/assembly") == set(SENTENCES)
    assert rules == set(DoubtKind) - set(SENTENCES)


def test_whoever_raises_a_doubt_fills_all_of_its_sentence() -> None:
    seen = set()
    for call in calls("domain/assembly"):
        if getattr(call.func, "id", "") != "doubt":
            continue
        kind = DoubtKind[getattr(call.args[0], "attr", "")]
        filled = {word.arg for word in call.keywords} | ({"file"} if len(call.args) > 1 else set())
        assert set(unknown_places(SENTENCES[kind])) <= filled, kind
        seen.add(kind)
    assert seen == set(SENTENCES)


@pytest.mark.parametrize("folder", ["domain/rules", "stages"])
def test_nothing_is_doubtful_without_a_kind(folder: str) -> None:
    """`doubtful` in `intake/domain/rules/case_view.py` is the one that adds the kind afterwards."""
    bare = [
        call
        for call in calls(folder)
        if any(
            ast.unparse(arg).split(".")[0] == "DOUBTFUL" or "findings.DOUBTFUL" in ast.unparse(arg)
            for arg in call.args
        )
        and not any(word.arg == "kind" for word in call.keywords)
    ]
    assert len(bare) == (folder == "domain/rules")


def test_a_sentence_speaks_in_the_campaigns_terms_and_never_fills_what_a_sender_wrote() -> None:
    told = doubt(DoubtKind.SCAN_ALONE, "{shown}.pdf", shown="{form}")
    words = Words(nominee="候选人", form="申报表")
    assert doubt_sentence(told, words) == (
        "扫描件《{shown}.pdf》所示候选人读作“{form}”，未收到与之相应的申报表WORD版，请核对"
    )
    assert told.files == ("{shown}.pdf",)
