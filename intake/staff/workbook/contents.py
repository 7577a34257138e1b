"""What the sheets of the 台账 hold: from the ledger, the digest's lists and the registry to rows of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from intake.config.campaign_file import LoadedCampaign
from intake.domain.campaign.campaign import Campaign, UnitRow
from intake.domain.campaign.wording import LETTER_STATE_NAMES, UNIT_KIND_NAMES
from intake.domain.letters.staff_hints import finding_account
from intake.domain.letters.views import DigestView
from intake.domain.model.document import Role
from intake.domain.model.mail import LETTER_NAMES
from intake.domain.model.nomination import State
from intake.staff.workbook.ledger_book import ledger_book

UNIT_UNKNOWN = "（单位待核）"
"""How nominations stand among the units whose unit nobody knows yet."""

Line = dict[str, Any]


def book_of(rows: Sequence[Line], view: DigestView, loaded: LoadedCampaign, as_of: datetime) -> bytes:
    """The workbook of the nominations (as they are exported) and of all that the digest lists."""
    campaign = loaded.campaign
    counted = [row for row in rows if row["state"] != State.SUPERSEDED]
    missing = list(missing_units(view, loaded.units, campaign))
    return ledger_book(
        [nomination_line(row, campaign) for row in counted],
        as_of,
        f"{campaign.campaign.title}{campaign.words.material}台账",
        campaign.words,
        listed=list(_listed(view, missing)),
        units=by_unit(counted, loaded.units, campaign),
        missing=missing,
        desk=view.desk,
    )


def nomination_line(row: Line, campaign: Campaign) -> Line:
    """A nomination, as the first sheet tells it."""
    files: dict[str, list[str]] = {}
    for document in row["documents"]:
        if document["current"]:
            role = document["role"] if document["role"] in (Role.FORM, Role.SCAN) else "others"
            files.setdefault(role, []).append(document["filename"])
    judged = {rule.field for rule in campaign.threshold}
    if campaign.needs.registered:
        judged.add("registered")
    return {
        "number": row["number"],
        "state": row["state"],
        "category": campaign.category_name(row["category"]),
        "nominee": row["nominee"] or "",
        "unit": row["unit"]["name"] or "",
        "unit_kind": _kind_name(row["unit"]["kind"], campaign),
        "received_at": datetime.fromisoformat(row["received_at"]),
        "form": files.get("form", []),
        "scan": files.get("scan", []),
        "others": files.get("others", []),
        "findings": [finding_account(found, campaign.words) for found in row["findings"]],
        "letters": [
            f"{LETTER_NAMES[item['kind']]}{item['reference']}（{LETTER_STATE_NAMES[item['state']]}）"
            for item in row["letters"]
        ],
        "figures": [
            f"{campaign.field_label(name, row['category'])}：{field['text']}"
            for name, field in row["fields"].items()
            if name in judged
        ],
    }


def by_unit(rows: Sequence[Line], registry: Sequence[UnitRow], campaign: Campaign) -> list[Line]:
    """The units that sent something, in the registry's order, and how many nominations are in each state."""
    states: dict[str, Counter[str]] = {}
    kinds: dict[str, str | None] = {}
    for row in rows:
        name = row["unit"]["name"] or UNIT_UNKNOWN
        states.setdefault(name, Counter())[row["state"]] += 1
        kinds[name] = row["unit"]["kind"]
    known = {unit.name: unit for unit in registry}
    order = [name for name in known if name in states] + [name for name in states if name not in known]
    return [
        {
            "unit": name,
            "unit_kind": _kind_name(kinds[name], campaign),
            "count": states[name].total(),
            "phone": known[name].phone if name in known else "",
            **states[name],
        }
        for name in order
    ]


def missing_units(view: DigestView, registry: Sequence[UnitRow], campaign: Campaign) -> Iterator[Line]:
    """The units that sent nothing, with the telephones of the registry."""
    known = {unit.name: unit for unit in registry}
    for _, names in view.missing_units:
        for name in names:
            unit = known.get(name)
            kind = _kind_name(unit.kind if unit else None, campaign)
            yield {"unit": name, "unit_kind": kind, "phone": unit.phone if unit else ""}


def _listed(view: DigestView, missing: Sequence[Line]) -> Iterator[Line]:
    """All that the digest's page has no room for, each item under its list's title."""
    for title, items in view.lists:
        yield from ({**asdict(item), "list": title} for item in items)
    for unit in missing:
        act = f"名录电话：{unit['phone']}" if unit["phone"] else "名录未载电话"
        yield {"list": "未报送单位", "unit": unit["unit"], "what": "未收到推荐材料", "act": act}


def _kind_name(kind: str | None, campaign: Campaign) -> str:
    quota = campaign.quotas.get(kind or "")
    return quota.kind_name if quota else UNIT_KIND_NAMES.get(kind or "", kind or "")
