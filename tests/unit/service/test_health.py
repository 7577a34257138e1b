"""What the service tells machines: figures, without the database too, and nothing else by that door."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from intake.config.campaign_file import load_campaign
from intake.config.settings import ConfigFault, check_settings
from intake.domain.letters.outage import Duty
from intake.service.alerts import Monitor
from intake.service.health import Vitals, telling
from store.database.engine import connect, migrate


def monitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **service: Any) -> Monitor:
    monkeypatch.setenv("TEST_PASSWORD", "secret")
    account = {"host": "127.0.0.1", "security": "plain", "username": "intake@example.org"}
    account |= {"password": {"env": "TEST_PASSWORD"}}
    tables = {"mailbox": account, "smtp": account, "service": service}
    return Monitor(check_settings(tables, tmp_path / "config.toml"), load_campaign().campaign)


def asked(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path)
    answer = line.getresponse()
    return answer.status, answer.read().decode()


def test_health_and_metrics(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_NOW", "2025-02-21T10:00:00+08:00")
    watched = monitor(tmp_path, monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    engine = connect(sqlite_url)
    migrate(engine)
    with telling(f"127.0.0.1:{port}", Vitals(engine, watched, lambda: True)):
        code, said = asked(port, "/health")
        assert code == 200 and json.loads(said)["receive"] == {"ok": True, "failing_since": None}
        watched.failed(Duty.RECEIVE, "zhangwei@unit.example is not let in")
        monkeypatch.setenv("SHOUWEN_NOW", "2025-02-21T10:31:00+08:00")
        code, said = asked(port, "/health")
        assert code == 503 and json.loads(said)["receive"]["failing_since"] == "2025-02-21T10:00:00+08:00"
        code, figures = asked(port, "/metrics")
        assert "@" not in said + figures
        told = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(figures)
            for sample in family.samples
        }
        assert told["shouwen_outage_seconds", "receive"] == 1860
        assert told["shouwen_outage_seconds", "send"] == 0
        assert told["shouwen_store_up",] == told["shouwen_serving",] == 1
        assert told["process_resident_memory_bytes",] > 0
        assert asked(port, "/etc/passwd")[0] == 404
        assert asked(port, "/health", "POST")[0] == 501
    with pytest.raises(OSError):
        asked(port, "/health")


def test_metrics_without_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder.db").mkdir()
    engine = connect(f"sqlite:///{tmp_path / 'folder.db'}")
    families = {
        item.name: item for item in Vitals(engine, monitor(tmp_path, monkeypatch), lambda: False).collect()
    }
    assert families["shouwen_store_up"].samples[0].value == 0
    assert families["shouwen_serving"].samples[0].value == 0


@pytest.mark.parametrize("place", ["0.0.0.0:9180", "10.0.0.1:9180", "127.0.0.1", "127.0.0.1:0", ":9180"])
def test_they_are_told_on_this_machine_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with pytest.raises(ConfigFault, match="loopback"):
        monitor(tmp_path, monkeypatch, health=place)
