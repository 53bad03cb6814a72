"""What somebody may mean by what they typed: cities, and stations."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from wirelane_geo.map._names import label, place, title
from wirelane_geo.model import ChargePoint, PointId
from wirelane_geo.places import gazetteer
from wirelane_geo.sources import PointSource
from wirelane_geo.store.station_keys import station_keys


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """A place to fly to: a city, or a station by the id of one of its points."""

    kind: str
    label: str
    detail: str
    lon: float
    lat: float
    zoom: float
    point_id: PointId | None = None


def search(source: PointSource, text: str, limit: int) -> list[SearchHit]:
    """Cities and stations for a text, cities first, at most `limit`. Stations that would read the same have their EVSE IDs."""
    text = text.strip()
    if len(text) < 2:
        return []
    cities = [SearchHit(kind="city", label=city.spelling, detail=city.country, lon=city.lon, lat=city.lat,
                        zoom=13.0 if city.population < 50_000 else 12.0 if city.population < 500_000 else 11.0)
              for city in gazetteer.search(text, limit // 2)]
    points = [p for p in source.search(text, 4 * limit) if p.longitude is not None and p.latitude is not None]
    stations = dict(zip(station_keys(points).tolist()[::-1], points[::-1], strict=True))  # the best hit of each stays
    return [*cities, *_stations(reversed(stations.values()))][:limit]


def _stations(points: Iterable[ChargePoint]) -> Iterator[SearchHit]:
    hits = [(point, _hit(point)) for point in points]
    alike = Counter((hit.label, hit.detail) for _, hit in hits)
    for point, hit in hits:
        same = alike[hit.label, hit.detail] > 1 and label(point) != hit.label
        yield replace(hit, detail=" · ".join(filter(None, (hit.detail, label(point))))) if same else hit


def _hit(point: ChargePoint) -> SearchHit:
    assert point.longitude is not None and point.latitude is not None  # noqa: S101, PT018 - only such points are looked at
    return SearchHit(kind="station", label=title(point), detail=" · ".join(filter(None, (place(point), point.cpo))),
                     lon=point.longitude, lat=point.latitude, zoom=16.0, point_id=point.id)
