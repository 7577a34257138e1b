"""The digest's page as a telephone shows it, measured in a real browser on the largest day."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from intake.domain.campaign.campaign import UnitRow
from intake.domain.letters.digest import Material, digest_view
from intake.domain.letters.views import DigestEvidence, DigestPicture, DigestView
from intake.domain.model.nomination import State
from intake.mail.message import Composer
from tests.servers.parts import missing
from tests.unit.domain.cases import CAMPAIGN, at

SCREEN = (360, 800)
"""A telephone's screen in CSS pixels."""
AS_OF = at(22, 8, 30)
DOUBT = "扫描件上姓名读作“沈知远”，WORD版为“沈知遥”，请看附图核对；服务年限：扫描件为“17年”，WORD版为“4年”"
PICTURE = base64.b64encode(
    b"GIF89a\x90\x01\x36\x02\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
).decode()


@pytest.fixture(scope="module")
def telephone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Debian's Chromium with a telephone's screen."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        missing("Chromium", "apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--user-data-dir={profile}"):
        options.add_argument(word)
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    width, height = SCREEN
    shown = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shown)
    yield browser
    browser.quit()


def nomination(number: int) -> dict[str, Any]:
    """A row of the export: a third each in review, deficient and over the quota, with long names."""
    state = (State.REVIEW, State.DEFICIENT, State.HELD)[number % 3]
    return {
        "number": f"KX2024-{number:04d}",
        "state": state.value,
        "category": "volunteer",
        "nominee": "余杭区农业技术志愿服务总队余杭街道分队",
        "unit": {"name": f"中国第{number}专业科学技术研究学会", "kind": "society", "known": True},
        "received_at": (AS_OF - timedelta(hours=2)).isoformat(),
        "documents": [{"role": "form", "filename": "推荐表.docx", "current": True}],
        "findings": [
            {"code": code, "severity": severity, "evidence": DOUBT, "document": None, "basis": "ocr"}
            for code, severity in (("doubtful", "review"), ("late", "note"), ("scan-missing", "curable"))
        ],
    }


def mail(number: int) -> dict[str, Any]:
    """A mail that somebody must see to."""
    return {
        "id": number,
        "claimed_from": f"office{number}@science-and-technology-association.example.org",
        "subject": "关于报送2024年度科技志愿服务先进典型宣传活动推荐材料有关事项的咨询",
        "excerpt": "请问推荐表是否需要法人签字，盖章扫描件能否晚两天再报送",
        "received_at": AS_OF - timedelta(hours=3),
        "archived_at": AS_OF - timedelta(hours=3),
        "trouble": "x",
        "receipted": True,
    }


def letter(number: int, state: str) -> dict[str, Any]:
    """A letter that is held or could not be sent."""
    return {
        "id": number,
        "kind": "receipt",
        "to": f"office{number}@unit.example.org",
        "subject": "关于补正2024年度科技志愿服务先进典型宣传活动推荐材料的函",
        "state": state,
        "sent_at": None,
        "nominations": ["KX2024-0001"],
        "trouble": "550 5.1.1 User unknown in virtual mailbox table",
    }


def big_day() -> DigestView:
    """The digest of a day with 3,000 nominations, where every list is long."""
    material = Material(
        nominations=[nomination(number) for number in range(3000)],
        letters=[letter(n, ("held", "dead")[n % 2]) for n in range(400)],
        enquiries=[mail(n) for n in range(200)],
        unanswerable=(),
        quarantined=[mail(n) for n in range(50)],
        unfetched=(),
        units=[UnitRow(kind="society", name=f"中国第{n}专业科学技术研究学会") for n in range(400)],
        reported=[f"中国第{n}专业科学技术研究学会" for n in range(100)],
        faults=[f"扫描件识别部件未安装，本日{n}份扫描件转人工核对，请系统管理员处理" for n in range(9)],
        lapsed=[f"KX2024-{n:04d}" for n in range(30)],
    )
    shots = [DigestPicture(f"{n}.jpg", f"第{n}页，未见印章") for n in (1, 2)]
    line = DigestPicture("l.jpg", "第1页名称识别处", wide=True)
    seen = DigestEvidence("KX2024-0001", "中国农学会", "张三", "推荐表盖章扫描件.pdf", (*shots, line))
    view = digest_view(material, CAMPAIGN, AS_OF, AS_OF - timedelta(days=1))
    return replace(view, evidence=(seen,))


@pytest.mark.parametrize("desk", ["", "https://shouwen.example.org"])
def test_the_digest_of_the_largest_day_is_three_screens(
    telephone: webdriver.Chrome, tmp_path: Path, desk: str
) -> None:
    made = Composer((), CAMPAIGN).render(replace(big_day(), desk=desk))
    assert len(made.html.encode()) < 60_000
    page = tmp_path / "digest.html"
    shown = made.html
    for name in ("1.jpg", "2.jpg", "l.jpg"):
        shown = shown.replace(f"cid:{name}", f"data:image/gif;base64,{PICTURE}")
    page.write_text(shown, "utf-8")
    telephone.get(page.as_uri())
    wide, tall = (
        telephone.execute_script(f"return document.documentElement.scroll{side}")
        for side in ("Width", "Height")
    )
    assert wide <= SCREEN[0]
    assert tall <= 3 * SCREEN[1]
