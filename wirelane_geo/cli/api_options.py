"""The parameters of the API's list of charge points as options, each by the API's own name."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import click

from wirelane_geo.api import ORDERS
from wirelane_geo.api.query import POINTS, written
from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargingType, PlugType

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: Mapping[str, tuple[str | click.Choice[str], str]] = {
    "search": ("WORDS", "Words, each the beginning of a word of an id, label, EVSE ID or address."),
    "evseid": ("IDS", "These EVSE IDs."),
    "charging_station_id": ("IDS", "At these stations."),
    "owner_id": ("IDS", "Of these owners."),
    "point_groups": ("IDS", "In any of these groups."),
    "not_in_point_groups": ("IDS", "In none of these groups."),
    "plug_types": ("PLUGS", f"Any of {', '.join(PlugType)}."),
    "charging_type": ("TYPES", f"Any of {', '.join(ChargingType)}."),
    "auth_type": ("WAYS", "Any of card, remote, direct."),
    "max_power": ("KW", "At most so many kW."),
    "lat": ("DEGREES", "Latitude of the centre that --distance is measured from."),
    "lon": ("DEGREES", "Longitude of that centre."),
    "distance": ("METRES", "Within so many metres of --lat, --lon."),
    "south_west_lat": ("DEGREES", "Southern edge of a box; all four edges go together."),
    "south_west_lon": ("DEGREES", "Western edge."),
    "north_east_lat": ("DEGREES", "Northern edge."),
    "north_east_lon": ("DEGREES", "Eastern edge."),
    "infrastructure_only": ("1|0", "1: what is built, without the status."),
    "order_by": (click.Choice(ORDERS), "What to sort by; distance needs --sort-lat and --sort-lon, or --lat and --lon."),
    "order_direction": (click.Choice(("asc", "desc")), "Ascending or descending."),
    "sort_lat": ("DEGREES", "Latitude that order-by distance measures from."),
    "sort_lon": ("DEGREES", "Longitude that order-by distance measures from."),
    "page": ("NUMBER", "This page alone, from 1."),
    "page_size": ("NUMBER", "Points a page, 1 to 1,000,000."),
}
"""Name in the API: what is given, or the words of which one is, and what it does. `status` and `reservable` are called alike
here and on the map."""


def api_options(command: F) -> F:
    """Give a command these options, as its argument `of_api`: the parameters that were given, by the API's names."""

    @wraps(command)
    def with_parameters(*args: Any, **given: Any) -> Any:
        of_api = {name: value for name in OPTIONS if (value := given.pop(name)) is not None}
        _check_company(of_api)
        try:
            asked = written(of_api, POINTS)
        except BadInput as error:
            raise click.UsageError(str(error)) from None
        if "south_west_lat" in asked and float(str(asked["south_west_lat"])) > float(str(asked["north_east_lat"])):
            raise click.UsageError("--south-west-lat lies north of --north-east-lat.")
        return command(*args, of_api=of_api, **given)

    for name, (value, help) in reversed(list(OPTIONS.items())):
        kind: dict[str, Any] = {"metavar": value} if isinstance(value, str) else {"type": value}
        with_parameters = click.option(option_of(name), name, help=help, **kind)(with_parameters)
    return with_parameters  # type: ignore[return-value]


_PAIRS = (("lat", "lon"), ("sort_lat", "sort_lon"), ("south_west_lat", "south_west_lon", "north_east_lat", "north_east_lon"))
"""Parameters that go together, all of them or none."""


def _check_company(of_api: Mapping[str, str]) -> None:
    """Raises UsageError where a parameter is given without those that it needs."""
    for names in _PAIRS:
        if missing := [option_of(name) for name in names if name not in of_api] if of_api.keys() & set(names) else []:
            raise click.UsageError(f"{', '.join(missing)}: missing, {', '.join(map(option_of, names))} go together.")
    if "distance" in of_api and "lat" not in of_api:
        raise click.UsageError("--distance needs --lat and --lon, the centre that it is measured from.")
    if of_api.get("order_by") == "distance" and not of_api.keys() & {"lat", "sort_lat"}:
        raise click.UsageError("--order-by distance needs --sort-lat and --sort-lon, or --lat and --lon.")


def option_of(name: str) -> str:
    """The option of a parameter: "--plug-types" of "plug_types"."""
    return f"--{name.replace('_', '-')}"
