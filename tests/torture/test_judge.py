"""The judge objects to each kind of wrong: evidence that is doctored never passes."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from tests.journey import STAFF
from tests.torture.evidence import Evidence, Kept, content_hash, plain, tracebacks
from tests.torture.judge import BROKEN, DOUBLE, HANG, KINDS, LEDGER, LETTER, LOSS, judged

MAILS = [content_hash(name) for name in (b"one", b"two", b"three")]


def evidence() -> Evidence:
    """What an undisturbed run of three mails leaves."""
    return Evidence(
        held=set(MAILS),
        messages=[
            {"content_hash": name, "kind": "material", "state": "read", "documents": 2} for name in MAILS
        ],
        nominations=[
            {
                "number": f"KX2024-000{place}",
                "state": state,
                "category": "volunteer",
                "nominee": person,
                "unit": {"name": "甲学会"},
                "findings": [],
                "letters": [],
            }
            for place, (person, state) in enumerate((("张三", "complete"), ("李四", "deficient")), 1)
        ],
        letters=[
            {"id": 1, "to": "a@unit.example", "message_id": "<1@office>", "state": "sent"},
            {"id": 2, "to": "b@unit.example", "message_id": "<2@office>", "state": "sent"},
        ],
        kept=[
            Kept("a@unit.example", "<1@office>", "张三的材料已收齐。"),
            Kept("b@unit.example", "<2@office>", "李四的材料缺扫描件。"),
        ],
        archived={name: name for name in MAILS},
    )


def _lost_message(found: Evidence) -> None:
    del found.messages[1]


def _lost_file(found: Evidence) -> None:
    del found.archived[MAILS[0]]


def _damaged_file(found: Evidence) -> None:
    found.archived[MAILS[0]] = content_hash(b"other")


def _message_twice(found: Evidence) -> None:
    found.messages.append(dict(found.messages[0]))


def _quarantine(found: Evidence) -> None:
    found.messages[0]["state"] = "quarantined"


def _lost_document(found: Evidence) -> None:
    found.messages[0]["documents"] = 1


def _lost_nomination(found: Evidence) -> None:
    del found.nominations[0]


def _nomination_twice(found: Evidence) -> None:
    found.nominations.append(found.nominations[0] | {"number": "KX2024-0009"})


def _number_twice(found: Evidence) -> None:
    found.nominations[1]["number"] = found.nominations[0]["number"]


def _strange_nomination(found: Evidence) -> None:
    found.nominations.append(found.nominations[0] | {"number": "KX2024-0009", "nominee": "王五"})


def _other_state(found: Evidence) -> None:
    found.nominations[0]["state"] = "review"


def _other_finding(found: Evidence) -> None:
    found.nominations[0]["findings"] = [{"code": "scan-missing"}]


def _lost_letter(found: Evidence) -> None:
    del found.kept[1], found.letters[1]


def _told_as_sent(found: Evidence) -> None:
    found.letters.append({"id": 3, "to": STAFF, "message_id": "<3@office>", "state": "sent"})


def _letter_twice(found: Evidence) -> None:
    found.kept.append(replace(found.kept[0], message_id="<9@office>"))


def _copy(found: Evidence) -> None:
    found.kept.append(found.kept[0])


def _third_copy(found: Evidence) -> None:
    found.kept += [replace(found.kept[0], unsure=True)] * 2
    found.kept[0] = replace(found.kept[0], unsure=True)


def _other_words(found: Evidence) -> None:
    found.kept[0] = replace(found.kept[0], text="张三的材料缺扫描件。")


def _other_reader(found: Evidence) -> None:
    found.kept[0] = replace(found.kept[0], to="b@unit.example")


def _early_letter(found: Evidence) -> None:
    found.kept.append(Kept("a@unit.example", "<8@office>", "王五的材料缺扫描件。"))


def _hang(found: Evidence) -> None:
    found.hangs.append("the service does not stop")


def _fault(found: Evidence) -> None:
    said = 'Traceback (most recent call last):\n  File "x.py", line 1, in x\n    x()\nLookupError: planted\n'
    found.broken = tracebacks(f"INFO polling\n{said}INFO stopped\n")


DOCTORED: dict[Callable[[Evidence], None], str] = {
    _lost_message: LOSS,
    _lost_file: LOSS,
    _damaged_file: LOSS,
    _message_twice: DOUBLE,
    _quarantine: LEDGER,
    _lost_document: LEDGER,
    _lost_nomination: LOSS,
    _nomination_twice: DOUBLE,
    _number_twice: DOUBLE,
    _strange_nomination: LEDGER,
    _other_state: LEDGER,
    _other_finding: LEDGER,
    _lost_letter: LOSS,
    _told_as_sent: LOSS,
    _letter_twice: DOUBLE,
    _copy: DOUBLE,
    _third_copy: DOUBLE,
    _other_words: LETTER,
    _other_reader: LETTER,
    _early_letter: LETTER,
    _hang: HANG,
    _fault: BROKEN,
}


@pytest.mark.parametrize(("doctor", "kind"), DOCTORED.items(), ids=lambda item: getattr(item, "__name__", ""))
def test_the_judge_objects(doctor: Callable[[Evidence], None], kind: str) -> None:
    found = deepcopy(evidence())
    doctor(found)
    assert kind in {objection.kind for objection in judged(found, evidence())}


def test_every_kind_is_objected_to_by_some_doctored_evidence() -> None:
    assert set(DOCTORED.values()) == set(KINDS)


def test_the_same_is_no_objection() -> None:
    assert judged(evidence(), evidence()) == []


def test_what_may_differ_is_no_objection() -> None:
    found = evidence()
    found.nominations[0]["number"], found.nominations[1]["number"] = "KX2024-0002", "KX2024-0001"
    found.kept = [replace(item, message_id=f"<x{item.message_id[1:]}") for item in found.kept]
    for row in found.letters:
        row["message_id"] = f"<x{row['message_id'][1:]}"
    assert judged(found, evidence()) == []


def test_a_copy_after_an_answer_that_was_lost_is_no_objection() -> None:
    found = evidence()
    found.kept = [replace(found.kept[0], unsure=True), *found.kept]
    assert judged(found, evidence()) == []


def test_letters_are_compared_without_numbers_and_times() -> None:
    one = "您2月21日10:05发来的材料（KX2024-0001）已收到，编号收〔2024〕12号。"
    other = "您3月1日9:30发来的材料（KX2024-0117）已收到，编号收〔2024〕3号。"
    assert plain(one) == plain(other)
    assert plain(one) != plain(one.replace("已收到", "未收到"))


def test_an_outage_that_is_told_is_no_fault_of_ours() -> None:
    assert tracebacks("ERROR pass broken off: database is locked\nWARNING mailbox: busy\n") == []
