"""The digest of a day that is over: its figures are those of then."""

from __future__ import annotations

from datetime import timedelta

from intake.demo.mailbox import EmbeddedMailbox
from tests.journey import DONE, Office
from tests.material import AT, both, entry, form, letter, scan

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def digest(office: Office, day: int) -> str:
    outcome = office.shouwen("digest", "--date", (AT + day * DAY).date().isoformat(), now=AT + 2 * DAY + HOUR)
    assert outcome.code == DONE, outcome.text
    return "".join(outcome.text.split())


def test_figures_of_a_day_that_is_over(pymap_mailbox: EmbeddedMailbox, office: Office) -> None:
    pymap_mailbox.deliver(letter([form(entry("于洁"))]), AT)
    office.once(AT + HOUR)
    pymap_mailbox.deliver(letter([scan(entry("于洁"))], AT + DAY, subject="补报"), AT + DAY)
    pymap_mailbox.deliver(letter(both(entry("马骁")), AT + DAY, subject="续报"), AT + DAY)
    office.once(AT + DAY + HOUR)
    assert office.states() == {"于洁": "complete", "马骁": "complete"}
    first, second, today = (digest(office, day) for day in range(3))
    assert "按状态：待补正1。" in first and "共登记1项" in first
    assert "按状态：形式检查齐全2。" in second and "共登记2项" in second
    assert "本日报为事后查看" in first and "本日报为事后查看" in second
    assert "本日报为事后查看" not in today and "今日无新收材料" in today
