"""Which import is under way, in a file of the data directory: one that was killed in the middle is known at the next start."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file
from wirelane_geo.store.file_lock import FileLock, NoLocks

_NAME, _LOCK = "unfinished-import.json", "import.lock"
_LONGEST = 16 << 20
"""Bytes of the file that are read: it is ours, and small."""
MOST_NAMES = 5
"""Files that are named in a sentence."""


@dataclass(frozen=True)
class UnfinishedImport:
    """An import that began and did not end: its files, and when it began (UTC; None where its note is damaged). `note` is the
    file that says so."""

    files: tuple[str, ...]
    begun: datetime | None
    note: Path

    def __str__(self) -> str:
        names = ", ".join(map(_shown, self.files[:MOST_NAMES])) or "some files"
        more = f" and {len(self.files) - MOST_NAMES:,} more" if len(self.files) > MOST_NAMES else ""
        begun = f", begun on {self.begun:%Y-%m-%d at %H:%M} UTC," if self.begun else ""
        return (f"The import of {names}{more}{begun} was not finished: not all of its points are there. Import it again; or "
                f"delete {self.note}, where what came in is all that you want.")


class ImportJournal:
    """Of a data directory."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._note = data / _NAME

    def unfinished(self) -> UnfinishedImport | None:
        """What an import left unfinished that is no longer under way."""
        lock = FileLock(self._data / _LOCK)
        try:
            if not self._note.exists() or not lock.take():
                return None
        except NoLocks:
            return self._read()  # nobody can say whether it is still under way
        except OSError:
            return None
        try:
            return self._read()
        finally:
            lock.release()

    @contextmanager
    def under_way(self, files: Sequence[Path]) -> Iterator[None]:
        """Within, an import of these files is under way; after an error, or where the process ends, it is unfinished. What an
        earlier one left unfinished of other files stays so.

        Raises StoreError where another import is under way, and where the data directory can't be written to.
        """
        lock = FileLock(self._data / _LOCK)
        try:
            private_file.make_directory(self._data)
            with contextlib.suppress(NoLocks):
                if not lock.take():
                    raise StoreError(f"Another import into {self._data} is under way. Wait until it has ended.")
        except OSError as error:
            raise StoreError(f"The data directory {self._data} can't be written to: {error.strerror}.") from None
        try:
            left, names = self._read(), [str(file.absolute()) for file in files]
            before = [] if left is None else sorted(set(left.files).difference(names))
            begun = (left and left.begun) or datetime.now(UTC)
            self._write([*before, *names], begun)
            yield
            self._write(before, begun)
        finally:
            lock.release()

    def _read(self) -> UnfinishedImport | None:
        try:
            with self._note.open("rb") as file:
                said = json.loads(file.read(_LONGEST))
            return UnfinishedImport(tuple(map(str, said["files"])), datetime.fromisoformat(said["begun"]), self._note)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):  # damaged, and there: that says enough
            return UnfinishedImport((), None, self._note)

    def _write(self, files: list[str], begun: datetime) -> None:
        """What is unfinished; no file where nothing is."""
        try:
            if not files:
                self._note.unlink(missing_ok=True)
                return
            draft = self._note.with_name(f".{_NAME}")
            private_file.touch(draft)
            draft.write_text(json.dumps({"files": files, "begun": begun.isoformat(timespec="seconds")}), encoding="utf-8")
            draft.replace(self._note)
        except OSError as error:
            raise StoreError(f"{self._note} can't be written: {error.strerror}. Check the data directory.") from None


def _shown(name: str) -> str:
    """A file's name as it can be printed: it may have any bytes."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
