"""Options that several commands have: the area, every filter by its name in the URL, the form of what is printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

from wirelane_geo.cli.numbers import Whole
from wirelane_geo.errors import BadInput
from wirelane_geo.filters import EVERYTHING, FILTERS, Filter, Filters, Unreadable, shortened
from wirelane_geo.geo import Bounds, mercator, polyline
from wirelane_geo.geo.bounds import read_bbox
from wirelane_geo.importers.tracks import read_track
from wirelane_geo.model import PointId
from wirelane_geo.permalink import MAX_ZOOM, MapState, View, format
from wirelane_geo.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

SCREEN = (1024, 768)
"""Pixels that an area is fitted into for a link."""


@dataclass(frozen=True)
class MapQuery:
    """Which charge points: those in bounds (None: anywhere) that meet the filters."""

    bounds: Bounds | None = None
    filters: Filters = EVERYTHING

    @property
    def state(self) -> MapState:
        """The same, as a link says it."""
        return MapState(filters=self.filters)


def query_options(command: F) -> F:
    """Give a command `--bbox` and the filters, as its argument `asked`."""

    @wraps(command)
    def with_query(*args: Any, bbox: Bounds | None, **given: Any) -> Any:
        filters = Filters(**{row.name: given.pop(row.name) for row in FILTERS})
        return command(*args, asked=MapQuery(bbox, filters), **given)

    options = [
        click.option("--bbox", metavar="W,S,E,N", callback=_read_bbox,
                     help="Area: west,south,east,north in degrees; west > east crosses the antimeridian."),
        *(click.option(f"--{row.key}", row.name, metavar=row.key.upper(), callback=_reader(row), multiple=True,
                       help=f"{row.label}: {row.values.replace('`', '')}.") for row in FILTERS),
    ]
    for option in reversed(options):
        with_query = option(with_query)
    return with_query  # type: ignore[return-value]


def form_options(*forms: str) -> Callable[[F], F]:
    """Give a command a flag for each form, as its argument `form`: None is a table for people. Two of them at once are a usage
    error."""
    words = {"json": "As JSON.", "csv": "As CSV (RFC 4180).", "geojson": "As GeoJSON (RFC 7946)."}

    def decorate(command: F) -> F:
        for form in reversed(forms):
            command = click.option(f"--{form}", is_flag=True, expose_value=False, callback=partial(_choose, form=form),
                                   help=words[form])(command)
        return command

    return decorate


def _choose(ctx: click.Context, _: click.Parameter, given: bool, form: str) -> None:
    known = ctx.params.setdefault("form", None)
    if given and known:
        raise click.UsageError(f"--{known} and --{form} can't go together. Give one of them.", ctx)
    if given:
        ctx.params["form"] = form


def limit_option(what: str) -> Callable[[F], F]:
    """Give a command `--limit`."""
    return click.option("--limit", type=Whole(1),
                        help=f"At most so many {what} (default: {MOST_ROWS} in a table, else all).")


url_option = click.option("--url", is_flag=True, help="Print the link to the map that shows the same, and nothing else.")

MOST_ROWS = 50
"""Rows of a table where no limit is given."""


def rows_of(limit: int | None, form: str | None) -> int | None:
    """How many rows to print; None: all."""
    return limit if limit or form else MOST_ROWS


def link(settings: Settings, asked: MapQuery, station: PointId | None = None, at: tuple[float, float] | None = None) -> str:
    """The map's address for a query, or for a station's point at (lon, lat)."""
    view = None if asked.bounds is None else view_of(asked.bounds)
    if at is not None:
        view = View(lat=at[1], lon=at[0], zoom=16.0)
    query = format(MapState(view=view, filters=asked.filters, station=station))
    host = "localhost" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
    return f"http://{host}:{settings.port}/" + (f"?{query}" if query else "")


def view_of(bounds: Bounds) -> View:
    """The camera that has all of some bounds on a screen; where they are wider than the world, the whole world."""
    lon, lat = bounds.center
    width = bounds.width / 360
    height = float(mercator.y_of(bounds.south) - mercator.y_of(bounds.north))
    fit = min(np.log2(pixels / 512 / max(abs(share), 1e-9)) for pixels, share in zip(SCREEN, (width, height), strict=True))
    limit = mercator.MAX_LATITUDE
    return View(lat=min(max(lat, -limit), limit), lon=lon, zoom=float(np.floor(min(max(fit, 0.0), MAX_ZOOM) * 100) / 100))


def _read_bbox(ctx: click.Context, parameter: click.Parameter, text: str | None) -> Bounds | None:
    if text is None:
        return None
    try:
        bounds = read_bbox(text)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, parameter) from None
    if any(abs(float(text.split(",")[edge])) > 180 for edge in (0, 2)):  # a map is panned around the world, nobody types that
        raise click.BadParameter("west and east are between -180 and 180 degrees", ctx, parameter)
    return bounds


ROUTE_WIDTH_M = 2_000
"""Metres to each side of a route whose width isn't said."""


def _of_file(row: Filter, text: str) -> Any:
    """An area or a route, of a file (with its width before it, "500:trip.gpx") or as a link says it."""
    width, colon, name = text.partition(":") if row.widget == "route" else ("", "", text)
    path = Path(name if colon and width.isdigit() else text)
    if not path.is_file():
        return row.read(text)
    try:
        corners = shortened(read_track(path), closed=row.widget == "area")
    except (BadInput, ValueError) as error:
        raise click.UsageError(str(error)) from None
    line = polyline.encode(corners[:-1] if row.widget == "area" else corners)
    return row.read(f"{width if colon and width.isdigit() else ROUTE_WIDTH_M}:{line}" if row.widget == "route" else line)


def _reader(row: Filter) -> Callable[[click.Context, click.Parameter, Sequence[str]], Any]:
    """An option that is given several times means all of its values, where the filter is a list."""
    def values_of(ctx: click.Context, parameter: click.Parameter, texts: Sequence[str]) -> Any:
        try:
            read = partial(_of_file, row) if row.widget in ("area", "route") else row.read
            values = list(dict.fromkeys(map(read, texts)))
        except Unreadable as error:
            raise click.BadParameter(f"expected {error}", ctx, parameter) from None
        if row.is_list:
            return frozenset[Any]().union(*values)
        if len(values) > 1:
            raise click.BadParameter("given twice, with different values", ctx, parameter)
        return values[0] if values else row.default
    return values_of
