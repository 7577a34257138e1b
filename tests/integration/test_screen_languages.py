"""Every screen of the command line is in one language: English by itself, Chinese by --lang zh."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from intake.config.settings import load_settings
from intake.demo.mailbox import EmbeddedMailbox
from tests.journey import Office
from tests.material import AT, SOCIETY, both, entry, form, letter
from tests.screens import chinese_words, english_words

SCREENS = (
    *("status", "status --state complete", "status {number}", "status KX2024-9999"),
    *("find 于洁", "find KX2024", "find 没有此人", "letters list", "letters hold 999", "letters release 1"),
    *(
        "letters unblock a@example.org --by 李明 --reason 已核实",
        "unit list",
        "unit show {unit}",
        "unit show 无此单位",
    ),
    *("quarantine list", "quarantine show 99", "staff list", "person find 于洁", "person forget 于洁"),
    *(
        "purge --dry-run",
        "purge --before 2020-01-01",
        "doctor",
        "watch",
        "migrate",
        "settle 999 --by 李明 --reason 广告",
    ),
    *(
        "decide {number} accept --by 李明 --reason 已核对 --dry-run",
        "decide {number} reopen --by 李明 --reason 已核对",
    ),
    *(
        "decide --from 无此文件.xlsx --by 李明",
        "decide {number} return --by 李明 --reason 缺单位意见 --dry-run",
    ),
    *(
        "correct {number} 姓名=于浩 --by 李明 --reason 以扫描件为准 --dry-run",
        "answer 999 --by 李明 --text 收到",
    ),
    *("pair {number} 无此文件.pdf --by 李明 --reason 已核对", "join 1 无此单位 --by 李明 --reason 已核实"),
    *("replay --all --dry-run", "replay", "export nominations --format zh", "backup backup", "once"),
)
"""Commands as they are typed; what is Chinese in them is data."""


@pytest.fixture(scope="module")
def data() -> set[str]:
    """What a person or unit wrote: a screen repeats it as it is."""
    return {"于洁", "马骁", "于浩", "没有此人", "无此单位", "无此文件", "李明", "姓名"}


@pytest.fixture
def ledger(pymap_mailbox: EmbeddedMailbox, office: Office) -> Office:
    """A ledger with a complete nomination and one that lacks its scan."""
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    pymap_mailbox.deliver(letter([form(entry("马骁"))]), AT)
    office.once()
    return office


def strings(value: Any) -> Iterator[str]:
    """All texts of a value of JSON, however deep."""
    if isinstance(value, str):
        # Codes are no data: a screen in Chinese has names for them.
        yield from [value] if re.search(r"[^a-z-]", value) else []
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def test_no_screen_mixes_languages(ledger: Office, data: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # Where a backup is made.
    monkeypatch.chdir(ledger.folder)
    for what in ("nominations", "letters", "messages"):
        data |= set(strings(json.loads(ledger.shouwen("export", what).out)))
    data |= {SOCIETY.name, str(ledger.tables["store"]["database"])}
    # The title of the campaign, folders of the mailbox and the names of its settings.
    data |= {"2024年度科技志愿服务先进典型宣传活动", "收取全部邮件", "收取最近30天邮件", "授权码"}
    data |= set(load_settings(ledger.config, secrets=False).mailbox.folders)
    number = ledger.nominations()["于洁"]["number"]
    mixed = []
    for screen in SCREENS:
        words = screen.format(number=number, unit=SOCIETY.name).split()
        english, chinese = (ledger.shouwen("--lang", lang, *words).text for lang in ("en", "zh"))
        assert "Traceback" not in english + chinese
        told = [line for line in chinese.splitlines() if " INFO " not in line and " WARNING " not in line]
        if left := [*english_words(plain("\n".join(told), data)), *chinese_words(english, data)]:
            mixed.append((screen, left))
    assert mixed == []


def plain(text: str, data: set[str]) -> str:
    """The text without what is data."""
    for item in sorted(data, key=len, reverse=True):
        text = text.replace(item, " ") if len(item) > 3 else text
    return text


@pytest.mark.parametrize("words", [("status",), ("find", "于洁"), ("letters", "list"), ("unit", "list")])
def test_data_is_the_same_in_both(ledger: Office, words: tuple[str, ...]) -> None:
    english, chinese = (ledger.shouwen("--lang", lang, *words, "--json") for lang in ("en", "zh"))
    assert english.out == chinese.out and json.loads(english.out)
