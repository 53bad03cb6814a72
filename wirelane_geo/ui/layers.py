"""A view as deck.gl sees it: constant layers, as pydeck writes them, and the columns they are drawn from."""

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pydeck as pdk

from wirelane_geo.geo.columns import CLOSED_NOW
from wirelane_geo.ui.basemap import embedded_layers, remote_style
from wirelane_geo.ui.palette import Theme

if TYPE_CHECKING:
    from wirelane_geo.geo import Clusters
    from wirelane_geo.map.service import Marks, StationSummary

STATIONS, CLUSTERS, SELECTED = "stations", "clusters", "selected"
"""Ids of the layers that show data. They never change: deck.gl matches by id and updates without flicker."""

FINE_ZOOM = 15.0
"""From here on a float32 degree (0.2 m at 50 degrees, 1 m at 180) would show: positions go as float64."""

UNKNOWN_POWER = 65535
"""What stands for "not known" in the column of powers."""

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Highlight:
    """A place in degrees that gets a ring. station: the one that is open, which gets it around its mark, or is a pin where it has
    none of its own; shared: the ring is around the mark of the stations that share the place."""

    lon: float
    lat: float
    station: "StationSummary | None" = None
    shared: bool = False


@cache  # pydeck takes 15 ms to make a Deck
def spec(theme: Theme, basemap: str) -> dict[str, Any]:
    """The deck: layers from bottom to top, provider and style of the remote basemap. Not to be changed: all pans share it."""
    layers = [
        *(embedded_layers(theme) if basemap != "none" else ()),
        pdk.Layer("MarkLayer", id=STATIONS, data=[], pickable=True),
        pdk.Layer("MarkLayer", id=CLUSTERS, data=[], pickable=True),
        pdk.Layer("MarkLayer", id=SELECTED, data=[], pickable=False),
    ]
    style = remote_style(theme, basemap)
    deck = pdk.Deck(
        layers=layers,
        views=[pdk.View("MapView", repeat=True, controller=True)],
        initial_view_state=None,
        map_provider="carto" if style else None,
        map_style=style if isinstance(style, str) else None,
    )
    document: dict[str, Any] = json.loads(deck.to_json())
    document["mapStyle"] = style
    return document


def columns(marks: "Marks", clusters: "Clusters", sites: Array, zoom: float) -> dict[str, dict[str, Array]]:
    """Columns of the data layers by layer id, arrays of n, or n x k, numbers as narrow as they fit. `sites`: see `MapView`."""
    return {
        STATIONS: {
            "getPosition": positions(marks.lon, marks.lat, zoom),
            "handle": _handles(marks.handle),
            "status": np.asarray(marks.status, "u1"),
            "matching": narrow(marks.matching),
            "free": narrow(marks.free),
            "closed": narrow(marks.closed_now),
            "total": narrow(marks.total),
            "deciKW": tenths(marks.power_kw),
        },
        CLUSTERS: {
            "getPosition": positions(clusters.lon, clusters.lat, zoom),
            "stations": narrow(clusters.stations),
            "handle": _handles(sites if len(sites) else np.zeros(len(clusters), np.int64)),
            "byStatus": narrow(clusters.by_status),
            "closed": narrow(clusters.closed_now),
            "bounds": np.asarray(clusters.bounds, "f4"),
        },
    }


def selected(chosen: Highlight | None) -> dict[str, Any] | None:
    """What is highlighted, for the component."""
    if chosen is None:
        return None
    data: dict[str, Any] = {"position": [chosen.lon, chosen.lat], "shared": chosen.shared}
    if (station := chosen.station) is not None:
        status = CLOSED_NOW if station.only_closed else station.status.number
        data["station"] = {"handle": station.handle, "status": status, "free": station.free, "matching": station.matching}
    return data


def positions(lon: Array, lat: Array, zoom: float) -> Array:
    """Longitude and latitude in degrees as one column of pairs, as precise as the zoom can show."""
    return np.column_stack([lon, lat]).astype("f4" if zoom < FINE_ZOOM else "f8")


def tenths(power_kw: Array) -> Array:
    """kW in tenths as uint16, at most 6553.4 kW; UNKNOWN_POWER where it is NaN."""
    known = np.rint(np.nan_to_num(power_kw, nan=0.0) * 10).clip(0, UNKNOWN_POWER - 1)
    return np.where(np.isnan(power_kw), UNKNOWN_POWER, known).astype("u2")


def narrow(counts: Array) -> Array:
    """Counts (>= 0) in the smallest unsigned integers that hold them all."""
    counts = np.asarray(counts)
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def _handles(handles: Array) -> Array:
    """Handles as JavaScript numbers: uint32 where that holds them, else float64, which is exact below 2**53."""
    return handles.astype("u4" if int(handles.max(initial=0)) < 1 << 32 else "f8")

