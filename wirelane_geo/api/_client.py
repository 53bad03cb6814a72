"""The typed client of the Wirelane API 2.0.

    with WirelaneClient(api_url, token_url, "DEMOTENANT", client_id, client_secret, username, password) as client:
        points = client.points(bounds=Bounds(52.3, 13.0, 52.7, 13.8), plug_types=["CCS"], status=["FREE"])
        print(len(points), "of", points.total, "" if points.complete else points.problem)
        point = client.point("DE*SGD*E000801", type="evseid")
        for session in client.sessions(since=datetime(2024, 5, 1, tzinfo=UTC), status="closed"):
            print(session.session_id, session.kwh, session.money)
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any, Self, TypeVar, Unpack

import httpx

from wirelane_geo import __version__
from wirelane_geo.api import query as queries
from wirelane_geo.api._auth import Grant, Tokens
from wirelane_geo.api._calls import Answer, Call
from wirelane_geo.api._deadline import Clock, Deadline
from wirelane_geo.api._hosts import Hosts
from wirelane_geo.api._metrics import Observe
from wirelane_geo.api._paging import Fetch, Page, PageReader, page_of, read
from wirelane_geo.api._paths import ORGANIZATION, Path, base_url, member_path, point_path, session_path
from wirelane_geo.api._points import Points, alone, boxed, joined, key_of, points_of
from wirelane_geo.api._results import Records
from wirelane_geo.api._retry import Retry
from wirelane_geo.api._transport import Transport
from wirelane_geo.api._writing import Written
from wirelane_geo.api.listing import Listing
from wirelane_geo.api.network import Network
from wirelane_geo.api.query import MemberParameters, PointParameters, SessionParameters, written
from wirelane_geo.errors import ApiUnauthorized, ApiUnreachable, BadInput, BadSetting
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, ChargingSession, Member, PaymentMethod, Record, Subscription
from wirelane_geo.settings import Settings
from wirelane_geo.wire.lenient import count_all
from wirelane_geo.wire.points import decode_point, encode_point
from wirelane_geo.wire.records import MEMBERS, PAYMENT_METHODS, SESSIONS, SUBSCRIPTIONS, Kind

R = TypeVar("R", bound=Record)

_SHARED = Hosts()


class WirelaneClient:
    """The operations of one organization's account. Thread-safe; close it, or use it in a `with`.

    With username and password it asks for the password grant (scope account_admin), else for client_credentials (scope
    account). `timeout`: seconds for any one step (connecting, one read). `deadline`: seconds for a whole call, with its
    token, repetitions and pages; every method takes another one. `concurrency`: pages of a list fetched at once.
    `max_bytes`: the largest answer that is read. `hosts`: circuit breakers and rate limits, which clients of the same
    upstream can share (see `Hosts`). `observe` is told of each request (see `Exchange`). `transport`, `clock` (monotonic
    seconds) and `sleep` are for tests.

    Lists of points come as a whole; lists of members and sessions are read a page at a time while they are iterated over
    (see `Listing`).

    Every method raises ApiError (see wirelane_geo.errors), and BadInput for what can't be asked. Reading and updating are
    repeated after 429, 502, 503, 504 and lost connections; creating only where certainly nothing was created. A host that
    goes on failing is left alone for a while: ApiPaused. What is personal in a request is not in the error that names it.
    """

    def __init__(
        self,
        api_url: str,
        token_url: str,
        organization: str,
        client_id: str,
        client_secret: str,
        username: str | None = None,
        password: str | None = None,
        *,
        timeout: float = 10.0,
        deadline: float = 60.0,
        page_size: int = 1000,
        concurrency: int = 4,
        max_bytes: int = 256 * 1024 * 1024,
        retry: Retry | None = None,
        hosts: Hosts | None = None,
        observe: Observe | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        if not re.fullmatch(ORGANIZATION, organization):
            raise BadInput(f"{organization!r} is no organization id: letters, digits, - and _.")
        if (username is None) != (password is None):
            raise BadInput("The password grant needs both username and password.")
        self._base = f"{base_url(api_url)}/organizations/id/{organization}"
        self._deadline = deadline
        self._page_size = page_size
        self._concurrency = concurrency
        self._clock = clock
        client = httpx.Client(
            transport=transport or Network(4 * concurrency, 2 * concurrency), follow_redirects=False,
            headers={"User-Agent": f"wirelane-geo/{__version__}"},
        )
        self._caller = Transport(
            client, timeout=timeout, max_bytes=max_bytes, retry=retry or Retry(), hosts=hosts or Hosts(clock=clock),
            sleep=sleep, observe=observe,
        )
        grant = Grant(client_id, client_secret, username, password)
        self._tokens = Tokens(self._caller, base_url(token_url), grant, clock)
        self._readers = ThreadPoolExecutor(concurrency, thread_name_prefix="wirelane-api")
        self._unknown: Counter[str] = Counter()
        self._counting = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings, **options: Any) -> Self:
        """The client of the account in the settings. Raises BadSetting where they name none.

        All clients made here share their circuit breakers and rate limits, unless other `hosts` are given.
        """
        account = {name: getattr(settings, name)
                   for name in ("api_url", "token_url", "organization", "client_id", "client_secret")}
        if missing := [name for name, value in account.items() if not value]:
            raise BadSetting(f"No Wirelane account is set: {', '.join(missing)} missing. "
                             "Set WIRELANE_ENVIRONMENT to staging or production, and the account's settings.")
        options = {"hosts": _SHARED, **options}
        return cls(**account, username=settings.username, password=settings.password, **options)

    def close(self) -> None:
        """Hang up; calls under way in other threads end with ApiUnreachable."""
        self._caller.close()
        self._readers.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def points(
        self, *, bounds: Bounds | None = None, limit: int | None = None, deadline: float | None = None,
        **parameters: Unpack[PointParameters],
    ) -> Points:
        """The organization's charge points, by any of the API's parameters; all pages, or the one given as `page`.

        `bounds` stands for the four corner parameters; where it crosses the antimeridian, that makes two queries.
        `limit`: read no more pages than it takes for so many points, and answer no more.
        """
        until = self._until(deadline)
        asked = [written(chosen, queries.POINTS) for chosen in boxed(parameters, bounds)]
        lists = [self._list(query, until, limit) for query in asked]
        return lists[0] if len(lists) == 1 else joined(lists, limit)

    def point(self, id: str, type: str = "id", *, deadline: float | None = None) -> ChargePoint:
        """One charge point by an id of the given type, one of POINT_ID_TYPES. Raises ApiNotFound."""
        return _point(self._answer("point", "GET", point_path(id, type), self._until(deadline)))

    def create_point(self, point: ChargePoint, *, deadline: float | None = None) -> ChargePoint:
        """Create a charge point; answers it as the upstream has it then, with its id."""
        return _point(self._answer(
            "create_point", "POST", Path("/points"), self._until(deadline), body=encode_point(point), repeatable=False))

    def update_point(
        self, id: str, point: ChargePoint, type: str = "id", *, deadline: float | None = None
    ) -> ChargePoint:
        """Replace a charge point by an id of the given type; answers it as the upstream has it then. Raises ApiNotFound."""
        return _point(self._answer(
            "update_point", "PUT", point_path(id, type), self._until(deadline), body=encode_point(point)))

    def members(
        self, *, limit: int | None = None, deadline: float | None = None, **parameters: Unpack[MemberParameters]
    ) -> Listing[Member]:
        """The organization's members, read while they are iterated over; or the one page given as `page`."""
        return self._listing("members", MEMBERS, written(parameters, queries.MEMBERS), queries.MEMBERS, limit, deadline)

    def member(self, account_id: str, *, deadline: float | None = None) -> Member:
        """One member by the id of its account. Raises ApiNotFound."""
        return self._one(MEMBERS, self._answer("member", "GET", member_path(account_id), self._until(deadline)))

    def payment_methods(self, account_id: str, *, deadline: float | None = None) -> Records[PaymentMethod]:
        """How a member pays, by the id of its account."""
        path = member_path(account_id, "/payment_methods")
        page = page_of(self._answer("payment_methods", "GET", path, self._until(deadline)), 1, 1, PAYMENT_METHODS)
        self._count(page.unknown)
        return Records(page.records, page.size, page.rejected, page.unknown)

    def subscription(self, account_id: str, *, deadline: float | None = None) -> Subscription:
        """What a member has booked, by the id of its account."""
        path = member_path(account_id, "/subscription")
        return self._one(SUBSCRIPTIONS, self._answer("subscription", "GET", path, self._until(deadline)))

    def sessions(
        self, *, limit: int | None = None, deadline: float | None = None, **parameters: Unpack[SessionParameters]
    ) -> Listing[ChargingSession]:
        """The organization's charging sessions, read while they are iterated over; or the one page given as `page`."""
        query = written(parameters, queries.SESSIONS)
        return self._listing("sessions", SESSIONS, query, queries.SESSIONS, limit, deadline)

    def session(self, id: str, *, deadline: float | None = None) -> ChargingSession:
        """One charging session by its session_id. Raises ApiNotFound."""
        return self._one(SESSIONS, self._answer("session", "GET", session_path(id), self._until(deadline)))

    @property
    def unknown(self) -> Counter[str]:
        """How often a value came that the contract doesn't know, as "status=NEWVALUE", in all answers so far."""
        with self._counting:
            return self._unknown.copy()

    def _until(self, seconds: float | None) -> Deadline:
        return Deadline(self._deadline if seconds is None else seconds, self._clock)

    def _answer(
        self, operation: str, method: str, path: Path, until: Deadline, *, params: dict[str, Written] | None = None,
        private: frozenset[str] = frozenset(), body: bytes | None = None, repeatable: bool = True,
    ) -> Answer:
        """One authorized call; a token that is refused is renewed once."""
        hidden = (*path.private, *(str(value) for name, value in (params or {}).items() if name in private))
        refused: str | None = None
        while True:
            token = self._tokens.get(until, refused)
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            if body is not None:
                headers["Content-Type"] = "application/json"
            call = Call(operation, method, self._base + path.text, params or {}, headers, body, repeatable,
                        (token, *hidden), private, self._base + path.shown)
            try:
                return self._caller.answer(call, until)
            except ApiUnauthorized:
                if refused is not None:
                    raise
            refused = token

    def _one(self, kind: Kind[R], answer: Answer) -> R:
        unknown: Counter[str] = Counter()
        try:
            record = kind.decode(answer.json_body(), unknown)
        except BadInput as error:
            raise answer.call.bad_answer(f"answered something else than a {kind.name}: {error}") from None
        self._count(unknown)
        return record

    def _count(self, unknown: Counter[str]) -> None:
        if unknown:
            with self._counting:
                count_all(self._unknown, unknown)

    def _listing(self, operation: str, kind: Kind[R], query: dict[str, Written], table: queries.Table, limit: int | None,
                 deadline: float | None) -> Listing[R]:
        given, alone = query.pop("page_size", None), query.pop("page", None)
        size = int(str(given)) if given else self._page_size if limit is None else max(1, min(limit, self._page_size))

        def ask(number: int, size: int, until: Deadline) -> Page[R]:
            params = {**query, "page": str(number), "page_size": str(size)}
            answer = self._answer(operation, "GET", Path(f"/{operation}"), until, params=params, private=table.private)
            page = page_of(answer, number, size, kind)
            self._count(page.unknown)
            return page

        return Listing(ask, lambda: self._until(deadline), kind.key, size, limit=limit,
                       page=int(str(alone)) if alone else None)

    def _list(self, query: dict[str, Written], whole: Deadline, limit: int | None) -> Points:
        query = {"page_size": str(self._page_size), **query}
        reading: PageReader[ChargePoint] = PageReader(key_of)
        points: list[ChargePoint] = []
        with whole.part() as until:

            def fetch(number: int) -> Page[ChargePoint]:
                answer = self._answer("points", "GET", Path("/points"), until, params={**query, "page": str(number)},
                                      private=queries.POINTS.private)
                page = points_of(answer, number)
                self._count(page.unknown)
                return page

            if "page" in query:
                return alone(fetch(int(str(query["page"]))), reading).first(limit)
            with closing(read(fetch, self._submit, self._concurrency)) as pages:
                for page in pages:
                    points += reading.take(page)
                    if reading.ended or (limit is not None and len(points) >= limit):
                        break
        return Points(points, reading.total, reading.rejected, reading.unknown, reading.problem()).first(limit)

    def _submit(self, fetch: Fetch[ChargePoint], number: int) -> "Future[Page[ChargePoint]]":
        try:
            return self._readers.submit(fetch, number)
        except RuntimeError:
            raise ApiUnreachable("The client was closed while a list was read.", request=f"GET {self._base}") from None


def _point(answer: Answer) -> ChargePoint:
    try:
        return decode_point(answer.json_body())
    except BadInput as error:
        raise answer.call.bad_answer(f"answered something else than a charge point: {error}") from None
