"""A file's bytes, unpacked and in UTF-8: xz, gzip, bzip2, zip, one in the other, or plain, told by its first bytes, whatever its
name says."""

import bz2
import codecs
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Protocol, Self, cast

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._encoding import wide

MOST_BYTES = 8 << 30
"""Of what is unpacked: a small archive can hold more than any disk."""
MOST_TIMES, HARMLESS = 200, 64 << 20
"""What is unpacked may have so many times the bytes of the file, once it has more than HARMLESS: feeds have 10 to 30 times."""
MOST_LINE = 512 << 20
"""Bytes of a line, or of a document that is one: it is in memory as a whole."""

MOST_LAYERS = 3
"""How often something may be packed: a gzip in a zip archive is two."""
MOST_MEMBERS = 10_000
"""Files in an archive."""

_OFFICE, _OPEN_OFFICE = "[Content_Types].xml", {"mimetype", "content.xml"}
_ZIP, _XZ, _GZIP, _BZIP = (b"PK\x03\x04", b"PK\x05\x06"), b"\xfd7zXZ\x00", b"\x1f\x8b", b"BZh"
_BROKEN = (EOFError, OSError, lzma.LZMAError, zlib.error, zipfile.BadZipFile)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def peek(self, size: int, /) -> bytes: ...


def members(path: Path) -> list[str]:
    """The files in a zip archive, by name, without directories and what is hidden; [] for any other file.

    Raises BadFile for an archive that is damaged, or a document of an office program, which is one too.
    """
    if path.is_fifo() or path.is_socket():
        raise BadFile(f"{path} is a pipe, which can be read only once. Save what comes out of it in a file, and import that.")
    try:
        with path.open("rb") as file:
            if file.read(4) not in _ZIP:
                return []
            with zipfile.ZipFile(file) as archive:
                entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names, unpacked = [entry.filename for entry in entries], sum(entry.file_size for entry in entries)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:  # ValueError: a name that is in no encoding
        raise BadFile(f"{path} is cut off or damaged: {error}. Get it again.") from None
    except OSError as error:
        raise BadFile(f"{path} can't be opened: {error.strerror}.") from None
    if is_workbook(path):
        return []
    if _OFFICE in names or set(names) >= _OPEN_OFFICE:
        raise BadFile(f"{path} is a document of an office program. Save the table as CSV, and import that.")
    found = [name for name in names if not any(map(_is_hidden, PurePosixPath(name).parts))]
    if not found:
        raise BadFile(f"{path} is an archive without a file in it.")
    if len(found) > MOST_MEMBERS:
        raise BadFile(f"{path} has {len(found):,} files in it, more than {MOST_MEMBERS:,}. Unpack it, and import what is in it.")
    if len(found) > 1 and unpacked > max(HARMLESS, MOST_TIMES * path.stat().st_size):
        raise BadFile(f"{path} unpacks to more than {MOST_TIMES} times its size, which no feed does. Unpack it, look at it, and "
                      "import what is in it.")
    return list(dict.fromkeys(found))


def _is_hidden(part: str) -> bool:
    """Whether a part of a path in an archive hides what is there. ".." doesn't: it is where the archive was made from."""
    return part != ".." and part.startswith((".", "__MACOSX"))


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook with tables (.xlsx), whatever its name."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {_OFFICE, "xl/workbook.xml"} <= set(archive.namelist())
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return False


_PACKED: tuple[tuple[bytes, Callable[[Any], _Readable]], ...] = (
    (_XZ, lzma.LZMAFile), (_GZIP, lambda packed: gzip.GzipFile(fileobj=packed, mode="rb")), (_BZIP, bz2.BZ2File))


