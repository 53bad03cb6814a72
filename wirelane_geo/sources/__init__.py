"""Where points come from: the embedded network's store, or a Wirelane account, behind one protocol."""

from wirelane_geo.sources.account import ApiSource
from wirelane_geo.sources.embedded import EmbeddedSource
from wirelane_geo.sources.protocol import PointSource, Snapshot

__all__ = ["ApiSource", "EmbeddedSource", "PointSource", "Snapshot"]
