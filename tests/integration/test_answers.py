"""Questions answered and mail settled, at the desk and by command: one letter, to whoever asked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from intake.clock import FREEZE
from intake.demo.mailbox import EmbeddedMailbox
from intake.domain.model.staff import StaffRole
from store.database.engine import writing
from store.letters import outbox
from tests.integration.test_desk import desk_of
from tests.journey import BAD_USAGE, DONE, NEEDS_PERSON, Office, title, words
from tests.material import AT, SOCIETY, letter, message_id

HOUR = timedelta(hours=1)
QUESTION = letter((), AT, subject="咨询", text="请问推荐表是否需要法人签字？\n<script>alert(1)</script>")
OWN = "需要法人签字。\n请见 https://www.example.org/notice.html 。"


@pytest.fixture
def asked(pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A question that has had its plain receipt; the desk's clock stands an hour later."""
    monkeypatch.setenv(FREEZE, (AT + HOUR).isoformat())
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + HOUR)
    assert len(office.sent()) == 1
    return office


def enquiries(office: Office) -> str:
    return "".join(office.shouwen("digest", "--date", "2025-02-21").text.split())


def test_a_clerk_answers_in_the_thread_and_the_question_leaves_all_lists(asked: Office) -> None:
    assert "法人签字" in enquiries(asked)
    with desk_of(asked) as desk:
        clerk = desk.clerk("李明")
        assert "/mail/1" in clerk.get("/questions").text and "/mail/1" in clerk.get("/").text
        ahead = clerk.post("/mail/1/answer/preview", own=OWN)
        assert ahead.status_code == 200
        assert "需要法人签字" in ahead.text and SOCIETY.sender.address in ahead.text
        assert len(asked.export("letters")) == 1, "nothing is done yet"
        done = clerk.post("/mail/1/answer", own=OWN)
        assert done.status_code == 200 and "答复已写成" in done.text
        for path in ("/questions", "/"):
            assert "/mail/1" not in clerk.get(path).text, path
        assert "/mail/1" in clerk.get("/questions?show=done").text
        history = clerk.get("/mail/1").text
        assert "李明" in history and "/letters/2" in history
        again = clerk.post("/mail/1/answer", own="别的话")
        assert (
            again.status_code == 409
            and "李明" in again.text
            and "别的话" not in clerk.get("/letters/2/page").text
        )
    asked.once(AT + 2 * HOUR)
    _receipt, answer = asked.sent()
    assert answer["To"].addresses[0].addr_spec == SOCIETY.sender.address
    assert answer["In-Reply-To"] == message_id(QUESTION)
    assert str(answer["Subject"]) == "回复：咨询" and title(answer) == "关于来信所询事项答复的函"
    assert "https://www.example.org/notice.html" in words(answer), "the office's own link stays a link"
    assert answer["Auto-Submitted"] is None, "a person wrote it"
    assert "alert" not in words(answer)
    assert "法人签字" not in enquiries(asked)
    asked.once(AT + 3 * HOUR)
    assert len(asked.sent()) == 2


def test_an_answer_before_the_receipt_takes_its_place(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    office.change(letters={"settle_seconds": 7200})
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + HOUR)
    assert office.sent() == []
    assert office.shouwen("answer", 1, "--by", "李明", "--text", "可以。", now=AT + HOUR).code == DONE
    office.once(AT + 5 * HOUR)
    (mail,) = office.sent()
    assert "可以。" in words(mail)


def test_an_answer_is_taken_back_until_it_goes(asked: Office) -> None:
    with desk_of(asked) as desk:
        clerk = desk.clerk("李明")
        clerk.post("/mail/1/answer", own=OWN)
        assert "收回答复" in clerk.get("/letters/2").text
        back = clerk.post("/letters/2/take-back")
        assert back.status_code == 200 and "已收回" in back.text
        assert "/mail/1" in clerk.get("/questions").text
        assert clerk.post("/letters/1/take-back").status_code == 404, "a receipt is none"
        clerk.post("/mail/1/answer", own="另一答复")
        with writing(desk.desk.parts.engine) as cn:
            assert outbox.claim(cn, 3, AT) is not None
        assert clerk.post("/letters/3/take-back").status_code == 409, "it is on its way"
        assert "/mail/1" not in clerk.get("/questions").text
    assert [row["id"] for row in asked.export("letters")] == [1, 3]


def test_an_answer_taken_back_before_any_receipt_lets_the_receipt_go(
    pymap_mailbox: EmbeddedMailbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FREEZE, (AT + HOUR).isoformat())
    office.change(letters={"settle_seconds": 7200})
    pymap_mailbox.deliver(QUESTION, AT)
    office.once(AT + HOUR)
    with desk_of(office) as desk:
        clerk = desk.clerk("李明")
        clerk.post("/mail/1/answer", own=OWN)
        clerk.post("/letters/1/take-back")
    office.once(AT + 5 * HOUR)
    (mail,) = office.sent()
    assert title(mail) == "来信收悉函"


