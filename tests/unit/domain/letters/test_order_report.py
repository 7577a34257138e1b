"""The report on a clerk's orders: what was done stands first, and there is an end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.domain.letters.order_report import ABOVE, MOST_SHOWN, OrderLine, OrderReportView, example_of

TEMPLATES = Path(__file__).parents[4] / "templates"

AT = datetime(2025, 2, 21, 1, 0, tzinfo=UTC)


def view(*done: bool) -> OrderReportView:
    lines = tuple(OrderLine(f"正文第{n}行", f"KX2024-{n:04d}", was, "") for n, was in enumerate(done, 1))
    return OrderReportView("推荐工作", AT, lines)


def test_what_was_done_and_what_was_not_stand_apart() -> None:
    (first, done), (other, left) = view(False, True, True).parts
    assert first == "已办理（2件）" and [line.number for line in done] == ["KX2024-0002", "KX2024-0003"]
    assert other.startswith("未办理") and [line.number for line in left] == ["KX2024-0001"]
    assert view().parts == () and [title for title, _ in view(True).parts] == ["已办理（1件）"]


def test_a_report_counts_what_it_has_no_room_for() -> None:
    ((title, shown),) = view(*[True] * (MOST_SHOWN + 5)).parts
    assert len(shown) == MOST_SHOWN and str(MOST_SHOWN + 5) in title


def test_the_example_is_of_the_campaign() -> None:
    assert example_of("DM2025").startswith("DM2025-0007 退回")


@pytest.mark.parametrize(
    "template", ["digest/body.html", "digest/body.txt", "orders/body.html", "orders/body.txt"]
)
def test_what_may_be_answered_says_where_orders_end(template: str) -> None:
    """Without that line the report's own words, quoted below an answer, would be read as orders."""
    assert (TEMPLATES / template).read_text("utf-8").count(ABOVE) == 1
