"""The client of the Wirelane API 2.0, and how charge points look on its wire."""

from wirelane_geo.api.client import POINT_ID_TYPES, WirelaneClient
from wirelane_geo.api.models import Decoded, Rejected, decode_point, decode_points, encode_point
from wirelane_geo.api.points import Points
from wirelane_geo.api.query import ORDERS, PointParameters
from wirelane_geo.api.retry import Retry

__all__ = [
    "ORDERS",
    "POINT_ID_TYPES",
    "Decoded",
    "PointParameters",
    "Points",
    "Rejected",
    "Retry",
    "WirelaneClient",
    "decode_point",
    "decode_points",
    "encode_point",
]
