"""Answers that anybody may keep: with an ETag, compressed once, made once for everybody who asks for the same."""

import gzip
import hashlib
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response

LEAST_PACKED = 256
"""Bytes from which compressing pays."""


@dataclass(frozen=True)
class Answer:
    """Bytes, and the same compressed (None: it doesn't pay). The ETag says what they are: equal bytes have the same, whichever
    process wrote them, whatever has changed elsewhere."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str

    @classmethod
    def of(cls, body: bytes, media_type: str) -> "Answer":
        """An answer of some bytes."""
        packed = gzip.compress(body, 1, mtime=0) if len(body) >= LEAST_PACKED else None
        return cls(body, packed, media_type, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')

    def response(self, request: Request, headers: dict[str, str]) -> Response:
        """What to send: 304 to whoever has it already."""
        headers = {**headers, "ETag": self.etag}
        if names_etag(request.headers.get("if-none-match", ""), self.etag):
            return Response(status_code=304, headers=headers)
        return self.sent(request, headers)

    def sent(self, request: Request, headers: dict[str, str]) -> Response:
        """All of it, packed for whoever takes it so."""
        if self.packed is not None and takes(request.headers.get("accept-encoding", ""), "gzip"):
            return Response(self.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=self.media_type)
        return Response(self.body, headers=headers, media_type=self.media_type)


class Answers:
    """Keeps answers up to so many bytes, the last used ones. Thread-safe in that two threads may at worst make the same one."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[Hashable, tuple[Hashable, Answer]] = LRUCache(
            most_bytes, lambda kept: len(kept[1].body) + len(kept[1].packed or b"") + 500)
        self._lock = threading.Lock()

    def get(self, key: Hashable, version: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer for a key in a version; of each key one version is kept."""
        with self._lock:
            known = self._kept.get(key)
        if known is not None and known[0] == version:
            return known[1]
        answer = make()
        with self._lock:
            if len(answer.body) + len(answer.packed or b"") + 500 <= self._kept.maxsize:
                self._kept[key] = (version, answer)
        return answer


def names_etag(header: str, etag: str) -> bool:
    """Whether If-None-Match has an ETag; weak and strong ones count as the same (RFC 9110, 13.1.2)."""
    return header.strip() == "*" or etag.removeprefix("W/") in (
        part.strip().removeprefix("W/") for part in header.split(","))


def takes(header: str, coding: str) -> bool:
    """Whether Accept-Encoding has a coding."""
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        if name.strip() in (coding, "*"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
