"""The look of a status, and the tones of the light and the dark map: the one table that map, legend and lists share.

Colours are Okabe and Ito's, which stay apart for colour-blind eyes; the glyph is the second cue.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from wirelane_geo.model import Status

Theme = Literal["light", "dark"]
Body = Literal["solid", "hollow", "dotted"]
Arc = Literal["solid", "hollow", "dashed"]

CLOSED_NOW = "CLOSED_NOW"
"""What is drawn instead of FREE while a point is known to be closed; no status of the API."""


@dataclass(frozen=True)
class Look:
    """How a status, or CLOSED_NOW, is drawn: a disc of `colour` (#RRGGBB) and on it a glyph in `ink`; in a cluster's ring an
    `arc`: as a whole, its rim, or dashes.

    `path` is SVG path data in a 24 x 24 box, stroked `stroke` wide with round ends, filled too where `filled`.
    """

    status: str
    colour: str
    ink: str
    shape: str
    path: str
    stroke: float = 3.0
    filled: bool = False
    body: Body = "solid"
    arc: Arc = "solid"


LOOKS = (
    Look(Status.FREE, "#009E73", "#FFFFFF", "tick", "M5 12.6l4.8 4.8L19 7.6"),
    Look(Status.IN_USE, "#0072B2", "#FFFFFF", "bolt", "M13.4 3.5 6 13.4h5.2l-.9 7.1L18 10.4h-5.4z", 1.2, True),
    Look(Status.UNAVAILABLE, "#7A7A7A", "#FFFFFF", "bar", "M5 12h14", 3.6),
    Look(
        Status.UNKNOWN, "#B0B0B0", "#5E5E5E", "question mark",
        "M8.2 9.2a3.9 3.9 0 1 1 5.9 3.3c-1.4.9-2 1.5-2 3M12.1 19.3v.01", 2.8, body="hollow", arc="hollow",
    ),
    Look(Status.FAULTED, "#D55E00", "#FFFFFF", "cross", "M6.6 6.6l10.8 10.8M17.4 6.6 6.6 17.4"),
    Look(Status.RESERVED, "#56B4E9", "#062B41", "clock", "M12 4.2a7.8 7.8 0 1 0 .01 0zM12 7.8v4.4l3 1.9", 2.2),
    Look(Status.CLOSED, "#4A4A4A", "#FFFFFF", "dots", "M6.2 12h.01M12 12h.01M17.8 12h.01", 3.4, body="dotted", arc="dashed"),
)
"""One row per status, in the order of the contract's enum: `LOOKS[status.number]`."""

DRAWN = (
    *LOOKS,
    Look(
        CLOSED_NOW, "#B565A0", "#8A3F78", "lock",
        "M7.7 11V8.3a4.3 4.3 0 0 1 8.6 0V11h-2.1V8.3a2.2 2.2 0 0 0-4.4 0V11zM6 11h12v8.6H6z", 0.8, True, "hollow", "hollow",
    ),
)
"""All that a mark can be: by a status's number, or by `geo.columns.CLOSED_NOW`."""

ARC_ORDER = (
    Status.FREE, Status.RESERVED, Status.IN_USE, Status.UNKNOWN, Status.CLOSED, Status.UNAVAILABLE, Status.FAULTED,
)
"""Clockwise order of the arcs in a cluster's ring, and of a legend: from good to bad. What is closed now comes before what is
not known."""


@dataclass(frozen=True)
class Tones:
    """Colours (#RRGGBB) of one theme: the embedded basemap, and what marks are made of."""

    sea: str
    land: str
    border: str
    coast: str
    label: str
    halo: str
    surface: str
    ink: str
    muted: str
    accent: str


TONES: dict[Theme, Tones] = {
    "light": Tones(
        sea="#CDDDE6", land="#F6F4EF", border="#CFC8BC", coast="#A5BBC8", label="#46515C", halo="#F6F4EF",
        surface="#FFFFFF", ink="#17212B", muted="#5B6670", accent="#111827",
    ),
    "dark": Tones(
        sea="#0E151C", land="#1C252E", border="#3A4754", coast="#33434F", label="#A3B0BC", halo="#141C24",
        surface="#1A222B", ink="#F2F5F8", muted="#A6B2BD", accent="#FFFFFF",
    ),
}


def look(status: str) -> Look:
    """How a status, or CLOSED_NOW, is drawn."""
    return next(row for row in DRAWN if row.status == status)


def in_order() -> tuple[str, ...]:
    """ARC_ORDER with CLOSED_NOW in its place."""
    return tuple(name for status in ARC_ORDER for name in ((CLOSED_NOW, status) if status is Status.UNKNOWN else (status,)))


def svg(status: str, size: int = 18) -> str:
    """A status mark as an inline SVG of `size` px, hidden from screen readers: put the status in words beside it."""
    row = look(status)
    hollow = row.body == "hollow"
    line = row.colour if hollow else row.ink
    dashes = ' stroke-dasharray="3.2 3.2"' if row.body == "dotted" else ""
    return (
        f'<svg class="wg-mark" width="{size}" height="{size}" viewBox="0 0 36 36" aria-hidden="true" focusable="false">'
        f'<circle cx="18" cy="18" r="15.5" fill="{"none" if hollow else row.colour}" stroke="{row.colour}" '
        f'stroke-width="3"{dashes}/>'
        f'<path transform="translate(6 6)" d="{row.path}" fill="{line if row.filled else "none"}" stroke="{line}" '
        f'stroke-width="{row.stroke}" stroke-linecap="round" stroke-linejoin="round"/>'
        "</svg>"
    )


def sheet(theme: Theme) -> dict[str, Any]:
    """All of it for the component's JavaScript: the looks of all that is drawn, by number; the order of arcs, and the tones of a
    theme."""
    numbers = {row.status: number for number, row in enumerate(DRAWN)}
    return {
        "looks": [asdict(row) for row in DRAWN],
        "arcs": [numbers[name] for name in in_order()],
        "tones": asdict(TONES[theme]),
    }
