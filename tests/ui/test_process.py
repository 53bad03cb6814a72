"""What a process does once, when it begins to serve."""

import socket
from collections.abc import Iterator

import pytest

from wirelane_geo.ui.process import send_at_once


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket bound as Streamlit and uvicorn bind theirs, without naming TCP, which asyncio leaves Nagle's algorithm on for."""
    with socket.socket(socket.AF_INET) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        yield bound


def nodelay(listener: socket.socket) -> bool:
    """Whether what is sent to a new visitor leaves at once."""
    with socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            return bool(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_what_is_accepted_afterwards_sends_at_once(listener: socket.socket) -> None:
    assert not nodelay(listener)
    assert send_at_once() >= 1
    assert nodelay(listener)


def test_sockets_that_do_not_listen_are_left_alone(listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname()) as client, socket.socket() as idle, socket.socket() as closed:
        closed.close()
        send_at_once()
        assert not client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
