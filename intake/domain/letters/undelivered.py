"""What staff read of letters that did not go out, and of mail that got none.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from intake.domain.campaign.wording import LETTER_STATE_NAMES
from intake.domain.letters.views import DigestItem
from intake.domain.model.mail import LETTER_NAMES, LetterState
from intake.domain.model.nomination import State

Row = Mapping[str, Any]

_WHY = {LetterState.HELD: "按设置或由工作人员暂存，待放行", LetterState.DEAD: "投递未成，原因未记录"}
_ACTS = {
    LetterState.HELD: "请核对内容和原因，可以发出的，请系统管理员放行（shouwen letters release {id}）",
    LetterState.DEAD: (
        "请电话联系收件单位并核对地址；需重投的，请系统管理员放行（shouwen letters release {id}）"
    ),
}


def letters_in(rows: Iterable[Row], state: LetterState) -> tuple[DigestItem, ...]:
    """The letters in a state: to which unit and address, why they lie there, and what to do."""
    return tuple(
        DigestItem(
            number=str(row["id"]),
            unit=f"{row['unit_name']}（{row['to']}）" if row.get("unit_name") else row["to"],
            nominee="、".join(row["nominations"]),
            category=LETTER_NAMES[row["kind"]],
            state=LETTER_STATE_NAMES[state],
            what=f"{row['subject']}（{row['trouble'] or _WHY[state]}）",
            act=_ACTS[state].format(id=row["id"]),
        )
        for row in rows
        if row["state"] == state
    )


def repeated_item(row: Row) -> DigestItem:
    """Mail that brought only what was answered before, and so got no letter of its own."""
    return DigestItem(
        number=f"邮件{row['id']}",
        unit=row["unit"] or row["claimed_from"] or "（无发件人）",
        nominee="",
        category="",
        state=State.REVIEW,
        what=(
            f"来信（{row['subject'] or '无主题'}）所附材料均已收到过，系统未再回函"
            f"（前函{row['reference']}），可能是自动回复，也可能是重复报送"
        ),
        when=row["received_at"],
        act="请在网页邮箱中查看原邮件；如为人工来信且有所询问，请电话或邮件答复",
    )


def recalled_item(row: Row) -> DigestItem:
    """A mail that takes an earlier one back, as Outlook writes it: what came stays, and a person decides."""
    meant = "、".join(f"邮件{one}" for one in row["meant"])
    return DigestItem(
        number=f"邮件{row['id']}",
        unit=row["claimed_from"] or "（无发件人）",
        nominee="",
        category="",
        state=State.REVIEW,
        what=(
            f"来信要求撤回邮件《{row['subject'] or '（未注明主题）'}》"
            f"{f'（系统所收{meant}）' if meant else ''}，系统未予撤回，所附材料仍按正常程序办理"
        ),
        when=row["received_at"],
        act="请与来信人核实，确需撤回的，按编号办理：shouwen decide 编号 withdraw --by 姓名 --reason 理由",
    )


def postponed_line(address: str, limit: int) -> str:
    """An address that had as many letters in a day as one may have."""
    return (
        f"一天内发往{address}的信函已达上限（{limit}封），其余应发信函顺延至次日合并发出；"
        "请核实该地址是否设有自动回复"
    )
