"""`wirelane-geo stations`, `points` and `point`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

import click
import msgspec

from wirelane_geo import settings as reading
from wirelane_geo.api import POINT_ID_TYPES
from wirelane_geo.cli.api_options import api_options, option_of
from wirelane_geo.cli.network import DEADLINE_S, opened_client, opened_service
from wirelane_geo.cli.options import MapQuery, form_options, limit_option, link, query_options, rows_of, url_option
from wirelane_geo.cli.output import counted, csv_rows, end, json_list, note, print_fields, print_pieces, print_table
from wirelane_geo.errors import ApiNotFound
from wirelane_geo.filters import Filters, upstream
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.map.export import as_csv, as_geojson
from wirelane_geo.map.open_state import closed_now
from wirelane_geo.map.service import MapService, MapView, StationSummary, place, public, title, zoom_of
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.settings import Settings
from wirelane_geo.store.station_keys import station_keys
from wirelane_geo.wire.points import encode_point

Form = Literal["json", "csv", "geojson"] | None

STATION_COLUMNS = tuple(field.name for field in fields(StationSummary) if field.name != "handle")
"""Of a station in JSON, CSV and GeoJSON; a handle is the server's own."""


@click.command(short_help="List stations, the nearest first.")
@query_options
@limit_option("stations")
@form_options("json", "csv", "geojson")
@url_option
def stations(asked: MapQuery, limit: int | None, form: Form, url: bool) -> None:
    """List the stations with a charge point that meets all filters, the nearest to the middle of the area first.

    "matching" counts the points that meet the filters, "free" those of them that are free and not known to be closed now,
    "closed now" those that are free and closed.

    \b
    Examples:
      wirelane-geo stations --bbox 13.3,52.45,13.5,52.58 --plug CCS --kw 150- --status FREE
      wirelane-geo stations --plug CHADEMO --csv > chademo.csv
    """
    settings = reading.load()
    if url:
        return click.echo(link(settings, asked))
    with opened_service(settings) as service:
        bounds, view = looked_at(service, asked)
        most = rows_of(limit, form)
        shown = view.stations if most is None else min(most, view.stations)
        found, _ = service.stations(asked.state, bounds, shown)
        _print_stations(counted(found, lambda: shown), form)
        if form is None or shown < view.stations:
            note(f"{shown:,} of {view.stations:,} stations; {view.points:,} points match, {_free(view)}")
        end(view.problem)


@click.command(short_help="List charge points.")
@query_options
@api_options
@limit_option("points")
@form_options("json", "csv", "geojson")
@url_option
def points(asked: MapQuery, of_api: dict[str, str], limit: int | None, form: Form, url: bool) -> None:
    """List the charge points that meet all filters. None of their private fields is printed.

    The filters from --bbox to --free are the map's, and ask for points; those from --search on are the API's, and are
    asked of the API; several values are separated by commas. A point has to meet all.

    \b
    Examples:
      wirelane-geo points --bbox 13.3,52.45,13.5,52.58 --status FAULTED
      wirelane-geo points --plug CCS --kw 150- --geojson > fast.geojson
      wirelane-geo points --lat 52.52 --lon 13.405 --distance 2000 --order-by distance --status FREE
      wirelane-geo points --status FREE --plug TYPE_2 --url
    """
    settings = reading.load()
    if url and of_api:
        raise click.UsageError(f"The map has no filter like {option_of(next(iter(of_api)))}: leave out --url.")
    if url:
        return click.echo(link(settings, asked))
    if of_api:
        return _points_of_api(settings, asked, of_api, limit, form)
    with opened_service(settings) as service:
        bounds, view = looked_at(service, asked)
        most = rows_of(limit, form)
        shown = view.points if most is None else min(most, view.points)
        _print_points(counted(islice(service.export(asked.state, bounds), most), lambda: shown), form)
        if form is None or shown < view.points:
            note(f"{shown:,} of {view.points:,} points; {_free(view)}")
        end(view.problem)


@click.command(short_help="Show one charge point.")
@click.argument("id")
@click.option("--type", "kind", type=click.Choice(POINT_ID_TYPES),
              help="What kind of id it is (default: the first that fits).")
@form_options("json", "csv", "geojson")
@url_option
def point(id: str, kind: str | None, form: Form, url: bool) -> None:
    """Show one charge point, with all that the account may see.

    ID is its id or charging_point_id (as the API has it), its evseid, or its charge_point_id (the operator's own name for
    it). `points` lists EVSE IDs; `points --json` has all four. CSV and GeoJSON leave out its private fields. Exit code 3:
    there is no such point.

    \b
    Examples:
      wirelane-geo point 'DE*RQW*E29865*1'
      wirelane-geo point RQW-29865-1 --type charge_point_id --json
    """
    settings = reading.load()
    with opened_client(settings) as client:
        found = _first([kind] if kind else POINT_ID_TYPES, lambda kind: client.point(id, kind), id)
    if url:
        at = None if found.longitude is None or found.latitude is None else (found.longitude, found.latitude)
        return click.echo(link(settings, MapQuery(), found.id, at))
    if form is None:
        print_fields((name, _spoken(getattr(found, name))) for name in ChargePoint.__struct_fields__)
    elif form == "json":
        click.echo(encode_point(found))
    else:
        print_pieces(pieces(iter([found]), form))
        click.echo() if form == "geojson" else None


