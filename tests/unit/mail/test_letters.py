"""The letters as people read them: whole files compared, and what must hold of any letter.

`SHOUWEN_GOLDEN=write pytest tests/unit/mail` writes the files anew; look at the difference.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from intake.mail.message import Composer, Rendered, cleaned
from intake.mail.text_columns import PAGE, columns
from tests.unit.mail import samples, samples_long

ROOT = Path(__file__).parents[3]
SHOWN = ROOT / "docs" / "letters"
GOLDEN = ROOT / "tests" / "golden" / "letters"
LETTERS = samples.LETTERS | samples_long.LETTERS
VIEWS = LETTERS | samples.DECISIONS | samples.ENQUIRIES | samples.DIGESTS | samples.OUTAGES | samples.ORDERS
NAMES = list(VIEWS)
IN_DOCS = {
    "receipt",
    "deficiency",
    "ranking",
    "reminder",
    "decision",
    "enquiry",
    "unverified",
    "digest",
    "outage",
    "orders",
}
"""One letter of each kind, shown to whoever reads about the letters."""


def rendered(name: str, composer: Composer | None = None) -> Rendered:
    return (composer or Composer()).render(VIEWS[name])


class Page(HTMLParser):
    """Tags, attributes and text of a page as a mail reader sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("name", NAMES)
