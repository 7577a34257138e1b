"""From a unit's cases to states: quotas, the order of states, and the same answer every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.findings import CATALOGUE, remedy
from intake.domain.mail.links import CloudLink
from intake.domain.model.document import Document
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.nomination import Case, Finding, Judgement, Severity, State, Unit
from intake.domain.rules.judge import state_of
from tests.unit.domain.assembly.test_assembly import posted
from tests.unit.domain.cases import (
    AFFILIATE,
    AGRONOMISTS,
    CAMPAIGN,
    DEADLINE,
    ENTERPRISE,
    FIGURES,
    ZHEJIANG,
    at,
    campaign,
    codes,
    finding,
    judged,
    opaque,
    post,
    scanned,
    unit,
    word,
)

NAMES = "甲乙丙丁戊己庚辛"
SOCIETY, PROVINCE, AFFILIATED = unit(AGRONOMISTS), unit(ZHEJIANG), unit(AFFILIATE)
SHARED = campaign(quota=[q.model_dump() | ({"scope": "kind"} if q.total else {}) for q in CAMPAIGN.quota])


def whole(count: int, category: str = "volunteer", first: int = 1) -> list[Document]:
    """So many nominations in order, a mail each."""
    return [
        document
        for mail in range(first, first + count)
        for document in post(
            mail, word(f"{NAMES[mail - 1]}候选人", category), scanned(f"{NAMES[mail - 1]}候选人.pdf")
        )
    ]


def states(found: Sequence[tuple[Case, Judgement]]) -> list[State]:
    return [judgement.state for _, judgement in found]


# Quotas --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("of", "limit"), [(SOCIETY, 2), (PROVINCE, 5), (ENTERPRISE, 2), (AFFILIATED, 5)])
def test_the_quota_of_each_kind_of_unit(of: Unit, limit: int) -> None:
    assert set(states(judged(whole(limit), of))) == {State.COMPLETE}
    over = judged(whole(limit + 1), of)
    assert set(states(over)) == {State.HELD}
    for _, judgement in over:
        told = finding(judgement, "over-quota")
        assert f"已报{limit + 1}个，上限{limit}个" in told.evidence
        assert told.source == CAMPAIGN.quotas[of.kind or ""].source


def test_each_category_has_a_quota_of_its_own() -> None:
    four = [document for n, category in enumerate(FIGURES) for document in whole(2, category, 2 * n + 1)]
    assert set(states(judged(four, SOCIETY))) == {State.COMPLETE}
    over = judged([*whole(3), *whole(2, "project", 4)], SOCIETY)
    held = {case.category for case, judgement in over if judgement.state is State.HELD}
    assert (held, states(over).count(State.HELD)) == ({"volunteer"}, 3)


def test_an_affiliate_has_one_quota_for_all_categories() -> None:
    six = [
        document for n, category in enumerate(FIGURES) for document in whole(1 + n // 2, category, 2 * n + 1)
    ]
    found = judged(six, AFFILIATED)
    assert states(found) == [State.HELD] * 6
    assert "合计已报6个，上限5个" in finding(found[0][1], "over-quota").evidence


@pytest.mark.parametrize(
    ("rules", "others", "held"), [(CAMPAIGN, 4, False), (SHARED, 3, False), (SHARED, 4, True)]
)
def test_affiliates_may_share_one_quota(rules: Campaign, others: int, held: bool) -> None:
    counted = others if rules is SHARED else 0
    found = judged(whole(2), AFFILIATED, rules=rules, others_of_kind=counted)
    assert set(states(found)) == {State.HELD if held else State.COMPLETE}


@pytest.mark.parametrize(("own", "count", "held"), [(3, 3, False), (3, 4, True), (1, 2, True), (0, 1, True)])
def test_a_unit_s_own_quota_outranks_that_of_its_kind(own: int, count: int, held: bool) -> None:
    found = judged(whole(count), unit(AGRONOMISTS, quota=own))
    assert set(states(found)) == {State.HELD if held else State.COMPLETE}


def test_a_unit_that_is_not_in_the_registry_has_no_quota() -> None:
    unknown = Unit("某某研究会", "某某研究会", None, known=False)
    assert set(states(judged(whole(7), unknown))) == {State.REVIEW}


def test_late_nominations_and_those_without_category_take_no_place() -> None:
    late = post(8, word("庚候选人"), scanned("庚候选人.pdf"), when=DEADLINE)
    vague = post(9, word("辛候选人", None), scanned("辛候选人.pdf"))
    found = judged([*whole(2), *late, *vague], SOCIETY)
    assert sorted(states(found)) == sorted([State.COMPLETE, State.COMPLETE, State.REVIEW, State.REVIEW])
    # Nor are they held with the others.
    found = judged([*whole(3), *late, *vague], SOCIETY)
    assert sorted(states(found)) == sorted([State.HELD] * 3 + [State.REVIEW] * 2)


@pytest.mark.parametrize("out", sorted(CLOSED))
def test_a_nomination_that_is_out_frees_its_place(out: State) -> None:
    found = judged(whole(3), SOCIETY, states={"KX2024-0002": out})
    assert states(found) == [State.COMPLETE] * 3
    assert all(codes(judgement) == [] for _, judgement in found)


@pytest.mark.parametrize("still", sorted(set(State) - CLOSED))
def test_any_other_state_keeps_its_place(still: State) -> None:
    assert states(judged(whole(3), SOCIETY, states={"KX2024-0002": still})) == [State.HELD] * 3


def test_over_quota_is_told_beside_every_other_defect() -> None:
    found = judged([*whole(2), *post(3, word("丙候选人"))], SOCIETY)
    assert codes(found[2][1]) == ["scan-missing", "over-quota"]
    assert states(found) == [State.HELD] * 3


# States --------------------------------------------------------------------------------------


def seen(code: str, severity: Severity) -> Finding:
    return Finding(code, severity, "")


HELD, DOUBT = seen("over-quota", Severity.CURABLE), seen("doubtful", Severity.REVIEW)
DEFECT, REMARK = seen("scan-missing", Severity.CURABLE), seen("figure-not-stated", Severity.NOTE)


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ((), State.COMPLETE),
        ((REMARK,), State.COMPLETE),
        ((DEFECT, REMARK), State.DEFICIENT),
        ((DEFECT, DOUBT), State.REVIEW),
        ((DOUBT, DEFECT, HELD), State.HELD),
        ((replace(HELD, severity=Severity.REVIEW),), State.REVIEW),
    ],
)
def test_which_finding_decides(findings: tuple[Finding, ...], state: State) -> None:
    assert state_of(findings) is state
    assert state_of(findings[::-1]) is state


# Whatever comes ------------------------------------------------------------------------------


LINKS = {1: (CloudLink("百度网盘", "推荐材料.zip", url="https://pan.baidu.com/s/1abc"),)}


@settings(max_examples=150, deadline=None)
@given(posted(), st.sampled_from([SOCIETY, PROVINCE, AFFILIATED]), st.booleans())
def test_the_same_material_is_judged_the_same_however_it_is_read(
    both: tuple[list[Document], list[Document]], of: Unit, linked: bool
) -> None:
    documents, shuffled = both
    links = LINKS if linked else None
    assert judged(documents, of, links=links) == judged(shuffled, of, links=links)


@settings(max_examples=150, deadline=None)
@given(posted(), st.booleans())
def test_every_finding_can_be_told(both: tuple[list[Document], list[Document]], linked: bool) -> None:
    documents, _ = both
    links = LINKS if linked else None
    for case, judgement in judged(documents, SOCIETY, links=links, doubtful_times={1: "两种记载"}):
        assert judgement.state is state_of(judgement.findings)
        for item in judgement.findings:
            assert item.code in CATALOGUE, item.code
            assert item.evidence and "None" not in item.evidence
            told = remedy(item.code, item.evidence)
            if item.severity is Severity.CURABLE and item.code != "over-quota":
                assert told.cure != remedy("no-such-code", "").cure, item.code
            files = [d.document.filename for d in case.documents]
            assert item.document is None or item.document in files or item.code == "cloud-link"


def test_a_whole_unit_at_the_deadline() -> None:
    """A province's surge: everything comes in the last second, one thing a second late."""
    last = DEADLINE - timedelta(seconds=1)
    documents = [
        *post(1, word("张伟"), word("张伟东"), scanned("张伟东.pdf"), scanned("张伟.pdf"), when=last),
        *post(2, word("银龄队", "organisation"), opaque("盖章.zip", "archive"), when=last),
        *post(3, word("大篷车", "project"), scanned("大篷车.pdf"), when=DEADLINE),
        *post(4, scanned("银龄队推荐表.pdf"), when=at(1, month=3)),
    ]
    found = {case.nominee: (judgement.state, codes(judgement)) for case, judgement in judged(documents)}
    assert found == {
        "张伟": (State.COMPLETE, []),
        "张伟东": (State.COMPLETE, []),
        "银龄队": (State.COMPLETE, []),
        "大篷车": (State.REVIEW, ["late"]),
    }
