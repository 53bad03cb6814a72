"""A list that was read as a whole."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

from wirelane_geo.wire.records import RejectedRecord

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Records(Sequence[T], Generic[T]):
    """Records of a list, each once, in the upstream's order.

    `total`: how many the upstream counts, None if it doesn't say. `rejected`: records that could not be understood
    (`index` counts through the whole list); they are not missing, but not here either. `unknown`: how often a value came
    that the contract doesn't know, as "status=NEWVALUE". `problem`: why this may not be all of it, None if it is.
    """

    records: list[T]
    total: int | None = None
    rejected: list[RejectedRecord] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    problem: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all that the upstream has for this query was read."""
        return self.problem is None

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self.records[index]

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self):,} of {'?' if self.total is None else format(self.total, ',')}>"

    def __iter__(self) -> Iterator[T]:
        return iter(self.records)
