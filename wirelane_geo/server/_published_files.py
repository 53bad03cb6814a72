"""What is published, as compressed files, made once for all who ask for the same, in bounded memory whatever their size."""

import gzip
import os
import tempfile
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from wirelane_geo.errors import StoreError
from wirelane_geo.store.private_file import make_directory
from wirelane_geo.web.answers import names_etag, takes

MOST_FILES, MOST_BYTES = 64, 1 << 30
"""Files that are kept, and bytes of them; those that were asked for longest ago go first."""
OLDEST_S = 600.0
"""A file is made anew after this, though nothing has changed: it says of when it is."""
_PART = 1 << 16


@dataclass(frozen=True, eq=False)
class PublishedFile:
    """A file without a name: it is gone with the last who reads it. size: of what it unpacks to. etag, modified (a whole second,
    UTC): of what is in it, but for the time of the publication. version: what it was made from, (seq, facts), and `dated` the
    time of that; made_at, took: monotonic seconds."""

    file: BinaryIO
    packed: int
    size: int
    etag: str
    modified: datetime
    version: tuple[int, int]
    dated: datetime
    made_at: float
    took: float

    def response(self, request: Request, headers: dict[str, str]) -> Response:
        """What to send: 304 to whoever has it already."""
        headers = {**headers, **marks(self.etag, self.modified)}
        if is_known(request, self.etag, self.modified):
            return Response(status_code=304, headers=headers)
        return self.sent(request, headers)

    def sent(self, request: Request, headers: dict[str, str]) -> Response:
        """All of it, packed for whoever takes it so."""
        if takes(request.headers.get("accept-encoding", ""), "gzip"):
            packed = {**headers, "Content-Encoding": "gzip", "Content-Length": str(self.packed)}
            return StreamingResponse(self._parts(), headers=packed, media_type="application/json")
        return StreamingResponse(self._plain(), headers={**headers, "Content-Length": str(self.size)},
                                 media_type="application/json")

    def _parts(self) -> Iterator[bytes]:
        for begin in range(0, self.packed, _PART):
            yield os.pread(self.file.fileno(), min(_PART, self.packed - begin), begin)  # no place that readers share

    def _plain(self) -> Iterator[bytes]:
        unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
        for part in self._parts():
            rest = part
            while rest:
                yield unpacking.decompress(rest, _PART)
                rest = unpacking.unconsumed_tail
        yield unpacking.flush()


@dataclass(frozen=True)
class Text:
    """A publication: what changes with its time (`head`, `tail`), and around which parts."""

    head: bytes
    parts: Iterable[bytes]
    tail: bytes


class PublishedFiles:
    """Keeps files in a directory. `share`: of its time, it spends no more than one in so many on making one of a key anew; where
    `facts` differ it is made at once. Thread-safe in that two threads may at worst make the same one."""

    def __init__(self, directory: Path, share: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory, self._share, self._clock = directory, share, clock
        self._kept: OrderedDict[Hashable, PublishedFile] = OrderedDict()
        self._lock = threading.Lock()

    def at_hand(self, key: Hashable, version: tuple[int, int]) -> PublishedFile | None:
        """The file of a key, where it needn't be made anew. version: (seq, facts)."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            age = self._clock() - kept.made_at
            fresh = kept.version == version and age < OLDEST_S
            if fresh or (kept.version[1] == version[1] and age < self._share * kept.took):
                self._kept.move_to_end(key)
                return kept
            return None

    def get(self, key: Hashable, version: tuple[int, int], at: datetime, make: Callable[[], Text]) -> PublishedFile:
        """The file of a key; `at`: the time of the version, another one for each (UTC, a whole second)."""
        kept = self.at_hand(key, version)
        if kept is not None:
            return kept
        made = self._made(version, at, make())
        with self._lock:
            before = self._kept.get(key)
            if before is not None and before.etag == made.etag:
                made = replace(made, modified=before.modified)
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_FILES or sum(one.packed for one in self._kept.values()) > MOST_BYTES:
                self._kept.popitem(last=False)
        return made

    def _made(self, version: tuple[int, int], at: datetime, text: Text) -> PublishedFile:
        begin = self._clock()
        try:
            make_directory(self._directory)
            file: BinaryIO = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 - it is kept
            size, digest = _write(file, text)
        except OSError as error:
            raise StoreError(f"{self._directory} can't be written to: {error.strerror or error}.") from None
        now = self._clock()
        return PublishedFile(file, file.tell(), size, f'W/"{digest}"', at, version, at, now, now - begin)


def _write(file: BinaryIO, text: Text) -> tuple[int, str]:
    """Write a publication; its size unpacked, and a digest of its parts."""
    size, digest = len(text.head) + len(text.tail), blake2b(digest_size=12)
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packing:
        packing.write(text.head)
        for part in text.parts:
            digest.update(part)
            size += len(part)
            packing.write(part)
        packing.write(text.tail)
    file.flush()
    return size, digest.hexdigest()


def marks(etag: str, modified: datetime) -> dict[str, str]:
    """The headers by which an answer is known again."""
    return {"ETag": etag, "Last-Modified": format_datetime(modified, usegmt=True), "Vary": "Accept-Encoding"}


def is_known(request: Request, etag: str, modified: datetime) -> bool:
    """Whether whoever asks has what has this ETag, or, where it names none, what was changed then (RFC 9110, 13.2.2)."""
    named = request.headers.get("if-none-match")
    if named is not None:
        return names_etag(named, etag)
    since = known_since(request)
    return since is not None and modified <= since


def known_since(request: Request) -> datetime | None:
    """`If-Modified-Since`; None where it isn't given, or is no date."""
    with suppress(ValueError, TypeError, OverflowError):
        given = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return None
