"""What somebody may mean by what they typed: a position, a postcode, cities, operators, stations."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.geo.distance import distance_m_of_one
from wirelane_geo.map._names import label, place, title
from wirelane_geo.map._picture import zoom_of
from wirelane_geo.map.operators import word_of
from wirelane_geo.model import ChargePoint, PointId
from wirelane_geo.model.operators import NOBODY, Operator, folded, is_named
from wirelane_geo.places import gazetteer
from wirelane_geo.places.coordinates import Position, plus_code_position, position_of
from wirelane_geo.places.similar_names import SimilarNames
from wirelane_geo.sources import PointSource
from wirelane_geo.store.station_keys import station_keys

POSTCODE_LETTERS = 10
POINTS_LOOKED_AT = 200
"""Points that are looked at for where a postcode is, or for which of a street's stations are near."""
WORDS_OF_AN_ADDRESS = 10
CLOSE_ZOOM, POSTCODE_ZOOM = 16.0, 13.0
FAR_LARGER = 20
"""Times as many people live in a city that is rather meant than one whose name only begins with what was typed."""
_COUNTRY = re.compile(r"^[A-Za-z]{1,2}[- ](?=\d{4,5}\b)")


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """A place to fly to. kind: "position", "postcode", "city", "operator" with the `cpo` that a filter says for it and, as
    its detail, how many points it has, or "station" with the id of one of its points."""

    kind: str
    label: str
    detail: str
    lon: float
    lat: float
    zoom: float
    point_id: PointId | None = None
    cpo: str | None = None