def _points_of_api(settings: Settings, asked: MapQuery, of_api: dict[str, str], limit: int | None, form: Form) -> None:
    """The points that the API answers, and that the map's filters let through."""
    most = rows_of(limit, form)
    with opened_client(settings, deadline=DEADLINE_S) as client:
        parameters: dict[str, Any] = {**client.offered(upstream(asked.filters)), **of_api}
        listed = client.points(bounds=asked.bounds, limit=None if asked.filters else most, **parameters)
    found = [public(point) for point in _at_stations([p for p in listed if asked.filters.meets(p)], asked.filters)]
    counted = None if asked.filters or not client.told_points else listed.total  # else the upstream counts stations
    total = len(found) if counted is None else counted
    _print_points(iter(found[:most]), form)
    shown = min(len(found), most or len(found))
    if form is None or shown < total:
        beyond = "more than " if counted is None and listed.more else ""
        note(f"{shown:,} of {beyond}{total:,} points")
    if listed.rejected:
        end(f"{len(listed.rejected):,} records could not be understood, the first: {listed.rejected[0].reason}")
    end(None if most is not None or "page" in of_api else listed.problem)


def _at_stations(points: list[ChargePoint], filters: Filters) -> list[ChargePoint]:
    """Those of the stations that have as many of the points, and of free ones, as is asked for."""
    keys, now = station_keys(points).tolist(), datetime.now(UTC)
    free = Counter(key for key, point in zip(keys, points, strict=True)
                   if point.status is Status.FREE and not closed_now(point, now))
    there = Counter(keys)
    return [point for key, point in zip(keys, points, strict=True)
            if there[key] >= (filters.at_least or 0) and free[key] >= (filters.free_at_least or 0)]


def _print_points(found: Iterator[ChargePoint], form: Form) -> None:
    if form is None:
        print_table(("point", "status", "plugs", "kW", "current", "address", "place", "operator"), map(_row, found))
    else:
        print_pieces(pieces(found, form))


def looked_at(service: MapService, asked: MapQuery) -> tuple[Bounds, MapView]:
    """The area of a query, and what there is in it."""
    bounds = asked.bounds or service.extent() or WORLD
    return bounds, service.view(asked.state, bounds, zoom_of(bounds))


def _free(view: MapView) -> str:
    closed = f", {view.closed_now:,} more are free but closed now" if view.closed_now else ""
    return f"{f'{view.free:,}' if view.free else 'none'} of them are free{closed}"


def pieces(found: Iterator[ChargePoint], form: Literal["json", "csv", "geojson"]) -> Iterator[str]:
    """Charge points in a form, piece by piece."""
    if form == "csv":
        return as_csv(found, datetime.now(UTC))
    return as_geojson(found, datetime.now(UTC)) if form == "geojson" else json_list(map(encode_point, found))


def _first(kinds: Sequence[str], ask: Callable[[str], ChargePoint], id: str) -> ChargePoint:
    for kind in kinds:
        try:
            return ask(kind)
        except ApiNotFound as error:
            missing = ApiNotFound(f"There is no charge point whose {_any_of(kinds)} is {id}.", request=error.request,
                                  status=error.status)
    raise missing


def _any_of(names: Sequence[str]) -> str:
    """ "id, evseid or charge_point_id"."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _row(point: ChargePoint) -> tuple[Any, ...]:
    return (point.evseid or point.charge_point_id, point.status, point.plug_types, point.power, point.charging_type,
            title(point), place(point), point.cpo)


def _spoken(value: Any) -> Any:
    """A value for a line: opening hours by their label, groups by their names."""
    if isinstance(value, tuple):
        return tuple(getattr(part, "name", part) if not isinstance(part, str) else part for part in value)
    return None if isinstance(value, msgspec.Struct) else value


def _print_stations(found: Iterable[StationSummary], form: Form) -> None:
    if form is None:
        header = ("station", "place", "operator", "status", "free", "closed now", "matching", "points", "kW", "plugs", "km", "id")
        print_table(header, ((s.title, s.place, s.cpo, s.status, s.free, s.closed_now or None, s.matching, s.total, s.power_kw,
                              s.plugs, s.distance_m and round(s.distance_m / 1000, 1), s.id) for s in found))
        return
    records = ({name: value for name, value in asdict(station).items() if name in STATION_COLUMNS} for station in found)
    if form == "csv":
        print_pieces(csv_rows(STATION_COLUMNS, ([record[name] for name in STATION_COLUMNS] for record in records)))
    elif form == "json":
        print_pieces(json_list(map(msgspec.json.encode, records)))
    else:
        features = [{"type": "Feature", "id": record["id"], "properties": record,
                     "geometry": {"type": "Point", "coordinates": [record.pop("lon"), record.pop("lat")]}}
                    for record in records]
        click.echo(msgspec.json.encode({"type": "FeatureCollection", "features": features}))
