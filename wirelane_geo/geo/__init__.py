"""Where charge points are: bounds, quadkeys, the point table and its clusters. Imports numpy only."""

from wirelane_geo.geo._points import PointFilter, PointTable
from wirelane_geo.geo.bounds import WORLD, Bounds
from wirelane_geo.geo.clusters import Clusters

__all__ = ["WORLD", "Bounds", "Clusters", "PointFilter", "PointTable"]
