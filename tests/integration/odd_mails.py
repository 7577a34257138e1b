"""Mails as nobody should write them, made from nothing: each the smallest, or the largest, of its kind."""

from __future__ import annotations

import base64
from collections.abc import Iterator

RECEIVED = b"Received: from x by mx.163.com; Fri, 21 Feb 2025 10:00:00 +0800\r\n"
DATE = b"Date: Fri, 21 Feb 2025 10:00:00 +0800\r\n"
DAEMON = b"MAILER-DAEMON@mx.example"
BLANK, PDF = b"\r\n", base64.b64encode(b"%PDF-1.4\n%%EOF")


def mail(name: str, body: bytes = b"?", *headers: bytes, sender: bytes = b"", subject: bytes = b"a") -> bytes:
    """A mail with these headers below the usual ones; the name makes it one of its own."""
    sender = sender or f"<{name}@odd.example>".encode()
    head = (b"From: " + sender, b"To: intake@example.org", b"Subject: " + subject, *headers)
    number = f"Message-ID: <{name}@odd.example>\r\n".encode()
    return RECEIVED + number + DATE + BLANK.join(head) + BLANK * 2 + body + BLANK


def odd_mails() -> dict[str, bytes]:
    """All of them, by what is odd."""
    made: dict[str, bytes] = {}
    for kind in (_addresses, _long_bodies, _headers, _parts, _transfers):
        for name, raw in kind():
            assert name not in made
            made[name] = raw
    return made


def _addresses() -> Iterator[tuple[str, bytes]]:
    senders = {
        "local-utf8": "办公室@unit.example".encode(),
        "local-gbk": "王@unit.example".encode("gbk"),
        "domain-idn": "<kp@科协.example>".encode(),
        "domain-underscore": b"<kp@my_host.example>",
        "domain-hyphen": b"<kp@-host-.example>",
        "domain-literal": b"<kp@[192.0.2.1]>",
        "domain-ipv6": b"<kp@[IPv6:2001:db8::1]>",
        "domain-empty": b"<kp@>",
        "domain-long": b"<kp@" + b"a" * 300 + b".example>",
        "domain-one-label": b"kp@localhost",
        "encoded-word": b"=?utf-8?b?546L?=@unit.example",
        "encoded-all": b"=?utf-8?b?PGtwQHVuaXQuZXhhbXBsZT4=?=",
        "local-long": b"<" + b"a" * 2000 + b"@unit.example>",
        "local-quoted": b'"a b\\"c"@unit.example',
        "local-empty": b"<@unit.example>",
        "double-dot": b"<k..p.@unit.example>",
        "two-at": b"<k@p@unit.example>",
        "unclosed": b'"Wang <kp@unit.example',
        "unopened": b"Wang kp@unit.example>",
        "no-address": b"Wang",
        "null": b"<>",
        "blank": b" ",
        "group": b"undisclosed-recipients:;",
        "bang": b"unit!kp",
        "percent": b"<kp%unit.example@relay.example>",
        "nul": b"<k\0p@unit.example>",
        "controls": b"<k\x07\x1b[2Jp@unit.example>",
        "folded": b"=?utf-8?q?a?=\r\n\t<kp@folded.example>",
        "thousand": b", ".join(b"<kp%d@unit.example>" % n for n in range(1000)),
        "comments": b"(" * 5000 + b"kp@comments.example",
        "name-long": b'"' + b"n" * 100_000 + b'" <kp@long.example>',
        "name-turned": "\u202egpj.exe <kp@turned.example>".encode(),
        "surrogate": b"=?utf-8?b?7aCA?= <kp@surrogate.example>",
    }
    for name, sender in senders.items():
        yield f"from-{name}", mail(name, b"when?", sender=sender)
    yield "from-twice", mail("twice", b"?", b"From: <other@odd.example>")
    yield "from-none", mail("none").replace(b"From: <none@odd.example>\r\n", b"")
    yield "return-path-odd", b"Return-Path: <\xff@[>\r\n" + mail("return-path")
    yield "reply-to-odd", mail("reply-to", b"?", b"Reply-To: \xff\xfe <@>, ;:")


