"""What unverified mail does to nominations: a person looks, and nobody else is touched by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.domain.assembly.attribution import Belonging, follow_sender
from intake.domain.model.document import Document
from intake.domain.model.nomination import Severity, State
from tests.unit.domain.cases import (
    CAMPAIGN,
    SENDER,
    assembled,
    at,
    codes,
    finding,
    judged,
    photo,
    post,
    scanned,
    unit,
    word,
)

WHY = "spf=fail, dkim=none"


def forged(documents: Sequence[Document]) -> list[Document]:
    """The same documents, sent by somebody whom nobody could verify."""
    return [replace(item, message=replace(item.message, unverified=WHY)) for item in documents]


def test_one_finding_a_mail_with_sender_and_words() -> None:
    ((_, judgement),) = judged(forged(post(1, word("张伟"), scanned("张伟.pdf"))))
    assert codes(judgement) == ["sender-unverified"] and judgement.state is State.REVIEW
    told = finding(judgement, "sender-unverified")
    assert told.severity is Severity.REVIEW
    assert f"发件人{SENDER}" in told.evidence
    assert "未通过发件人身份验证（spf=fail，dkim=none），请先与推荐单位核实" in told.evidence


def test_photos_of_a_stranger_are_only_filed() -> None:
    picture = forged(post(2, photo("张伟1.jpg")))
    ((_, judgement),) = judged([*post(1, word("张伟"), scanned("张伟.pdf")), *picture])
    assert judgement.state is State.COMPLETE


def test_a_strangers_version_counts_and_the_earlier_one_stays_on_record() -> None:
    own = post(1, word("张伟", content="one"), scanned("张伟.pdf"))
    other = forged(post(2, word("张伟", content="two"), when=at(21)))
    ((case, judgement),) = judged([*own, *other])
    assert codes(judgement) == ["sender-unverified"]
    assert len(case.documents) == 3 and "仍在案" in finding(judgement, "sender-unverified").evidence
    # And the other way round: what the unit sends itself afterwards is beyond doubt.
    ((_, judgement),) = judged([*forged(own), *post(2, word("张伟", content="two"), when=at(21))])
    assert codes(judgement) == ["sender-unverified"]
    newer = post(2, word("张伟", content="two"), scanned("张伟.pdf", content="new"), when=at(21))
    ((_, judgement),) = judged([*forged(own), *newer])
    assert judgement.state is State.COMPLETE


def test_the_same_bytes_from_the_unit_itself_clear_them_in_either_order() -> None:
    papers = word("张伟", content="form"), replace(scanned("张伟.pdf"), content="scan")
    for first, second in ((forged, list), (list, forged)):
        documents = [*first(post(1, *papers)), *second(post(2, *papers, when=at(21)))]
        ((_, judgement),) = judged(documents)
        assert judgement.state is State.COMPLETE
        assert all(not item.message.unverified for item in _papers(documents))


def _papers(documents: Sequence[Document]) -> list[Document]:
    return [item.document for case in assembled(documents).cases for item in case.documents]


def test_a_strangers_nomination_takes_no_place_before_it_is_accepted() -> None:
    limited = unit(quota=1)
    own = post(1, word("张伟"), scanned("张伟.pdf"))
    other = forged(post(2, word("王芳"), scanned("王芳.pdf"), when=at(21)))
    states = {case.nominee: judgement.state for case, judgement in judged([*own, *other], limited)}
    assert states == {"张伟": State.COMPLETE, "王芳": State.REVIEW}
    accepted = judged([*own, *other], limited, states={"KX2024-0002": State.COMPLETE})
    assert {case.nominee: "over-quota" in codes(judgement) for case, judgement in accepted}["张伟"]
    trusting = CAMPAIGN.model_copy(update={"severity": {"sender-unverified": Severity.NOTE}})
    found = {
        case.nominee: codes(judgement) for case, judgement in judged([*own, *other], limited, rules=trusting)
    }
    assert found["张伟"] == ["over-quota"]


def test_what_was_sent_in_somebodys_name_moves_none_of_his_own_mail() -> None:
    own = [Belonging(1, "kp@x.cn", "A", "form"), Belonging(2, "kp@x.cn", "address:kp@x.cn", "none")]
    made_up = Belonging(3, "kp@x.cn", "B", "form", proven=False)
    assert follow_sender([*own, made_up]) == {2: "A"}
    # Where nothing else is known, what belongs together stays so, and a person looks.
    assert follow_sender([own[1], made_up]) == {2: "B"}
