"""The configuration: what it takes, and that each fault is told with its key, value and mend."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from intake.config.settings import ConfigFault, check_settings, find_config, load_settings
from tests.unit.config.config_text import MINIMAL, SECRET, change, faults, load, put_passwords


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_passwords(monkeypatch, tmp_path)


def test_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL)
    assert (settings.mailbox.port, settings.mailbox.security, settings.mailbox.poll_seconds) == (
        993,
        "tls",
        120,
    )
    assert settings.mailbox.folders == ("INBOX", "垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹")
    assert (settings.smtp.port, settings.smtp.daily_limit, settings.smtp.pause_seconds) == (465, 200, 20)
    assert settings.smtp.sender == "unit@163.com"
    assert settings.store.database == f"sqlite:///{tmp_path / 'var' / 'shouwen.db'}"
    assert settings.store.archive == tmp_path / "var" / "archive"
    assert settings.campaign.file is None
    assert (settings.letters.mode, settings.letters.settle_seconds) == ("send", 600)
    assert (settings.digest.to, settings.digest.at) == ((), time(8, 30))
    assert (settings.service.timezone, settings.service.workers) == ("Asia/Shanghai", 2)
    assert settings.path == tmp_path / "config.toml"


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL)
    with pytest.raises(ValidationError, match="frozen"):
        settings.mailbox.port = 1  # type: ignore[misc]


def test_paths_are_relative_to_the_file_and_not_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    text = MINIMAL + '[campaign]\nfile = "mine/campaign.toml"\n[letters]\ntemplates = "/etc/letters"\n'
    settings = load(tmp_path, text)
    assert settings.campaign.file == tmp_path / "mine" / "campaign.toml"
    assert settings.letters.templates == Path("/etc/letters")
    assert settings.smtp.password.reveal() == SECRET


POSTGRES = "postgresql+psycopg://user@localhost:5433/shouwen"


def test_postgres_url_is_kept_as_it_is(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL + f'[store]\ndatabase = "{POSTGRES}"\n')
    assert settings.store.database == settings.store.url == POSTGRES


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:hid@den@localhost/shouwen",
        "postgresql+psycopg://user:hid%2Fden@localhost:5433/shouwen",
        "postgresql+psycopg://user@localhost/shouwen?password=hidden&sslmode=require",
    ],
)
def test_a_password_in_the_address_of_the_database_is_refused(tmp_path: Path, address: str) -> None:
    (fault,) = faults(tmp_path, MINIMAL + f'[store]\ndatabase = "{address}"\n')
    assert "store.database" in fault and "a password must not stand in the file itself" in fault
    assert '{ env = "SHOUWEN_DATABASE_PASSWORD" }' in fault and "/run/credentials/" in fault
    assert "hid" not in fault


def test_the_password_of_the_database_comes_by_file_or_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "database").write_text("p@ss/w\n")
    monkeypatch.setenv("TEST_DATABASE_PASSWORD", "p@ss/w")
    for source in ("{ file = 'database' }", "{ env = 'TEST_DATABASE_PASSWORD' }"):
        text = MINIMAL + f'[store]\ndatabase = "{POSTGRES}"\npassword = {source}\n'
        settings = load(tmp_path, text)
        assert settings.store.url == POSTGRES.replace("user@", "user:p%40ss%2Fw@")
        assert "p%40ss" not in repr(settings) and "p@ss" not in repr(settings)
    settings.take_secrets()
    assert "TEST_DATABASE_PASSWORD" not in os.environ
    assert "p%40ss%2Fw" in settings.store.url


BUCKET = """
[store]
archive = "s3://papers/of/2026/"
[store.s3]
endpoint = "https://objects.example.org/"
key = "a-key"
secret = { env = "TEST_ARCHIVE_SECRET" }
"""


def test_an_archive_may_be_a_bucket_whose_secret_no_child_inherits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_ARCHIVE_SECRET", "a-secret")
    settings = load(tmp_path, MINIMAL + BUCKET)
    assert settings.store.archive == "s3://papers/of/2026"
    assert settings.store.s3 is not None
    assert settings.store.s3.endpoint == "https://objects.example.org"
    assert settings.store.s3.cache == tmp_path / "var" / "cache"
    assert "a-secret" not in repr(settings)
    settings.take_secrets()
    assert "TEST_ARCHIVE_SECRET" not in os.environ
    assert settings.store.s3.secret.reveal() == "a-secret"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"s3://papers/of/2026/"', '"s3://"', "is no address of a bucket"),
        ('"s3://papers/of/2026/"', '"s3://Papers/x"', "is no address of a bucket"),
        ('"s3://papers/of/2026/"', '"s3://papers/../x"', "is no address of a bucket"),
        ("https://objects", "http://objects", "in the clear"),
        ("https://objects", "ftp://objects", "begins with https://"),
        ('{ env = "TEST_ARCHIVE_SECRET" }', '"a-secret"', "must not stand in the file itself"),
        ('{ env = "TEST_ARCHIVE_SECRET" }', '{ env = "NOT_SET_AT_ALL" }', "NOT_SET_AT_ALL"),
        ('key = "a-key"', "", "is missing"),
    ],
)
def test_what_is_wrong_with_a_bucket_is_told_without_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, told: str
) -> None:
    monkeypatch.setenv("TEST_ARCHIVE_SECRET", "a-secret")
    assert old in BUCKET
    (fault,) = faults(tmp_path, MINIMAL + BUCKET.replace(old, new))
    assert told in fault and "a-secret" not in fault


def test_a_bucket_that_nothing_says_how_to_reach_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, MINIMAL + '[store]\narchive = "s3://papers"\n')
    assert "[store.s3]" in fault


def test_a_missing_password_of_the_database_is_told_before_any_command_runs(tmp_path: Path) -> None:
    text = MINIMAL + f'[store]\ndatabase = "{POSTGRES}"\npassword = {{ env = "NOT_SET_AT_ALL" }}\n'
    (fault,) = faults(tmp_path, text)
    assert "store.password" in fault and "NOT_SET_AT_ALL" in fault
    (tmp_path / "some").write_text("a password")
    (fault,) = faults(tmp_path, MINIMAL + '[store]\npassword = { file = "some" }\n')
    assert "a database in a file has no password" in fault


def test_a_fault_names_line_key_value_and_mend(tmp_path: Path) -> None:
    assert faults(tmp_path, change("mailbox.port", 'port = "abc"')) == [
        'config.toml:3 mailbox.port = "abc": must be a whole number from 1 to 65535; '
        "write port = 993 under [mailbox]"
    ]


def test_all_faults_are_told_at_once_in_the_file_order(tmp_path: Path) -> None:
    text = """[mailbox]
