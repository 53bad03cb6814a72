"""The embedded service: the Wirelane API 2.0 on a store of our own, with its token endpoint."""

from wirelane_geo.server._app import API_PATHS, embedded
from wirelane_geo.server._point_pages import Lists
from wirelane_geo.server._tokens import NO_USER
from wirelane_geo.server.attempts import Attempts
from wirelane_geo.server.credentials import Credentials, load_or_create

__all__ = ["API_PATHS", "NO_USER", "Attempts", "Credentials", "Lists", "embedded", "load_or_create"]