def _long_bodies() -> Iterator[tuple[str, bytes]]:
    texts = {
        "blank-lines": BLANK * 60_000,
        "spaces": b" " * 200_000,
        "dashes": b"-" * 190_000,
        "dashed-lines": b"-----\r\n" * 30_000,
        "quotes": b"> " * 100_000,
        "quoted-lines": b">\r\n" * 60_000,
        "digits": b"1" * 200_000,
        "ones": "一".encode() * 60_000,
        "brackets": b"[(<{" * 50_000,
        "encoded-words": b"=?utf-8?b?" * 20_000,
        "at-signs": b"a@" * 100_000,
        "links": b"https://pan.baidu.com/s/" * 8_000,
        "one-line": b"a" * 1_000_000,
        "returns": b"\r" * 100_000,
        "nuls": b"\0" * 100_000,
        "colons": "发件人：".encode() * 15_000,
        "originals": "-----原始邮件-----\r\n发件人：a\r\n".encode() * 3_000,
    }
    for name, text in texts.items():
        yield f"body-{name}", mail(f"b-{name}", text)
    for name in ("blank-lines", "dashes", "quotes", "at-signs", "colons"):
        daemon = mail(f"d-{name}", texts[name], sender=DAEMON, subject=b"Undelivered Mail Returned to Sender")
        yield f"daemon-{name}", daemon
        yield f"forward-{name}", mail(f"f-{name}", texts[name], subject="转发：材料".encode())
    html = b"Content-Type: text/html; charset=utf-8"
    yield "html-deep", mail("html-deep", b"<div>" * 40_000, html)
    yield "html-attributes", mail("html-attributes", b"<a " + b'b="c" ' * 40_000, html)
    yield "html-entities", mail("html-entities", b"&#x110000;&#0;&bogus;" * 10_000, html)
    yield "html-comments", mail("html-comments", b"<!--" * 40_000, html)
    yield "html-quotes", mail("html-quotes", b"<blockquote>" * 20_000, html)


def _headers() -> Iterator[tuple[str, bytes]]:
    odd = {
        "many": [b"X-%d: y" % n for n in range(10_000)],
        "gigantic": [b"X-Long: " + b"z" * 1_000_000],
        "folded": [b"X-Folded: a" + b"\r\n\tb" * 30_000],
        "nul": [b"X-N\0ul: \0", b"Date\0: x"],
        "no-colon": [b"this is no header"],
        "not-ascii": ["标题：值".encode(), b"\xff\xfe: \xff"],
        "references": [b"References: " + b" ".join(b"<%d@x.example>" % n for n in range(8_000))],
        "reply-to-nothing": [b"In-Reply-To: <<<>>>@@@", b"References: " + b"<" * 20_000],
        "subjects": [b"Subject: " + b"=?utf-8?b?5L2g?= " * 8_000],
        "subject-broken": [b"Subject: =?no-such?b?!!!!?= =?utf-8?x?a?= =?gb2312?b?====?= =?=?=?="],
        "charsets": [b"Subject: =?" + b"u" * 5_000 + b"?q?a?=", b"Subject: =?utf-16?b?/v8=?="],
        "date": [b"Date: Fri, 99 Foo 99999 99:99:99 +9999", b"Date: \xff"],
        "received": [b"Received: " + b"(" * 20_000, b"Received: ; ;;; 0"],
        "results": [b"Authentication-Results: " + b"spf=pass " * 10_000 + b'"'],
        "auto": [b"Auto-Submitted: " + b"auto-replied; " * 5_000, b"Precedence: \xe5\xf9"],
        "list": [b"List-Id: " + b"<" * 10_000, b"List-Unsubscribe: ,,,,"],
        "message-id": [b"Message-ID: <" + b"m" * 5_000 + b">", b"Message-ID: \0\xff"],
        "mime": [b"MIME-Version: \xff", b"Content-Type: text/plain; " + b"a=b; " * 10_000],
    }
    for name, headers in odd.items():
        yield f"header-{name}", mail(f"h-{name}", b"?", *headers)
    yield "only-nothing", BLANK
    yield "only-nul", b"\0" * 5_000
    yield "only-binary", bytes(range(256)) * 40
    yield "only-from", b"From: <only@odd.example>"
    yield "only-header", b"From: <head@odd.example>\r\nSubject: a"
    yield "returns-alone", mail("returns-alone").replace(BLANK, b"\r")
    yield "lines-alone", mail("lines-alone").replace(BLANK, b"\n")
    yield "mark-of-order", b"\xef\xbb\xbf" + mail("mark-of-order")
    yield "mbox-line", b"From kp@odd.example Fri Feb 21 10:00:00 2025\r\n" + mail("mbox-line")


def _mixed(boundary: bytes = b"=b") -> bytes:
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"'