host = "imap.163.com"
port = 70000
usrname = "unit@163.com"
password = { env = "TEST_MISSING" }
[smtp]
host = "smtp.163.com"
username = "unit@163.com"
password = { file = "nowhere.txt" }
sender = "Someone <someone@163.com>"
[letters]
mode = "perhaps"
[digest]
to = ["staff"]
at = "24:00"
[service]
workers = 0
"""
    told = faults(tmp_path, text)
    keys = [line.split(" = ")[0].split(": ")[0].removeprefix("config.toml") for line in told]
    assert keys == [
        ":1 mailbox.username",
        ":3 mailbox.port",
        ":4 mailbox.usrname",
        ":5 mailbox.password",
        ":9 smtp.password",
        ":10 smtp.sender",
        ":12 letters.mode",
        ":14 digest.to",
        ":15 digest.at",
        ":17 service.workers",
    ]
    assert '"username"' in told[2]
    assert "TEST_MISSING" in told[3]
    assert "nowhere.txt" in told[4]
    assert "553" in told[5]


def test_an_empty_file_asks_for_what_has_no_default(tmp_path: Path) -> None:
    keys = [line.split(": ")[0] for line in faults(tmp_path, "")]
    assert keys == [
        f"config.toml {section}.{key}"
        for section in ("mailbox", "smtp")
        for key in ("host", "username", "password")
    ]


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("mailbox.port", "port = true"),
        ("mailbox.port", "port = 993.0"),
        ("mailbox.port", "port = 0"),
        ("mailbox.security", 'security = "ssl"'),
        ("mailbox.security", 'security = "plain"'),
        ("mailbox.folders", "folders = []"),
        ("mailbox.folders", 'folders = "INBOX"'),
        ("mailbox.poll_seconds", "poll_seconds = 0"),
        ("mailbox.poll_seconds", "poll_seconds = inf"),
        ("mailbox.username", 'username = ""'),
        ("mailbox.received_by", 'received_by = "x"'),
        ("smtp.sender", 'sender = "nobody"'),
        ("smtp.daily_limit", "daily_limit = 0"),
        ("smtp.pause_seconds", "pause_seconds = -1"),
        ("store.database", 'database = "mysql://localhost/x"'),
        ("store.database", 'database = "postgresql://localhost/x"'),
        ("store.database", 'database = "sqlite://"'),
        ("store.database", 'database = "shouwen.db"'),
        ("store.archive", "archive = 3"),
        ("letters.settle_seconds", "settle_seconds = -0.5"),
        ("letters.max_age_hours", "max_age_hours = 0"),
        ("digest.at", 'at = "8:30"'),
        ("digest.at", "at = 830"),
        ("service.timezone", 'timezone = "Asia/Beijing"'),
        ("service.timezone", 'timezone = "../etc"'),
        ("service.workers", "workers = 33"),
    ],
)
def test_a_wrong_value_is_one_fault_under_its_key(tmp_path: Path, key: str, line: str) -> None:
    told = faults(tmp_path, change(key, line))
    assert len(told) == 1
    assert f" {key} = " in told[0]
    assert "; write " in told[0]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_plain_text_is_for_loopback(tmp_path: Path, host: str) -> None:
    text = change("mailbox.host", f'host = "{host}"\nsecurity = "plain"')
    assert load(tmp_path, text).mailbox.security == "plain"


@pytest.mark.parametrize("host", ["127.0.0.1.example.org", "192.168.0.1", "0.0.0.0", "localhost.example.org"])
def test_plain_text_is_for_nothing_else(tmp_path: Path, host: str) -> None:
    told = faults(tmp_path, change("mailbox.host", f'host = "{host}"\nsecurity = "plain"'))
    assert len(told) == 1
    assert "mailbox.security" in told[0]


@pytest.mark.parametrize("host", ["smtp.126.com", "smtp.yeah.net", "SMTP.QQ.com", "smtp.exmail.qq.com"])
def test_these_providers_want_the_user_as_sender(tmp_path: Path, host: str) -> None:
    wrong = change("smtp.host", f'host = "{host}"\nsender = "A <other@163.com>"')
    assert "smtp.sender" in faults(tmp_path, wrong)[0]
    right = change("smtp.host", f'host = "{host}"\nsender = "某中心 <Unit@163.com>"')
    assert load(tmp_path, right).smtp.sender_address == "Unit@163.com"


def test_other_providers_take_any_sender(tmp_path: Path) -> None:
    text = change("smtp.host", 'host = "smtp.notqq.com"\nsender = "A <other@example.org>"')
    assert load(tmp_path, text).smtp.sender_address == "other@example.org"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[mailbox]\nport = = 3\n", "config.toml:2: is no valid TOML"),
        ("[mailbox]\nname = '中'".encode("gbk"), "config.toml: is not UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_a_fault(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigFault) as caught:
        load_settings(path)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="shouwen init"):
        load_settings(tmp_path / "config.toml")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff" + MINIMAL).mailbox.host == "imap.163.com"


def test_a_section_that_is_no_table_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault) as caught:
        check_settings({"mailbox": 3}, tmp_path / "config.toml")
    assert "config.toml mailbox = 3: must be a table; write [mailbox]" in str(caught.value)


def test_where_the_configuration_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOUWEN_CONFIG", raising=False)
    assert find_config(None) == Path("config.toml")
    monkeypatch.setenv("SHOUWEN_CONFIG", "/etc/shouwen.toml")
    assert find_config(None) == Path("/etc/shouwen.toml")
    assert find_config(Path("mine.toml")) == Path("mine.toml")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('listen = "0.0.0.0:8460"', "in the clear"),
        ('listen = "8460"', "a host and a port"),
        ('listen = "0.0.0.0:8460"\nproxy = "10.0.0.5"\naddress = "http://desk.example.org"', "with https"),
        ('proxy = "nginx"\naddress = "https://desk.example.org"', "IP address"),
        ('address = "javascript:alert(1)"', "without a path"),
    ],
)
def test_the_desk_is_never_served_in_the_clear(tmp_path: Path, table: str, told: str) -> None:
    with pytest.raises(ConfigFault, match=told):
        load(tmp_path, f"{MINIMAL}[desk]\n{table}\n")


def test_the_desk_stands_in_the_service_only_where_its_table_does(tmp_path: Path) -> None:
    assert load(tmp_path, MINIMAL).desk is None
    plain = load(tmp_path, f"{MINIMAL}[desk]\n").desk
    assert plain is not None and (plain.place, plain.link) == (("127.0.0.1", 8460), "http://127.0.0.1:8460")
    proxied = 'listen = "[::]:8460"\nproxy = "10.0.0.5"\naddress = "https://desk.example.org/"\n'
    found = load(tmp_path, f"{MINIMAL}[desk]\n{proxied}").desk
    assert found is not None and (found.place, found.link) == (("::", 8460), "https://desk.example.org")


def test_staff_are_told_of_outages_where_the_digest_goes_unless_others_are_named(tmp_path: Path) -> None:
    text = MINIMAL + '[digest]\nto = ["a@unit.cn"]\n'
    settings = load(tmp_path, text)
    assert (settings.alerted, settings.alerts.minutes) == (("a@unit.cn",), 30)
    assert settings.alerts.record == tmp_path / "var" / "outages.json"
    assert load(tmp_path, text + '[alerts]\nto = ["b@unit.cn"]\n').alerted == ("b@unit.cn",)
    assert load(tmp_path, text + "[alerts]\nto = []\n").alerted == ()


@pytest.mark.parametrize(
    "ping", ["http://hc-ping.com/1", "ftp://unit.cn/", "file:///etc/passwd", "https://", "https://unit.cn/ 1"]
)
def test_the_watcher_outside_is_told_over_https_alone(tmp_path: Path, ping: str) -> None:
    (fault,) = faults(tmp_path, MINIMAL + f'[alerts]\nping = "{ping}"\n')
    assert "https" in str(fault)


@pytest.mark.parametrize("ping", ["https://hc-ping.com/1-2", "http://127.0.0.1:8000/ping/1", ""])
def test_a_watcher_that_may_be_told(tmp_path: Path, ping: str) -> None:
    assert load(tmp_path, MINIMAL + f'[alerts]\nping = "{ping}"\n').alerts.ping == ping


def test_workers_want_a_database_that_they_can_share(tmp_path: Path) -> None:
    by_workers = MINIMAL + '\n[engine]\nkind = "procrastinate"\n'
    (fault,) = faults(tmp_path, by_workers)
    assert "engine" in fault and "postgresql+psycopg://" in fault
    shared = '[store]\ndatabase = "postgresql+psycopg://user@host/name"\n'
    assert load(tmp_path, by_workers + shared).engine.by_workers
    assert not load(tmp_path, MINIMAL).engine.by_workers
