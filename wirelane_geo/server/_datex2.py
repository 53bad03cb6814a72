"""`GET /datex2/table` and `/datex2/status`: the network as DATEX II, AFIR profile 01-00-00; docs/publish.md tells of them."""

import math
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.model import OfferedPoint, Seq
from wirelane_geo.publish import Edition, Publication, Publisher, Selection, Station, datex_status, datex_table
from wirelane_geo.publish.selection import BadSelection
from wirelane_geo.server._published_files import PublishedFile, PublishedFiles, Text, known_since, marks
from wirelane_geo.web.answers import Answer
from wirelane_geo.web.rates import Rates
from wirelane_geo.web.turns import Busy, Left, Turns

LONGEST_S = 600.0
"""Seconds that making a file may take."""
TABLE_SHARE, STATUS_SHARE = 10.0, 1.0
"""Of its time no more than one in so many is spent on tables, or on statuses, of one selection, see `PublishedFiles`."""
MOST_TIMES = 4_000
"""Times of answers of which it is known what they had: a broker that knows no ETags names them so."""
FRESH = "public, max-age=1"
_OWN = frozenset({"deltas"})
_NOTHING_NEW = Answer(b"", None, "application/json", "")
_ETAG = re.compile(r'"seq-(\d{1,18})"')


class NothingThere(WirelaneGeoError):
    """No point is selected, and a table without any isn't one."""


def datex2_routes(publication: Publication, publisher: Publisher, directory: Path, rates: Rates) -> list[BaseRoute]:
    """The routes. directory: where files are made; rates: how much one address may ask for."""
    answers = _Publications(publication, publisher, directory)
    return [Route("/datex2/table", guarded(answers.table, rates)), Route("/datex2/status", guarded(answers.status, rates))]


def guarded(handler: Callable[[Request], Awaitable[Response]], rates: Rates) -> Callable[[Request], Awaitable[Response]]:
    """The handler for so many requests of an address, its errors told in words."""
    async def answer(request: Request) -> Response:
        wait = rates.take(request.client.host if request.client else None)
        if wait is not None:
            return _error("Too much was asked from your address. Try again in a moment.", 429, math.ceil(wait))
        try:
            return await handler(request)
        except BadSelection as error:
            return _error(str(error), 400)
        except NothingThere as error:
            return _error(str(error), 404)
        except Busy as error:
            return _error(str(error), 503, error.seconds)
        except WirelaneGeoError as error:
            return _error(str(error), 503, 5)
        except Left:
            return Response(status_code=499)
    return answer


def _error(words: str, status: int, wait: int | None = None) -> Response:
    return JSONResponse({"error": words}, status,
                        {"Cache-Control": "no-store", **({} if wait is None else {"Retry-After": str(wait)})})


