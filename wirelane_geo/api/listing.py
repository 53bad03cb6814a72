"""A list that is read while it is iterated over: one page at a time, memory flat, each record once.

What is guaranteed: a record that is in the upstream's list from the first page to the last is yielded exactly once, even
if others come and go meanwhile and move it to another page, as long as records keep their order among each other. A record
that comes or goes while the list is read may be yielded or not; none is yielded twice. (A shift that is undone before the
next request can't be seen, unless the count tells.)

How: an upstream counts pages, so when a record before the place that was reached disappears, the rest moves up, and the
first of the next page slips onto one that was read already. So after each page it is looked whether it still joins the one
before: its first records are known up to the last of the page before, or that last one is still where it was, which a
request for that record alone tells. If not, pages are read again, backwards up to one that joins, then forwards. Where an
upstream doesn't give single records, a changed X-Total-Count is taken for a shift instead.
"""

from collections import Counter
from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from wirelane_geo.api._deadline import Deadline
from wirelane_geo.api._paging import Page
from wirelane_geo.api._seen_ids import SeenIds
from wirelane_geo.errors import ApiError
from wirelane_geo.wire.lenient import count_all
from wirelane_geo.wire.records import RejectedRecord

T = TypeVar("T")
Ask = Callable[[int, int, Deadline], Page[T]]
"""The page of this number, of this size, before a deadline."""

_MOST_REPEATS = 10
_MOST_REJECTED = 1000


@dataclass(frozen=True)
class _Edge:
    """The last record of a page that has an id: its id, and its number in the whole list, from 1."""

    key: Hashable
    number: int


