"""The demo network: some 25,000 stations with 60,000 charge points in Germany, Austria and Switzerland.

Everything but the towns is made up: operators, EVSE IDs, streets, numbers, and an afternoon's statuses. The mix is meant
to be that of 2025: mostly two-point 22 kW posts at kerbs, 50 kW triple chargers of the first generation, 150 kW at
supermarkets, and parks of 300 kW between the towns. The same seed gives the same network, point by point; its dates are
as long before the moment it is made as they are drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as replace_kind
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from wirelane_geo.demo import _addresses
from wirelane_geo.demo._conditions import conditions_of, has_payment_page
from wirelane_geo.demo._day import IN_USE, LASTS
from wirelane_geo.demo._operators import OPERATORS, Operator
from wirelane_geo.demo._places import Sites, names, sites
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, opening_hours, with_conditions
from wirelane_geo.places.gazetteer import cities

MOMENT = datetime(2025, 10, 9, 14, 30, tzinfo=UTC)
"""The Thursday afternoon that the network shows where no other moment is given, so that it can be compared."""

TIMEZONES = {"DE": "Europe/Berlin", "AT": "Europe/Vienna", "CH": "Europe/Zurich"}

AC, DC = ChargingType.AC, ChargingType.DC
T2, CABLE, CCS, CHADEMO, SCHUKO = (
    PlugType.TYPE_2, PlugType.TYPE_2_ATCH, PlugType.CCS, PlugType.CHADEMO, PlugType.SCHUKO)
CARD, REMOTE, TERMINAL, DIRECT = (
    AuthenticationType.card, AuthenticationType.remote, AuthenticationType.nfc_terminal, AuthenticationType.direct)


@dataclass(frozen=True)
class Kind:
    """A kind of station: its share, how many points, and what each of them is. Volts: to neutral if AC, at most if DC."""

    share: float
    points: tuple[int, ...]
    plugs: tuple[PlugType, ...]
    kw: tuple[float, ...]
    volts: int
    model: str
    authentication: tuple[AuthenticationType, ...] = (CARD, REMOTE)
    in_use: float = 0.16

    @property
    def current(self) -> ChargingType:
        """AC or DC, by its plugs."""
        return DC if CCS in self.plugs or CHADEMO in self.plugs else AC


TOWN = (
    Kind(0.545, (2, 2, 2, 2, 2, 1), (T2,), (22.0,), 230, "Pylon 22"),
    Kind(0.105, (2,), (T2,), (11.0,), 230, "Pylon 11"),
    Kind(0.055, (2, 2, 1), (T2, SCHUKO), (22.0,), 230, "Pylon 22 S"),
    Kind(0.025, (1, 2), (SCHUKO,), (3.7,), 230, "Box 3.7", (DIRECT,), 0.05),
    Kind(0.065, (1, 2, 2), (CABLE,), (11.0, 22.0), 230, "Box 22 K"),
    Kind(0.072, (4, 4, 6, 8, 12), (T2,), (11.0, 22.0), 230, "Garage 22"),
    Kind(0.070, (1, 1, 2), (CCS, CHADEMO, CABLE), (50.0,), 500, "Trio 50", (CARD, REMOTE), 0.2),
    Kind(0.045, (2, 2, 4), (CCS,), (150.0,), 920, "Duo 150", (CARD, REMOTE, TERMINAL), 0.24),
    Kind(0.020, (2, 4, 6), (CCS,), (300.0,), 1000, "Park 300", (CARD, REMOTE, TERMINAL), 0.26),
    Kind(0.008, (1,), (CHADEMO,), (50.0,), 500, "Solo 50", (CARD, REMOTE), 0.04),
    Kind(0.007, (1, 2), (CABLE,), (43.0,), 230, "Pylon 43", (CARD,), 0.1),
)
MOTORWAY = (
    Kind(0.55, (4, 6, 8, 8, 12), (CCS,), (300.0,), 1000, "Park 300", (CARD, REMOTE, TERMINAL), 0.3),
    Kind(0.20, (8, 12, 16, 20), (CCS,), (400.0,), 1000, "Park 400", (CARD, REMOTE, TERMINAL), 0.3),
    Kind(0.25, (2, 4), (CCS, CHADEMO), (150.0,), 920, "Duo 150 C", (CARD, REMOTE, TERMINAL), 0.25),
)
RARE = tuple(replace_kind(TOWN[1], plugs=(plug,), kw=(kw,), model=model) for plug, kw, model in (
    (PlugType.TYPE_1, 7.4, "Pylon 7"), (PlugType.TYPE_1_ATCH, 7.4, "Pylon 7 K"), (PlugType.TYPE_3, 11.0, "Borne 11"),
    (PlugType.TYPE_3_ATCH, 11.0, "Borne 11 K"), (PlugType.UNKNOWN, 11.0, "Pylon 11 X")))
"""What is left of the years before everybody agreed on type 2."""
RARELY = 20
"""Every so many posts of 11 kW one is such a one, each kind in its turn."""
HOURS = (("24/7", 0.86), ("Mo-Su 06:00-22:00", 0.05), ("Mo-Sa 07:00-20:00", 0.04), ("Mo-Su 05:00-01:00", 0.02),
         ("Mo-Fr 07:00-18:00; Sa 08:00-14:00", 0.02), ("Mo-Fr 08:00-17:00", 0.01))


def demo_points(stations: int = 25_000, seed: int = 20_251_009, now: datetime = MOMENT) -> Iterator[ChargePoint]:
    """The points of the network at a moment (an aware datetime), station by station; about 2.4 of them a station.

    Positions in degrees, power in kW. Another moment makes other dates and leaves all else as it is.
    """
    random = np.random.default_rng(seed)
    where = sites(stations, stations * 3 // 100, random)
    kind = _kinds(where, random)
    who = _operators(where, random)
    number = random.permutation(stations) + 10_000
    for i, (k, operator) in enumerate(zip(kind, who, strict=True)):
        yield from _points(_station(where, i, k, operator, int(number[i]), now, random), k, now, random)


def _kinds(where: Sites, random: np.random.Generator) -> list[Kind]:
    kinds = []
    for choice, chosen in ((TOWN, ~where.motorway), (MOTORWAY, where.motorway)):
        share = np.array([kind.share for kind in choice])
        kinds += [choice[i] for i in random.choice(len(choice), int(chosen.sum()), p=share / share.sum())]
    for number, i in enumerate([i for i, kind in enumerate(kinds) if kind is TOWN[1]][RARELY // 2::RARELY]):
        kinds[i] = RARE[number % len(RARE)]
    return kinds  # the motorway's stations come last


def _operators(where: Sites, random: np.random.Generator) -> list[Operator]:
    """Who runs each station: its country's operators, those at home nearby most of all."""
    country = cities().country[where.town]
    share = np.zeros((len(country), len(OPERATORS)))
    for column, operator in enumerate(OPERATORS):
        share[:, column] = np.isin(country, operator.countries) * operator.share
        if operator.home is not None:
            away = np.hypot((where.lon - operator.home[0]) * 0.65, where.lat - operator.home[1])
            share[:, column] *= np.exp(-((away / 0.9) ** 2)) + 0.004
        share[where.motorway, column] *= operator.fast
    edge = np.cumsum(share, axis=1)
    column = (edge < random.random((len(country), 1)) * edge[:, -1:]).sum(axis=1)
    return [OPERATORS[i] for i in column]


