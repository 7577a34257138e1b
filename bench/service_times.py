"""Measures the service times of a mail on this machine: one pass on Postgres, processor time by stage."""

from __future__ import annotations

import os
from dataclasses import replace

from bench.databases import databases
from bench.measure import living_seconds
from bench.rounds import serve, workshop
from bench.scale import Times
from bench.workload import write_mails
from intake.config.campaign_file import load_campaign

POSTGRES = "Postgres"


def measured(messages: int) -> Times:
    """The service times of text nominations; looking, and what no pass shows, keep their defaults.

    What a pass costs before its first mail is no mail's: a quarter of them goes first, and the others count.
    Raises `LookupError` where there is no Postgres or a run did not do the whole work, and `measure.Failed`.
    """
    few = max(1, messages // 4)
    base, whole = _pass(few), _pass(messages)
    spent = {name: (whole[name] - base[name]) / (messages - few) for name in whole}
    return replace(
        Times(),
        fetch=spent["poll and archive"],
        read=spent["read"],
        assemble=spent["attribute"] + spent["assemble and decide"] + spent["compose"],
        database=spent[POSTGRES],
    )


def _pass(messages: int) -> dict[str, float]:
    """Processor seconds of each stage, and of Postgres, in one pass over so many mails."""
    mails = list(write_mails(messages, load_campaign().units, os.cpu_count() or 1))
    faults = list[str]()
    with databases() as (found, _), workshop(mails) as shop:
        database = next((item for item in found if item.name == POSTGRES), None)
        if database is None:
            raise LookupError("no Postgres here")
        before = living_seconds(os.getpid())
        outcome = serve(shop, database, faults)
        asked = living_seconds(os.getpid()) - before
    if faults:
        raise LookupError("; ".join(faults))
    return {**outcome["stage_processors"], POSTGRES: asked}
