"""Columns kept in a file beside the database that they were read from: read in a tenth of the time that that takes.

The file is a line of JSON, then the columns' bytes. The line has what the columns are, the version, the digest of what follows,
and a stamp. The database has the same stamp: it is this very database, or a copy of it from afterwards. A file with another
stamp, one that is damaged or foreign, or of another version, is treated as if it weren't there.
"""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

VERSION = 1
LARGE = 100_000
"""Of so many points a copy is kept; fewer are read at once."""

Arrays = Mapping[str, npt.NDArray[Any]]
Types = Mapping[str, str]
"""Names of columns and their types in numpy's words; "<i8" and the like."""

_LONGEST = 4096
"""Bytes of the line, at most."""


def save(path: Path, columns: Arrays, types: Types, stamp: str, number: int = 0) -> None:
    """Write the file anew, all of it or nothing, readable by its owner only. Nobody waits for the disk: what a power cut leaves
    has another digest. Raises OSError."""
    arrays = [np.ascontiguousarray(columns[name], kind) for name, kind in types.items()]
    head = _head(types, stamp) | {"number": number, "rows": len(arrays[0]), "digest": _digest(arrays)}
    whole = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(whole, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(json.dumps(head).encode() + b"\n")
            for array in arrays:
                file.write(array.data)
        whole.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            whole.unlink()
        raise


def stamp_of(path: Path) -> str | None:
    """The stamp that a file says it has."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return None
    stamp = head.get("stamp") if isinstance(head, dict) else None
    return stamp if isinstance(stamp, str) else None


def load(path: Path, types: Types, stamp: str) -> tuple[dict[str, npt.NDArray[Any]], int] | None:
    """The columns, and the number that they were saved with, of a file that has this stamp; else None."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline(_LONGEST))
            if not isinstance(head, dict) or head | _head(types, stamp) != head:
                return None
            rows, number, digest = int(head["rows"]), int(head["number"]), head["digest"]
            if rows < 0 or rows * sum(np.dtype(kind).itemsize for kind in types.values()) != path.stat().st_size - file.tell():
                return None
            arrays = [np.fromfile(file, kind, rows) for kind in types.values()]
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if any(len(array) != rows for array in arrays) or _digest(arrays) != digest:
        return None
    return dict(zip(types, arrays, strict=True)), number


def _head(types: Types, stamp: str) -> dict[str, Any]:
    """What the head of a file holds that is to be believed."""
    return {"format": "wirelane-geo columns", "version": VERSION, "order": sys.byteorder, "types": dict(types), "stamp": stamp}


def _digest(arrays: list[npt.NDArray[Any]]) -> str:
    digest = blake2b(digest_size=16)
    for array in arrays:
        digest.update(array.data)
    return digest.hexdigest()
