"""What operators asked of stations: who, when, what, of which, and what came of it. A file of this installation, for its owner
alone, that only grows; what is written there is first that it is asked for, then the answer."""

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from wirelane_geo.errors import StoreError, WirelaneGeoError

FILE = "audit.jsonl"
LARGEST = 8 * 1024 * 1024
"""Bytes after which the file is put aside, in the place of the one that was put aside before."""
LONGEST = 500
"""Characters of an answer that are kept."""

_writing = threading.Lock()


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asked what, when (an aware time), of which station, and the answer; "" as long as there is none."""

    id: str
    who: str
    when: datetime
    what: str
    station: str
    answer: str = ""
    failed: bool = False


@dataclass
class Outcome:
    """What came of a wish; to be said by who carries it out."""

    answer: str = ""
    failed: bool = field(default=False)


class AuditLog:
    """The log in a data directory. Safe between threads and processes. Raises StoreError."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    @contextmanager
    def noted(self, who: str, what: str, station: str) -> Iterator[Outcome]:
        """Note a wish before it is carried out, and then its answer, be it an error."""
        entry = Entry(uuid.uuid4().hex, who, datetime.now(UTC), what, station)
        self._append(entry)
        outcome = Outcome()
        try:
            yield outcome
        except WirelaneGeoError as error:
            outcome.answer, outcome.failed = str(error), True
            raise
        finally:
            answer = outcome.answer[:LONGEST]
            self._append(msgspec.structs.replace(entry, answer=answer, failed=outcome.failed))

    def last(self, most: int, station: str | None = None) -> list[Entry]:
        """The newest entries first, at most so many, of one station or of all; each with its answer."""
        found: dict[str, Entry] = {}
        for path in (self._aside, self._path):
            for line in self._lines(path):
                try:
                    entry = msgspec.json.decode(line, type=Entry)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    continue  # the end of a write that was cut off
                if station in (None, entry.station):
                    found[entry.id] = entry
        return list(found.values())[::-1][:most]

    @property
    def _aside(self) -> Path:
        return self._path.with_suffix(".before.jsonl")

    def _lines(self, path: Path) -> list[bytes]:
        try:
            return path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"The audit log {path} can't be read: {error.strerror}.") from None

    def _append(self, entry: Entry) -> None:
        """Write a line; nothing is carried out that could not be noted."""
        try:
            with _writing:
                if self._path.exists() and self._path.stat().st_size > LARGEST:
                    self._path.replace(self._aside)
                descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    os.write(descriptor, msgspec.json.encode(entry) + b"\n")
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
        except OSError as error:
            raise StoreError(f"The audit log {self._path} can't be written: {error.strerror}.") from None
