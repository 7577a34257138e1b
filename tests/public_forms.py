"""Forms that offices have published, in their own layout, filled in ten ways: as .docx and as a web page.

The campaigns of them stand in `tests/campaigns/`; people, bodies and words are invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from intake.config.campaign_file import LoadedCampaign, load_campaign
from tests.unit.parsers.word.wordxml import cell, docx, para, table

CAMPAIGNS = Path(__file__).parent / "campaigns"
FILLINGS = range(10)

_NAMES = [
    "张伟",
    "李娜",
    "王芳",
    "欧阳静雯",
    "刘洋",
    "陈静",
    "阿依古丽·买买提",
    "赵磊",
    "黄勇",
    "周敏",
    "吴刚",
    "徐丽",
    "孙涛",
    "马超",
    "朱琳",
]
_TICKS = (("☑", "□"), ("√", "□"), ("■", "□"), ("(√)", "(  )"), ("☑", "☐"))
_CARDS = ("11010519491231002X", "440524188001010014", "110101199003070134")


@dataclass(frozen=True)
class FormCell:
    """A cell of a form's grid; `down` rows high, of which the lower ones are not written again."""

    text: str
    span: int = 1
    down: int = 1


FormRow = Sequence[FormCell]


@dataclass(frozen=True)
class PublicForm:
    """A filled form: lines above its table, the rows, and what each field says."""

    campaign: str
    above: tuple[str, ...]
    rows: tuple[FormRow, ...]
    said: dict[str, object]

    def loaded(self) -> LoadedCampaign:
        """The campaign that asks for the form."""
        return load_campaign(CAMPAIGNS / f"{self.campaign}.toml")

    def as_docx(self) -> bytes:
        """The form as a Word file, cells merged as Word merges them."""
        open_cells: dict[int, FormCell] = {}
        left: dict[int, int] = {}
        rows = []
        for row in self.rows:
            built, column, waiting = [], 0, list(row)
            while waiting or any(place >= column for place in open_cells):
                if column in open_cells:
                    item = open_cells[column]
                    built.append(cell(("", item.span), "<w:vMerge/>"))
                    left[column] -= 1
                    if not left[column]:
                        del open_cells[column]
                elif waiting:
                    item = waiting.pop(0)
                    merged = '<w:vMerge w:val="restart"/>' if item.down > 1 else ""
                    built.append(cell((item.text, item.span), merged))
                    if item.down > 1:
                        open_cells[column], left[column] = item, item.down - 1
                else:
                    break
                column += item.span
            rows.append(built)
        return docx(*(para(line) for line in self.above), table(*rows))

    def as_page(self) -> bytes:
        """The form as a web page that its sender called .doc."""
        lines = "".join(f"<p class=MsoNormal>{line}</p>\n" for line in self.above)
        rows = "".join(f"<tr>{''.join(map(_td, row))}</tr>\n" for row in self.rows)
        body = f"<body>{lines}<table>{rows}</table></body>"
        return f"<html><head><meta charset=gb2312></head>{body}</html>".encode("gb18030")


def _td(item: FormCell) -> str:
    lines = item.text.replace("\n", "<br>")
    return f"<td colspan={item.span} rowspan={item.down}><p>{lines}<o:p></o:p></p></td>"


def _row(*items: str | tuple[str, int] | FormCell) -> FormRow:
    built = []
    for item in items:
        text, span = item if isinstance(item, tuple) else (item, 1)
        built.append(item if isinstance(item, FormCell) else FormCell(str(text), span))
    return built


