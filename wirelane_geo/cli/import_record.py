"""What became of a file: its bytes are not read again while nothing in the store has changed since."""

import contextlib
import json
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wirelane_geo.cli.import_summary import Summary
from wirelane_geo.store import private_file

if TYPE_CHECKING:
    from wirelane_geo.store import Store

NAME = "imports.json"
MOST_FILES = 50
"""Files of which that is kept, the last ones."""
LEAST_BYTES = 1 << 20
"""A smaller file is read again in less time than it takes to look."""


@dataclass
class FileRecord:
    """Of one file, or of one in an archive."""

    path: Path
    name: str
    digest: str
    store: "Store"

    @classmethod
    def of(cls, data: Path, store: "Store", file: Path, name: str) -> "FileRecord | None":
        """None for a small file, or one that can't be read."""
        try:
            if file.stat().st_size < LEAST_BYTES:
                return None
            digest = blake2b(name.encode(), digest_size=16)
            with file.open("rb") as opened:
                while part := opened.read(1 << 20):
                    digest.update(part)
        except OSError:
            return None
        return cls(data / NAME, name, digest.hexdigest(), store)

    def unchanged(self) -> Summary | None:
        """What became of it, where it has the same bytes and nothing changed in the store since then; None otherwise."""
        said = self._read().get(self.digest)
        if not isinstance(said, dict) or said.get("at") != self._at():
            return None
        with contextlib.suppress(TypeError, KeyError):
            summary = Summary(**said["summary"])
            summary.rejected, summary.notes = Counter(summary.rejected), Counter(summary.notes)
            written = [Path(path) for path in (summary.rejects, summary.noted) if path]
            if all(path.exists() for path in written):
                summary.unchanged = summary.points - summary.older
                summary.inserted = summary.updated = summary.changed = 0
                return summary
        return None

    def keep(self, summary: Summary) -> None:
        """Remember what became of it; where that can't be written, it is read again."""
        known = self._read()
        known.pop(self.digest, None)
        known[self.digest] = {"at": self._at(), "summary": vars(summary)}
        with contextlib.suppress(OSError):
            private_file.touch(self.path)
            self.path.write_text(json.dumps(dict(list(known.items())[-MOST_FILES:]), default=str), encoding="utf-8")

    def _at(self) -> list[Any]:
        """Which network, and the last change in it."""
        return [self.store.network, int(self.store.last_seq())]

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
