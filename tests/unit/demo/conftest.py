from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from intake.demo.papers.content import FormContent
from intake.demo.papers.scans import ScanLook
from intake.demo.scenario import write_scenario
from intake.demo.truth import SampleMessage

DEADLINE = datetime(2025, 2, 24, tzinfo=timezone(timedelta(hours=8)))
SMALL = ScanLook(dpi=60)


@pytest.fixture
def volunteer() -> FormContent:
    return FormContent(
        category="volunteer",
        unit="浙江省科协",
        nominee="陈祎晨",
        body="杭州市余杭区农业技术推广中心",
        values={
            "sex": "女",
            "nation": "汉族",
            "birth": "1985年6月",
            "politics": "中共党员",
            "education": "硕士研究生",
            "phone": "100-0000-0123",
            "service_years": "8年",
            "post": "杭州市余杭区农业技术推广中心 高级农艺师",
            "registered": "是",
            "honours": "无",
        },
        deeds="　　深入田间地头开展技术指导。" * 40,
        filled_on=date(2025, 2, 10),
        unit_seal="浙江省科学技术协会",
    )


@pytest.fixture
def site(volunteer: FormContent) -> FormContent:
    values = {
        "address": "梧桐里社区办公楼",
        "leader": "孙丽华",
        "phone": "100-0000-0456",
        "resident_share": "68%",
        "teams": "7支",
        "activity_kinds": "",
        "registered": "已注册",
    }
    return replace(volunteer, category="site", nominee="梧桐里社区科技志愿服务点", values=values)


@pytest.fixture(scope="session")
def deadline() -> datetime:
    return DEADLINE


@pytest.fixture(scope="session")
def small_scenario() -> list[SampleMessage]:
    """The whole campaign with scans too coarse to read, which are quickly made."""
    return write_scenario(DEADLINE, look=SMALL)
