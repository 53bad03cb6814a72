"""How a client asks: one answer, one record, a list page by page or as a whole; in the dialect that it was made for."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Self

import httpx

from wirelane_geo import __version__
from wirelane_geo.api._auth import Grant, Tokens
from wirelane_geo.api._calls import Answer, Call
from wirelane_geo.api._deadline import Clock, Deadline
from wirelane_geo.api._dialect import Dialect, Operation
from wirelane_geo.api._dialects import DIALECTS
from wirelane_geo.api._each import ListingOfSeveral, one_by_one
from wirelane_geo.api._hosts import Hosts
from wirelane_geo.api._metrics import Observe
from wirelane_geo.api._paging import Fetch, Page, PageReader, page_of, read
from wirelane_geo.api._paths import ORGANIZATION, Path, base_url
from wirelane_geo.api._results import Records
from wirelane_geo.api._retry import Retry
from wirelane_geo.api._transport import Transport
from wirelane_geo.api._writing import Written
from wirelane_geo.api.listing import Listing
from wirelane_geo.api.network import Network
from wirelane_geo.api.query import written
from wirelane_geo.errors import ApiError, ApiNotFound, ApiRefused, ApiUnauthorized, ApiUnreachable, BadInput, OtherDialect
from wirelane_geo.wire.lenient import count_all


@dataclass(frozen=True)
class ListPart:
    """Records of a list as they were read: all of them, or one page. `more`: whether the upstream has more."""

    records: list[Any]
    pages: PageReader[Any]
    problem: str | None
    more: bool = field(default=False)


class Asker:
    """The part of a client that knows no operation by name. See WirelaneClient for the arguments."""

    def __init__(
        self, api_url: str, token_url: str, organization: str, grant: Grant, dialect: Dialect, *, timeout: float | None,
        deadline: float | None, page_size: int | None, concurrency: int | None, max_bytes: int, retry: Retry | None,
        hosts: Hosts | None, observe: Observe | None, transport: httpx.BaseTransport | None, clock: Clock,
        sleep: Callable[[float], object] | None,
    ) -> None:
        if not re.fullmatch(ORGANIZATION, organization):
            raise BadInput(f"{organization!r} is no organization id: letters, digits, - and _.")
        pace = dialect.pace
        self._dialect = dialect
        self._base = f"{base_url(api_url)}/organizations/id/{organization}"
        self._deadline = pace.deadline if deadline is None else deadline
        self._whole_deadline = pace.whole if deadline is None else deadline
        self._page_size = page_size or pace.page_size
        self._concurrency = concurrency or pace.at_once
        self._clock = clock
        client = httpx.Client(
            transport=transport or Network(4 * self._concurrency, 2 * self._concurrency), follow_redirects=False,
            headers={"User-Agent": f"wirelane-geo/{__version__}"},
        )
        self._caller = Transport(
            client, timeout=timeout or pace.timeout, max_bytes=max_bytes, retry=retry or Retry(),
            hosts=hosts or Hosts(clock=clock), at_once=pace.at_once if pace.exclusive else None, sleep=sleep, observe=observe)
        self._tokens = Tokens(self._caller, base_url(token_url), grant, clock)
        self._readers = ThreadPoolExecutor(self._concurrency, thread_name_prefix="wirelane-api")
        self._unknown: Counter[str] = Counter()
        self._counting = threading.Lock()

    def close(self) -> None:
        """Hang up; calls under way in other threads end with ApiUnreachable."""
        self._caller.close()
        self._readers.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def unknown(self) -> Counter[str]:
        """How often a value came that the contract doesn't know, as "status=NEWVALUE", in all answers so far."""
        with self._counting:
            return self._unknown.copy()

    def ask(self, name: str, until: Deadline, *ids: object, params: Mapping[str, Written] | None = None,
            body: bytes | None = None) -> Answer:
        """The answer of an operation; a token that is refused is renewed once. Raises NotOffered, ApiError."""
        operation = self._dialect.operation(name)
        try:
            return self._answer(name, operation, operation.path(*ids), until, params or {}, body)
        except ApiNotFound as error:
            first = (params or {}).get("page") == "1" and name == self._dialect.points.operation
            if first and (other := self._spoken(until)):
                raise OtherDialect(request=error.request, asked=self._dialect.name, spoken=other) from None
            raise

    def one(self, name: str, until: Deadline, *ids: object, body: bytes | None = None) -> Any:
        """The record that an operation answers."""
        answer, kind = self.ask(name, until, *ids, body=body), self._dialect.operation(name).kind
        assert kind is not None  # noqa: S101 - every operation that is asked this way answers a record
        unknown: Counter[str] = Counter()
        try:
            record = kind.decode(answer.json_body(), unknown)
        except BadInput as error:
            raise answer.call.bad_answer(f"answered something else than a {kind.name}: {error}") from None
        self._count(unknown)
        return record

    def whole(self, name: str, query: dict[str, Written], until: Deadline) -> Records[Any]:
        """All records of a list."""
        kind = self._dialect.operation(name).kind
        assert kind is not None  # noqa: S101 - as above

        def page(answer: Answer, number: int) -> Page[Any]:
            return page_of(answer, number, int(str(answer.call.params["page_size"])), kind)

        found = self._read(name, query, until, page, kind.key)
        return Records(found.records, found.pages.total, found.pages.rejected, found.pages.unknown, found.problem)

    def _whole_of_each(self, name: str, parameters: Mapping[str, Any], deadline: float | None) -> Records[Any]:
        """All records of a list, each once, by parameters that may have to be asked for one by one."""
        operation, until = self._dialect.operation(name), self._until_whole(deadline)
        query = written(parameters, operation.table)
        lists = [self.whole(name, one, until) for one in ([query] if self._dialect.repeats_keys else one_by_one(query))]
        if len(lists) == 1 or operation.kind is None:
            return lists[0]
        once = {operation.kind.key(record) or id(record): record for records in lists for record in records}
        unknown: Counter[str] = Counter()
        for records in lists:
            count_all(unknown, records.unknown)
        totals = [records.total for records in lists]
        return Records(list(once.values()), None if None in totals else sum(filter(None, totals)),
                       [rejected for records in lists for rejected in records.rejected], unknown,
                       next((records.problem for records in lists if records.problem), None))

    def _spoken(self, until: Deadline) -> str | None:
        """The other dialect that the upstream has a list of charge points in."""
        others = [other for other in DIALECTS.values() if other is not self._dialect]
        return next((other.name for other in others if self._tried(other, until)[1] == ANSWERED), None)

    def _tried(self, other: Dialect, until: Deadline) -> tuple[str, str]:
        """The path of a dialect's list of charge points, and how the upstream answers to it."""
        operation = other.operation(other.points.operation)
        path = operation.path()
        try:
            self._answer(other.points.operation, operation, path, until, {"page": "1", "page_size": "1"}, None)
        except ApiRefused as error:
            return path.text, f"refused with {error.status}"
        except ApiError:
            return path.text, "not answered"
        return path.text, ANSWERED

    def _answer(self, name: str, operation: Operation, path: Path, until: Deadline, params: Mapping[str, Written],
                body: bytes | None) -> Answer:
        table = operation.table
        hidden = (*path.private, *(str(value) for key, value in params.items() if key in table.private))
        fields = {key: str(value) for key, value in params.items() if key in table.headers}
        query = {key: value for key, value in params.items() if key not in table.headers}
        refused: str | None = None
        while True:
            token = self._tokens.get(until, refused)
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", **fields}
            if body is not None:
                headers["Content-Type"] = "application/json"
            call = Call(name, operation.method, self._base + path.text, query, headers, body, operation.repeatable,
                        (token, *hidden), table.private, self._base + path.shown)
            try:
                return self._caller.answer(call, until)
            except ApiUnauthorized:
                if refused is not None:
                    raise
            refused = token

    def _until(self, seconds: float | None) -> Deadline:
        return Deadline(self._deadline if seconds is None else seconds, self._clock)

    def _until_whole(self, seconds: float | None) -> Deadline:
        return Deadline(self._whole_deadline if seconds is None else seconds, self._clock)

    def _count(self, unknown: Counter[str]) -> None:
        if unknown:
            with self._counting:
                count_all(self._unknown, unknown)

    def _noted(self, page: Page[Any]) -> Page[Any]:
        self._count(page.unknown)
        return replace(page, short_is_last=self._dialect.short_is_last)

    def _listing(self, name: str, parameters: Mapping[str, Any], limit: int | None, deadline: float | None, *ids: object
                 ) -> Listing[Any]:
        operation = self._dialect.operation(name)
        operation.path(*ids)  # refuses an id that can't be before anything is sent
        query = written(parameters, operation.table)
        queries = [query] if self._dialect.repeats_keys else one_by_one(query)
        if len(queries) == 1:
            return self._single(name, operation, queries[0], limit, deadline, ids)
        number, size = query.pop("page", None), int(str(query.get("page_size", self._page_size)))
        lists = [self._single(name, operation, {key: value for key, value in one.items() if key != "page"}, None, deadline, ids)
                 for one in queries]
        assert operation.kind is not None  # noqa: S101 - as above
        return ListingOfSeveral(
            lists, operation.kind.key, operation.orders.get(str(query.get("order_by", operation.order))),
            descending=query.get("order_direction", operation.direction) == "desc",
            page=None if number is None else int(str(number)), size=size, limit=limit)

    def _single(self, name: str, operation: Operation, query: dict[str, Written], limit: int | None, deadline: float | None,
                ids: tuple[object, ...]) -> Listing[Any]:
        kind = operation.kind
        assert kind is not None  # noqa: S101 - as above
        query = dict(query)
        given, alone = query.pop("page_size", None), query.pop("page", None)
        size = int(str(given)) if given else self._page_size if limit is None else max(1, min(limit, self._page_size))

        def ask(number: int, size: int, until: Deadline) -> Page[Any]:
            params = {**query, "page": str(number), "page_size": str(size)}
            return self._noted(page_of(self.ask(name, until, *ids, params=params), number, size, kind))

        return Listing(ask, lambda: self._until(deadline), kind.key, size, limit=limit,
                       page=int(str(alone)) if alone else None)

    def _read(self, name: str, query: dict[str, Written], whole: Deadline, page_of: Callable[[Answer, int], Page[Any]],
              key: Callable[[Any], Hashable | None], enough: Callable[[int | None, list[Any]], bool] = lambda *_: False
              ) -> ListPart:
        """All pages of a list, or the one that is asked for. `enough` is told the upstream's count, and what was read so far."""
        query = {"page_size": str(self._page_size), **query}
        reading: PageReader[Any] = PageReader(key)
        records: list[Any] = []
        with whole.part() as until:

            def fetch(number: int) -> Page[Any]:
                return self._noted(page_of(self.ask(name, until, params={**query, "page": str(number)}), number))

            if "page" in query:
                page = fetch(int(str(query["page"])))
                records, problem = reading.take(page), reading.problem()
                more = bool(page.size) and page.last() != page.number
                if problem is None and page.last() != page.number:
                    problem = f"only page {page.number} was asked for"
                return ListPart(records, reading, problem, more)
            with closing(read(fetch, self._submit, self._concurrency)) as pages:
                for page in pages:
                    records += reading.take(page)
                    if reading.ended or enough(reading.total, records):
                        break
        return ListPart(records, reading, reading.problem())

    def _submit(self, fetch: Fetch[Any], number: int) -> "Future[Page[Any]]":
        try:
            return self._readers.submit(fetch, number)
        except RuntimeError:
            raise ApiUnreachable("The client was closed while a list was read.", request=f"GET {self._base}") from None


SECONDS: Clock = time.monotonic
ANSWERED = "answered"