class Source:
    """An open file. `size` is its length on disk and `position` how much of that has been read, both in bytes.

    Of an archive it is the file `member`, else the first one. Raises BadFile when it can't be opened, and when it turns out
    to be cut off or damaged while it is read.
    """

    def __init__(self, path: Path, member: str | None = None) -> None:
        self.path = path
        self._inside = member
        self._name = f"{path}" if member is None else f"{path}: {member}"
        self._left = MOST_BYTES
        inside = member or next(iter(members(path)), None)
        try:
            self._file = path.open("rb")
            self.size = path.stat().st_size
        except OSError as error:
            raise BadFile(f"{path} can't be opened: {error.strerror}.") from None
        try:
            self._bytes = self._unpacked(inside)
            self._decoder: codecs.IncrementalDecoder | None = None
            head = self._read(65_536)
            encoding, mark = wide(head)
            if encoding is not None:
                self._decoder = codecs.getincrementaldecoder(encoding)("replace")
            self._head = self._decoded(head[mark:])
        except BadFile:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def __str__(self) -> str:
        return self._name

    def again(self) -> "Source":
        """The same file, from its beginning."""
        return Source(self.path, self._inside)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def head(self) -> bytes:
        """The first bytes, unpacked, without a byte order mark."""
        return self._head

    @property
    def recoded(self) -> bool:
        """Whether what is read is in UTF-8 instead of two or four bytes a letter."""
        return self._decoder is not None

    @property
    def packed(self) -> bool:
        """Whether more may be read than there is on disk."""
        return self._bytes is not self._file

    @property
    def position(self) -> int:
        """How many bytes of the file on disk have been read."""
        return self.size if self._file.closed else self._file.tell()

    def lines(self) -> Iterator[bytes]:
        """Line by line, each with its end."""
        begun: list[bytes] = []  # of a line whose end is not there yet; joined once
        length, part = 0, self._head
        while part:
            lines = part.splitlines(keepends=True)
            if begun and (len(lines) > 1 or lines[0].endswith(b"\n")):
                yield from b"".join((*begun, lines[0])).splitlines(keepends=True)
                begun, length, lines = [], 0, lines[1:]
            if lines and not lines[-1].endswith(b"\n"):
                begun.append(lines.pop())
                length += len(begun[-1])
            if length > MOST_LINE:
                raise BadFile(f"{self._name} has a line of more than {MOST_LINE >> 20} MiB. A charge point has some kB: "
                              "divide it into lines, or into files.")
            yield from lines
            part = self._part(1 << 18)
        if begun:
            yield b"".join(begun)

    def parts(self, size: int) -> Iterator[bytes]:
        """Everything, in UTF-8 where it was of two or four bytes a letter, in pieces of about so many bytes."""
        part = self._head
        while part:
            yield part
            part = self._part(size)

    def _unpacked(self, member: str | None) -> _Readable:
        """What is in the file, unpacked as often as it was packed."""
        found: _Readable = self._file if member is None else self._member(member)
        for _ in range(MOST_LAYERS):
            try:
                magic = found.peek(6)
            except _BROKEN as error:
                raise self._broken(error) from None
            packed = next((open_ for begin, open_ in _PACKED if magic.startswith(begin)), None)
            if packed is None:
                break
            found = packed(found)
        return found

    def _member(self, name: str) -> _Readable:
        try:
            return cast(zipfile.ZipExtFile, zipfile.ZipFile(self._file).open(name))
        except KeyError:
            raise BadFile(f"{self.path} has no file {name}.") from None
        except (RuntimeError, NotImplementedError) as error:  # a password, or a method of packing that isn't known
            raise BadFile(f"{self._name} can't be unpacked: {error}. Unpack it, and import what is in it.") from None
        except (zipfile.BadZipFile, OSError) as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> BadFile:
        return BadFile(f"{self._name} is cut off or damaged: {error}. Get it again.")

    def _part(self, size: int) -> bytes:
        """The next bytes, in UTF-8; b"" at the end."""
        while raw := self._read(size):
            if text := self._decoded(raw):
                return text
        return b""

    def _decoded(self, raw: bytes) -> bytes:
        return raw if self._decoder is None else self._decoder.decode(raw).encode("utf-8", "replace")

    def _read(self, size: int) -> bytes:
        try:
            part = self._bytes.read(size)
        except _BROKEN as error:
            raise self._broken(error) from None
        self._left -= len(part)
        unpacked = MOST_BYTES - self._left
        if self._bytes is not self._file and unpacked > max(HARMLESS, MOST_TIMES * self.size):
            raise BadFile(f"{self._name} unpacks to more than {MOST_TIMES} times its size, which no feed does. Unpack it, look "
                          "at it, and import what is in it.")
        if self._left < 0:
            raise BadFile(f"{self._name} has more than {MOST_BYTES >> 30} GiB unpacked. Divide it into parts.")
        return part
