"""Columns of numbers as bytes that a browser reads without a decoder: a head of JSON, then arrays, one behind the other.

    uint32 length of the head | head, padded with spaces | array | array | ...

All numbers are little-endian; everything begins at a multiple of eight bytes. The head is an object with whatever its maker
says, and "columns": a list of [table, name, type, offset, count, width]. `type` is the name of JavaScript's typed array;
`offset` counts bytes from the end of the head; there are `count` numbers, `width` of them a row.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

MEDIA_TYPE = "application/vnd.wirelane-geo.columns"
ALIGNED = 8
_TYPES = {"f4": "Float32Array", "f8": "Float64Array", "u1": "Uint8Array", "u2": "Uint16Array", "u4": "Uint32Array"}
_DTYPES = {name: np.dtype(f"<{code}") for code, name in _TYPES.items()}

Array = npt.NDArray[Any]
Tables = Mapping[str, Mapping[str, Array]]


def encode(head: Mapping[str, Any], tables: Tables) -> bytes:
    """Tables of columns, each of n or n x k numbers. TypeError: a type that JavaScript has no array for."""
    described: list[list[Any]] = []
    parts: list[bytes] = []
    offset = 0
    for table, columns in tables.items():
        for name, column in columns.items():
            code = column.dtype.str[1:]
            if code not in _TYPES:
                raise TypeError(f"{table}.{name} is of {column.dtype}: no typed array holds that")
            data = np.ascontiguousarray(column).astype(f"<{code}", copy=False).tobytes()
            described.append([table, name, _TYPES[code], offset, column.size, column.shape[1] if column.ndim > 1 else 1])
            parts.append(data + bytes(-len(data) % ALIGNED))
            offset += len(parts[-1])
    text = json.dumps({**head, "columns": described}, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-(len(text) + 4) % ALIGNED)
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def decode(data: bytes) -> tuple[dict[str, Any], dict[str, dict[str, Array]]]:
    """The inverse: the head without its "columns", and the tables. ValueError: this is not what `encode` writes."""
    try:
        [length] = struct.unpack_from("<I", data)
        head: dict[str, Any] = json.loads(data[4:4 + length])
        tables: dict[str, dict[str, Array]] = {}
        for table, name, kind, offset, count, width in head.pop("columns"):
            column = np.frombuffer(data, _DTYPES[kind], count, 4 + length + offset)
            tables.setdefault(table, {})[name] = column.reshape(-1, width) if width > 1 else column
    except (struct.error, KeyError, TypeError, AttributeError) as error:
        raise ValueError("these are no columns") from error
    return head, tables
