"""The network in the words of others: DATEX II (AFIR) and OCPI, made from the points that everybody may see."""

from wirelane_geo.publish._publisher import Publisher
from wirelane_geo.publish.selection import Edition, Publication, Selection, Station

__all__ = ["Edition", "Publication", "Publisher", "Selection", "Station"]
