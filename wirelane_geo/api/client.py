"""The typed client of the Wirelane API 2.0.

    with WirelaneClient(api_url, token_url, "DEMOTENANT", client_id, client_secret, username, password) as client:
        points = client.points(bounds=Bounds(52.3, 13.0, 52.7, 13.8), plug_types=["CCS"], status=["FREE"])
        print(len(points), "of", points.total, "" if points.complete else points.problem)
        point = client.point("DE*SGD*E000801", type="evseid")
"""

import re
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any, Self, Unpack
from urllib.parse import quote

import httpx

from wirelane_geo import __version__
from wirelane_geo.api import deadline as deadlines
from wirelane_geo.api.auth import Grant, Tokens
from wirelane_geo.api.calls import Answer, Call, Caller
from wirelane_geo.api.deadline import Clock, Deadline
from wirelane_geo.api.models import decode_point, encode_point
from wirelane_geo.api.paging import Fetch, Page, Reading, read
from wirelane_geo.api.points import Points, boxed, joined, key_of, page_of
from wirelane_geo.api.query import PointParameters, written
from wirelane_geo.api.retry import Retry
from wirelane_geo.errors import ApiUnauthorized, ApiUnreachable, BadInput, BadSetting
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint
from wirelane_geo.settings import Settings

POINT_ID_TYPES = ("id", "evseid", "charging_point_id", "charge_point_id")
"""Which of a charge point's fields an id can be of."""


class WirelaneClient:
    """The operations of one organization's account. Thread-safe; close it, or use it in a `with`.

    With username and password it asks for the password grant (scope account_admin), else for client_credentials (scope
    account). `timeout`: seconds for any one step (connecting, one read). `deadline`: seconds for a whole call, with its
    token, repetitions and pages; every method takes another one. `concurrency`: pages of a list fetched at once.
    `max_bytes`: the largest answer that is read. `transport`, `clock` (monotonic seconds) and `sleep` are for tests.

    Every method raises ApiError (see wirelane_geo.errors), and BadInput for what can't be asked. Reading and updating
    are repeated after 429, 502, 503, 504 and lost connections; creating only where certainly nothing was created.
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
        transport: httpx.BaseTransport | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", organization):
            raise BadInput(f"{organization!r} is no organization id: letters, digits, - and _.")
        if (username is None) != (password is None):
            raise BadInput("The password grant needs both username and password.")
        self._base = f"{_url(api_url)}/organizations/id/{organization}"
        self._deadline = deadline
        self._page_size = page_size
        self._concurrency = concurrency
        self._clock = clock
        client = httpx.Client(
            transport=transport, follow_redirects=False, headers={"User-Agent": f"wirelane-geo/{__version__}"},
            limits=httpx.Limits(max_connections=4 * concurrency, max_keepalive_connections=2 * concurrency),
        )
        deadlines.enforce(client)
        self._caller = Caller(client, timeout=timeout, max_bytes=max_bytes, retry=retry or Retry(), sleep=sleep)
        grant = Grant(client_id, client_secret, username, password)
        self._tokens = Tokens(self._caller, _url(token_url), grant, clock)
        self._readers = ThreadPoolExecutor(concurrency, thread_name_prefix="wirelane-api")

    @classmethod
    def from_settings(cls, settings: Settings, **options: Any) -> Self:
        """The client of the account in the settings. Raises BadSetting where they name none."""
        account = {name: getattr(settings, name)
                   for name in ("api_url", "token_url", "organization", "client_id", "client_secret")}
        if missing := [name for name, value in account.items() if not value]:
            raise BadSetting(f"No Wirelane account is set: {', '.join(missing)} missing. "
                             "Set WIRELANE_ENVIRONMENT to staging or production, and the account's settings.")
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
        queries = [written(chosen) for chosen in boxed(parameters, bounds)]
        lists = [self._list(query, until, limit) for query in queries]
        return lists[0] if len(lists) == 1 else joined(lists, limit)

    def point(self, id: str, type: str = "id", *, deadline: float | None = None) -> ChargePoint:
        """One charge point by an id of the given type, one of POINT_ID_TYPES. Raises ApiNotFound."""
        return _point(self._answer("GET", _point_path(id, type), self._until(deadline)))

    def create_point(self, point: ChargePoint, *, deadline: float | None = None) -> ChargePoint:
        """Create a charge point; answers it as the upstream has it then, with its id."""
        return _point(self._answer("POST", "/points", self._until(deadline), body=encode_point(point), repeatable=False))

    def update_point(
        self, id: str, point: ChargePoint, type: str = "id", *, deadline: float | None = None
    ) -> ChargePoint:
        """Replace a charge point by an id of the given type; answers it as the upstream has it then. Raises ApiNotFound."""
        return _point(self._answer("PUT", _point_path(id, type), self._until(deadline), body=encode_point(point)))

    def _until(self, seconds: float | None) -> Deadline:
        return Deadline(self._deadline if seconds is None else seconds, self._clock)

    def _answer(
        self, method: str, path: str, until: Deadline, *, params: dict[str, str] | None = None,
        body: bytes | None = None, repeatable: bool = True,
    ) -> Answer:
        """One authorized call; a token that is refused is renewed once."""
        refused: str | None = None
        while True:
            token = self._tokens.get(until, refused)
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            if body is not None:
                headers["Content-Type"] = "application/json"
            call = Call(method, self._base + path, params or {}, headers, body, repeatable, (token,))
            try:
                return self._caller.answer(call, until)
            except ApiUnauthorized:
                if refused is not None:
                    raise
            refused = token

    def _list(self, query: dict[str, str], whole: Deadline, limit: int | None) -> Points:
        query = {"page_size": str(self._page_size), **query}
        reading: Reading[ChargePoint] = Reading(key_of)
        points: list[ChargePoint] = []
        with whole.part() as until:

            def fetch(number: int) -> Page[ChargePoint]:
                return page_of(self._answer("GET", "/points", until, params={**query, "page": str(number)}), number)

            if "page" in query:
                return _alone(fetch(int(query["page"])), reading).first(limit)
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


def _url(text: str) -> str:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise BadInput("A URL of the API is https://host/path, without user, password, query and fragment.")
    return text.rstrip("/")


def _alone(page: Page[ChargePoint], reading: Reading[ChargePoint]) -> Points:
    """One page as a list of its own."""
    points, problem = reading.take(page), reading.problem()
    if problem is None and page.last() != page.number:
        problem = f"only page {page.number} was asked for"
    return Points(points, reading.total, reading.rejected, reading.unknown, problem)


def _point(answer: Answer) -> ChargePoint:
    try:
        return decode_point(answer.json_body())
    except BadInput as error:
        raise answer.call.bad_answer(f"answered something else than a charge point: {error}") from None


def _point_path(id: str, type: str) -> str:
    if type not in POINT_ID_TYPES:
        raise BadInput(f"{type!r} is no type of id: it is one of {', '.join(POINT_ID_TYPES)}.")
    if not re.fullmatch(r"[A-Za-z0-9_*-]+", id):
        raise BadInput(f"{id!r} can't be asked for by {type}: the API takes letters, digits, -, _ and *.")
    return f"/points/{type}/{quote(id, safe='*')}"
