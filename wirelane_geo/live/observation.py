"""What a source has seen, on its way to being numbered, written to the history and shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from wirelane_geo.live.interface import Origin
from wirelane_geo.model import Handle, Handles, PointId

Statuses = npt.NDArray[np.uint8]

Span = tuple[int, int]
"""First and last quadkey, both included, of a square of the map."""
WHOLE_WORLD: Span = (0, 4**31 - 1)
"""All the world."""


@dataclass(frozen=True)
class Identity:
    """What is remembered of a point when it changes: its id, and when the upstream says it changed last."""

    id: PointId
    update_date: datetime | None


def _nothing() -> Handles:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False, kw_only=True)
class Observation:
    """Points as they were when the source was asked, at `asked_at`.

    handles i8[n], statuses u1[n]: points and their status, changed or not, each once. gone: i8[m], points that are not there
    any more; with `complete`, all that are not listed are gone as well. spans: squares of which every change up to asked_at is
    known. looked_at: when the source was asked before, and had none of these changes; None if never. identify: says who
    handles of this observation are, in their order. repeatable: whether it may be shown twice, the first time under the number
    of the change before, while these changes are written.
    """

    origin: Origin
    asked_at: datetime
    handles: Handles = field(default_factory=_nothing)
    statuses: Statuses = field(default_factory=lambda: np.empty(0, np.uint8))
    gone: Handles = field(default_factory=_nothing)
    complete: bool = False
    repeatable: bool = False
    spans: tuple[Span, ...] = ()
    looked_at: datetime | None = None
    identify: Callable[[Sequence[Handle]], Sequence[Identity | None]] = lambda handles: [None] * len(handles)


Show = Callable[[int], None]
"""Makes an observation visible to everybody, as of the change with this number."""

Publish = Callable[[Observation, Show], None]
"""Numbers and remembers what is new in an observation, then has it shown; one at a time. Safe from any thread."""


def publish_without_history(seen: Observation, show: Show) -> None:  # noqa: ARG001 - a Publish
    """Shows what was seen, where nobody follows a source."""
    show(0)
