"""The ledger at a glance, for a terminal."""

from __future__ import annotations

from rich.table import Table

from intake import clock
from intake.bootstrap import Parts
from intake.domain.wording import finding_name, state_name
from store import reports
from store.engine import viewing

COLOURS = {"complete": "green", "deficient": "yellow", "review": "red", "held": "magenta"}


def ledger_table(parts: Parts) -> Table:
    """All nominations as a table for the terminal."""
    with viewing(parts.engine) as cn:
        rows = reports.nominations(cn, clock.SHANGHAI)
    table = Table(title=f"{parts.loaded.campaign.campaign.title}：台账（{len(rows)}项）", header_style="bold")
    for heading, whole in (
        ("编号", True),
        ("状态", True),
        ("推荐单位", False),
        ("类别", False),
        ("候选典型", False),
        ("收到时间", True),
        ("情况", False),
    ):
        table.add_column(heading, overflow="fold", no_wrap=whole)
    for row in rows:
        said = "、".join(
            dict.fromkeys(finding_name(f["code"]) for f in row["findings"] if f["severity"] != "note")
        )
        table.add_row(
            row["number"],
            f"[{COLOURS.get(row['state'], 'white')}]{state_name(row['state'])}[/]",
            _plain(row["unit"]["name"] or "（待核）"),
            parts.loaded.campaign.category_name(row["category"]),
            _plain(row["nominee"] or "（待核）"),
            row["received_at"][5:16].replace("T", " "),
            said,
        )
    return table


def _plain(text: str) -> str:
    """Text of a stranger's, its square brackets no markup."""
    return text.replace("[", r"\[")
