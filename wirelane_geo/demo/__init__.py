"""A demo network: generated, deterministic, and fictional but for the towns it stands in."""

from wirelane_geo.demo._accounts import demo_members, demo_payment_methods
from wirelane_geo.demo._ahead import demo_points_ahead
from wirelane_geo.demo._network import demo_points
from wirelane_geo.demo._plans import demo_subscription
from wirelane_geo.demo._sessions import OWNER_WITH_SESSIONS, SMALL_NETWORK, demo_sessions, session_times, with_sessions

__all__ = ["OWNER_WITH_SESSIONS", "SMALL_NETWORK", "demo_members", "demo_payment_methods", "demo_points", "demo_points_ahead",
           "demo_sessions", "demo_subscription", "session_times", "with_sessions"]
