"""Files offered by links: the providers' lines, the net disks' texts, and prose that offers nothing."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from intake.domain.campaign.findings import remedy
from intake.domain.mail.links import CloudLink, cloud_links, has_cloud_link, own_links, still_open
from intake.domain.text.calendar import SHANGHAI

SENT = datetime(2025, 2, 21, 10, 0, tzinfo=SHANGHAI)


def at(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=SHANGHAI)  # type: ignore[arg-type]


def qq(key: str) -> str:
    return f"http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k={key * 12}&code=7684decd"


def netease(key: str) -> str:
    return f"https://mail.163.com/large-attachment-download/index.html?file={key * 12}"


EDISK = "https://edisk.qiye.163.com/api/biz/attachment/download?identity=e7bb4414a8c248bc&title=%E6%9D%90%E6%96%99"
SINA = "https://mail.sina.com.cn/filecenter/download.php?id=8f3a"
WX = "https://wx.mail.qq.com/ftn/download?func=3&key=9d99e661d02acf1e&code=bffa6c29&k=9d99e661d02acf1e"
DASHI = "https://dashi.163.com/html/cloud-attachment-download/?key=bXNnYXR0YWNo"

# Provider, filename, size, expiry as an instant, in the order of the mail.
Told = list[tuple[str, str, str, datetime | None]]

LISTS: dict[str, tuple[str, Told]] = {
    "qq, plain text": (
        f"见附件。\n\n从QQ邮箱发来的超大附件\n\n张三推荐表.zip (128.03M, 2020年11月27日 21:59 "
        f"到期)进入下载页面：{qq('a')}",
        [("QQ邮箱超大附件", "张三推荐表.zip", "128.03M", at(2020, 11, 27, 21, 59))],
    ),
    "qq, two files": (
        f"从QQ邮箱发来的超大附件\n\n张三.pdf (1.2G, 2025年3月1日 8:00 到期)进入下载页面：{qq('a')}\n"
        f"李四 终稿.pdf (35M, 2025年3月2日 08:05 到期)进入下载页面：{qq('b')}",
        [
            ("QQ邮箱超大附件", "张三.pdf", "1.2G", at(2025, 3, 1, 8, 0)),
            ("QQ邮箱超大附件", "李四 终稿.pdf", "35M", at(2025, 3, 2, 8, 5)),
        ],
    ),
    "qq, from HTML: icon, name, button": (
        f"从QQ邮箱发来的超大附件\n<{qq('a')}>\n张三.zip <{qq('a')}> (128.03M, 2025年3月1日 21:59 "
        f"到期)\n进入下载页面 <{qq('a')}>",
        [("QQ邮箱超大附件", "张三.zip", "128.03M", at(2025, 3, 1, 21, 59))],
    ),
    "qq, without an end": (
        f"从QQ邮箱发来的超大附件\n张三.zip (20M, 无限期)进入下载页面：{qq('a')}",
        [("QQ邮箱超大附件", "张三.zip", "20M", None)],
    ),
    "qq's new hosts": (
        f"从QQ邮箱发来的超大附件\n张三.zip(20M，7天后到期) {WX}",
        [("QQ邮箱超大附件", "张三.zip", "20M", SENT + timedelta(days=7))],
    ),
    "qq's office mail": (
        "从腾讯企业邮箱发来的超大附件\n推荐表.rar (65.38M, 2025年3月20日 17:26 到期)\n"
        "https://exmail.qq.com/cgi-bin/ftnExs_download?k=1234567890ab&t=exs_ftn_download",
        [("腾讯企业邮箱超大附件", "推荐表.rar", "65.38M", at(2025, 3, 20, 17, 26))],
    ),
    "163, from HTML, with its advertisement": (
        "从网易163邮箱发来的超大附件推荐客户端极速下载 <http://u.163.com/RcUwvU56g?spm=bigattach>\n"
        f"<{netease('a')}>\n张三.zip <{netease('a')}> (80.96M, 2026年8月17日 0:49 到期)\n下载 "
        f"<{netease('a')}>\n"
        f"<{netease('b')}>\n李四.pdf <{netease('b')}> (1.96M, 2026年8月18日 10:49 到期)\n下载 "
        f"<{netease('b')}>",
        [
            ("网易邮箱超大附件", "张三.zip", "80.96M", at(2026, 8, 17, 0, 49)),
            ("网易邮箱超大附件", "李四.pdf", "1.96M", at(2026, 8, 18, 10, 49)),
        ],
    ),
    "163, names in the text and links below it": (
        "从网易163邮箱发来的云附件\n张三.zip (80.96M, 2026年8月17日 0:49 到期)\n下载\n李四.pdf "
        "(2M, 2026年8月18日 0:49 到期)\n下载\n\n"
        f"下载 <{netease('a')}>\n下载 <{netease('b')}>",
        [
            ("网易邮箱超大附件", "张三.zip", "80.96M", at(2026, 8, 17, 0, 49)),
            ("网易邮箱超大附件", "李四.pdf", "2M", at(2026, 8, 18, 0, 49)),
        ],
    ),
    "163's office mail": (
        f"从网易企业邮箱发来的云附件\n<{EDISK}>\n推荐表.docx <{EDISK}>\n20.49K | "
        f"过期时间：2024年8月4日 23:48\n<{EDISK}>",
        [("网易企业邮箱云附件", "推荐表.docx", "20.49K", at(2024, 8, 4, 23, 48))],
    ),
    "163's mail master": (
        f"来自网易邮箱大师的云附件：\n张三（盖章）.pdf（3.2MB，有效期至2025-03-08 23:59）\n{DASHI}",
        [("网易邮箱云附件", "张三（盖章）.pdf", "3.2MB", at(2025, 3, 8, 23, 59))],
    ),
    "sina": (
        f"从新浪邮箱发来的超大附件\n材料.zip (128.03M, 2025年3月7日 到期) {SINA}",
        [("新浪邮箱超大附件", "材料.zip", "128.03M", at(2025, 3, 7, 23, 59))],
    ),
    "the marker alone, its links lost on the way": (
        "从QQ邮箱发来的超大附件\n\n张三.zip (128.03M, 2020年11月27日 21:59 到期)",
        [("QQ邮箱超大附件", "张三.zip", "128.03M", at(2020, 11, 27, 21, 59))],
    ),
    "the marker and the details in one line": (
        "发自新浪邮箱 云附件 (128.03M, 2020年11月27日 21:59 到期)",
        [("新浪邮箱云附件", "", "128.03M", at(2020, 11, 27, 21, 59))],
    ),
    "a university's mail, of a host nobody knows": (
        "从中国农业大学邮箱发来的超大附件\n推荐表.pdf (3.5M, 2025年3月1日 10:00 到期)\n"
        "https://mail.univ.example/nf/8f3a",
        [("中国农业大学邮箱超大附件", "推荐表.pdf", "3.5M", at(2025, 3, 1, 10, 0))],
    ),
    "baidu": (
        "通过网盘分享的文件：推荐材料.zip\n链接: https://pan.baidu.com/s/1AbCdEf?pwd=8888 提取码: "
        "8888\n--来自百度网盘超级会员v5的分享",
        [("百度网盘", "推荐材料.zip", "", None)],
    ),
    "baidu, in a sentence, without http": (
        "老师好，材料较大，请从网盘下载：pan.baidu.com/s/1xyzabc 提取码 1234（有效期7天）。",
        [("百度网盘", "", "", SENT + timedelta(days=7))],
    ),
    "aliyun": (
        "「李四推荐表.pdf」https://www.alipan.com/s/abcdefg 点击链接保存，或者复制本段内容，"
        "打开「阿里云盘」APP ，无需下载",
        [("阿里云盘", "李四推荐表.pdf", "", None)],
    ),
    "quark": (
        "我用夸克网盘分享了「推荐材料.zip」，点击链接即可保存。\n链接：https://pan.quark.cn/s/abc123",
        [("夸克网盘", "推荐材料.zip", "", None)],
    ),
    "weiyun": (
        "文件分享：推荐材料.rar\n链接：https://share.weiyun.com/5AbCdEf 密码：abcd",
        [("腾讯微云", "推荐材料.rar", "", None)],
    ),
    "a shared document": (
        "【金山文档】 推荐表.docx\nhttps://kdocs.cn/l/abc123",
        [("金山文档", "推荐表.docx", "", None)],
    ),
    "another disk": ("视频：https://www.123pan.com/s/AbCd-EfGh 提取码:xyz1", [("123云盘", "", "", None)]),
    "named in a sentence": (
        "请从以下链接下载张三推荐表.pdf：https://pan.baidu.com/s/1AbCdEf 提取码abcd，谢谢",
        [("百度网盘", "张三推荐表.pdf", "", None)],
    ),
    "two links in a line": (
        "张三.pdf <https://pan.baidu.com/s/1aaaaaa> (1M, 7天后到期) 李四.pdf "
        "<https://pan.baidu.com/s/1bbbbbb> (2M, 永久有效)",
        [("百度网盘", "张三.pdf", "1M", SENT + timedelta(days=7)), ("百度网盘", "李四.pdf", "2M", None)],
    ),
    "an expiry without a year": (
        f"张三.zip (35M, 3月1日 21:59 到期) {qq('a')}",
        [("QQ邮箱超大附件", "张三.zip", "35M", at(2025, 3, 1, 21, 59))],
    ),
    "an expiry in the afternoon": (
        f"张三.zip，有效期至 2025/3/1 下午3:05\n{DASHI}",
        [("网易邮箱云附件", "张三.zip", "", at(2025, 3, 1, 15, 5))],
    ),
    "a link that bears its name": (
        "https://iwx.mail.qq.com/ftn/download?func=4&key=9d99e661d02a&fname=%E5%BC%A0%E4%B8%89.pdf",
        [("QQ邮箱超大附件", "张三.pdf", "", None)],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_what_is_offered(name: str) -> None:
    body, expected = LISTS[name]
    found = cloud_links(body, SENT)
    assert [(link.provider, link.filename, link.size, link.expires) for link in found] == expected
    assert has_cloud_link(body)


NOTICE = remedy("cloud-link", "QQ邮箱超大附件“张三.zip”，128.03M，2025年3月1日 21:59 到期").problem


@pytest.mark.parametrize(
    "body",
    [
        "",
        "请勿使用网盘或超大附件报送材料。",
        "请问可以用网盘链接、提取码的方式发送吗？",
        "附件较大，能否用QQ邮箱的超大附件发送？",
        "通知见 https://www.cast.org.cn/download/notice.pdf",
        "下载链接：https://www.cast.org.cn/art/2025/1/20/art_49_1.html",
        "发自我的网易邮箱大师 https://dashi.163.com/projects/signaturemanager/detail/index.html?ftlId=1",
        "登录 https://mail.qq.com/ 查看；网盘首页 https://pan.baidu.com/",
        "请填写收集表 https://docs.qq.com/form/page/DRE1abc",
        f"贵中心来函：{NOTICE}，我们马上补发。",
        f"关于{NOTICE}\n请将文件作为普通附件回复本邮件\n1. QQ邮箱超大附件“张三.zip”，128.03M，"
        f"2025年3月1日 21:59 到期",
        "从QQ邮箱发来的超大附件怎么打不开？",
        "ftp://mail.qq.com/cgi-bin/ftnExs_download，张三@pan.baidu.com/s/1",
    ],
)
def test_what_only_speaks_of_links_offers_nothing(body: str) -> None:
    assert cloud_links(body, SENT) == ()


def test_the_list_that_qq_puts_below_the_history_is_the_sender_s() -> None:
    history = f"---------- 原始邮件 ----------\n发件人: 收文\n{NOTICE}\n\n从QQ邮箱发来的超大附件\n\n"
    entry = f"张三.zip (128.03M, 2025年3月1日 21:59 到期)进入下载页面：{qq('a')}"
    assert [link.filename for link in own_links("已补充，请查收。", history + entry, SENT)] == ["张三.zip"]
    assert own_links("已补充，请查收。", f"> {NOTICE}\n> 请作为附件发送", SENT) == ()
    assert len(own_links(entry, history + entry, SENT)) == 1


def test_a_link_is_told_without_its_address() -> None:
    (link,) = cloud_links(LISTS["qq, plain text"][0])
    assert link.told == "QQ邮箱超大附件“张三推荐表.zip”，128.03MB，2020年11月27日 21:59 到期"
    assert CloudLink("百度网盘").told == "百度网盘"


@pytest.mark.parametrize(
    ("hours", "said"),
    [(-1, "已到期"), (0, "已到期"), (1, "即将到期"), (48, "即将到期"), (49, ""), (None, "")],
)
def test_a_link_that_ends_within_two_days_is_pressing(hours: int | None, said: str) -> None:
    expires = None if hours is None else SENT + timedelta(hours=hours)
    assert CloudLink("百度网盘", expires=expires).urgency(SENT) == said


def test_a_file_that_has_come_is_no_longer_offered() -> None:
    links = [
        CloudLink("百度网盘", "张三（盖章）.PDF"),
        CloudLink("百度网盘", "李四.zip"),
        CloudLink("百度网盘"),
    ]
    assert still_open(links, ["张三(盖章).pdf", "x.docx"]) == tuple(links[1:])


@pytest.mark.parametrize(
    "evil",
    [
        "a." * 100_000,
        "1" * 200_000,
        "从" * 200_000,
        "https://pan.baidu.com/s/" * 8_000,
        "从QQ邮箱发来的超大附件\n" * 8_000,
        "x.pdf (1M, 2025年1月1日 到期)\n" * 4_000,
        "从QQ邮箱发来的超大附件\n" + "\n".join(f"https://pan.baidu.com/s/{n}" for n in range(4_000)),
        "2025年1月1日 " * 15_000,
    ],
)
def test_a_hostile_body_takes_no_time(evil: str) -> None:
    begun = time.process_time()
    assert len(cloud_links(evil, SENT)) <= 50
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "name",
    [
        "“小手拉大手”松原科普行动推荐表盖章.pdf",
        "《石桥科学夜市》推荐材料.zip",
        "推荐表（“银龄”项目）.pdf",
        "8.pdf",
        "12.docx",
    ],
)
def test_quotes_and_numbers_within_a_file_s_name_stay(name: str) -> None:
    body = f"见附件\n{name} https://dashi.163.com/html/cloud-attachment-download/?key=abc\n25.1MB"
    assert [link.filename for link in cloud_links(body)] == [name]
