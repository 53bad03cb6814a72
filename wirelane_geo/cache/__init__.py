"""Caches of what an upstream was asked for. `open_cache` is the seam for another place to keep it."""

from wirelane_geo.cache._tiles import Tile, TileCache, TileValue

__all__ = ["Tile", "TileCache", "TileValue"]