def search(source: PointSource, text: str, limit: int, near: Position | None = None) -> list[SearchHit]:
    """Hits for a text, the surest kind first, at most `limit`. near: lon, lat of the middle of what is in view; what is there
    goes first. Stations that would read the same have their EVSE IDs. Where no city is spelled as the text is, those that nearly
    are come last, and operators and addresses of which that is true; beside others that only begin with it, those that are far
    larger ("Kölln" is rather Köln than Kollnburg). Of an address where nothing is, the city is found."""
    text = text.strip()
    if len(text) < 2:
        return []
    if (position := position_of(text) or plus_code_position(text, lambda of: _position_in(of, near))) is not None:
        return [_of_position(*position)]
    cities = gazetteer.search(text, limit // 2, near)
    stations = _best_points(source, text, limit, near)
    exactly = any(gazetteer.fold(city.spelling) == gazetteer.fold(text) for city in cities)
    meant = [] if exactly else _nearly(text, cities, limit // 2)
    operators = list(_operators(source, _named, text, limit // 4))
    hits = [*_postcodes(source, text, near), *map(_of_city, cities + meant if cities else cities), *operators,
            *_stations(stations)]
    if not cities:
        hits += [*map(_of_city, meant), *([] if hits else _operators(source, _nearly_named, text, limit // 4))]
    if not (stations or operators or exactly):
        hits += _stations(_nearly_found(source, text, limit, near))
    return (hits or [_of_city(city) for city in _cities_in(text, near)])[:limit]


def _best_points(source: PointSource, text: str, limit: int, near: Position | None) -> list[ChargePoint]:
    """A point of each station that a text finds, at most `limit`: one that is called so, then the nearest."""
    most = 4 * limit if near is None or source.waits else POINTS_LOOKED_AT
    points = [p for p in source.search(text, most) if p.longitude is not None and p.latitude is not None]
    if near is not None:
        called = folded(text)
        points.sort(key=lambda p: (folded(label(p)) != called, distance_m_of_one(*near, p.longitude or 0.0, p.latitude or 0.0)))
    stations = dict(zip(station_keys(points).tolist()[::-1], points[::-1], strict=True))  # the best hit of each stays
    return [*reversed(stations.values())][:limit]


def _nearly_found(source: PointSource, text: str, limit: int, near: Position | None) -> list[ChargePoint]:
    """Of an address with a mistake, as `_best_points`."""
    found = (_best_points(source, other, limit, near) for other in source.respelled(text))
    return next(filter(None, found), [])


def _nearly(text: str, cities: list[gazetteer.City], limit: int) -> list[gazetteer.City]:
    """Cities that are spelled nearly as the text is: beside those that are found by it, the far larger ones."""
    largest = max((city.population for city in cities), default=0)
    return [city for city in gazetteer.similar(text, limit) if city.population >= FAR_LARGER * largest]


def _cities_in(text: str, near: Position | None) -> list[gazetteer.City]:
    """The city that an address ends with, or else begins with: as many words as its name has."""
    words = text.split()[:WORDS_OF_AN_ADDRESS]
    for part in (*(words[i:] for i in range(1, len(words))), *(words[:i] for i in range(len(words) - 1, 0, -1))):
        name = " ".join(part)
        if found := [city for city in gazetteer.search(name, 1, near) if gazetteer.fold(city.spelling) == gazetteer.fold(name)]:
            return found
    return []


def _position_in(place: str, near: Position | None) -> Position | None:
    if not place:
        return near
    return next(((city.lon, city.lat) for city in gazetteer.search(place, 1, near)), None)


def _of_position(lon: float, lat: float) -> SearchHit:
    city = gazetteer.nearest(lon, lat)
    return SearchHit(kind="position", label=f"{lat:.5f}, {lon:.5f}", detail=f"{city.name}, {city.country}", lon=lon, lat=lat,
                     zoom=CLOSE_ZOOM)


def _of_city(city: gazetteer.City) -> SearchHit:
    zoom = 13.0 if city.population < 50_000 else 12.0 if city.population < 500_000 else 11.0
    return SearchHit(kind="city", label=city.spelling, detail=city.country, lon=city.lon, lat=city.lat, zoom=zoom)


def _postcodes(source: PointSource, text: str, near: Position | None) -> list[SearchHit]:
    """Where the points with that postcode are, a hit a country: that in view first, then the nearest, else that with most. A
    country before it ("D-10115") says nothing more."""
    text = _COUNTRY.sub("", text)
    wanted = folded(text).replace(" ", "")
    if len(wanted) > POSTCODE_LETTERS or not any(c.isdigit() for c in wanted):
        return []
    there: defaultdict[str, list[ChargePoint]] = defaultdict(list)
    for point in source.search(text, POINTS_LOOKED_AT):
        if folded(point.zip_code or "").replace(" ", "") == wanted and point.longitude is not None and point.latitude is not None:
            there[(point.country or gazetteer.nearest(point.longitude, point.latitude).country).upper()].append(point)
    hits = [(len(points), _of_postcode(country, points)) for country, points in there.items()]
    if near is None:
        return [hit for _, hit in sorted(hits, key=lambda each: -each[0])]
    here = gazetteer.nearest(*near).country
    return sorted((hit for _, hit in hits), key=lambda hit: (hit.detail != here, distance_m_of_one(*near, hit.lon, hit.lat)))


def _of_postcode(country: str, points: list[ChargePoint]) -> SearchHit:
    lon, lat = (float(np.median([getattr(point, axis) for point in points])) for axis in ("longitude", "latitude"))
    [(city, _)] = Counter(point.city or "" for point in points).most_common(1)
    return SearchHit(kind="postcode", label=f"{points[0].zip_code} {city}".strip(), detail=country, lon=lon, lat=lat,
                     zoom=POSTCODE_ZOOM)


def _named(operators: Sequence[Operator], word: str) -> list[int]:
    """The numbers of those with that name or code, or whose name begins like that."""
    return [number for number, operator in enumerate(operators)
            if is_named(operator, word) or folded(operator.name or "").startswith(word)]


def _nearly_named(operators: Sequence[Operator], word: str) -> list[int]:
    """The numbers of those whose name, or the first word of it, is nearly that: a letter or two being wrong."""
    names: dict[str, list[int]] = {}
    for number, operator in enumerate(operators):
        name = folded(operator.name or "")
        for each in {name, name.partition(" ")[0]}:
            names.setdefault(each, []).append(number)
    of_name = list(names.values())
    return [number for found in SimilarNames(names).find(word) for number in of_name[found]]


def _operators(source: PointSource, choose: Callable[[Sequence[Operator], str], list[int]], text: str, limit: int
               ) -> Iterator[SearchHit]:
    """Operators that are chosen by a folded text, those with most points first; none where a network is only known in parts."""
    word = folded(text)
    if source.waits or not word:
        return
    table = source.snapshot(WORLD, 0.0).table
    operators = [each or NOBODY for each in table.operators]
    of: defaultdict[str, list[int]] = defaultdict(list)
    for number in dict.fromkeys(choose(operators, word)):
        of[word_of(operators[number])].append(number)
    if not of:
        return
    counts = np.bincount(table.operator, minlength=len(table.operators))
    for name in sorted(of, key=lambda name: -counts[of[name]].sum())[:limit]:
        points = int(counts[of[name]].sum())
        if not points:
            continue
        here = np.flatnonzero(np.isin(table.operator, of[name]))
        bounds = Bounds.of(table.lon[here], table.lat[here])
        lon, lat = bounds.center
        first = table.operators[of[name][0]]
        yield SearchHit(kind="operator", label=first.name or first.code or "", detail=str(points), lon=lon, lat=lat,
                        zoom=min(zoom_of(bounds), POSTCODE_ZOOM), cpo=name)


def _stations(points: Iterable[ChargePoint]) -> Iterator[SearchHit]:
    hits = [(point, _hit(point)) for point in points]
    alike = Counter((hit.label, hit.detail) for _, hit in hits)
    for point, hit in hits:
        same = alike[hit.label, hit.detail] > 1 and label(point) != hit.label
        yield replace(hit, detail=" · ".join(filter(None, (hit.detail, label(point))))) if same else hit


def _hit(point: ChargePoint) -> SearchHit:
    assert point.longitude is not None and point.latitude is not None  # noqa: S101, PT018 - only such points are looked at
    return SearchHit(kind="station", label=title(point), detail=" · ".join(filter(None, (place(point), point.cpo))),
                     lon=point.longitude, lat=point.latitude, zoom=CLOSE_ZOOM, point_id=point.id)
