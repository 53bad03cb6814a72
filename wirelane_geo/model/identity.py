"""Which point is meant. Each word for it has a type of its own, so that none is taken for another.

A handle is made from the network's id and the point's: every process on every machine has the same one. Two of a million points
get the same one in one of 18,000 networks. Whoever gives handles out therefore looks whether another point has it already, and
then takes the next `attempt` instead.
"""

from collections.abc import Container, Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from typing import NewType

import numpy as np
import numpy.typing as npt

PointId = NewType("PointId", str)
"""The text that the API calls `id`: everywhere, for ever."""

Handle = NewType("Handle", int)
"""A number below 2**53 (JavaScript holds it exactly) that stands for a point id of one network."""

Handles = npt.NDArray[np.int64]
"""Many handles."""

NO_HANDLE = Handle(-1)
"""Among handles: there is none."""

Seq = NewType("Seq", int)
"""The number of a change in the store, one more with each transaction that changes points; 0 before the first."""


def handle_of(network: str, point_id: PointId, attempt: int = 0) -> Handle:
    """The handle of a point; `attempt` 1, 2, ... where those before are another point's."""
    return Handle(_digest(f"{point_id}\0{attempt}" if attempt else point_id) ^ network_bits(network))


def free_handle(network: str, point_id: PointId, taken: Container[Handle]) -> Handle:
    """The first handle of a point that is not another point's."""
    return next(handle for attempt in count() if (handle := handle_of(network, point_id, attempt)) not in taken)


def handles_of(network: str, point_ids: Iterable[PointId]) -> Handles:
    """The first handles of points."""
    return np.array([_digest(point_id) for point_id in point_ids], np.int64) ^ network_bits(network)


@lru_cache(64)
def network_bits(network: str) -> int:
    """53 bits that tell the handles of a network from those of the same point ids in another one."""
    return _digest(f"network\0{network}")


def _digest(text: str) -> int:
    """53 bits of a text."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 11