def _station(where: Sites, i: int, kind: Kind, operator: Operator, number: int, now: datetime,
             draw: np.random.Generator) -> ChargePoint:
    """What the points of a station have in common, as the first of them."""
    lon, lat, town, motorway = float(where.lon[i]), float(where.lat[i]), int(where.town[i]), bool(where.motorway[i])
    country, city = str(cities().country[town]), names()[town]
    street, house = _street(country, city, lon, lat, motorway, draw)
    text = "24/7" if motorway else _hours(draw.random())
    kw = kind.kw[int(draw.integers(len(kind.kw)))]
    age = timedelta(days=40 + 2_400 * draw.random() ** (2.5 if kind.volts > 500 else 1.2))
    at_once = TERMINAL in kind.authentication or DIRECT in kind.authentication
    said = conditions_of(number, nothing_to_pay=DIRECT in kind.authentication, in_garage=kind.model == "Garage 22",
                         for_lorries=kind.model == "Park 400", at_once=at_once)
    page = f"https://pay.example.com/{operator.code.lower()}/{number}" if has_payment_page(number, at_once=at_once) else None
    return with_conditions(ChargePoint(
        charge_point_id=f"{operator.code}-{number}",
        charging_station_id=f"{operator.code}-{number}",
        evseid=f"{country}*{operator.code}*E{number}",
        owner=operator.owner,
        emp=operator.emp,
        cpo=operator.name,
        plug_types=kind.plugs,
        charging_type=kind.current,
        model=kind.model,
        current=_amperes(kw, kind),
        power=kw,
        voltage=kind.volts,
        reservable=draw.random() < 0.15,
        authentication_types=kind.authentication,
        country=country,
        city=city,
        zip_code=_addresses.postcode(country, city, lon, lat),
        street=street,
        house_number=house,
        opening_hours=text,
        availability=opening_hours.parse(text),
        timezone=TIMEZONES[country],
        service_hotline=operator.hotline,
        longitude=lon,
        latitude=lat,
        creation_date=(now - age).replace(microsecond=0),
        payment_url=page,
        charging_provider="demo",
        charging_group=operator.group(kw, motorway),
    ), said)


