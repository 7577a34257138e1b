"""A form saved as a web page and as a single-file web page, in the charsets and encodings that are met."""

from __future__ import annotations

import base64
import quopri

TITLE = "2024年度“最美科技志愿者”推荐表"
UNIT = "浙江省科学技术协会"
OFFICE = (
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" '
    'xmlns="http://www.w3.org/TR/REC-html40"'
)


def cell(text: str, extra: str = "") -> str:
    """A cell as Word writes it: attributes over several lines, an empty mark at the paragraph's end."""
    return (
        f"<td width=95 valign=top {extra} style='width:71.0pt;border:solid windowtext 1.0pt;\r\n"
        f"  padding:0cm 5.4pt 0cm 5.4pt'>\r\n  <p class=MsoNormal style='text-align:center'><span\r\n"
        f"  style='font-size:12.0pt'>{text}<o:p></o:p></span></p>\r\n  </td>"
    )


def page(charset: str = "gb2312", tick: str = "是") -> str:
    """A form as Word saves it as a web page."""
    rows = (
        cell("姓&nbsp; 名") + cell("张伟") + cell("性别") + cell("男"),
        cell("推荐单位") + cell(UNIT, "colspan=3"),
        cell("服务年限") + cell("5年") + cell("是否注册") + cell(tick),
        cell("主要事迹", "rowspan=2") + cell("服务群众。", "colspan=3"),
        cell("<b>面向</b>乡村。<br>\r\n  累计3年。", "colspan=3"),
    )
    table = "\r\n".join(f"<tr style='height:28.3pt'>\r\n{row}\r\n</tr>" for row in rows)
    return (
        f"<html {OFFICE}>\r\n<head>\r\n"
        f'<meta http-equiv=Content-Type content="text/html; charset={charset}">\r\n'
        "<meta name=Generator content='Microsoft Word 15'>\r\n<title>草稿</title>\r\n"
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml>"
        "<![endif]-->\r\n"
        "<style><!-- p.MsoNormal {margin:0cm} --></style>\r\n</head>\r\n<body lang=ZH-CN>\r\n"
        f"<div class=WordSection1>\r\n<p class=MsoNormal><b><span>{TITLE}</span></b></p>\r\n"
        "<p class=MsoNormal style='display:none'>内部</p>\r\n"
        f"<table class=MsoTableGrid border=1 cellspacing=0>\r\n{table}\r\n</table>\r\n"
        "<p class=MsoNormal>填表日期：2025年2月20日</p>\r\n</div>\r\n</body>\r\n</html>\r\n"
    )


def archive(body: bytes, encoding: str, charset: str) -> bytes:
    """A single-file web page as Word saves it."""
    coded = base64.encodebytes(body) if encoding == "base64" else quopri.encodestring(body)
    head = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_NextPart_01DB.5C"\r\n\r\n'
        "此文档为“单个文件网页”，也称为“Web 档案”文件。\r\n\r\n------=_NextPart_01DB.5C\r\n"
        "Content-Location: file:///C:/5C6D/file1.htm\r\n"
        f'Content-Transfer-Encoding: {encoding}\r\nContent-Type: text/html; charset="{charset}"\r\n\r\n'
    )
    tail = (
        "\r\n------=_NextPart_01DB.5C\r\nContent-Location: file:///C:/5C6D/image001.png\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Type: image/png\r\n\r\niVBORw0KGgo=\r\n"
        "------=_NextPart_01DB.5C--\r\n"
    )
    return head.encode("gb18030") + coded + tail.encode()


FILES = {
    "html-gbk": page().encode("gb18030"),
    "html-utf8": page("utf-8").encode(),
    "html-utf8-mark": b"\xef\xbb\xbf" + page("utf-8").encode(),
    "html-utf16": page("unicode").encode("utf-16"),
    "html-mislabelled": page("iso-8859-1").encode(),
    "mhtml-quoted": archive(page().encode("gb18030"), "quoted-printable", "gb2312"),
    "mhtml-base64": archive(page("utf-8").encode(), "base64", "utf-8"),
    "mhtml-utf16": archive(page("unicode").encode("utf-16"), "base64", "unicode"),
    "mhtml-of-a-browser": b"From: <Saved by Blink>\r\nSnapshot-Content-Location: file:///C:/a.html\r\n"
    b"Subject: a\r\n" + archive(page("utf-8").encode(), "quoted-printable", "utf-8"),
    "xhtml": b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n' + page("utf-8").encode(),
}
