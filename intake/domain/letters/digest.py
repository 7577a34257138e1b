"""The daily digest as a value: what came, what is owed, what needs a person.  Pure.

Takes the ledger in the export's form, so that staff read the very data that others get.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intake.domain.campaign.campaign import Campaign, UnitRow
from intake.domain.campaign.findings import LATE
from intake.domain.campaign.terms import Words
from intake.domain.campaign.wording import role_name
from intake.domain.letters.secrecy_alert import marked_item
from intake.domain.letters.staff_hints import (
    NOT_BY_ADDRESS,
    command,
    finding_brief,
    look_at,
    untold_item,
    with_phone,
)
from intake.domain.letters.undelivered import letters_in, recalled_item, repeated_item
from intake.domain.letters.unread import damaged_line, unfetched_line
from intake.domain.letters.views import DigestItem, DigestTotals, DigestView
from intake.domain.mail.set_aside import UNPLACED, reason_told
from intake.domain.model.certainty import Basis
from intake.domain.model.lifecycle import CLOSED
from intake.domain.model.mail import LetterState
from intake.domain.model.nomination import Severity, State

Row = Mapping[str, Any]

UNKNOWN_UNIT = "（单位待核）"

LISTED = timedelta(days=7)
"""How long mail of an unverified sender to which no letter went is listed."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the digest is made from: export rows, and what else staff must know.

    `lapsed` are the numbers that lapsed since the last digest, `untold` decisions no letter tells yet.
    """

    nominations: Sequence[Row]
    letters: Sequence[Row]
    enquiries: Sequence[Row]
    unanswerable: Sequence[Row]
    quarantined: Sequence[Row]
    unfetched: Sequence[Row]
    units: Sequence[UnitRow]
    reported: Collection[str]
    faults: Sequence[str] = ()
    linked: Sequence[Row] = ()
    left_out: Sequence[Row] = ()
    returned: Sequence[Row] = ()
    repeated: Sequence[Row] = ()
    recalls: Sequence[Row] = ()
    lapsed: Collection[str] = ()
    untold: Sequence[Row] = ()
    marked: Sequence[Row] = ()
    damaged: Sequence[Row] = ()


def digest_view(material: Material, campaign: Campaign, as_of: datetime, since: datetime) -> DigestView:
    """The digest as of an instant; what came from `since` on counts as new."""
    live = [row for row in material.nominations if row["state"] not in CLOSED]
    arrived = [row for row in live if since <= _at(row["received_at"]) < as_of]
    phones = {name: unit.phone for unit in material.units for name in (unit.name, *unit.addresses)}
    return DigestView(
        campaign_title=campaign.campaign.title,
        as_of=as_of,
        deadline_at=campaign.campaign.deadline_at,
        totals=_totals(material, live, campaign),
        arrived=_items(arrived, campaign),
        people=tuple(with_phone(item, phones) for item in _people(material, live, campaign, as_of)),
        deficient=_items(_in_state(live, State.DEFICIENT), campaign),
        lapsed=_items((row for row in material.nominations if row["number"] in material.lapsed), campaign),
        untold=tuple(untold_item(row, row["at"] < since) for row in material.untold),
        over_quota=_items(_in_state(live, State.HELD), campaign),
        late=_items((row for row in live if _has(row, LATE.code)), campaign),
        enquiries=tuple(with_phone(_enquiry(row), phones) for row in material.enquiries),
        letters_held=letters_in(material.letters, LetterState.HELD),
        letters_dead=letters_in(material.letters, LetterState.DEAD),
        quarantined=tuple(_quarantined(row) for row in material.quarantined),
        missing_units=_missing(material, campaign),
        letters_sent_today=sum(_sent_in(row, since, as_of) for row in material.letters),
        faults=(
            *material.faults,
            *map(unfetched_line, material.unfetched),
            *map(damaged_line, material.damaged),
        ),
    )


def _people(
    material: Material, live: Sequence[Row], campaign: Campaign, as_of: datetime
) -> tuple[DigestItem, ...]:
    """All that waits for a person, the gravest first."""
    return (
        *(marked_item(row) for row in material.marked),
        *_items((row for row in live if _needs_person(row)), campaign, to_do=True),
        *(_unanswerable(row) for row in material.unanswerable if _is_recent(row, as_of)),
        *(_left_out(row) for row in material.left_out),
        *(_linked(row, as_of) for row in material.linked if _is_pressing(row, as_of)),
        *(_returned(row) for row in material.returned),
        *(recalled_item(row) for row in material.recalls),
        *(repeated_item(row) for row in material.repeated),
    )


def _in_state(rows: Sequence[Row], state: State) -> Iterable[Row]:
    return (row for row in rows if row["state"] == state)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _has(row: Row, code: str) -> bool:
    return any(finding["code"] == code for finding in row["findings"])


def _needs_person(row: Row) -> bool:
    """In review, held over quota with a doubt besides, or with something of another address beside it."""
    doubts = [finding for finding in row["findings"] if finding["severity"] == Severity.REVIEW]
    beside = any(finding.get("basis") == Basis.SENDER for finding in doubts)
    return row["state"] == State.REVIEW or beside or (row["state"] == State.HELD and bool(doubts))


def _totals(material: Material, live: Sequence[Row], campaign: Campaign) -> DigestTotals:
    states = Counter(row["state"] for row in live)
    categories = Counter(row["category"] for row in live)
    names = {unit.name for unit in material.units}
    return DigestTotals(
        units_expected=len(names),
        units_reported=len(names & set(material.reported)),
        nominations=len(live),
        by_state=tuple((state, states[state]) for state in State if states[state]),
        by_category=tuple(
            (campaign.category_name(key), categories[key])
            for key in (*campaign.categories, None)
            if categories[key]
        ),
    )


def _items(rows: Iterable[Row], campaign: Campaign, *, to_do: bool = False) -> tuple[DigestItem, ...]:
    return tuple(
        DigestItem(
            number=row["number"],
            unit=row["unit"]["name"] or UNKNOWN_UNIT,
            nominee=row["nominee"] or "",
            category=campaign.category_name(row["category"]),
            state=row["state"],
            what=_told(row, campaign.words),
            when=_at(row["received_at"]),
            act=look_at(row) if to_do else "",
            command=command(row) if to_do else "",
        )
        for row in rows
    )


def _told(row: Row, words: Words) -> str:
    """The findings in one line, those for a person first; the files where all is well."""
    order = {Severity.REVIEW: 0, Severity.CURABLE: 1}
    findings = sorted(
        (f for f in row["findings"] if f["severity"] in order), key=lambda f: order[Severity(f["severity"])]
    )
    if findings:
        return "；".join(finding_brief(f, words) for f in findings)
    roles = dict.fromkeys(role_name(d["role"], words) for d in row["documents"] if d["current"])
    return "、".join(roles)


def _is_recent(row: Row, as_of: datetime) -> bool:
    """False for old mail of unverified senders: its nominations stand in the list as long as they wait."""
    return not row.get("unverified") or row["received_at"] >= as_of - LISTED


def _unanswerable(row: Row) -> DigestItem:
    if row["files"]:
        return _left_out(row)
    doubted = row.get("unverified", "")
    why = f"但{NOT_BY_ADDRESS}" if doubted else "但带有自动或群发标志"
    return DigestItem(
        number=f"邮件{row['id']}",
        unit=row["claimed_from"] or "（无发件人）",
        nominee="",
        category="",
        state=State.REVIEW,
        what=f"来信含有材料，{why}，未自动回复：{row['subject'] or '（无主题）'}",
        when=row["received_at"],
        act="请电话向单位核实来信，核实前勿回复该邮件" if doubted else "请人工核实来信，必要时另行回复",
    )


def _left_out(row: Row) -> DigestItem:
    files = "、".join(row["files"])
    return DigestItem(
        number=f"邮件{row['id']}",
        unit=row.get("unit") or row["claimed_from"] or "（无发件人）",
        nominee="",
        category="",
        state=State.REVIEW,
        what=f"来信（{row['subject'] or '无主题'}）有内容超出自动读取的限度，未读取：{files}",
        when=row["received_at"],
        act="请在网页邮箱中打开原邮件核对；责任不在报送单位，请勿以缺件退回",
    )


def _returned(row: Row) -> DigestItem:
    address = row["address"]
    return DigestItem(
        number=row["reference"],
        unit=row["unit"] or UNKNOWN_UNIT,
        nominee="",
        category="",
        state=State.REVIEW,
        what=f"信函被退回，收件地址{address}（{row['reason']}）：{row['subject']}；该地址已停发信函",
        when=row["at"],
        act=(
            "请电话核对收件地址，核实后 "
            f"shouwen letters unblock {address} --by 姓名 --reason 理由，再放行为该地址暂存的信函"
        ),
    )


def _is_pressing(row: Row, as_of: datetime) -> bool:
    """Mail that brought only links, until its unit sends files; any link that is wanted and ends soon."""
    if not row["documents"]:
        return not row["followed"]
    return row["asked"] and any(link.urgency(as_of) == "即将到期" for link in row["links"])


def _linked(row: Row, as_of: datetime) -> DigestItem:
    told = [
        f"【{urgency}】{link.told} {link.url}"
        if (urgency := link.urgency(as_of))
        else f"{link.told} {link.url}"
        for link in row["links"]
    ]
    alone = "未附文件，" if not row["documents"] else ""
    return DigestItem(
        number=f"邮件{row['id']}",
        unit=row["unit"] or row["claimed_from"] or UNKNOWN_UNIT,
        nominee="",
        category="",
        state=State.REVIEW,
        what=f"{alone}材料以链接方式发送（{row['subject'] or '无主题'}）：{'；'.join(told).strip()}",
        when=row["received_at"],
        act="请督促报送单位以附件形式重新发送；系统不下载链接，到期前可在网页邮箱中查看原邮件",
    )


def _enquiry(row: Row) -> DigestItem:
    return DigestItem(
        number=f"邮件{row['id']}",
        unit=row["claimed_from"] or "",
        nominee="",
        category="",
        state="",
        what="：".join(filter(None, (row["subject"] or "（无主题）", row.get("excerpt")))),
        when=row["received_at"],
        act=_answer(row),
    )


def _answer(row: Row) -> str:
    if row.get("unverified"):
        return f"{NOT_BY_ADDRESS}，请电话核实发件人后再人工答复"
    return "请人工答复" + ("（已自动回复来信收悉函）" if row.get("receipted") else "")


def _quarantined(row: Row) -> DigestItem:
    return DigestItem(
        number=f"邮件{row['id']}",
        unit=row["claimed_from"] or "",
        nominee="",
        category="",
        state="",
        what=f"未能处理，原因：{reason_told(row['trouble'])}；处理前不向该发件人的单位发函",
        when=row["archived_at"],
        act=_placing(row["id"]) if row["trouble"] == UNPLACED else _mending(row["id"]),
    )


def _mending(message: int) -> str:
    return (
        f"请将“邮件{message}”告知系统管理员（shouwen quarantine show {message}，"
        f"修复后 shouwen quarantine replay {message}）；急件可在网页邮箱中查看"
    )


def _placing(message: int) -> str:
    return (
        f"请在网页邮箱中查看，确定属于哪一项活动后告知系统管理员（shouwen quarantine place {message} "
        "活动标识 --by 姓名）；与各项活动均无关的，可在待办页面归档"
    )


def _sent_in(row: Row, since: datetime, until: datetime) -> bool:
    return bool(row["sent_at"]) and since <= _at(row["sent_at"]) < until


def _missing(material: Material, campaign: Campaign) -> tuple[tuple[str, tuple[str, ...]], ...]:
    missing: dict[str, list[str]] = {}
    for unit in material.units:
        if unit.name not in material.reported:
            missing.setdefault(unit.kind, []).append(unit.name)
    names = {kind: quota.kind_name for kind, quota in campaign.quotas.items()}
    return tuple((names.get(kind, kind), tuple(units)) for kind, units in missing.items())


def day_before(as_of: datetime) -> datetime:
    """From when on things are new in a digest: a day before it."""
    return as_of - timedelta(days=1)
