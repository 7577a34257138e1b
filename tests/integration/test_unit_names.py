"""Units as they write themselves, through the whole journey: known ones are told, all others looked at."""

from __future__ import annotations

import pytest

from intake.demo.mailbox import EmbeddedMailbox
from tests.journey import Office, title
from tests.material import AT, both, entry, letter, sample_unit


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("浙江着科学技术协会", "浙江省科学技术协会"),
        ("中国药字会", "中国药学会"),
        ("中国检验检疫学会", "中国检验检测学会"),
    ],
)
def test_a_misread_or_former_name_is_the_unit_s(
    pymap_mailbox: EmbeddedMailbox, office: Office, written: str, official: str
) -> None:
    unit = sample_unit(written, "society")
    pymap_mailbox.deliver(letter(both(entry("于洁", unit)), AT, unit), AT)
    office.once()
    row = office.nominations()["于洁"]
    assert (row["unit"]["name"], row["unit"]["known"], row["state"]) == (official, True, "complete")


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("杭州市科学技术协会", "unit-not-entitled", "如由浙江省科学技术协会推荐，请核对"),
        ("北京市朝阳区科协", "unit-not-entitled", "如由北京市科学技术协会推荐，请核对"),
        ("中国衣学会", "unit-unknown", "中国农学会"),
        ("浙江省林学会", "unit-unknown", "浙江省林学会"),
        ("浙江省科协、浙江省农学会", "unit-unknown", "浙江省科学技术协会"),
        ("中国机械工程学会焊接分会", "unit-unknown", "中国机械工程学会"),
    ],
)
def test_what_may_not_recommend_is_looked_at_and_told_nothing(
    pymap_mailbox: EmbeddedMailbox, office: Office, written: str, code: str, said: str
) -> None:
    unit = sample_unit(written, "society")
    pymap_mailbox.deliver(letter(both(entry("于洁", unit)), AT, unit), AT)
    office.once()
    row = office.nominations()["于洁"]
    assert (row["unit"]["known"], row["unit"]["kind"], row["state"]) == (False, None, "review")
    told = next(finding for finding in row["findings"] if finding["code"] == code)
    assert said in told["evidence"]
    assert not any("补正" in title(mail) or code in str(mail) for mail in office.sent())
