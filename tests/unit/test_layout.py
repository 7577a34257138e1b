"""Unit tests mirror the folders: each bears the name of its module, in the folder of its room."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "tests" / "unit"
OUTSIDE_THE_SERVICE = ("parsers", "store")
"""Folders of tests whose modules do not lie under `intake/`."""

EXCEPTIONS = {
    "test_growth.py": "every function of several rooms that takes a stranger's text",
    "test_house.py": "the folders themselves",
    "domain/mail/test_bounce_formats.py": "bounces of 70 servers, which kind and bounces tell together",
    "parsers/mail/test_odd_mails.py": "whole mails of kinds that several modules tell together",
    "test_campaign_questions.py": "docs/campaign.md is no module",
    "test_deploy.py": "unit files are no modules",
    "test_documents.py": "the documents at the root and in docs/ are no modules",
    "test_layout.py": "this one",
    "test_scale.py": "what it tests is no product: bench/scale.py",
    "test_same.py": "what it tests is no product: tests/same.py",
    "mail/test_letters.py": "the templates, as intake/mail/message.py renders them, are no modules",
    "parsers/test_recognition.py": "the list of parsers stands in parsers/__init__.py",
}
"""Tests that are named for no module, and why."""

COVERED_BY = {
    "assembly/cases.py": "assembly/test_assembly.py",
    "assembly/doubts.py": "assembly/test_assembly.py",
    "assembly/drafts.py": "assembly/test_later_versions.py",
    "assembly/requests.py": "mail/test_intent.py",
    "campaign/campaign.py": "campaign/test_consistency.py",
    "campaign/findings.py": "campaign/test_wording.py",
    "campaign/terms.py": "campaign/test_wording.py",
    "documents/category.py": "documents/test_form.py",
    "documents/inline_labels.py": "documents/test_form.py",
    "documents/pdf_form.py": "assembly/test_scan_only.py",
    "documents/unopenable.py": "assembly/test_unopenable_mail.py",
    "letters/disclosure.py": "letters/test_unit_letter.py",
    "letters/quota_tables.py": "letters/test_unit_letter.py",
    "letters/staff_hints.py": "letters/test_digest.py",
    "letters/undelivered.py": "letters/test_digest.py",
    "letters/unread.py": "letters/test_digest.py",
    "letters/views.py": "letters/test_unit_letter.py",
    "mail/link_details.py": "mail/test_links.py",
    "mail/link_hosts.py": "mail/test_links.py",
    "model/doubt.py": "campaign/test_doubts.py",
    "model/places.py": "assembly/test_later_versions.py",
    "model/document.py": "documents/test_form.py",
    "model/facts.py": "documents/test_form.py",
    "model/inspection.py": "page/test_comparison.py",
    "model/mail.py": "mail/test_kind.py",
    "model/nomination.py": "rules/test_judge.py",
    "page/cell_lines.py": "page/test_cells.py",
    "page/figures.py": "page/test_cells.py",
    "page/titles.py": "scans/test_splitting.py",
    "page/vocabulary.py": "page/test_cells.py",
    "pairing/mail_pairs.py": "assembly/test_unopenable_mail.py",
    "rules/case_view.py": "rules/test_seals.py",
    "rules/other_files.py": "rules/test_seals.py",
    "scans/form_heads.py": "scans/test_splitting.py",
    "scans/page_order.py": "scans/test_splitting.py",
    "scans/page_text.py": "scans/test_splitting.py",
    "scans/photographs.py": "scans/test_splitting.py",
    "scans/unpaired.py": "assembly/test_scan_only.py",
    "secrecy/mark.py": "secrecy/test_mail_marks.py",
    "text/ticks.py": "documents/test_category.py",
    "text/durations.py": "documents/test_field_values.py",
}
"""Modules of the domain without a test of their name, and the one that goes through them."""


def unit_tests() -> list[Path]:
    """Every file of unit tests, from `tests/unit`."""
    return sorted(path.relative_to(UNIT) for path in UNIT.rglob("test_*.py"))


def modules_of(test: Path) -> set[Path]:
    """The modules that a test may be named for: of its folder, with its name or the beginning of it."""
    folder = test.parent if test.parts[0] in OUTSIDE_THE_SERVICE else Path("intake") / test.parent
    name = test.stem.removeprefix("test_")
    modules = {path.relative_to(ROOT) for path in (ROOT / folder).glob("*.py")}
    return {path for path in modules if name == path.stem or name.startswith(f"{path.stem}_")}


def test_every_unit_test_is_named_for_a_module_of_its_folder() -> None:
    assert [str(test) for test in unit_tests() if str(test) not in EXCEPTIONS and not modules_of(test)] == []


def test_no_exception_has_outlived_its_reason() -> None:
    assert [name for name in EXCEPTIONS if not (UNIT / name).exists() or modules_of(Path(name))] == []


def test_every_module_of_the_domain_is_tested_under_its_name_or_says_where() -> None:
    """A module without a test of its name wants one, or a line in `COVERED_BY`."""
    own = {str(path) for test in unit_tests() for path in modules_of(test)}
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "intake" / "domain").rglob("*.py")}
    silent = {name for name in found if not name.endswith("__init__.py")} - own
    assert sorted(silent - {f"intake/domain/{name}" for name in COVERED_BY}) == []


def test_a_test_that_is_said_to_cover_a_module_is_there() -> None:
    assert [name for name in COVERED_BY.values() if not (UNIT / "domain" / name).exists()] == []
    assert [name for name in COVERED_BY if not (ROOT / "intake" / "domain" / name).exists()] == []
