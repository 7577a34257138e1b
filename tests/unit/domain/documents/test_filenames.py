"""What a filename says, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.documents.filenames import category_in, named, named_on_the_way, nominee_in
from intake.domain.text.names import compact, stem
from tests.unit.domain.cases import CAMPAIGN, ZHEJIANG

NAMES = ("张伟", "张伟东", "张玮", "李四", "银龄科技志愿服务队", "银龄科技志愿服务队二分队")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张 伟.PDF", "张伟pdf"),
        ("张伟（盖章）", "张伟盖章"),
        ("ＡＢ１２－x", "ab12x"),
        ("“大篷车”·进校园", "大篷车进校园"),
        ("…", ""),
    ],
)
def test_compact(text: str, expected: str) -> None:
    assert compact(text) == expected


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("张伟 推荐表.docx", "张伟推荐表"),
        ("a.b.pdf", "ab"),
        ("无扩展名", "无扩展名"),
        (".pdf", "pdf"),
        ("", ""),
    ],
)
def test_stem(filename: str, expected: str) -> None:
    assert stem(filename) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张伟.pdf", {"张伟"}),
        ("张伟东.pdf", {"张伟东"}),
        ("张伟东、张伟.pdf", {"张伟", "张伟东"}),
        ("张玮推荐表.pdf", {"张玮"}),
        ("张 伟（盖章）.pdf", {"张伟"}),
        ("李四-张玮.pdf", {"李四", "张玮"}),
        ("银龄科技志愿服务队二分队.pdf", {"银龄科技志愿服务队二分队"}),
        ("银龄科技志愿服务队.pdf", {"银龄科技志愿服务队"}),
        ("扫描件.pdf", set()),
        ("", set()),
    ],
)
def test_named(text: str, expected: set[str]) -> None:
    assert named(text, NAMES) == expected
    assert named(text, NAMES[::-1]) == expected


def test_an_empty_name_is_in_no_text() -> None:
    assert named("张伟", ["", "（）"]) == set()


@pytest.mark.parametrize("text", ["张伟东.pdf", "张伟东推荐表（盖章）.pdf", "小张伟.pdf"])
def test_a_short_name_is_not_named_by_a_longer_one_that_nobody_bears(text: str) -> None:
    assert named(text, ["张伟"]) == set()


@given(st.lists(st.sampled_from(NAMES)), st.sampled_from(["", "推荐表", "（盖章）", "1"]))
def test_every_name_that_stands_by_itself_is_named_and_no_other(names: list[str], more: str) -> None:
    text = "、".join(name + more for name in names)
    assert named(text, NAMES) == named(text, NAMES[::-1]) == set(names)


@given(st.text(max_size=20), st.lists(st.text(max_size=4), max_size=4))
def test_only_given_names_that_stand_in_the_text_are_named(text: str, names: list[str]) -> None:
    assert named(text, names) <= {name for name in names if compact(name) in compact(text)}


@pytest.mark.parametrize(
    ("filename", "nominee"),
    [
        ("张伟推荐表.docx", "张伟"),
        ("张伟-推荐表（盖章扫描件）.pdf", "张伟"),
        ("附件1：2024年度最美科技志愿者推荐表-张伟.pdf", "张伟"),
        (f"{ZHEJIANG}推荐表 张伟 最终版2.docx", "张伟"),
        ("3.银龄服务队（已盖章）.pdf", "银龄服务队"),
        ("青年科普服务队推荐表.pdf", "青年科普服务队"),
        ("新建村科普服务队推荐表.pdf", "新建村科普服务队"),
        ("张伟 李四 推荐表.pdf", None),
        ("推荐表（盖章）.pdf", None),
        ("最佳科技志愿服务项目申报书.pdf", None),
        ("Scan_20250221.pdf", None),
        ("扫描全能王 2025-02-21 10.30.pdf", None),
        ("微信图片_20250221.pdf", None),
        ("打印件.pdf", None),
        ("未命名附件3", None),
        ("A4.pdf", None),
        ("", None),
    ],
)
def test_the_one_part_that_may_be_a_nominee(filename: str, nominee: str | None) -> None:
    assert nominee_in(filename, CAMPAIGN, [ZHEJIANG]) == nominee


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("最美科技志愿者推荐表.docx", "volunteer"),
        ("最佳 科技志愿服务 组织.pdf", "organisation"),
        ("优秀科技志愿服务项目", "project"),
        ("最美科技志愿服务点（社区或村）.pdf", "site"),
        ("推荐表.docx", None),
        ("最美科技志愿者、最佳科技志愿服务组织.zip", None),
    ],
)
def test_the_one_category_that_is_named(text: str, category: str | None) -> None:
    assert category_in(text, CAMPAIGN) == category


@pytest.mark.parametrize(
    ("filename", "folder", "present"),
    [
        ("推荐表.pdf", "浙江省科协.zip/张伟", {"张伟"}),
        ("推荐表.pdf", "张伟/扫描件", {"张伟"}),
        ("推荐表.pdf", "张伟/李娜", {"李娜"}),
        ("李娜.pdf", "张伟", {"李娜"}),
        ("推荐表.pdf", "张伟东", set()),
        ("推荐表.pdf", "", set()),
    ],
)
def test_the_nearest_name_on_the_way_to_a_file_counts(filename: str, folder: str, present: set[str]) -> None:
    assert named_on_the_way(filename, folder, ["张伟", "李娜"]) == present
