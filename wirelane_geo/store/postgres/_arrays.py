"""Columns out of PostgreSQL into numpy: one row of arrays in binary, of which each element is where its number says."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Wanted = Mapping[str, tuple[str, str]]
"""Of each column: its expression, never NULL, and the type of what comes, in numpy's words and big-endian."""

_HEAD = 20
"""Bytes of an array before its first element; each has its length before it."""


def selected(wanted: Wanted) -> str:
    """What is selected."""
    return ", ".join(f"array_agg({expression})" for expression, _ in wanted.values())


def columns_of(values: Sequence[bytes | None], wanted: Wanted) -> dict[str, npt.NDArray[Any]]:
    """The columns, in this machine's order of bytes; without rows PostgreSQL has no array."""
    found: dict[str, npt.NDArray[Any]] = {}
    for value, (name, (_, kind)) in zip(values, wanted.items(), strict=True):
        elements = np.dtype([("length", ">i4"), ("value", kind)])
        column = np.empty(0, elements) if value is None else np.frombuffer(value, elements, offset=_HEAD)
        found[name] = column["value"].astype(np.dtype(kind).newbyteorder("="))
    return found
