"""The colours of a wall that are no status's."""

from collections.abc import Mapping

from wirelane_geo.ui.palette import Theme

COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "dark": {"ground": "#0b1116", "card": "#151e24", "ink": "#eef3f2", "muted": "#a9b8b3", "line": "#ffffff1a",
             "fault": "#ff9a57"},
    "light": {"ground": "#eef2f1", "card": "#ffffff", "ink": "#10201a", "muted": "#4c5c56", "line": "#0000001f",
              "fault": "#a34400"},
}
