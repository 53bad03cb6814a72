"""What went wrong, in the visitor's language where there are words for it."""

from wirelane_geo.errors import OtherDialect, StoreBusy, StoreTimeout, WirelaneGeoError
from wirelane_geo.ui.text import Texts


def in_words(error: WirelaneGeoError, texts: Texts) -> str:
    """The sentence of an error."""
    if isinstance(error, OtherDialect):
        return texts("map.other_dialect", asked=error.asked, spoken=error.spoken)
    if isinstance(error, StoreBusy):
        return texts("trouble.busy")
    if isinstance(error, StoreTimeout):
        return texts("trouble.slow", seconds=texts.number(error.seconds, 1))
    return str(error)
