"""The words for states, roles and findings."""

from __future__ import annotations

from enum import StrEnum

import pytest

from intake.domain.campaign import findings, wording
from intake.domain.model.document import Role
from intake.domain.model.mail import LETTER_NAMES, LetterKind, LetterState, MessageKind
from intake.domain.model.nomination import Action, State

CODES = (
    "form-missing",
    "scan-missing",
    "scan-not-sealed",
    "scan-other-form",
    "unreadable",
    "encrypted",
    "cloud-link",
    "wrong-format",
    "form-incomplete",
    "category-unknown",
    "unit-unknown",
    "unit-not-entitled",
    "nominee-unclear",
    "late",
    "over-quota",
    "below-threshold",
    "not-registered",
    "previously-honoured",
    "duplicate-nominee",
    "forms-differ",
    "sender-unverified",
    "doubtful",
)


@pytest.mark.parametrize(
    "names, members",
    [
        (wording.STATE_NAMES, State),
        (wording.CHECK_NAMES, State),
        (wording.STATE_COLOURS, State),
        (wording.ROLE_NAMES, Role),
        (wording.MESSAGE_KIND_NAMES, MessageKind),
        (LETTER_NAMES, LetterKind),
        (wording.LETTER_STATE_NAMES, LetterState),
        (wording.ACTION_NAMES, Action),
    ],
)
def test_every_member_has_a_name(names: dict[StrEnum, str], members: type[StrEnum]) -> None:
    assert set(names) == set(members)


@pytest.mark.parametrize("code", CODES)
def test_every_finding_code_has_a_name_and_can_be_told(code: str) -> None:
    assert findings.finding_name(code) != code
    for evidence in ("", "第3页。"):
        told = findings.remedy(code, evidence)
        assert told.problem and told.cure
        assert "{" not in told.problem + told.cure and "（）" not in told.problem


def test_evidence_stands_in_the_sentence_and_is_not_a_template() -> None:
    told = findings.remedy("form-incomplete", "“{evidence}”未填。")
    assert told.problem == "推荐表WORD版有必填栏目未填写（“{evidence}”未填）"
    assert findings.remedy("form-incomplete", "").problem == "推荐表WORD版有必填栏目未填写"


def test_campaign_rewords_either_sentence() -> None:
    told = findings.remedy("scan-missing", "", {"scan-missing.cure": "请补报盖章件"})
    assert (told.problem, told.cure) == ("未收到该推荐表的盖章扫描PDF", "请补报盖章件")


def test_a_code_without_sentences_is_told_by_its_evidence() -> None:
    assert findings.remedy("video-missing", "未收到视频").problem == "未收到视频"
    assert findings.remedy("video-missing", "").problem == "video-missing"


def test_state_names_pass_other_text_through() -> None:
    assert wording.state_name("deficient") == "待补正"
    assert wording.state_name("待补正") == "待补正"
    assert wording.state_colour("待补正") == wording.state_colour("deficient") != wording.state_colour("其他")