def _street(country: str, city: str, lon: float, lat: float, motorway: bool,
            draw: np.random.Generator) -> tuple[str, str | None]:
    """Street and house number, or the name of a motorway site."""
    lang, number = _addresses.language(country, lon, lat), int(draw.integers(2**16))
    if motorway:
        return _addresses.site(number, city, lang), None
    return _addresses.street(number, country, lang), str(1 + int(120 * draw.random() ** 2))


def _hours(draw: float) -> str:
    for text, share in HOURS:
        draw -= share
        if draw < 0:
            return text
    return HOURS[0][0]


def _amperes(kw: float, kind: Kind) -> int:
    """Current of one point: one phase up to 4 kW, three above; DC at three quarters of the highest voltage."""
    if kind.current is DC:
        return min(500, round(kw * 1000 / (0.75 * kind.volts)))
    return 16 if kw <= 11 else 63 if kw > 22 else 32


def _points(station: ChargePoint, kind: Kind, now: datetime, draw: np.random.Generator) -> Iterator[ChargePoint]:
    """The points of a station, numbered from 1."""
    count = kind.points[int(draw.integers(len(kind.points)))]
    ages = draw.exponential(1, count)
    for n, (status, age) in enumerate(zip(_statuses(kind, count, draw), ages, strict=True), start=1):
        seconds = float(age) * LASTS.get(status.number, LASTS[IN_USE])
        yield replace(
            station,
            charge_point_id=f"{station.charge_point_id}-{n}",
            evseid=f"{station.evseid}*{n}",
            display_id=str(n),
            serial_number=f"{kind.model.replace(' ', '').upper()}-{station.charge_point_id.rpartition('-')[2]}-{n:02}",
            status=status,
            update_date=(now - timedelta(seconds=seconds)).replace(microsecond=0),
            payment_url=station.payment_url and f"{station.payment_url}/{n}",
        )


def _statuses(kind: Kind, count: int, draw: np.random.Generator) -> list[Status]:
    """A station that is offline, switched off or closed is so as a whole; the rest is each point's own."""
    whole = draw.random()
    for share, status in ((0.035, Status.UNKNOWN), (0.015, Status.UNAVAILABLE), (0.006, Status.CLOSED)):
        whole -= share
        if whole < 0:
            return [status] * count
    edges = np.cumsum([0.02, 0.008, 0.012, 0.008, kind.in_use])
    words = (Status.FAULTED, Status.UNAVAILABLE, Status.UNKNOWN, Status.RESERVED, Status.IN_USE, Status.FREE)
    drawn: npt.NDArray[np.intp] = np.searchsorted(edges, draw.random(count), side="right")
    return [words[int(i)] for i in drawn]
