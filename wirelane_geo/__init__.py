"""Wirelane Geo: a charge-point map, a status wall and shareable filter URLs on the Wirelane API 2.0."""

__version__ = "0.1.0"
