"""Files of a package as they travel: compressed once, in brotli where a browser takes it, else in gzip; copies are kept."""

import asyncio
import gzip
import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from mimetypes import guess_type
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from wirelane_geo.errors import StoreError
from wirelane_geo.store.private_file import make_directory, read_or_create
from wirelane_geo.web.answers import names_etag, takes

FOR_EVER = "public, max-age=31536000, immutable"
"""Of what has another address once it is another one."""
ASK_FIRST = "no-cache"
PACKED = frozenset({".js", ".mjs", ".css", ".json", ".html", ".svg", ".ttf", ".wasm", ".map"})
"""Files that compressing makes smaller; fonts and pictures for the web are compressed already."""
MOST_COPIES = 1_000
"""In the directory; what is asked for is made anew."""
LEAST_PACKED = 512
"""Bytes from which compressing pays."""

_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=7),  # for who waits: 9 takes three times as long for a fiftieth
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}
"""By their names in Accept-Encoding, the better one first."""
BEST = "br11"
"""The end of a copy's name that is brotli as small as that can be: a tenth less for twenty times the time. Sent as "br"."""
BEST_AFTER_S = 60.0
"""Seconds after which such copies are made, once what was waited for is done."""


@dataclass(frozen=True)
class Body:
    """How to get at some bytes, and what they are called when they are kept: other bytes have another name."""

    data: Callable[[], bytes]
    name: str

    @classmethod
    def of(cls, data: bytes) -> "Body":
        """Some bytes."""
        return cls(lambda: data, digest(data))

    @classmethod
    def read(cls, path: Path) -> "Body":
        """A file's. Raises OSError."""
        found = path.stat()
        return cls(path.read_bytes, _digest_of(path, found.st_size, found.st_mtime_ns))


def digest(data: bytes) -> str:
    """Hexadecimal digits that no other bytes have."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


@cache
def _digest_of(path: Path, size: int, changed_ns: int) -> str:  # noqa: ARG001 - another size or time is another file
    return digest(path.read_bytes())


class PackedFiles:
    """Compressed copies in a directory (None, or where that can't be written: in memory). Thread-safe; each is made once."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._kept: dict[tuple[str, str], bytes] = {}
        self._making: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    async def answer(self, request: Request, path: Path, keep: str) -> Response:
        """A file; `keep` is its Cache-Control. FileNotFoundError: there is none."""
        kind = guess_type(path.name)[0] or "application/octet-stream"
        if path.suffix not in PACKED or path.stat().st_size < LEAST_PACKED:
            return FileResponse(path, media_type=kind, headers={"Cache-Control": keep})
        body = await asyncio.to_thread(Body.read, path)
        return await self.answer_with(request, body, kind, keep)

    async def answer_with(self, request: Request, body: Body, kind: str, keep: str) -> Response:
        """Bytes of a media type."""
        coding = next((name for name in _CODINGS if takes(request.headers.get("accept-encoding", ""), name)), None)
        etag = f'"{body.name}-{coding}"' if coding else f'"{body.name}"'
        headers = {"Cache-Control": keep, "Vary": "Accept-Encoding", "ETag": etag}
        if names_etag(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        if coding is None:
            return Response(await asyncio.to_thread(body.data), headers=headers, media_type=kind)
        packed = await asyncio.to_thread(self.packed, body, coding)
        return Response(packed, headers=headers | {"Content-Encoding": coding}, media_type=kind)

    def packed(self, body: Body, coding: str) -> bytes:
        """The bytes, compressed."""
        key = (body.name, coding)
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            if key not in self._kept:
                self._kept[key] = self._make(body, coding)
            return self._kept[key]

    def _make(self, body: Body, coding: str) -> bytes:
        if coding == "br" and self._directory is not None and (self._directory / f"{body.name}.{BEST}").exists():
            return self._copy(body, BEST, _best)
        return self._copy(body, coding, lambda data: _CODINGS[coding](data))

    def _copy(self, body: Body, ending: str, compress: Callable[[bytes], bytes]) -> bytes:
        if self._directory is not None:
            try:
                make_directory(self._directory)
                name = self._directory / f"{body.name}.{ending}"
                return read_or_create(name, lambda: compress(body.data()), "compressed copy of a file")
            except (OSError, StoreError):  # a full disk, or one that is only read
                self._directory = None
        return compress(body.data())

    def improve(self, body: Body) -> None:
        """Compress as well as can be, however long that takes; answers have it from then on."""
        best = self._copy(body, BEST, _best)
        with self._lock:
            self._kept[body.name, "br"] = best

    def prepare(self, bodies: Iterable[Callable[[], Body]], *, best_after_s: float = BEST_AFTER_S) -> threading.Thread:
        """Compress some beforehand, one after the other, and after some seconds once more as well as can be, in a thread that
        doesn't keep the process from ending."""
        def work() -> None:
            self._forget_old_ones()
            made = [body() for body in bodies]
            for body in made:
                self.packed(body, "br")
            threading.Event().wait(best_after_s)
            _give_way()
            for body in made:
                self.improve(body)

        thread = threading.Thread(target=work, name="packing", daemon=True)
        thread.start()
        return thread

    def _forget_old_ones(self) -> None:
        """Copies of what was there before updates."""
        copies = list(self._directory.iterdir()) if self._directory and self._directory.is_dir() else []
        if len(copies) > MOST_COPIES:
            for copy in copies:
                copy.unlink(missing_ok=True)


def _best(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=11, lgwin=24))


def _give_way() -> None:
    """Let others have the processor before this thread, where threads can be told apart."""
    if hasattr(os, "setpriority") and threading.get_native_id() != os.getpid():
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
