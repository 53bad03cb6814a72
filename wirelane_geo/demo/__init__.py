"""A demo network: generated, deterministic, and fictional but for the towns it stands in."""

from wirelane_geo.demo.network import demo_points

__all__ = ["demo_points"]
