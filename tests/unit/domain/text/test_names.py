"""Which names may mean one nominee, and which scans surely show nobody's form."""

from __future__ import annotations

import pytest

from intake.domain.page.comparison import Likeness
from intake.domain.pairing.ambiguity import is_apart
from intake.domain.scans.form_match import FormMatch
from intake.domain.scans.unpaired import ScanReading
from intake.domain.text.names import Named

EQUAL, NEAR, DIFFERENT = Likeness.EQUAL, Likeness.NEAR, Likeness.DIFFERENT
OURS, THEIRS = "“碧水蓝天”桃源科技志愿服务项目", "“智慧助老”古城科普志愿服务项目"


@pytest.mark.parametrize(
    ("name", "other", "one"),
    [
        (OURS, OURS, True),
        (OURS, "碧水蓝天桃源科技志愿服务项目（二期）", True),
        (OURS, "“碧水蓝天”桃园科技志愿服务项目", True),
        (OURS, None, True),
        (OURS, THEIRS, False),
        ("“智慧助老”桃源科普志愿服务项目", THEIRS, True),
        ("青山县科技志愿服务队", "清河县科技志愿服务队", True),
        ("青山县科技志愿服务队", "青山县科技志愿服务总队", True),
        ("张建国", "张伟国", True),
        ("张伟", "李四", False),
    ],
)
def test_names_of_one_sort(name: str, other: str | None, one: bool) -> None:
    assert Named(name).may_be(Named(other)) is Named(other).may_be(Named(name)) is one


def test_another_category_is_another_nominee_unless_the_name_is_nearly_the_same() -> None:
    team, project = "兴隆市“绿色家园”科普志愿服务团", "“绿色家园”石湾科普志愿服务项目"
    assert Named(team).may_be(Named(project))
    assert not Named(team, "organisation").may_be(Named(project, "project"))
    assert Named(team, "organisation").may_be(Named(project))
    assert Named(team, "organisation").may_be(Named(team[:-1] + "队", "project"))
    assert Named(team).is_copy(Named("兴隆市绿色家园科普志愿服务团队"))


def test_the_same_name_is_the_same_nominee_under_the_same_category_alone() -> None:
    assert Named("张 伟", "volunteer").is_same(Named("张伟", "volunteer"))
    assert not Named("张伟", "volunteer").is_same(Named("张伟"))
    assert not Named("张伟").is_same(Named("张玮"))
    assert not Named(None).is_same(Named(None))
    assert Named(None).may_be(Named("张伟"))


def alone(nominee: str | None, category: str | None = "project") -> ScanReading:
    return ScanReading(True, nominee, category, 1.0)


FORMS = [Named(THEIRS, "project"), Named("云溪村科技志愿服务点", "site")]
NEARLY = FormMatch(NEAR, EQUAL, closeness=0.57)
OTHER = FormMatch(NEAR, DIFFERENT, closeness=0.43)


def test_a_scan_with_its_own_name_is_apart_from_forms_that_have_theirs() -> None:
    assert is_apart([NEARLY, OTHER], alone(OURS), FORMS, served={0})
    assert not is_apart([NEARLY, OTHER], alone(None), FORMS, served={0})
    assert not is_apart([NEARLY, OTHER], alone(OURS), FORMS)
    assert not is_apart([NEARLY, OTHER], alone("“智慧助老”古城科普志愿服务"), FORMS, served={0})


def test_a_scan_that_shows_a_form_is_not_apart() -> None:
    assert not is_apart([FormMatch(EQUAL, DIFFERENT), OTHER], alone(OURS), FORMS, served={0})


def test_what_the_comparison_alone_says() -> None:
    nobody = ScanReading()
    assert is_apart([FormMatch(DIFFERENT), FormMatch(DIFFERENT)], nobody, FORMS)
    assert is_apart([OTHER, OTHER], nobody, FORMS)
    assert not is_apart([FormMatch(), FormMatch()], nobody, FORMS)
    assert not is_apart([FormMatch(NEAR, DIFFERENT, closeness=0.6), OTHER], nobody, FORMS)
