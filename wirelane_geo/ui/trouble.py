"""What went wrong, in the visitor's language where there are words for it."""

from wirelane_geo.errors import OtherDialect, WirelaneGeoError
from wirelane_geo.ui.text import Texts


def in_words(error: WirelaneGeoError, texts: Texts) -> str:
    """The sentence of an error."""
    if isinstance(error, OtherDialect):
        return texts("map.other_dialect", asked=error.asked, spoken=error.spoken)
    return str(error)
