"""Several lists as one: for words of which an upstream must be asked for one at a time."""

import heapq
from collections.abc import Callable, Generator, Sequence
from itertools import islice, product
from typing import Any, TypeVar

from wirelane_geo.api._seen_ids import SeenIds
from wirelane_geo.api._writing import Written
from wirelane_geo.api.listing import Listing
from wirelane_geo.wire.lenient import count_all

T = TypeVar("T")
Order = Callable[[T], Any]


def one_by_one(query: dict[str, Written]) -> list[dict[str, Written]]:
    """The queries that have no parameter twice, and together ask for the same."""
    names = [name for name, value in query.items() if not isinstance(value, str) and len(value) > 1]
    several = product(*(query[name] for name in names))
    return [query | dict(zip(names, words, strict=True)) for words in several]


class ListingOfSeveral(Listing[T]):
    """See Listing. Each record comes once, in the order of all lists: `order` tells what they are sorted by, None stands for what
    comes last; without it the lists follow each other. `page` of `size` records is that page of all of them."""

    def __init__(self, lists: Sequence[Listing[T]], key: Callable[[T], Any], order: Order[T] | None, *, descending: bool = False,
                 page: int | None = None, size: int = 1, limit: int | None = None) -> None:
        self.total = None
        self.received = 0
        self.rejected, self.rejections = [], 0
        self.unknown = lists[0].unknown.copy()
        self.problem = "it has not been read to its end"
        self._lists = lists
        self._key = key
        self._seen = SeenIds()
        self._closed = False
        merged = self._merged(order, descending)
        wanted = merged if page is None else self._part(merged, page, size)
        self._records = self._cut(wanted, limit)

    def close(self) -> None:
        """Ask for nothing more."""
        self._closed = True
        for one in self._lists:
            one.close()

    def _merged(self, order: Order[T] | None, descending: bool) -> Generator[T, None, None]:
        def place(record: T) -> tuple[Any, ...]:
            value = None if order is None else order(record)
            known = value is not None
            return () if order is None else ((known if descending else not known), value if known else 0)

        for record in heapq.merge(*self._lists, key=place, reverse=descending):
            self._sum_up()
            if self._seen.add([self._key(record)])[0]:
                yield record
        self._sum_up()
        self.problem = next((one.problem for one in self._lists if one.problem), None)

    def _part(self, records: Generator[T, None, None], page: int, size: int) -> Generator[T, None, None]:
        """A page of what would be read."""
        yield from islice(records, (page - 1) * size, page * size)
        self.problem = self.problem and f"only page {page} was asked for"

    def _sum_up(self) -> None:
        """What is known of all lists together."""
        totals = [one.total for one in self._lists]
        self.total = None if None in totals else sum(filter(None, totals))
        self.rejections = sum(one.rejections for one in self._lists)
        self.rejected = [rejected for one in self._lists for rejected in one.rejected]
        self.unknown.clear()
        for one in self._lists:
            count_all(self.unknown, one.unknown)