def test_a_saved_reply_is_offered_and_what_is_typed_comes_before_it(asked: Office) -> None:
    replies = asked.folder / "replies.toml"
    replies.write_text(
        '[[reply]]\ntitle = "截止<b>"\ntext = """\n截至{{ campaign.deadline_at | limit }}。\n"""\n', "utf-8"
    )
    with desk_of(asked, replies=str(replies)) as desk:
        asked.change(desk={"replies": "replies.toml"})
        clerk = desk.clerk("李明")
        assert "截止&lt;b&gt;" not in clerk.get("/mail/1").text, (
            "the shipped ones: no file is configured here"
        )
    with desk_of(asked) as desk:
        clerk = desk.browser()
        clerk.login("李明")
        said = clerk.get("/mail/1").text
        assert "截止&lt;b&gt;" in said and "截止<b>" not in said
        chosen = clerk.post("/mail/1/answer/preview", reply="截止<b>")
        assert "截至2025年2月23日" in chosen.text
        assert "我的话" in clerk.post("/mail/1/answer/preview", reply="截止<b>", own="我的话").text
        assert clerk.post("/mail/1/answer/preview", reply="没有这条").status_code == 400
        assert clerk.post("/mail/1/answer/preview", own="长" * 5000).status_code == 413
        assert "我的话" in clerk.post("/mail/1/answer/revise", own="我的话").text
        replies.write_text('[[reply]]\ntitle = "坏"\ntext = "{{ nothing }}"\n', "utf-8")
        broken = clerk.get("/mail/1")
        assert broken.status_code == 200 and "常用答复文件有误" in broken.text
        assert clerk.post("/mail/1/answer/preview", own="我的话").status_code == 200
    told = asked.shouwen("answer", 1, "--by", "甲", "--reply", "坏")
    assert told.code == BAD_USAGE and "nothing" in told.text


def test_a_broken_template_is_told_in_words(asked: Office) -> None:
    own = asked.folder / "templates" / "answer"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("{{ view.nothing }}", "utf-8")
    asked.change(letters={"templates": "templates"})
    with desk_of(asked) as desk:
        clerk = desk.clerk("李明")
        for path in ("/mail/1/answer/preview", "/mail/1/answer"):
            answer = clerk.post(path, own=OWN)
            assert answer.status_code == 409 and "answer/body.txt第1行" in answer.text, path
            assert "需要法人签字" in answer.text, "what was typed is kept"
    assert len(asked.export("letters")) == 1


def test_a_held_answer_waits_like_any_letter(asked: Office) -> None:
    asked.change(letters={"mode": "hold"})
    with desk_of(asked) as desk:
        clerk = desk.clerk("李明")
        assert "待放行后发出" in clerk.post("/mail/1/answer", own=OWN).text
    asked.once(AT + 2 * HOUR)
    assert len(asked.sent()) == 1
    asked.shouwen("letters", "release", 2, now=AT + 2 * HOUR)
    asked.once(AT + 3 * HOUR)
    assert len(asked.sent()) == 2


def test_a_question_is_settled_with_a_reason_and_taken_up_again(asked: Office) -> None:
    with desk_of(asked) as desk:
        clerk = desk.clerk("李明")
        assert clerk.post("/mail/1/settle").status_code == 400
        assert clerk.post("/mail/1/settle", own="长" * 600).status_code == 400
        done = clerk.post("/mail/1/settle", phrase="已电话答复", own="<i>甲</i>")
        assert done.status_code == 200 and "已电话答复；&lt;i&gt;甲" in done.text
        assert "/mail/1" not in clerk.get("/questions").text
        assert clerk.post("/mail/1/settle", phrase="再来").status_code == 409
        assert clerk.post("/mail/1/answer", own=OWN).status_code == 409, "it waits for nobody"
        assert "法人签字" not in enquiries(asked)
        assert clerk.post("/mail/1/take-up").status_code == 200
        assert clerk.post("/mail/1/take-up").status_code == 409
        assert "/mail/1" in clerk.get("/questions").text
        assert clerk.post("/mail/99/settle", phrase="x").status_code == 404
    asked.shouwen("settle", 1, "--by", "乙", "--reason", "已电话答复")
    # No reading of the mail anew takes a person's word away.
    asked.shouwen("replay", "--all", now=AT + 2 * HOUR)
    assert "法人签字" not in enquiries(asked)
    assert asked.shouwen("settle", 1, "--by", "乙", "--reason", "x").code == NEEDS_PERSON


def test_the_command_answers_shows_and_refuses(asked: Office) -> None:
    listed = asked.shouwen("answer", 1, "--by", "李明")
    assert listed.code == BAD_USAGE and "报送截止时间" in listed.text
    shown = asked.shouwen("answer", 1, "--by", "李明", "--reply", "报送截止时间", "--dry-run")
    assert shown.code == DONE and "2月" in shown.text and len(asked.export("letters")) == 1
    assert asked.shouwen("answer", 9, "--by", "李明", "--text", "x").code == NEEDS_PERSON
    done = asked.shouwen("answer", 1, "--by", "李明", "--text", "可以。", now=AT + HOUR)
    assert done.code == DONE and SOCIETY.sender.address in done.text
    assert asked.shouwen("answer", 1, "--by", "李明", "--text", "可以。").code == NEEDS_PERSON
    (row,) = asked.query("SELECT actor, message_id, letter_id FROM event WHERE verb = 'answered'")
    assert tuple(row) == ("李明", 1, 2)


def test_who_only_sees_answers_nothing(asked: Office) -> None:
    with desk_of(asked) as desk:
        sees = desk.clerk("见", StaffRole.SEE)
        said = sees.get("/mail/1").text
        assert re.findall(r'action="(/mail/[^"]+)"', said) == []
        for path in ("answer/preview", "answer", "answer/revise", "settle", "take-up"):
            assert sees.post(f"/mail/1/{path}", own="x", phrase="x").status_code == 403, path
    assert len(asked.export("letters")) == 1
