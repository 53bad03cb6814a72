"""What a process does once, when it begins to serve, so that each answer is quick."""

import gc
import socket


def begin() -> None:
    """Call when everything is loaded and the server listens, before the first visitor."""
    gc.collect()
    send_at_once()
    gc.freeze()  # what is there now stays: no collection during a pan needs to look at it


def send_at_once() -> int:
    """Switch Nagle's algorithm off for what the listening TCP sockets of this process will accept; answers how many they are.

    A pan is answered in several messages. With Nagle the second waits until the browser has confirmed the first, which it
    delays by 40 ms. asyncio sees to that only for sockets that it binds itself (uvicorn #3149); Streamlit binds its own.
    """
    listening = [each for each in gc.get_objects() if isinstance(each, socket.socket) and _listens(each)]
    for each in listening:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(listening)


def _listens(each: socket.socket) -> bool:
    if each.fileno() < 0 or each.type != socket.SOCK_STREAM or each.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    return bool(each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
