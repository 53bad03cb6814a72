"""Where charge points are: bounds, quadkeys, the point table and its clusters. Imports numpy and shapely only."""

from wirelane_geo.geo.bounds import WORLD, Bounds
from wirelane_geo.geo.clusters import Clusters
from wirelane_geo.geo.points import PointFilter, PointTable

__all__ = ["WORLD", "Bounds", "Clusters", "PointFilter", "PointTable"]
