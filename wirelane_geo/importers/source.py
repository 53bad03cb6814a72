"""A file's bytes, unpacked: xz, gzip or plain, told by its first bytes, whatever its name says."""

import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from wirelane_geo.errors import BadFile


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_UNPACKERS: dict[bytes, Callable[[IO[bytes]], _Readable]] = {
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
}
_BOM = b"\xef\xbb\xbf"


class Source:
    """An open file. `size` is its length on disk and `position` how much of that has been read, both in bytes.

    Raises BadFile when it can't be opened, and when it turns out to be cut off or damaged while it is read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = path.open("rb")
            self.size = path.stat().st_size
            magic = self._file.read(6)
            self._file.seek(0)
        except OSError as error:
            raise BadFile(f"{path} can't be opened: {error.strerror}.") from None
        unpack = next((opener for start, opener in _UNPACKERS.items() if magic.startswith(start)), None)
        self._bytes: _Readable = self._file if unpack is None else unpack(self._file)
        try:
            self._head = self._read(65_536).removeprefix(_BOM)
        except BadFile:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def head(self) -> bytes:
        """The first bytes, unpacked, without a byte order mark."""
        return self._head

    @property
    def position(self) -> int:
        """How many bytes of the file on disk have been read."""
        return self.size if self._file.closed else self._file.tell()

    def content(self) -> bytes:
        """All of it, unpacked."""
        parts = [self._head]
        while part := self._read(1 << 20):
            parts.append(part)
        return b"".join(parts)

    def lines(self) -> Iterator[bytes]:
        """Line by line, each with its end."""
        rest = self._head
        while True:
            lines = rest.splitlines(keepends=True) if rest else []
            rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
            yield from lines
            part = self._read(1 << 18)
            if not part:
                break
            rest += part
        if rest:
            yield rest

    def _read(self, size: int) -> bytes:
        try:
            return self._bytes.read(size)
        except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
            raise BadFile(f"{self.path} is cut off or damaged: {error}. Get it again.") from None