def _nested(depth: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"".join(parts) + b"\r\nend"


def _enclosed(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: inmost\r\n\r\nend"


def _parts() -> Iterator[tuple[str, bytes]]:
    part = b"--=b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    yield "multipart-no-boundary", mail("p0", part + PDF, b"Content-Type: multipart/mixed")
    yield "multipart-empty-boundary", mail("p1", b"--\r\n\r\n" + PDF, _mixed(b""))
    yield "multipart-long-boundary", mail("p2", b"--" + b"b" * 3_000, _mixed(b"b" * 3_000))
    yield "multipart-unclosed", mail("p3", part + PDF[:3], _mixed())
    yield "multipart-closed-first", mail("p4", b"--=b--\r\n" + part + PDF, _mixed())
    yield "multipart-preamble", mail("p5", b"before it begins\r\n" * 2_000, _mixed())
    yield "multipart-parts", mail("p6", (b"--=b\r\n\r\nx\r\n" * 4_000) + b"--=b--", _mixed())
    yield "multipart-files", mail("p7", (part + PDF + BLANK) * 600 + b"--=b--", _mixed())
    yield "multipart-spaces", mail("p8", b"--=b   \t\r\n\r\nx\r\n--=b-- \r\n", _mixed())
    yield "nested-200", mail("n0", b"--o\r\n" + _nested(200), _mixed(b"o"))
    yield "nested-3000", mail("n1", b"--o\r\n" + _nested(3_000), _mixed(b"o"))
    yield "enclosed-100", mail("n2", b"--o\r\n" + _enclosed(100), _mixed(b"o"))
    yield "enclosed-itself", mail("n3", _enclosed(1_500), b"Content-Type: message/rfc822")
    types = (
        b"*/*",
        b"text",
        b"/",
        b'a"b/c;;',
        b"text/plain; charset",
        b"application/octet-stream;" + b"x" * 9999,
    )
    for place, kind in enumerate(types):
        yield f"type-{place}", mail(f"t{place}", b"?", b"Content-Type: " + kind)
    charsets = (
        b"utf-8\0",
        b"x" * 9_999,
        b"utf-16",
        b"utf-7",
        b"idna",
        b"zlib",
        b'"',
        b"undefined",
        b"hz",
        b"../x",
    )
    for place, charset in enumerate(charsets):
        typed = b"Content-Type: text/plain; charset=" + charset
        yield f"charset-{place}", mail(f"c{place}", "请问何时截止？~{VPND~}+AGE-".encode(), typed)
    names = {
        "path": b"../../../etc/passwd",
        "long": b"n" * 8_000 + b".pdf",
        "nul": b"a\0.pdf",
        "turned": "\u202efdp.exe".encode(),
        "dots": b"..",
        "blank": b" ",
        "link": b"www.evil.example.pdf",
        "pieces": b"a; " + b"; ".join(b"filename*%d=x" % n for n in range(3_000)),
    }
    for name, called in names.items():
        disposed = part + PDF
        disposed = disposed.replace(
            b"; name=a.pdf", b"\r\nContent-Disposition: attachment; filename=" + called
        )
        yield f"file-{name}", mail(f"a-{name}", disposed + b"\r\n--=b--", _mixed())
    garbage = bytes(range(255, 0, -1)) * 30
    for kind in (b"ms-tnef", b"pkcs7-mime", b"zip", b"x-rar", b"msword", b"pdf", b"ics", b"vnd.ms-outlook"):
        encoded = part.replace(b"pdf; name=a.pdf", kind + b"; name=a." + kind[-3:])
        yield (
            f"garbage-{kind.decode()}",
            mail(f"g-{kind.decode()}", encoded + base64.b64encode(garbage), _mixed()),
        )
    report = b'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"'
    status = (
        b"--=b\r\nContent-Type: message/delivery-status\r\n\r\n"
        + b"Final-Recipient: ;\r\nStatus: 5\r\n" * 3_000
    )
    yield "report-broken", mail("report", status, report, sender=DAEMON)
    yield "report-empty", mail("report-empty", b"--=b--", report, sender=b"<>")


def _transfers() -> Iterator[tuple[str, bytes]]:
    encodings = {
        "unknown": (b"x-foo", b"words"),
        "base64-odd": (b"base64", b"AAA" * 7 + b"=A=\xff!"),
        "base64-line": (b"base64", b"QUJD" * 200_000),
        "quoted-odd": (b"quoted-printable", b"=\r\n=ZZ=E4=BD=" + b"=" * 50_000),
        "uuencode": (b"x-uuencode", b"begin 644 a.pdf\r\nM" + b"\xff" * 60 + b"\r\n`\r\nend"),
        "twice": (b"base64\r\nContent-Transfer-Encoding: 8bit", b"QUJD"),
    }
    for name, (encoding, body) in encodings.items():
        yield f"transfer-{name}", mail(f"e-{name}", body, b"Content-Transfer-Encoding: " + encoding)
    uu = {
        "fill": b"begin 644 a.pdf\r\n#0V%Tx\r\n#0V%Ty\r\n`\r\nend\r\n",
        "unended": b"begin 644 a.pdf\r\n" + b"#0V%T\r\n" * 5_000,
        "lying": b"begin 644 a.pdf\r\nM0V%T\r\n_\r\n`\r\nend\r\n",
        "name": b"begin 777 ../../a\0.pdf\r\n#0V%T\r\n`\r\nend\r\n",
        "many": b"begin 644 a\r\n`\r\nend\r\n" * 3_000,
        "begins": b"begin 644 a\r\n" * 8_000,
        "not-ascii": b"begin 644 a\r\n#" + "一二三四".encode() + b"\r\nend\r\n",
    }
    for name, body in uu.items():
        yield f"uuencode-{name}", mail(f"u-{name}", body)
