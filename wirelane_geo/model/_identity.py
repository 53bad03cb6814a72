"""Which point is meant. Each word for it has a type of its own, so that none is taken for another."""

from typing import NewType

import numpy as np
import numpy.typing as npt

PointId = NewType("PointId", str)
"""The text that the API calls `id`: everywhere, for ever."""

Handle = NewType("Handle", int)
"""A number below 2**53 (JavaScript holds it exactly) that stands for a point id of one network."""

Handles = npt.NDArray[np.int64]
"""Many handles."""

Seq = NewType("Seq", int)
"""The number of a change in the store, one more with each transaction that changes points; 0 before the first."""
