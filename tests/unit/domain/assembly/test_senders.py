"""What one address sent is put together by itself; what another sent waits beside it."""

from __future__ import annotations

from collections.abc import Sequence

from intake.domain.assembly.correspondents import KNOWN, Correspondents
from intake.domain.assembly.senders import Brought, assemble_senders
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Document, Role
from intake.domain.model.nomination import Case, Footing, Judgement, Severity, State
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from tests.unit.domain.cases import CAMPAIGN, assembled, at, post, scanned, unit, word

CLERK, EVIL = "kp@zast.example.cn", "evil@attacker.example"
REGISTERED = Correspondents((CLERK,))


NOBODY = Correspondents()


def brought(documents: Sequence[Document], who: Correspondents = NOBODY) -> tuple[Brought, ...]:
    return assemble_senders(documents, who, assembled)


def cases(found: Sequence[Brought]) -> list[Case]:
    return [case for item in found for case in item.assembled.cases]


def judged(found: Sequence[Brought]) -> list[tuple[Case, Judgement]]:
    every = cases(found)
    return [
        one
        for item in found
        for one in judge_unit(
            item.assembled,
            Circumstances(
                CAMPAIGN,
                beside=[case for case in every if case.sender != item.sender],
                correspondents=(CLERK,),
            ),
        )
    ]


OWN = post(1, word("张伟"), scanned("张伟（盖章）.pdf"), when=at(20), sender=CLERK)


def test_one_sender_s_material_is_what_the_assembly_makes_of_it() -> None:
    (item,) = brought(OWN)
    assert [case.documents for case in item.assembled.cases] == [
        case.documents for case in assembled(OWN).cases
    ]
    assert [case.footing for case in item.assembled.cases] == [Footing.KNOWN]


def test_another_address_replaces_nothing_and_waits() -> None:
    changed = post(2, word("张伟"), scanned("张伟（盖章）.pdf"), when=at(21), sender=EVIL)
    for who in (NOBODY, REGISTERED):
        (case,) = cases(brought([*OWN, *changed], who))
        assert case.current(Role.FORM) == OWN[0]
        assert [item.document for item in case.waiting] == changed
        assert [item.document for item in case.documents] == OWN
        assert all(EVIL in item.said and CLERK in item.said for item in case.beside)
        ((_, alone),) = judged(brought(OWN, who))
        ((_, with_it),) = judged(brought([*OWN, *changed], who))
        assert with_it.state is alone.state is State.COMPLETE
        (seen,) = {(f.code, f.severity, f.basis) for f in with_it.findings if f not in alone.findings}
        assert seen == ("sender-new", Severity.REVIEW, Basis.SENDER)


def test_another_address_completes_nothing_before_it_is_confirmed() -> None:
    form = post(1, word("张伟"), when=at(20), sender=CLERK)
    cure = post(2, scanned("张伟（盖章）.pdf"), when=at(21), sender="li@private.example")
    ((case, judgement),) = judged(brought([*form, *cure]))
    assert judgement.state is State.DEFICIENT and case.current(Role.SCAN) is None
    confirmed = Correspondents((CLERK,), frozenset({"li@private.example"}))
    ((case, judgement),) = judged(brought([*form, *cure], confirmed))
    assert judgement.state is State.COMPLETE and case.current(Role.SCAN) == cure[0]


def test_who_names_nobody_is_not_told_whose_his_scan_may_be() -> None:
    form = post(1, word("张伟"), when=at(20), sender=CLERK)
    blind = post(2, scanned("IMG_0001.pdf"), when=at(21), sender=EVIL)
    own, other = cases(brought([*form, *blind], REGISTERED))
    assert (own.sender, own.waiting) == (KNOWN, ()) and own.beside
    assert (other.sender, other.nominee, other.footing) == (EVIL, None, Footing.NEW)


def test_an_unconfirmed_address_takes_no_place_of_a_unit_that_has_correspondents() -> None:
    many = [d for n in range(9) for d in post(10 + n, word(f"王{n}号"), when=at(19), sender=EVIL)]
    found = judged(brought([*OWN, *many], REGISTERED))
    states = {case.nominee: judgement.state for case, judgement in found}
    assert states.pop("张伟") is State.COMPLETE
    assert set(states.values()) == {State.REVIEW}
    codes = {f.code for case, judgement in found for f in judgement.findings if case.sender == EVIL}
    assert "sender-new" in codes and "over-quota" not in codes


def test_over_quota_across_unconfirmed_addresses_is_for_a_person_and_never_the_first_s_matter() -> None:
    limit = CAMPAIGN.quotas[unit().kind or ""].per_category or 0
    first = [
        d for n in range(limit) for d in post(n, word(f"李{n}号"), scanned(f"李{n}号.pdf"), sender=CLERK)
    ]
    one_more = post(50, word("王五"), scanned("王五（盖章）.pdf"), when=at(21), sender="li@private.example")
    found = judged(brought([*first, *one_more]))
    quota = {case.nominee: [f.severity for f in j.findings if f.code == "over-quota"] for case, j in found}
    assert quota.pop("王五") == [Severity.REVIEW]
    assert not any(quota.values())
    # Within one sender's own he is asked to rank.
    alone = post(51, word("赵六"), scanned("赵六（盖章）.pdf"), when=at(21), sender=CLERK)
    assert {j.state for _, j in judged(brought([*first, *alone]))} == {State.HELD}


def test_the_unit_s_own_comes_before_what_a_stranger_sent_earlier() -> None:
    early = post(2, word("张伟"), when=at(19), sender=EVIL)
    (case,) = cases(brought([*OWN, *early], REGISTERED))
    assert (case.sender, case.footing) == (KNOWN, Footing.KNOWN)
    assert [item.document for item in case.waiting] == early
