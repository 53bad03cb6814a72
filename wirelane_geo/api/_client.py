"""The typed client of the Wirelane API 2.0, in its dialects of 2023 and 2026.

    with WirelaneClient(api_url, token_url, "DEMOTENANT", client_id, client_secret, username, password) as client:
        points = client.points(bounds=Bounds(52.3, 13.0, 52.7, 13.8), plug_types=["CCS"], status=["FREE"])
        print(len(points), "of", points.total, "" if points.complete else points.problem)
        point = client.point("DE*SGD*E000801", type="evseid")
        for session in client.sessions(since=datetime(2024, 5, 1, tzinfo=UTC), status="closed"):
            print(session.session_id, session.kwh, session.money)
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Self, Unpack

import httpx

from wirelane_geo.api._asker import SECONDS, Asker
from wirelane_geo.api._auth import Grant
from wirelane_geo.api._deadline import Clock, Deadline
from wirelane_geo.api._dialects import DIALECTS
from wirelane_geo.api._dialects import dialect as dialect_of
from wirelane_geo.api._hosts import Hosts
from wirelane_geo.api._metrics import Observe
from wirelane_geo.api._points import Points, joined, point_in
from wirelane_geo.api._results import Records
from wirelane_geo.api._retry import Retry
from wirelane_geo.api._stations import StationOperations
from wirelane_geo.api._writing import Written
from wirelane_geo.api.listing import Listing
from wirelane_geo.api.query import PointParameters, written
from wirelane_geo.api.query_2026 import MemberParametersOfBoth, SessionParametersOfBoth
from wirelane_geo.errors import BadInput, BadSetting, NotOffered
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, ChargingSession, Member, PaymentMethod, Subscription
from wirelane_geo.settings import Settings
from wirelane_geo.wire.points import encode_point

_SHARED = Hosts()


class WirelaneClient(StationOperations, Asker):
    """The operations of one organization's account. Thread-safe; close it, or use it in a `with`.

    `dialect`: "2023" or "2026", the year of the document that the upstream goes by. Both have charge points (in 2026 the
    connectors of stations), members and sessions, and answer them as the same records; what only one has raises NotOffered in
    the other. A record of 2026 that says more has it in `original`.

    With username and password it asks for the password grant, else for client_credentials (scope account). `timeout`: seconds
    for any one step (connecting, one read). `deadline`: seconds for a whole call, with its token, repetitions and pages; every
    method takes another one. `concurrency`: pages of a list fetched at once. What isn't given is the dialect's: 10 s, 60 s and
    4 pages of 1,000 in 2023; in 2026 60 s, 180 s (an hour for a list that is read as a whole), and 2 requests at a time, those
    of other clients of the host counted. `max_bytes`: the largest answer that is read. `hosts`: circuit breakers and rate
    limits, which clients of the same upstream can share (see `Hosts`). `observe` is told of each request (see `Exchange`).
    `transport`, `clock` (monotonic seconds) and `sleep` are for tests.

    Lists of points and stations come as a whole; others are read a page at a time while they are iterated over (see
    `Listing`).

    Every method raises ApiError (see wirelane_geo.errors), and BadInput for what can't be asked. Reading and updating are
    repeated after 429, 502, 503, 504 and lost connections; creating only where certainly nothing was created. A host that
    goes on failing is left alone for a while: ApiPaused. An upstream that speaks the other dialect is found out:
    OtherDialect. What is personal in a request is not in the error that names it.
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
        dialect: str = "2023",
        timeout: float | None = None,
        deadline: float | None = None,
        page_size: int | None = None,
        concurrency: int | None = None,
        max_bytes: int = 256 * 1024 * 1024,
        retry: Retry | None = None,
        hosts: Hosts | None = None,
        observe: Observe | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Clock = SECONDS,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        if (username is None) != (password is None):
            raise BadInput("The password grant needs both username and password.")
        spoken = dialect_of(dialect)
        super().__init__(
            api_url, token_url, organization, Grant(client_id, client_secret, username, password, spoken.scope), spoken,
            timeout=timeout, deadline=deadline, page_size=page_size, concurrency=concurrency, max_bytes=max_bytes, retry=retry,
            hosts=hosts, observe=observe, transport=transport, clock=clock, sleep=sleep)

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
        options = {"hosts": _SHARED, "dialect": settings.dialect, **options}
        return cls(**account, username=settings.username, password=settings.password, **options)

    @property
    def dialect(self) -> str:
        """The year of the document that it goes by."""
        return self._dialect.name

    @property
    def scope(self) -> str:
        """What the dialect calls the scope of the password grant."""
        return self._dialect.scope

    @property
    def records(self) -> str:
        """What a list of charge points is made of and counts: charge points, or stations."""
        return self._dialect.points.records

    def answered(self, *, deadline: float | None = None) -> dict[str, tuple[str, str]]:
        """For each dialect the path of its list of charge points, and how the upstream answers to it, in words."""
        until = self._until(deadline)
        return {other.name: self._tried(other, until) for other in DIALECTS.values()}

    @property
    def patience(self) -> float:
        """Seconds that one question may take which is asked again and again."""
        return self._dialect.pace.patience

    @property
    def whole_below(self) -> int:
        """A network of fewer stations is read more cheaply as a whole; 0 where any part of the map can be asked for."""
        return self._dialect.points.whole_below

    @property
    def most_tiles(self) -> int:
        """Into how many parts a view of the map is divided at most."""
        return self._dialect.points.most_tiles

    @property
    def told_points(self) -> bool:
        """Whether events tell charge points as lists do."""
        return self._dialect.points.told

    def offers(self, operation: str) -> bool:
        """Whether the dialect has an operation, by the name of its method."""
        return self._dialect.offers(operation)

    def points(
        self, *, bounds: Bounds | None = None, limit: int | None = None, most: int | None = None,
        deadline: float | None = None, **parameters: Unpack[PointParameters],
    ) -> Points:
        """The organization's charge points, by any of the API's parameters; all pages, or the one given as `page`.

        `bounds` stands for the four corner parameters; where it crosses the antimeridian, that makes two queries.
        `limit`: read no more pages than it takes for so many points, and answer no more. `most`: where the upstream counts more
        records than that, read the first page only. In 2026 pages and counts are of stations, `order_by` knows updateDate, city,
        zipCode and distance, and NotOffered is raised for parameters that it doesn't have.
        """
        spoken = self._dialect.points
        table = self._dialect.operation(spoken.operation).table
        until = self._until_whole(deadline)
        box = bounds if spoken.circles else None
        lists = [self._point_list(written(asked, table), box, until, limit, most)
                 for asked in spoken.queries(parameters, bounds)]
        return lists[0] if len(lists) == 1 else joined(lists, limit)

    def offered(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Those parameters of a list of charge points that the dialect has."""
        kept = {}
        for name, value in parameters.items():
            with suppress(NotOffered):
                self._dialect.points.queries({name: value}, None)
                kept[name] = value
        return kept

    def point(self, id: str, type: str = "id", *, deadline: float | None = None) -> ChargePoint:
        """One charge point by an id of the given type, one of POINT_ID_TYPES; in 2026 that is a search. Raises ApiNotFound."""
        return self._dialect.point(self, id, type, self._until(deadline))

    def renewed(self, point: ChargePoint, *, deadline: float | None = None) -> ChargePoint:
        """A charge point that this client has answered, as it is now. Raises ApiNotFound."""
        return self._dialect.renewed(self, point, self._until(deadline))

    def points_of_station(self, id: str, *, deadline: float | None = None) -> Sequence[ChargePoint]:
        """The charge points of a station by its number, as events name it. Raises ApiNotFound, NotOffered."""
        return self._dialect.station(self, id, self._until(deadline)).points

    def create_point(self, point: ChargePoint, *, deadline: float | None = None) -> ChargePoint:
        """Create a charge point; answers it as the upstream has it then, with its id."""
        return point_in(self.ask("create_point", self._until(deadline), body=encode_point(point)))

    def update_point(
        self, id: str, point: ChargePoint, type: str = "id", *, deadline: float | None = None
    ) -> ChargePoint:
        """Replace a charge point by an id of the given type; answers it as the upstream has it then. Raises ApiNotFound."""
        return point_in(self.ask("update_point", self._until(deadline), id, type, body=encode_point(point)))

    def members(
        self, *, limit: int | None = None, deadline: float | None = None, **parameters: Unpack[MemberParametersOfBoth]
    ) -> Listing[Member]:
        """The organization's members, read while they are iterated over; or the one page given as `page`."""
        return self._listing("members", parameters, limit, deadline)

    def member(self, account_id: str, *, deadline: float | None = None) -> Member:
        """One member by the id of its account. Raises ApiNotFound."""
        member: Member = self.one("member", self._until(deadline), account_id)
        return member

    def payment_methods(self, account_id: str, *, deadline: float | None = None) -> Records[PaymentMethod]:
        """How a member pays, by the id of its account; in 2026 the one that there is. Raises ApiNotFound."""
        found = self._dialect.payment_methods(self, account_id, self._until(deadline))
        self._count(found.unknown)
        return found

    def subscription(self, account_id: str, *, deadline: float | None = None) -> Subscription:
        """What a member has booked, by the id of its account."""
        subscription: Subscription = self.one("subscription", self._until(deadline), account_id)
        return subscription

    def sessions(
        self, *, limit: int | None = None, deadline: float | None = None, **parameters: Unpack[SessionParametersOfBoth]
    ) -> Listing[ChargingSession]:
        """The organization's charging sessions, read while they are iterated over; or the one page given as `page`."""
        return self._listing("sessions", parameters, limit, deadline)

    def session(self, id: str, *, deadline: float | None = None) -> ChargingSession:
        """One charging session by its session_id. Raises ApiNotFound."""
        session: ChargingSession = self.one("session", self._until(deadline), id)
        return session

    def _point_list(self, query: dict[str, Written], box: Bounds | None, whole: Deadline, limit: int | None, most: int | None
                    ) -> Points:
        spoken = self._dialect.points

        def enough(total: int | None, records: list[Any]) -> bool:
            too_many = most is not None and (total or 0) > most
            return too_many or (limit is not None and len(spoken.found(records, box).points) >= limit)

        read = self._read(spoken.operation, query, whole, spoken.page, spoken.key, enough)
        found = spoken.found(read.records, box)
        return Points(found.points, read.pages.total, [*read.pages.rejected, *found.rejected], read.pages.unknown, read.problem,
                      found.dates, read.more).first(limit)
