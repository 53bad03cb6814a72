"""The client of the Wirelane API 2.0, and how its records look on the wire."""

from wirelane_geo.api._client import WirelaneClient
from wirelane_geo.api._dialects import DIALECTS
from wirelane_geo.api._hosts import Hosts
from wirelane_geo.api._metrics import Exchange, Tally
from wirelane_geo.api._paths import POINT_ID_TYPES
from wirelane_geo.api._points import Points
from wirelane_geo.api._results import Records
from wirelane_geo.api._retry import Retry
from wirelane_geo.api.listing import Listing
from wirelane_geo.api.query import (
    MEMBER_ORDERS,
    ORDERS,
    SESSION_ORDERS,
    MemberParameters,
    PointParameters,
    SessionParameters,
)
from wirelane_geo.wire.points import PointBatch, decode_point, decode_points, encode_point
from wirelane_geo.wire.records import RejectedRecord, decode_event, encode, encode_page

__all__ = [
    "DIALECTS",
    "MEMBER_ORDERS",
    "ORDERS",
    "POINT_ID_TYPES",
    "SESSION_ORDERS",
    "Exchange",
    "Hosts",
    "Listing",
    "MemberParameters",
    "PointBatch",
    "PointParameters",
    "Points",
    "Records",
    "RejectedRecord",
    "Retry",
    "SessionParameters",
    "Tally",
    "WirelaneClient",
    "decode_event",
    "decode_point",
    "decode_points",
    "encode",
    "encode_page",
    "encode_point",
]
