"""Whether every record of a network can be shown: each is read and written as pages, lists and exports do it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from wirelane_geo.api import WirelaneClient
from wirelane_geo.cli.output import counted
from wirelane_geo.errors import BadInput, StoreBusy
from wirelane_geo.filters import EVERYTHING
from wirelane_geo.map.export import as_csv, as_geojson
from wirelane_geo.map.service import StationDetails, StationSummary, place, public, title
from wirelane_geo.model import ChargePoint, Handle, PointId
from wirelane_geo.store import PointQuery, Store
from wirelane_geo.ui.details import details
from wirelane_geo.ui.text import LANGUAGES, Texts
from wirelane_geo.wire.lenient import count_all
from wirelane_geo.wire.points import decode_point
from wirelane_geo.wire.records import id_in

MOST_NAMED = 1_000
"""Records that are named one by one."""
MOST_LOOKS = 10_000
"""Records with different words in their details that are remembered as shown."""
CHUNK = 1_000
"""Records that are in memory at a time."""


@dataclass(frozen=True)
class RecordProblem:
    """A record that a page couldn't show, by the name that people know it by, and why."""

    record: str
    reason: str


@dataclass
class Records:
    """What became of all records: how many were read, how many of them no page could show, and how many no map, for they have
    no position; the first MOST_NAMED of each by name. `unknown`: values that the contract doesn't have."""

    read: int = 0
    unshown: int = 0
    nowhere: int = 0
    named: list[RecordProblem] = field(default_factory=list)
    unplaced: list[RecordProblem] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def refuse(self, record: str, reason: str) -> None:
        """A record that can't be read."""
        self.read += 1
        self._name(record, reason)

    def add(self, point: ChargePoint, check: "DisplayCheck") -> None:
        """A record that could be read."""
        self.read += 1
        name = point.evseid or point.charge_point_id
        if reason := check.why_not(point):
            self._name(name, reason)
        elif point.longitude is None or point.latitude is None:
            self.nowhere += 1
            if len(self.unplaced) < MOST_NAMED:
                self.unplaced.append(RecordProblem(name, "no position, on no map"))

    def _name(self, record: str, reason: str) -> None:
        self.unshown += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(RecordProblem(record, reason))


class DisplayCheck:
    """Tells of points whether they can be shown, as of `now`."""

    def __init__(self, now: datetime) -> None:
        self._now, self._texts = now, [Texts(language) for language in LANGUAGES]
        self._looks: set[object] = set()

    def why_not(self, point: ChargePoint) -> str | None:
        """Why a page, a list or an export of it fails; None where none does."""
        try:
            known = public(point)
            for file in (as_csv([known], self._now), as_geojson([known], self._now)):
                "".join(file).encode()
            look = hash(str((point.availability, point.opening_hours, point.timezone, point.status, point.plug_types,
                             point.authentication_types, point.charging_type, point.power is None)))
            if look not in self._looks:  # what else differs from point to point is text, which fits everywhere
                self._draw(known)
                self._looks = (self._looks if len(self._looks) < MOST_LOOKS else set()) | {look}
        except Exception as error:  # whatever it is, it would be an error of a page
            return _said(error)
        return None

    def _draw(self, point: ChargePoint) -> None:
        summary = StationSummary(
            id=point.id or PointId(""), handle=Handle(0), title=title(point), place=place(point), cpo=point.cpo,
            lon=point.longitude or 0.0, lat=point.latitude or 0.0, status=point.status, matching=1, free=0, total=1,
            power_kw=point.power, plugs=point.plug_types, charging_types=())
        station = StationDetails(summary=summary, points=(point,), matches=(True,), timezone=point.timezone,
                                 fetched_at=self._now, problem=None)
        for texts in self._texts:
            details(station, EVERYTHING, texts, now=self._now, viewer_zone=None, histories={})


def of_store(store: Store, now: datetime) -> Records:
    """All records of a store, as of `now` (an aware time). Raises StoreBusy."""
    found, check, handles = Records(), DisplayCheck(now), store.columns().handle
    parts = (handles[begin:begin + CHUNK].tolist() for begin in range(0, len(handles), CHUNK))
    for point in counted(_readable(store, parts, found), lambda: len(handles)):
        found.add(point, check)
    for number, body in enumerate(_without_position(store, len(handles)), start=1):
        try:
            found.add(decode_point(body), check)
        except BadInput as error:
            found.refuse(id_in(body, ("id", "charge_point_id")) or f"record {number} of those without a position", str(error))
    return found


def of_account(client: WirelaneClient, now: datetime) -> Records:
    """All records of an account, as of `now` (an aware time), a page at a time. Raises ApiError."""
    found, check = Records(), DisplayCheck(now)
    total: list[int | None] = [None]
    for point in counted(_pages(client, found, total), lambda: total[0]):
        found.add(point, check)
    return found


def _pages(client: WirelaneClient, found: Records, total: list[int | None]) -> Iterator[ChargePoint]:
    """The points of page after page, up to one that brings nothing new."""
    number, last = 1, None
    while True:
        page = client.points(page=number)
        total[0] = page.total
        first = page[0] if len(page) else None
        if (not len(page) and not page.rejected) or (first is not None and first == last):
            return
        for rejected in page.rejected:
            found.refuse(rejected.id or f"record {rejected.index + 1}", rejected.reason)
        count_all(found.unknown, page.unknown)
        yield from page
        if not page.more:
            return
        number, last = number + 1, first


def _readable(store: Store, parts: Iterable[list[Handle]], found: Records) -> Iterator[ChargePoint]:
    """The points of handles; one that can't be read costs itself only."""
    for part in parts:
        try:
            yield from store.records(part)
        except StoreBusy:
            raise
        except Exception:  # one of them; which one is found out below
            yield from _one_by_one(store, part, found)


def _one_by_one(store: Store, part: list[Handle], found: Records) -> Iterator[ChargePoint]:
    for handle in part:
        try:
            points = store.records([handle])
        except StoreBusy:
            raise
        except Exception as error:  # see `DisplayCheck.why_not`
            found.refuse(_id_of(store, handle), _said(error))
            continue
        yield from points


def _id_of(store: Store, handle: Handle) -> str:
    try:
        return next((id for id, _ in store.ids_and_dates([handle]).values()), f"handle {handle}")
    except StoreBusy:
        raise
    except Exception:  # it can't be read at all
        return f"handle {handle}"


def _without_position(store: Store, located: int) -> Iterator[bytes]:
    """The points that are on no map: by latitude they come last."""
    total = store.counts().points
    for page in range(located // CHUNK + 1, -(-total // CHUNK) + 1):
        bodies = store.query(PointQuery(order_by="latitude", page=page, page_size=CHUNK)).bodies
        yield from bodies[max(0, located - (page - 1) * CHUNK):]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
