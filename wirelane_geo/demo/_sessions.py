"""Six weeks of sessions at charge points of the demo network, which agree with the points' statuses.

A point in use has one open session, another has none; no two sessions of a point overlap. Energy is no more than power
and time allow, prices are the tariff's to the cent, in francs in Switzerland. The whole network would have millions:
the demo keeps those of one operator, `with_sessions` says of which points.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from random import Random

import numpy as np
from msgspec.structs import replace

from wirelane_geo.demo._network import MOMENT
from wirelane_geo.demo._payers import Payer, Payers
from wirelane_geo.demo._tariffs import Tariff, tariff
from wirelane_geo.demo._timetable import Outcome, Timetable, timetable
from wirelane_geo.model import ChargePoint, ChargingSession, ChargingState, ChargingType, Member, PlugType, SessionStatus

OWNER_WITH_SESSIONS = "DEMO-RQW"
"""The account that owns the points whose sessions the demo keeps: Rastwatt, at home in all three countries."""
SMALL_NETWORK = 2_500
"""A network of no more points keeps the sessions of all of them."""

_BEGINNING = (SessionStatus.start_accepted, SessionStatus.start_pending, SessionStatus.authorization_pending,
              SessionStatus.initial)
"""What the youngest open sessions of a network are, the youngest last."""
_ENDING = (SessionStatus.stop_pending, SessionStatus.stop_accepted)
"""What the oldest are whose car has all it wanted."""
_STOPPED = 3
"""So many of those that ended last aren't billed yet, however long ago that was."""
_FEW = 250
"""Where no more sessions are open, as in a small network, all of them go on."""
_UNBILLED = timedelta(minutes=20)
_AROUND = timedelta(seconds=5)
_STATUS: dict[int, SessionStatus] = {
    Outcome.CLOSED: SessionStatus.closed, Outcome.CANCELED: SessionStatus.canceled, Outcome.ERROR: SessionStatus.error,
    Outcome.CONSECUTIVE: SessionStatus.error_consecutive_start}
_ERRORS = (("emc_timeout", "Manually closed because of time out"),
           ("ConnectorLockFailure", "The connector could not be locked"),
           ("GroundFailure", "The residual current device has tripped"),
           ("EVCommunicationError", "The vehicle stopped answering"),
           ("PowerMeterFailure", "The meter could not be read"))


def with_sessions(points: Iterable[ChargePoint], network: int | None = None) -> list[ChargePoint]:
    """Those of a network's points whose sessions the demo keeps: one operator's, or all of a small network. network: how many
    points it has, where not all are given."""
    at = list(points)
    if (len(at) if network is None else network) <= SMALL_NETWORK:
        return at
    return [point for point in at if point.owner == OWNER_WITH_SESSIONS]


def demo_sessions(points: Iterable[ChargePoint], members: Iterable[Member] = (), *, until: datetime = MOMENT,
                  seed: int = 20_251_009) -> Iterator[ChargingSession]:
    """The sessions of the six weeks until a moment (an aware datetime), in the order of their beginning.

    Points are those of `with_sessions`, with the ids that they have in the store; some 70,000 sessions come of the
    whole network's. The same arguments give the same sessions. They are made one by one as they are asked for.
    """
    at = list(points)
    table = timetable(at, until, np.random.default_rng(seed))
    random = Random(seed)
    payers = Payers(members, random)
    places: dict[int, ChargingSession] = {}
    numbers: Counter[int] = Counter()
    changing = _changing(table)
    columns = (table.point, table.begin, table.end, table.kw, table.wh, table.full, table.outcome, table.meter())
    for place_of, (row, begin, end, kw, wh, full, outcome, meter) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True)):
        point, start, stop = at[row], datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
        place = places.get(row) or places.setdefault(row, _place(point))
        payer = payers.choose(point, start, stop)
        price = tariff(payer.tariff, point)
        session = _started(place, numbers[row], payer, price, start, _plug(point, kw, random), meter)
        numbers[row] += 1
        if outcome == Outcome.OPEN:
            yield _open(session, stop, wh, full, changing.get(place_of, SessionStatus.started))
        else:
            yield _ended(session, stop, wh, price, changing.get(place_of) or _status(outcome, until - stop), random)


def session_times(points: Iterable[ChargePoint], until: datetime, since: datetime, seed: int = 20_251_009
                  ) -> list[ChargingSession]:
    """Where, from when and until when (None: they go on) the sessions of `demo_sessions` are that began at a moment or later: all
    else is left out."""
    at = list(points)
    table = timetable(at, until, np.random.default_rng(seed))
    rows = np.flatnonzero(table.begin >= since.timestamp())
    columns = (column[rows].tolist() for column in (table.point, table.begin, table.end, table.outcome))
    return [ChargingSession(
        session_id="", charging_point_id=at[row].charging_point_id or at[row].id or at[row].charge_point_id,
        session_begin=datetime.fromtimestamp(begin, UTC),
        session_end=None if outcome == Outcome.OPEN else datetime.fromtimestamp(end, UTC))
        for row, begin, end, outcome in zip(*columns, strict=True)]


