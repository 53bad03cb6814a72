"""The client of the Wirelane API 2.0, and how its records look on the wire."""

from wirelane_geo.api.client import POINT_ID_TYPES, WirelaneClient
from wirelane_geo.api.models import Decoded, decode_point, decode_points, encode_point
from wirelane_geo.api.points import Points
from wirelane_geo.api.query import ORDERS, PointParameters
from wirelane_geo.api.records import Rejected, decode_event, encode, encode_page
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
    "decode_event",
    "decode_point",
    "decode_points",
    "encode",
    "encode_page",
    "encode_point",
]
