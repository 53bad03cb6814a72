"""Where points come from: the embedded network's store, or a Wirelane account, behind one protocol."""

from wirelane_geo.sources._account import ApiSource
from wirelane_geo.sources._embedded import EmbeddedSource
from wirelane_geo.sources._network import PlacedPoints
from wirelane_geo.sources._point_lists import PointLists
from wirelane_geo.sources._protocol import Background, PointSource, Prices, Snapshot, Voice
from wirelane_geo.sources._shared_account import SharedAccount

__all__ = ["ApiSource", "Background", "EmbeddedSource", "PlacedPoints", "PointLists", "PointSource", "Prices", "SharedAccount",
           "Snapshot", "Voice"]
