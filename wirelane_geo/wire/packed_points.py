"""Charge points as bytes, on their way from one process of this program to another: ten times quicker than pickled."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from wirelane_geo.model import ChargePoint, OfferedPoint

Packed = list[tuple[str, Any]]
"""Points of one type each, in their order: the type's name with msgpack; or "" with the points themselves, which no msgpack
can hold (a number of more than 64 bits, half a character)."""

_DECODERS = {kind.__name__: msgspec.msgpack.Decoder(list[kind]) for kind in (ChargePoint, OfferedPoint)}  # type: ignore[valid-type]
_encoder = msgspec.msgpack.Encoder()


def pack(points: Sequence[ChargePoint]) -> Packed:
    """Points of any type, with aware times."""
    return [_pack(kind.__name__, list(some)) for kind, some in groupby(points, type)]


def unpack(packed: Packed) -> Iterator[ChargePoint]:
    """The inverse of `pack`; times are in UTC."""
    for kind, some in packed:
        yield from _DECODERS[kind].decode(some) if kind else some


def _pack(kind: str, points: list[ChargePoint]) -> tuple[str, Any]:
    if kind in _DECODERS:
        try:
            return kind, _encoder.encode(points)
        except (ValueError, OverflowError):
            pass
    return "", points