def test_letter_is_as_it_was_approved(name: str) -> None:
    made = rendered(name)
    folder = SHOWN if name in IN_DOCS else GOLDEN
    for suffix, text in ((".txt", f"Subject: {made.subject}\n\n{made.text}"), (".html", made.html)):
        path = folder / f"{name}{suffix}"
        if os.environ.get("SHOUWEN_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_plain_text_fits_the_page(name: str) -> None:
    assert [line for line in rendered(name).text.split("\n") if columns(line) > PAGE] == []


@pytest.mark.parametrize("name", NAMES)
def test_page_is_well_formed_and_fetches_nothing(name: str) -> None:
    page = Page(rendered(name).html)
    assert page.open == []
    assert not {"script", "img", "link", "style", "iframe", "form", "a"} & set(page.tags)
    assert not {
        a for a in page.attributes if a.startswith("on") or a in {"src", "href", "background", "class"}
    }
    assert not re.search(r"url\(|@import|position:", rendered(name).html)


def test_what_a_stranger_wrote_stays_text() -> None:
    made = rendered("receipt-hostile")
    page = Page(made.html)
    assert "<script>alert('x')</script> Bcc: all@example·org" in page.words
    assert "{{ 7*7 }}{% raw %}" in page.words and "49" not in page.words
    for part in (made.subject, made.text, made.html):
        assert not re.search(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", part)
    assert not re.search(r"^ *Bcc:", made.text, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_holds_the_number_of_an_identity_card(name: str) -> None:
    number = "330106199001011234"
    written = cleaned(VIEWS[name], lambda text: f"{text}，{number}" if re.search("[一-鿿]", text) else text)
    letter = Composer().render(written)
    assert number not in letter.subject + letter.text + letter.html
    assert "1234" in "".join(letter.html.split())


@pytest.mark.parametrize("part", ["text", "html"])
def test_receipt_echoes_names_files_and_times(part: str) -> None:
    made = rendered("receipt")
    words = made.text if part == "text" else Page(made.html).words
    plain = re.sub(r"\s", "", words)
    for expected in (
        "浙江省科学技术协会",
        "农技中心收〔2025〕12号",
        "以本邮箱系统收到时间为准",
        "2025年2月21日15时32分",
        "KX2024-0001",
        "推荐表（盖章）.pdf",
        "“银龄护航”分队",
        "不代表通过初核",
        "个人信息保护说明",
        "010-00000001",
    ):
        assert expected in plain
    assert re.search(r"本类已报1项?／上限5", plain)


def test_deficiency_notice_lists_every_defect_the_limit_and_the_ranking() -> None:
    made = rendered("deficiency")
    plain = re.sub(r"\s", "", Page(made.html).words)
    assert "农技中心收〔2025〕13号" in made.subject
    for defect in samples.DEFICIENCY.defects:
        assert defect.problem in plain and defect.cure in plain
    assert "请于2025年3月7日24时前" in plain
    assert "其余材料不必重复报送" in plain
    ranking = plain[plain.index("、请排序确认") : plain.index("、登记情况")]
    assert all(name in ranking for name in ("柳溪村", "梅林社区", "石桥社区"))


def test_letter_without_unit_prints_no_quota_and_asks_for_the_name() -> None:
    text = rendered("receipt-hostile").text
    assert "名额" not in text and "None" not in text
    assert "请在回复中写明推荐单位全称" in text


@pytest.mark.parametrize("name", ["receipt-linked", "receipt-only-links"])
def test_a_file_sent_as_a_link_is_asked_for_and_nothing_else_is_said_to_be_missing(name: str) -> None:
    made = rendered(name)
    for words in (made.text, Page(made.html).words):
        plain = re.sub(r"\s", "", words)
        assert "本邮箱未收到文件本身，请以附件形式重新发送" in plain
        assert all(re.sub(r"\s", "", link) in plain for link in samples.LETTERS[name].linked)
        assert "需补正" not in plain and "未能登记到" not in plain
        assert ("登记情况" in plain) is (name == "receipt-linked")


def test_the_receipt_for_a_question_echoes_nothing_and_names_whom_to_call() -> None:
    made = rendered("enquiry")
    for words in (made.text, Page(made.html).words):
        plain = re.sub(r"\s", "", words)
        assert "来信已收悉，工作人员将尽快答复" in plain
        assert "010-00000001" in plain and "2025年2月21日17时02分" in plain
    assert "农技中心收〔2025〕15号" in made.subject


@pytest.mark.parametrize("part", ["text", "html"])
def test_over_quota_alone_the_unit_is_asked_to_rank_and_to_mend_nothing(part: str) -> None:
    made = rendered("ranking")
    plain = re.sub(r"\s", "", made.text if part == "text" else Page(made.html).words)
    assert "请贵单位按优先顺序排序" in plain and "关于确认" in made.subject
    assert "需补正" not in plain and "补正要求" not in plain and "补正" not in made.subject
    assert "农技中心收〔2025〕14号" in made.subject


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_reminder_tells_what_lacks_the_days_left_and_nothing_else(part: str) -> None:
    for name, left in (("reminder", "距截止还有3天"), ("reminder-last-day", "即今日截止")):
        made = rendered(name)
        plain = re.sub(r"\s", "", made.text if part == "text" else Page(made.html).words)
        assert left in plain and "2025年3月7日24时" in plain
        assert all(line.problem in plain for line in samples.REMINDER.defects)
        assert "李四" not in plain, "it lacks nothing that this letter speaks of"
        assert "农技中心收〔2025〕16号" in made.subject


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_decision_is_told_with_the_reason_and_how_to_answer(part: str) -> None:
    made = rendered("decision")
    plain = re.sub(r"\s", "", made.text if part == "text" else Page(made.html).words)
    for line in samples.DECISION.lines:
        assert all(re.sub(r"\s", "", cell) in plain for cell in (line.nominee, line.result, line.said))
    assert "请于2025年3月7日24时前按说明补正" in plain and "办理结果的函" in made.subject
    late = rendered("decision-returned")
    assert "退回补正" in late.subject and "请收到本函后尽快按说明补正" in re.sub(r"\s", "", late.text)
    assert "退回补正的，" not in re.sub(r"\s", "", rendered("decision-hostile").text)


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_reminder_of_a_ranking_alone_asks_for_nothing_else(part: str) -> None:
    made = rendered("reminder-ranking")
    plain = re.sub(r"\s", "", made.text if part == "text" else Page(made.html).words)
    assert "关于提醒确认" in made.subject and "农技中心收〔2025〕17号" in made.subject
    assert "尚未收到贵单位的排序意见" in plain and "距截止还有3天" in plain
    assert "补正" not in plain and "补正" not in made.subject
    both = re.sub(r"\s", "", rendered("reminder-both").text)
    assert "尚需补正的事项" in both and "请按优先顺序排序" in both.replace("请贵单位按", "请按")


@pytest.mark.parametrize("part", ["text", "html"])
def test_what_nobody_wants_any_longer_is_said(part: str) -> None:
    made = rendered("receipt-eased")
    plain = re.sub(r"\s", "", made.text if part == "text" else Page(made.html).words)
    assert "张三（KX2024-0001）有关事项，经重新核对已无需办理" in plain
    assert "无需办理" not in rendered("receipt").text


def test_every_defect_of_a_nomination_with_many_is_told() -> None:
    view = samples_long.MANY_DEFECTS
    assert len(view.defects) == 12
    plain = re.sub(r"\s", "", Page(rendered("deficiency-long").html).words)
    assert all(line.problem in plain and line.cure in plain for line in view.defects)
    assert plain.count("同上") == 11
    assert rendered("deficiency-long").text.count("补正要求：") == 12


def test_what_staff_wrote_stays_text() -> None:
    made = rendered("decision-hostile")
    assert "第一行 第二行 {{ 7*7 }} <i>" in Page(made.html).words
    assert not re.search(r"^ *编号：KX2024-9999", made.text, re.MULTILINE)


def test_digest_puts_people_first_and_tells_how_many_more() -> None:
    text = rendered("digest").text
    headings = re.findall(r"^([一二三四五六七八九十]+)、(\S+?)（", text, re.MULTILINE)
    assert [title for _, title in headings] == [
        *("人工待办", "系统异常", "咨询来信", "投递失败", "超额待排序", "今日逾期未补正")
    ]
    assert "".join(numeral for numeral, _ in headings) == "一二三四五六"
    assert "另有今日新增55件，待补正1件，已作决定待告知1件，见台账“日报事项”。" in text


def test_digest_names_few_missing_units_and_counts_many() -> None:
    assert "全国学会148家，省级科协24家，直属单位8家，名单和电话见台账" in "".join(
        rendered("digest").text.split()
    )
    few = replace(samples.BUSY_DIGEST.totals, units_reported=246)
    view = replace(
        samples.BUSY_DIGEST, totals=few, missing_units=(("全国学会", ("中国甲学会", "中国乙学会")),)
    )
    assert "未报送2家：中国甲学会、中国乙学会。" in Composer().render(view).text


def test_operator_overrides_one_file_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "receipt").mkdir()
    (tmp_path / "receipt" / "subject.txt").write_text("回执 {{ view.reference }}", encoding="utf-8")
    made = rendered("receipt", Composer([tmp_path]))
    assert made.subject == "回执 农技中心收〔2025〕12号"
    assert made.text == rendered("receipt").text
    assert rendered("deficiency", Composer([tmp_path])) == rendered("deficiency")


def test_a_misspelt_name_in_a_template_is_refused(tmp_path: Path) -> None:
    (tmp_path / "receipt").mkdir()
    (tmp_path / "receipt" / "subject.txt").write_text("{{ view.refrence }}", encoding="utf-8")
    with pytest.raises(UndefinedError, match="refrence"):
        rendered("receipt", Composer([tmp_path]))


def test_digest_counts_the_days() -> None:
    busy = rendered("digest").text
    assert "截至2025年2月22日8时30分" in busy and "距报送截止还有1天（" in busy
    assert "今日新增55项" in busy and "今日无新收材料" not in busy


def test_digest_of_an_empty_day_is_one_line() -> None:
    empty = rendered("digest-empty")
    assert "今日无新收材料，无待办事项。" in empty.text
    assert "今日新增" not in empty.text and "、" not in re.sub(r"待办事项。.*", "", empty.text)
    assert len(empty.text.splitlines()) < 12


def test_digest_links_to_the_desk_where_there_is_one() -> None:
    view = replace(samples.BUSY_DIGEST, desk="https://shouwen.example.org")
    made = Composer().render(view)
    assert 'href="https://shouwen.example.org/case/KX2024-0061"' in made.html
    assert 'href="https://shouwen.example.org/progress"' in made.html
    assert "https://shouwen.example.org/progress 。" in made.text
    for part in (made.text, made.html):
        assert "台账“日报事项”" not in part and "shouwen decide" not in part


def test_a_link_holds_nothing_that_a_stranger_wrote() -> None:
    bad = replace(samples.BUSY_DIGEST.people[0], number='"><script>&x', unit='"><b>')
    made = Composer().render(replace(samples.BUSY_DIGEST, people=(bad,), desk="https://shouwen.example.org"))
    assert "<script>" not in made.html and "<b>" not in made.html
    assert "/case/%22%3E%3Cscript%3E%26x" in made.html