class Listing(Iterator[T], Generic[T]):
    """The records of a list, once each, in the upstream's order; read a page at a time as they are asked for.

    Iterate over it once. `close()`, from any thread, ends the iteration and the request that is under way; leaving a
    `with` does, too; nothing is ever requested ahead. Each page, with its repetitions, has the deadline of a call.
    A failing call raises its ApiError out of the iteration, which then is over.

    While it is read: `total`, how many records the upstream counts now, None before the first page and where it doesn't
    say. `received`: records yielded so far. `rejected`: the first 1,000 that could not be understood, `rejections` how
    many there were. `unknown`: how often a value came that the contract doesn't know, as "status=NEWVALUE". `problem`: why
    this is not all of it, None once all is read.
    """

    def __init__(self, ask: Ask[T], until: Callable[[], Deadline], key: Callable[[T], Hashable | None], size: int, *,
                 page: int | None = None, limit: int | None = None) -> None:
        self.total: int | None = None
        self.received = 0
        self.rejected: list[RejectedRecord] = []
        self.rejections = 0
        self.unknown: Counter[str] = Counter()
        self.problem: str | None = "it has not been read to its end"
        self._ask = ask
        self._until = until
        self._key = key
        self._size = size
        self._seen = SeenIds()
        self._bodies = SeenIds()
        self._frontier = 0
        self._ahead: set[Hashable | None] = set()
        self._single = True
        self._under_way: Deadline | None = None
        self._closed = False
        self._records = self._cut(self._pages() if page is None else self._alone(page), limit)

    @property
    def complete(self) -> bool:
        """Whether all that the upstream has for this query was read."""
        return self.problem is None

    def __next__(self) -> T:
        if self._closed:
            raise StopIteration
        try:
            return next(self._records)
        except ApiError as error:
            if self._closed:
                raise StopIteration from None
            self.problem = str(error)
            raise

    def close(self) -> None:
        """Ask for nothing more."""
        self._closed = True
        if (under_way := self._under_way) is not None:
            under_way.cancel()

    def __enter__(self) -> "Listing[T]":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Listing: {self.received:,} of {'?' if self.total is None else format(self.total, ',')} read>"

    def _cut(self, records: Iterator[T], limit: int | None) -> Generator[T, None, None]:
        if limit is not None and limit <= 0:
            self.problem = f"only the first {limit:,} were asked for"
            return
        for record in records:
            self.received += 1
            yield record
            if self.received == limit:
                whole = self.received + self.rejections == self.total
                self.problem = None if whole else f"only the first {limit:,} were asked for"
                return

    def _alone(self, number: int) -> Generator[T, None, None]:
        page = self._get(number, self._size)
        yield from self._fresh(page)
        whole = number == 1 and (page.size >= page.total if page.total is not None else page.last() == 1)
        self.problem = None if whole else f"only page {number} was asked for"

    def _pages(self) -> Generator[T, None, None]:
        page = self._get(1, self._size)
        self._frontier = 1
        yield from self._fresh(page)
        self._size = stride = page.size if page.size and page.last() != 1 else self._size
        repeats = stale = 0
        trouble: str | None = None
        while not self._ended(page, stride):
            edge, totals = self._edge(page, stride), self.total
            page = self._get(page.number + 1, stride)
            reached = page.number > self._frontier
            self._frontier = max(self._frontier, page.number)
            rejections = self.rejections
            fresh = self._fresh(page, count=reached)
            yield from fresh
            self._note_ahead(fresh)
            if edge and not self._joins(page, edge, totals, fresh, reached):
                repeats += 1
                if repeats <= _MOST_REPEATS:
                    self._ahead.update(self._key(record) for record in page.records)
                    page = yield from self._back(page, stride)
                    self._close_gap(page)
                    continue
                trouble = "the list changes faster than it can be read"
            self._close_gap(page)
            if page.number < self._frontier:
                continue
            repeats = 0
            stale = 0 if fresh or self.rejections > rejections or not page.size else stale + 1
            if stale > 2 + len(self._seen) // stride:  # what was read can't have moved further than that
                trouble = trouble or f"pages up to {page.number} bring nothing new"
                break
        self.problem = trouble or self._missing()

    def _back(self, page: Page[T], stride: int) -> Generator[T, None, Page[T]]:
        """Read again the pages before one that doesn't join, up to one that holds what was read before the gap; that one."""
        while page.number > 1:
            page = self._get(page.number - 1, stride)
            fresh = self._fresh(page, count=False)
            yield from fresh
            self._ahead.update(self._key(record) for record in fresh)
            keys = {self._key(record) for record in page.records} - {None}
            if not keys <= self._ahead:
                break
        return page

    def _note_ahead(self, records: list[T]) -> None:
        """While there may be a gap: what was read beyond it proves nothing of what lies before."""
        if self._ahead:
            self._ahead.update(self._key(record) for record in records)

    def _close_gap(self, page: Page[T]) -> None:
        """What is in a page that joins is beyond the gap no longer."""
        if self._ahead:
            self._ahead.difference_update(self._key(record) for record in page.records)

    def _joins(self, page: Page[T], edge: _Edge, totals: int | None, fresh: list[T], reached: bool) -> bool:
        """Whether nothing can have slipped out between two pages."""
        new = {self._key(record) for record in fresh}
        for record in page.records:
            if (key := self._key(record)) == edge.key:
                return True
            if key in new:
                break
        else:
            if reached and not self._ahead and page.size and not page.rejected:
                return True  # others came in before, a whole page of them
        if self._single:
            one = self._get(edge.number, 1)
            if None not in (one.total, one.pages) and one.total != one.pages:
                self._single = False  # its pages are of another size than asked for: this is another part of the list
                return totals == self.total
            if one.records and one.size == 1:
                return self._key(one.records[0]) == edge.key and one.total == page.total
            if one.size == 0 and (one.total is None or one.total < edge.number):
                return False
            self._single = one.size == 1  # it was there, but could not be understood; else pages can't be of one record
        return totals == self.total

    def _edge(self, page: Page[T], stride: int) -> _Edge | None:
        """The page's last record with an id."""
        odd = {rejected.index for rejected in page.rejected}
        start = (page.number - 1) * page.asked
        places = [place for place in range(page.size) if start + place not in odd]
        for place, record in reversed(list(zip(places, page.records, strict=True))):
            if (key := self._key(record)) is not None:
                return _Edge(key, (page.number - 1) * stride + place + 1)
        return None

    def _ended(self, page: Page[T], stride: int) -> bool:
        """Whether this is the last page, as far as it tells itself."""
        if page.size == 0:
            return True
        if page.total is not None and page.pages is None:
            return page.number * stride >= page.total
        return page.number >= page.pages if page.pages is not None else page.size < stride

    def _missing(self) -> str | None:
        if self.total is not None and self.received + self.rejections < self.total:
            return f"{self.received + self.rejections:,} records came of {self.total:,}"
        return None

    def _get(self, number: int, size: int) -> Page[T]:
        self._under_way = until = self._until()
        if self._closed:
            until.cancel()
        page = self._ask(number, size, until)
        if page.total is not None:
            self.total = page.total
        return page

    def _fresh(self, page: Page[T], *, count: bool = True) -> list[T]:
        """The page's records that did not come before; take note of them, and of what else the page has."""
        keys = [self._key(record) for record in page.records]
        if (page.rejected or None in keys) and not self._bodies.add([page.body])[0]:
            return []  # what has no id is told by the page that it came with
        new = self._seen.add(keys)
        if count:
            self.rejections += len(page.rejected)
            self.rejected += page.rejected[:_MOST_REJECTED - len(self.rejected)]
            count_all(self.unknown, page.unknown)
        return [record for record, is_new in zip(page.records, new, strict=True) if is_new]
