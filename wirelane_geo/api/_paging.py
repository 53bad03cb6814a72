"""A list that comes in pages: read several at a time, each record once, and known whether that was all.

How many pages there are is what X-Total-Pages says, else what follows from X-Total-Count, else found out by reading on
until a page is short. What a server says is not believed for ever: where a page brings nothing new, reading ends.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Generator, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from wirelane_geo.api._calls import Answer
from wirelane_geo.errors import BadInput
from wirelane_geo.model import Record
from wirelane_geo.wire.records import Kind, RejectedRecord

T = TypeVar("T")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: its number from 1, how many records were asked for, what came, what its headers say of the list, and whether a
    page that has fewer than were asked for is the last one."""

    number: int
    asked: int
    records: list[T]
    rejected: list[RejectedRecord]
    unknown: Counter[str]
    total: int | None
    pages: int | None
    body: bytes = field(repr=False)
    short_is_last: bool = True

    @property
    def size(self) -> int:
        """How many records came, good and bad."""
        return len(self.records) + len(self.rejected)

    def last(self) -> int | None:
        """Number of the list's last page, as this one tells; None if it doesn't."""
        if self.pages is not None:
            return self.pages
        if self.total is None:
            return self.number if self.size < (self.asked if self.short_is_last else 1) else None
        return -(-self.total // max(1, min(self.asked, self.size)))


Fetch = Callable[[int], Page[T]]
Submit = Callable[[Fetch[T], int], Future[Page[T]]]


def said_number(headers: Mapping[str, str], name: str) -> int | None:
    """A count in a header, or None where it is missing or isn't one."""
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def page_of(answer: Answer, number: int, asked: int, kind: Kind[R]) -> Page[R]:
    """The page of this number and size in an answer. Raises ApiBadAnswer."""
    body = answer.json_body()
    try:
        batch = kind.decode_page(body)
    except BadInput as error:
        raise answer.call.bad_answer(f"answered something else than a list of {kind.name}s: {error}") from None
    rejected = [RejectedRecord((number - 1) * asked + one.index, one.id, one.reason) for one in batch.rejected]
    return Page(
        number, asked, batch.records, rejected, batch.unknown, said_number(answer.headers, "x-total-count"),
        said_number(answer.headers, "x-total-pages"), body,
    )


def read(fetch: Fetch[T], submit: Submit[T], ahead: int) -> Generator[Page[T], None, None]:
    """The pages in order, up to `ahead` of them being fetched at once. Closing the iterator asks for no more of them."""
    page = fetch(1)
    yield page
    while (last := page.last()) is None:
        page = fetch(page.number + 1)
        yield page
    number = page.number + 1
    waiting: deque[Future[Page[T]]] = deque()
    try:
        while waiting or number <= last:
            while number <= last and len(waiting) < ahead:
                waiting.append(submit(fetch, number))
                number += 1
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@dataclass
class PageReader(Generic[T]):
    """What has been read of a list: takes page after page, passes each record on once, judges whether that was all.

    `key` is a record's id; a record without one (None) is taken for a new one each time. `ended` is set when a page
    brought nothing new.
    """

    key: Callable[[T], Hashable | None]
    total: int | None = None
    received: int = 0
    rejected: list[RejectedRecord] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    ended: bool = False
    _changed: str | None = None
    _cut: str | None = None
    _keys: set[Hashable] = field(default_factory=set)
    _bodies: set[bytes] = field(default_factory=set)

    def take(self, page: Page[T]) -> list[T]:
        """The page's records that did not come before."""
        keys = [self.key(record) for record in page.records]
        repeated = (page.rejected or None in keys) and self._came_before(page.body)
        fresh = [] if repeated else self._fresh(page.records, keys)
        if not fresh and (repeated or not page.rejected):
            self.ended = True
            if page.size:
                self._cut = f"page {page.number} brings nothing new"
            elif page.pages is not None and page.number < page.pages:
                self._cut = f"page {page.number} of {page.pages} is empty"
        else:
            self.received += len(fresh) + len(page.rejected)
            self.rejected += page.rejected
            self.unknown.update(page.unknown)
        if page.total is not None:
            if self.total not in (None, page.total):
                self._changed = f"the list changed while it was read, from {self.total:,} records to {page.total:,}"
            self.total = page.total
        return fresh

    def problem(self) -> str | None:
        """Why this may not be the whole list; None if it is."""
        if self.total is not None and self.received != self.total:
            return self._changed or f"{self.received:,} records came of {self.total:,}"
        return self._changed if self.total is not None else self._cut

    def _fresh(self, records: list[T], keys: list[Hashable | None]) -> list[T]:
        fresh = []
        for record, key in zip(records, keys, strict=True):
            if key is None or key not in self._keys:
                self._keys.add(key)
                fresh.append(record)
        return fresh

    def _came_before(self, body: bytes) -> bool:
        digest = hashlib.blake2b(body, digest_size=16).digest()
        if digest in self._bodies:
            return True
        self._bodies.add(digest)
        return False
