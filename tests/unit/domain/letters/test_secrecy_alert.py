"""The alert on marked mail, as staff read it."""

from __future__ import annotations

from datetime import datetime

from intake.domain.letters.secrecy_alert import alert_view, marked_item, scan_view
from intake.domain.text.calendar import SHANGHAI
from intake.mail.message import Composer
from intake.mail.text_columns import columns

ROW = {
    "id": 12,
    "content_hash": "sha256:" + "ab" * 32,
    "received_at": datetime(2025, 2, 21, 10, 5, 9, tzinfo=SHANGHAI),
    "claimed_from": "kp@unit.example",
    "classified": "document",
    "folder": "垃圾邮件",
}
TOLD = ("2025年2月21日10时05分", "kp@unit.example", "垃圾邮件", "12", "ab" * 32, "文件内", "互联网邮箱")


def test_where_it_lies_and_what_to_do() -> None:
    rendered = Composer().render(alert_view(ROW, "2024年度科技志愿服务先进典型宣传活动"))
    assert "邮件12" in rendered.subject
    for told in TOLD:
        assert told in "".join(rendered.text.split())
        assert told in rendered.html
    assert all(columns(line) <= 78 for line in rendered.text.splitlines() if "sha256" not in line)


def test_what_a_scan_only_seems_to_bear() -> None:
    rendered = Composer().render(scan_view({**ROW, "classified": None}, "活动"))
    assert rendered.subject == "【请即核对】扫描件疑似带密级标志（邮件12）"
    for told in (*TOLD[:5], "扫描件页面", "可能有误", "互联网邮箱"):
        assert told in "".join(rendered.text.split())
        assert told in rendered.html
    assert "已停止处理" not in rendered.text + rendered.html
    assert rendered.text.count("\n　　") == 3
    assert all(columns(line) <= 78 for line in rendered.text.splitlines() if "sha256" not in line)


def test_without_a_sender_or_a_folder() -> None:
    view = alert_view({**ROW, "claimed_from": "", "folder": None}, "活动")
    assert (view.sender, view.folder) == ("（无发件人）", "（由文件导入）")


def test_a_line_of_the_digest() -> None:
    item = marked_item(ROW)
    assert item.number == "邮件12"
    assert "文件内带有密级标志" in item.what
    assert "勿转发" in item.act
