"""Which sockets of a service manager's the desk takes, and which it refuses."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.config.faults import ConfigFault
from intake.desk import handed_sockets as module
from intake.desk.handed_sockets import handed_sockets

Hand = Callable[[socket.socket], int]


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    """Hands a socket to this process, as systemd would; returns its number."""

    def handing(given: socket.socket) -> int:
        number = os.dup(given.fileno())
        os.set_inheritable(number, True)
        monkeypatch.setattr(module, "FIRST", number)
        monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
        monkeypatch.setenv("LISTEN_FDS", "1")
        return number

    return handing


def listening(host: str) -> socket.socket:
    return socket.create_server((host, 0))


def test_a_socket_is_taken_once_and_kept_from_children(hand: Hand) -> None:
    with listening("127.0.0.1") as given:
        number = hand(given)
        (found,) = handed_sockets(proxied=False)
        with found:
            assert found.getsockname() == given.getsockname()
            assert not os.get_inheritable(number)
        assert "LISTEN_FDS" not in os.environ and handed_sockets(proxied=False) == []


def test_what_another_process_was_handed_is_left_alone(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening("127.0.0.1") as given:
        number = hand(given)
        monkeypatch.setenv("LISTEN_PID", str(os.getppid()))
        assert handed_sockets(proxied=False) == []
        os.close(number)


def test_beyond_this_machine_it_wants_a_proxy(hand: Hand) -> None:
    with listening("0.0.0.0") as given:
        hand(given)
        with pytest.raises(ConfigFault, match="in the clear"):
            handed_sockets(proxied=False)
        hand(given)
        for found in handed_sockets(proxied=True):
            found.close()


def test_what_is_no_listening_tcp_socket_is_refused(hand: Hand, tmp_path: Path) -> None:
    with socket.socket() as silent, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(tmp_path / "s"))
        local.listen()
        for given in (silent, local):
            hand(given)
            with pytest.raises(ConfigFault, match="no TCP socket that listens"):
                handed_sockets(proxied=False)
