"""A link between a replica and what listens on loopback, that can be cut: nothing comes through, and nobody is told."""

import socket
import threading
from contextlib import suppress

CHUNK = 65_536


class Link:
    """Forwards connections to a port of loopback from one of its own, at an address of this machine."""

    def __init__(self, to: int, address: str = "127.0.0.1") -> None:
        self._to, self.address, self._open = to, address, threading.Event()
        self._open.set()
        self._listening = socket.create_server((address, 0), backlog=128)
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, name="link", daemon=True).start()

    def cut(self) -> None:
        """From now on nothing comes through."""
        self._open.clear()

    def mend(self) -> None:
        """Everything comes through, and what was on its way."""
        self._open.set()

    def close(self) -> None:
        """Accept nothing more."""
        self._open.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        self._open.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._to), timeout=2)
            far.settimeout(None)
        except OSError:
            near.close()
            return
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK):
                self._open.wait()
                sink.sendall(chunk)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
