"""Columns between PostgreSQL and numpy: arrays in binary, of which each element is where its number says."""

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format

Wanted = Mapping[str, tuple[str, str]]
"""Of each column: its expression, never NULL, and the type of what comes, in numpy's words and big-endian."""

_HEAD = Struct(">iiIii")
"""Before an array's first element: dimensions, whether there are NULLs, the elements' type, how many there are, the first one's
number. Each element has its length before it."""
_INT8 = types["int8"]


def selected(wanted: Wanted) -> str:
    """What is selected."""
    return ", ".join(f"array_agg({expression})" for expression, _ in wanted.values())


def columns_of(values: Sequence[bytes | None], wanted: Wanted) -> dict[str, npt.NDArray[Any]]:
    """The columns, in this machine's order of bytes; without rows PostgreSQL has no array."""
    found: dict[str, npt.NDArray[Any]] = {}
    for value, (name, (_, kind)) in zip(values, wanted.items(), strict=True):
        elements = _elements(kind)
        column = np.empty(0, elements) if value is None else np.frombuffer(value, elements, offset=_HEAD.size)
        found[name] = column["value"].astype(np.dtype(kind).newbyteorder("="))
    return found


class Integers(Dumper):
    """A column of integers to the database, as bigint[]: many times sooner than a list."""

    format = Format.BINARY
    oid = _INT8.array_oid

    def dump(self, obj: npt.NDArray[np.integer[Any]]) -> Buffer | None:
        column = np.empty(len(obj), _elements(">i8"))
        column["length"], column["value"] = 8, obj
        return _HEAD.pack(1, 0, _INT8.oid, len(obj), 1) + column.tobytes()


def _elements(kind: str) -> np.dtype[np.void]:
    return np.dtype([("length", ">i4"), ("value", kind)])
