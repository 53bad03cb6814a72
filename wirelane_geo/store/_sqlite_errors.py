"""What SQLite's errors mean: said of a file, with what to do about it."""

import sqlite3
from pathlib import Path

from wirelane_geo.errors import StoreBusy, StoreError

MAGIC = b"SQLite format 3\0"
"""What every SQLite database begins with."""

ANEW = "Restore it from a backup; without one, move it away, and the next start makes a new one."

_PACKED = ((b"\x1f\x8b", "gzip"), (b"\xfd7zXZ\x00", "xz"), (b"PK\x03\x04", "zip"), (b"7z\xbc\xaf", "7z"), (b"(\xb5/\xfd", "zstd"),
           (b"BZh", "bzip2"))
_HEAD = 4_096

_SAID = {
    sqlite3.SQLITE_FULL: "The {name} {path} can't be written: the disk is full. Make room, and try again.",
    sqlite3.SQLITE_READONLY: "The {name} {path} can't be written: {error}. Check who may write to it.",
    sqlite3.SQLITE_CANTOPEN: "The {name} {path} can't be opened: {error}. Check the data directory.",
    sqlite3.SQLITE_IOERR: "The {name} {path} can't be read or written: {error}. Check the disk, then try again.",
    sqlite3.SQLITE_CORRUPT: "The {name} {path} is damaged: {error}. " + ANEW,
}


def store_error(error: sqlite3.Error, path: Path, name: str) -> StoreError:
    """What to raise for an error of SQLite's. `name` is what the file is called ("database", "history")."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(f"The {name} {path} is busy: another program has locked it. Try again; nothing is wrong with it.")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreError(f"The {name} {path} {what_instead(path)}")
    said = _SAID.get(code, "The {name} {path} can't be used: {error}.")
    return StoreError(said.format(name=name, path=path, error=error))


def what_instead(path: Path) -> str:
    """What a file is that is no database of SQLite's, and what to do: the end of a sentence."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        return f"can't be read: {error.strerror}."
    if not head:
        return f"is an empty file. {ANEW}"
    if head.startswith(MAGIC):
        return f"is damaged: its header makes no sense. {ANEW}"
    if not head.strip(b"\0"):
        return f"is damaged: it begins with nothing but zero bytes. {ANEW}"
    packed = next((kind for magic, kind in _PACKED if head.startswith(magic)), None)
    if packed:
        return f"is no database, but packed with {packed}. Unpack it, and put what is in it in its place."
    return ("is no database, but some other file. Move it away, and the next start makes a new one; or set WIRELANE_GEO_DATA "
            "to another directory.")