class _Publications:
    def __init__(self, publication: Publication, publisher: Publisher, directory: Path) -> None:
        self._publication, self._publisher = publication, publisher
        self._tables, self._statuses = (
            PublishedFiles(directory, share, publication.monotonic) for share in (TABLE_SHARE, STATUS_SHARE))
        self._turns: dict[str, Turns[PublishedFile]] = {
            name: Turns(at_once=1, in_line=200, seconds=LONGEST_S) for name in ("table", "status")}
        self._looks: Turns[Edition] = Turns(at_once=1, in_line=500, seconds=LONGEST_S)
        self._deltas: Turns[Answer | None] = Turns(at_once=1, in_line=200, seconds=LONGEST_S)
        self._told: OrderedDict[datetime, Seq] = OrderedDict()

    async def table(self, request: Request) -> Response:
        """Where the points are, what they offer, at what price: all of a link's filters and `bbox`."""
        selection, edition = _selection(request), await self._edition(request)
        file = await self._file(request, "table", self._tables, selection, edition)
        return file.response(request, {"Cache-Control": FRESH})

    async def status(self, request: Request) -> Response:
        """The statuses of the same; with `deltas=on` only those that changed since the answer that If-None-Match or
        If-Modified-Since names, where that is known."""
        selection, deltas = _selection(request), _wants_deltas(request)
        edition = await self._edition(request)
        if not deltas:
            file = await self._file(request, "status", self._statuses, selection, edition)
            return file.response(request, {"Cache-Control": FRESH})
        since = self._since(request) if selection.holds_still else None
        answer = None if since is None else await self._deltas.run(request, partial(self._delta, edition, selection, since))
        if answer is None:
            file = await self._file(request, "status", self._statuses, selection, edition)
            return file.sent(request, self._marks(file.version[0], file.dated))
        headers = self._marks(edition.seq, edition.made_at)
        if answer.body:
            return answer.sent(request, headers)
        return Response(status_code=304, headers=headers | {"ETag": _etag(max(edition.seq, since or 0))})

    async def _edition(self, request: Request) -> Edition:
        return await self._looks.run(request, self._publication.edition)

    async def _file(self, request: Request, kind: str, files: PublishedFiles, selection: Selection,
                    edition: Edition) -> PublishedFile:
        version = (edition.seq, edition.facts)
        return files.at_hand(selection.link, version) or await self._turns[kind].run(request, lambda: files.get(
            selection.link, version, edition.made_at, lambda: self._text(kind, edition, selection)))

    def _marks(self, seq: int, at: datetime) -> dict[str, str]:
        """The headers by which the answer to the next question can be what has changed since this one."""
        self._told[at] = Seq(seq)
        while len(self._told) > MOST_TIMES:
            self._told.popitem(last=False)
        return {"Cache-Control": "no-cache", **marks(_etag(seq), at)}

    def _text(self, kind: str, edition: Edition, selection: Selection) -> Text:
        first, stations = self._stations(edition, selection)
        at, table = self._publication.now(), datex_table.table_id(self._publication.store.network, selection.link)
        if kind == "status":
            return Text(datex_status.head(self._publisher, table, first, at, demo=edition.demo),
                        datex_status.statuses(stations, edition.names),
                        datex_status.tail(self._publisher, first, at, delta=False))
        if first is None:
            raise NothingThere("No charge point meets these filters.")
        lang = self._publisher.language(first)
        return Text(datex_table.head(self._publisher, table, first, at, demo=edition.demo),
                    datex_table.sites(stations, edition.names, lang, at.date()), datex_table.TAIL)

    def _stations(self, edition: Edition, selection: Selection) -> tuple[OfferedPoint | None, Iterator[Station]]:
        stations = self._publication.stations(edition, self._publication.positions(edition, selection))
        first = next(stations, None)
        return (None, stations) if first is None else (first.points[0], chain([first], stations))

    def _delta(self, edition: Edition, selection: Selection, since: Seq) -> Answer | None:
        """What changed since; an empty answer where nothing has, None where that can't be told: more than statuses differ, or
        there was no such change. Another process may have told of one that isn't in this edition yet."""
        if since == edition.seq or edition.seq < since <= self._publication.store.last_seq():
            return _NOTHING_NEW
        if not edition.facts <= since < edition.seq:
            return None
        positions = self._publication.changed(edition, selection, since)
        if positions is None:
            return None
        stations = list(self._publication.stations(edition, positions))
        if not stations:
            return _NOTHING_NEW
        first, at = stations[0].points[0], self._publication.now()
        table = datex_table.table_id(self._publication.store.network, selection.link)
        return Answer.of(b"".join([
            datex_status.head(self._publisher, table, first, at, demo=edition.demo),
            *datex_status.statuses(stations, edition.names),
            datex_status.tail(self._publisher, first, at, delta=True)]), "application/json")

    def _since(self, request: Request) -> Seq | None:
        """The change that whoever asks has come to; None where that isn't known."""
        named = request.headers.get("if-none-match")
        if named is not None:
            match = _ETAG.search(named)
            return Seq(int(match[1])) if match else None
        since = known_since(request)
        return None if since is None else self._told.get(since)


def _selection(request: Request) -> Selection:
    return Selection.of(request.url.query, _OWN)


def _wants_deltas(request: Request) -> bool:
    given = next((value for key, value in parse_qsl(request.url.query, keep_blank_values=True) if key == "deltas"), "off")
    if given not in ("on", "off"):
        raise BadSelection("deltas: expected on or off.")
    return given == "on"


def _etag(seq: int) -> str:
    """Of an answer up to a change: the same in every process."""
    return f'W/"seq-{seq}"'
