"""What staff read of mail that got no letter."""

from __future__ import annotations

import pytest

from intake.domain.letters.undelivered import Row, recalled_item
from tests.unit.domain.cases import at

RECALL: Row = {
    "id": 9,
    "claimed_from": "kp@zast.example.cn",
    "subject": "报送推荐材料",
    "received_at": at(21),
    "meant": [4, 6],
}


def test_a_recall_tells_which_mail_it_means_and_that_nothing_was_done() -> None:
    item = recalled_item(RECALL)
    assert (item.number, item.unit, item.when) == ("邮件9", "kp@zast.example.cn", at(21))
    assert "撤回邮件《报送推荐材料》（系统所收邮件4、邮件6）" in item.what
    assert "未予撤回" in item.what
    assert "withdraw" in item.act


@pytest.mark.parametrize("subject", ["", "报送推荐材料"])
def test_a_recall_of_what_never_came_names_no_mail_of_ours(subject: str) -> None:
    item = recalled_item({**RECALL, "subject": subject, "meant": [], "claimed_from": None})
    assert "系统所收" not in item.what
    assert (subject or "未注明主题") in item.what
    assert item.unit == "（无发件人）"
