"""The embedded service: the Wirelane API 2.0 on a store of our own, with its token endpoint."""

from wirelane_geo.server.app import api_mount, create_api
from wirelane_geo.server.credentials import Credentials, load_or_create
from wirelane_geo.server.tokens import token_route

__all__ = ["Credentials", "api_mount", "create_api", "load_or_create", "token_route"]