def science_unit(number: int) -> PublicForm:
    """推荐表 of a unit that does much for the popularisation of science."""
    unit = "东河区科协" if number % 3 == 1 else "江东市东河区科学技术协会"
    name, leader, contact = f"江东市第{number + 1}中学科技馆", _NAMES[number], _NAMES[-1 - number]
    staff = ("35人", "120", "约二百人", "18名", "1,200人", "四十五人", "60余人", "25人", "300 人", "10人")[
        number
    ]
    said = {
        "nominee": name,
        "unit": unit,
        "leader": leader,
        "rank": "正科级" if number % 2 else None,
        "staff": (35, 120, 200, 18, 1200, 45, 60, 25, 300, 10)[number],
        "address": f"东河区科学路{number + 1}号",
        "postcode": f"51000{number}",
        "contact": contact,
        "leader_phone": f"000-1234567{number}",
        "phone": f"1380000000{number}",
        "filled_on": "2025-05-06",
        "deeds": f"全年开展科普活动{number + 3}场，受众两千余人。联系人电话保持畅通。",
    }
    day = ("2025年5月6日", "2025.5.6", "二〇二五年五月六日", "2025-05-06")[number % 4]
    gap = "　" if number % 2 else ""
    rows = (
        _row("推荐单位", (unit, 5)),
        _row(f"单位{gap}名称", (name, 5)),
        _row(f"负{gap}责{gap}人", leader, "电话", said["leader_phone"], "单位级别", said["rank"] or ""),
        _row("职工总数", staff, "单位地址", (said["address"], 3)),
        _row(f"联{gap}系{gap}人", contact, "电 话", said["phone"], f"邮{gap}编", said["postcode"]),
        _row("主\n要\n事\n迹", (said["deeds"], 5)),
        _row(
            "申报单位意见",
            ("情况属实。\n（盖章）\n2025年5月7日", 2),
            "推荐单位意见",
            ("同意推荐。\n（盖章）", 2),
        ),
        _row("市科协审定意见", ("（盖章）\n年　月　日", 5)),
    )
    above = ("附件2", "2025年江东市科普工作优秀单位推荐表", f"填报时间：{day}")
    return PublicForm("science-units", above, rows, said)


_PROJECTS = {"training": "创新训练项目", "startup": "创业训练项目", "practice": "创业实践项目"}


def student_project(number: int) -> PublicForm:
    """申报表 of a project of students, with its leader, its teacher and its members."""
    category = list(_PROJECTS)[number % 3]
    leader, teacher = _NAMES[number], _NAMES[(number + 7) % len(_NAMES)]
    members = [_NAMES[(number + n) % len(_NAMES)] for n in range(2, 3 + number % 4)]
    yes, no = _TICKS[number % len(_TICKS)]
    card = _CARDS[number % 3]
    sources = ["学生自主选题", "教师科研课题", "企业委托"]
    said: dict[str, object] = {
        "nominee": f"稻田甲烷监测装置{number + 1}号",
        "unit": "江东理工大学",
        "category": category,
        "leader": leader,
        "leader_number": f"20230101{number:02d}",
        "leader_born": "2004-09" if number % 2 else "2004-09-12",
        "leader_identity": True,
        "leader_school": "资源环境学院",
        "leader_phone": f"1390000000{number}",
        "teacher": teacher,
        "teacher_title": "副教授",
        "teacher_school": "机电工程学院",
        "teacher_phone": f"000-7654321{number}",
        "members": float(len(members)),
        "source": sources[number % 3],
        "brief": f"本项目研制第{number + 1}代监测装置，成本低，可在田间长期运行。",
    }
    ticks = "  ".join(f"{yes if key == category else no}{name}" for key, name in _PROJECTS.items())
    chosen = " ".join(f"{yes if one == said['source'] else no}{one}" for one in sources)
    born = ("2004年9月12日", "2004.09", "2004-09-12", "2004年9月")[number % 4]
    team = len(members) + 1 + number % 3  # blank rows that nobody needed
    head = "项目组\n主要成员" if number % 2 else "项目组成员"
    rows = [
        _row("项目名称", (said["nominee"], 6)),
        _row("项目类别", (ticks, 6)),
        _row(
            FormCell("项目\n负责人", 1, 2), "姓 名", leader, "学号", said["leader_number"], "出生年月", born
        ),
        _row("身份证号", card, "所在学院", said["leader_school"], "联系电话", said["leader_phone"]),
        _row(FormCell("指导教师", 1, 2), "姓名", (teacher, 2), "职称", (said["teacher_title"], 2)),
        _row("所在学院", (said["teacher_school"], 2), "联系电话", (said["teacher_phone"], 2)),
        _row(FormCell(head, 1, team + 1), "姓名", "学号", "专业班级", "联系电话", ("项目分工", 2)),
    ]
    for place in range(team):
        name = members[place] if place < len(members) else ""
        blank = "" if not name else "x"
        rows.append(_row(name, blank and f"2023020{place}", blank and "环工2301", "", (blank and "实验", 2)))
    rows += [
        _row("选题来源", (chosen, 6)),
        _row("项目简介（200字以内）", (said["brief"], 6)),
        _row("学院意见", ("同意申报。\n（盖章）", 6)),
        _row("学校意见", ("同意申报。\n（盖章）\n2025年5月8日", 6)),
    ]
    above = ("江东省大学生创新创业训练计划项目申报表", f"申报学校：{said['unit']}")
    return PublicForm("student-projects", above, tuple(rows), said)
