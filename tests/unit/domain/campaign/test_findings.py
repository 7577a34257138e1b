"""The catalogue of findings: one entry a code, named by a rule, with everything that is said of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.domain.campaign import findings
from intake.domain.campaign.findings import CATALOGUE, PICTURED, CatalogueEntry, finding_name, remedy
from intake.domain.campaign.terms import unknown_places

PRODUCT = Path(findings.__file__).parents[3]
CONSTANTS = {name: entry for name, entry in vars(findings).items() if isinstance(entry, CatalogueEntry)}
CONTRACT = (
    *("form-missing", "scan-missing", "scan-not-sealed", "scan-other-form", "unreadable", "encrypted"),
    *("cloud-link", "wrong-format", "form-incomplete", "category-unknown", "unit-unknown"),
    *("unit-not-entitled", "nominee-unclear", "late", "over-quota", "below-threshold", "not-registered"),
    *("previously-honoured", "duplicate-nominee", "forms-differ", "sender-unverified", "doubtful"),
)
"""The codes that exports promise; more may be added."""


def trees(folder: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((PRODUCT / folder).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_a_constant_is_named_as_its_code_and_no_code_stands_twice() -> None:
    assert {name: name.lower().replace("_", "-") for name in CONSTANTS} == {
        name: entry.code for name, entry in CONSTANTS.items()
    }
    assert set(CONTRACT) <= CATALOGUE.keys()


def test_every_entry_is_named_by_a_rule() -> None:
    named = {
        node.attr
        for _, tree in trees("intake/domain/rules")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "findings"
    }
    assert CONSTANTS.keys() == named


def test_no_finding_is_made_from_a_loose_code() -> None:
    loose = [
        f"{path}:{node.lineno}"
        for folder in ("intake", "store")
        for path, tree in trees(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Finding", "found", "CatalogueEntry")
        and path.name != "findings.py"
        for given in (*node.args, *(word.value for word in node.keywords))
        if isinstance(given, ast.Constant) and given.value in CATALOGUE
    ]
    assert not loose


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_has_a_name_and_can_be_told(code: str) -> None:
    assert finding_name(code) != code
    for evidence in ("", "第3页。"):
        told = remedy(code, evidence)
        assert told.problem and told.cure
        assert "{" not in told.problem + told.cure and "（）" not in told.problem


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_nothing_stands_in_braces_that_nothing_fills(entry: CatalogueEntry) -> None:
    assert not unknown_places(entry.name + entry.problem + entry.cure)
    assert "{" not in entry.look


def test_pictures_are_shown_for_what_a_look_at_the_scan_settles() -> None:
    assert set(PICTURED) == {
        "doubtful",
        "scan-other-form",
        "scan-not-sealed",
        "forms-differ",
        "scan-unchecked",
    }


def test_evidence_stands_in_the_sentence_and_is_not_a_template() -> None:
    told = remedy("form-incomplete", "“{evidence}”未填。")
    assert told.problem == "推荐表WORD版有必填栏目未填写（“{evidence}”未填）"
    assert remedy("form-incomplete", "").problem == "推荐表WORD版有必填栏目未填写"


def test_campaign_rewords_either_sentence() -> None:
    told = remedy("scan-missing", "", {"scan-missing.cure": "请补报盖章件"})
    assert (told.problem, told.cure) == ("未收到该推荐表的盖章扫描PDF", "请补报盖章件")


def test_a_code_without_sentences_is_told_by_its_evidence() -> None:
    assert remedy("video-missing", "未收到视频").problem == "未收到视频"
    assert remedy("video-missing", "").problem == "video-missing"