def _changing(table: Timetable) -> dict[int, SessionStatus]:
    """The sessions that are about to begin, to end, or to be billed, by their place in the timetable."""
    open_ones = np.flatnonzero(table.outcome == Outcome.OPEN)
    if len(open_ones) <= _FEW:
        return {}
    full = open_ones[table.full[open_ones]]
    closed = np.flatnonzero(table.outcome == Outcome.CLOSED)
    last = closed[np.argsort(table.end[closed], kind="stable")[-_STOPPED:]]
    return {**dict.fromkeys(last.tolist(), SessionStatus.stopped),
            **dict(zip(full.tolist(), _ENDING, strict=False)),
            **dict(zip(open_ones[-len(_BEGINNING):].tolist(), _BEGINNING, strict=True))}


def _place(point: ChargePoint) -> ChargingSession:
    """What all sessions at a point have in common."""
    return ChargingSession(
        session_id="", charging_station_id=point.charging_station_id,
        charging_point_id=point.charging_point_id or point.id or point.charge_point_id,
        charge_point_id=point.charge_point_id, evseid=point.evseid, owner=point.owner, cpo=point.cpo,
        charging_provider=point.charging_provider, charging_type=point.charging_type, country=point.country,
        city=point.city, zip_code=point.zip_code, street=point.street, house_number=point.house_number,
        cpo_created=False, has_signed_value=point.country == "DE")


def _started(place: ChargingSession, number: int, payer: Payer, price: Tariff, begin: datetime, plug: PlugType | None,
             meter: int) -> ChargingSession:
    """A session that has just begun; its ids follow from the point and its number there, whatever the time."""
    name = blake2b(f"{place.charging_point_id} {number}".encode(), digest_size=24).hexdigest()
    return replace(
        place,
        session_id=name[32:], cpo_session_id=f"{name[:8]}-{name[8:12]}-5{name[13:16]}-a{name[17:20]}-{name[20:32]}",
        customer_id=payer.customer_id, customer_email=payer.customer_email,
        customer_membership_owner=payer.customer_membership_owner, card_number=payer.card_number,
        card_short_reference=payer.card_short_reference, language=payer.language, emp=payer.emp,
        identification=payer.identification, identification_type=payer.identification_type,
        charging_session_type=payer.charging_session_type, plug_type=plug, tariff=price.key, tariff_text=price.text,
        price_model="energy", price_model_text=price.text, tax_rate=price.tax, currency=price.currency,
        process_begin=begin - _AROUND, transaction_begin=begin, session_begin=begin, creation_date=begin - _AROUND,
        meter_start=meter)


def _open(session: ChargingSession, now: datetime, wh: int, full: bool, status: SessionStatus) -> ChargingSession:
    """A session that goes on, with its energy so far and no price yet; nothing flows before it has started."""
    session = replace(session, status=status, update_date=now)
    if status in _BEGINNING:
        return replace(session, kwh=0.0)
    flows = ChargingState.charge_suspended if full else ChargingState.charging
    return replace(session, kwh=wh / 1_000, charging_state=ChargingState.ending_charge if status in _ENDING else flows)


def _ended(session: ChargingSession, end: datetime, wh: int, price: Tariff, status: SessionStatus,
           random: Random) -> ChargingSession:
    """A session that is over. Nobody pays for one that went wrong; one that only just stopped has no price yet."""
    begin = session.session_begin or end
    minutes = (end - begin) // timedelta(minutes=1)
    wrong = status in (SessionStatus.error, SessionStatus.error_consecutive_start)
    code, message = random.choice(_ERRORS) if wrong else (None, None)
    return replace(
        session, kwh=wh / 1_000, meter_stop=(session.meter_start or 0) + wh, status=status,
        charging_state=ChargingState.end_charge,
        price=None if status is SessionStatus.stopped else price.price(wh if status is SessionStatus.closed else 0),
        process_end=end + _AROUND, transaction_end=end, session_end=end, update_date=end + _AROUND,
        transaction_duration=minutes, session_duration=minutes, error_code=code, error_message=message)


def _status(outcome: int, ago: timedelta) -> SessionStatus:
    """A session is billed some minutes after it stopped."""
    return SessionStatus.stopped if outcome == Outcome.CLOSED and ago < _UNBILLED else _STATUS[outcome]


@cache
def _plugs(plugs: tuple[PlugType, ...], direct: bool, small: bool) -> tuple[PlugType, ...]:
    """The plugs that a session can use: a fast charger's for DC, a Schuko socket for small loads only."""
    if direct:
        return tuple(plug for plug in plugs if plug in (PlugType.CCS, PlugType.CHADEMO)) or plugs
    return tuple(plug for plug in plugs if small or plug is not PlugType.SCHUKO) or plugs


def _plug(point: ChargePoint, kw: float, random: Random) -> PlugType | None:
    """The plug in use, mostly the first of them."""
    plugs = _plugs(point.plug_types, point.charging_type is ChargingType.DC, kw <= 3.7)
    return plugs[0 if random.random() < 0.9 else -1] if plugs else None
