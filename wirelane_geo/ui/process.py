"""What a process does once, when it begins to serve, so that each answer is quick."""

import gc
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from wirelane_geo.places import gazetteer

DESCRIPTORS = Path("/dev/fd")
"""Has the numbers of this process's open files, sockets among them (Linux, macOS, BSD)."""


def begin() -> None:
    """Call when everything is loaded and the server listens, before the first visitor."""
    gazetteer.search("a", 1)
    gazetteer.similar("a")  # reads the places, which takes as long as ten searches that would wait for it
    gc.collect()
    send_at_once()
    gc.freeze()  # what is there now stays: no collection during a pan needs to look at it


def send_at_once() -> int:
    """Switch Nagle's algorithm off for what the listening TCP sockets of this process will accept; answers how many they are.

    A pan is answered in several messages. With Nagle the second waits until the browser has confirmed the first, which it
    delays by 40 ms. asyncio sees to that only for sockets that it binds itself (uvicorn #3149); Streamlit binds its own and
    takes none from us, so that they are asked for where the operating system has them.
    """
    found = 0
    for duplicate in _sockets():  # it has the options in common with the server's own
        with duplicate:
            if _listens(duplicate):
                duplicate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                found += 1
    return found


def _sockets() -> Iterator[socket.socket]:
    """A duplicate of each socket of this process, to be closed."""
    numbers = [int(entry.name) for entry in DESCRIPTORS.iterdir()] if DESCRIPTORS.exists() else []
    for number in numbers:
        with suppress(OSError):  # closed by now
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield socket.socket(fileno=os.dup(number))


def _listens(one: socket.socket) -> bool:
    if one.type != socket.SOCK_STREAM or one.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
