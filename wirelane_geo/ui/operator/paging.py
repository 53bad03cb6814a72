"""One page of a list of the API, kept in the session until something else is asked for."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from wirelane_geo.api import Listing

T = TypeVar("T")

PAGE_SIZE = 50


@dataclass(frozen=True)
class ListPage(Generic[T]):
    """A page of a list: its records, its number from 1, how many records the list has, how many could not be read."""

    records: list[T]
    number: int
    total: int
    unread: int = 0

    @property
    def first(self) -> int:
        """Number in the list of the first record."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Number in the list of the last record, those that could not be read counted."""
        return self.first + len(self.records) + self.unread - 1

    @property
    def more(self) -> bool:
        """Whether another page follows."""
        return self.last < self.total


def read_page(listing: Listing[T], number: int) -> ListPage[T]:
    """The page that a listing stands for. Where the upstream doesn't count, a full page has another after it."""
    records = list(listing)
    seen = (number - 1) * PAGE_SIZE + len(records) + listing.rejections
    total = seen + (len(records) == PAGE_SIZE) if listing.total is None else listing.total
    return ListPage(records, number, total, listing.rejections)


def kept(name: str, asked: Hashable, ask: Callable[[], T]) -> T:
    """What was answered to the same question before, in this visitor's session; else the answer now."""
    before: Any = st.session_state.get(name)
    if before is None or before[0] != asked:
        st.session_state[name] = before = (asked, ask())
    answer: T = before[1]
    return answer
