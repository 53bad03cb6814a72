"""What went wrong, in the visitor's language where there are words for it."""

from wirelane_geo.errors import ApiError, OtherDialect, StoreBusy, StoreError, StoreTimeout, WirelaneGeoError, cause_of
from wirelane_geo.ui.text import Texts

CAUSES = {"unreachable": "map.cause_unreachable", "bad answer": "map.cause_unreadable", "store": "map.cause_store"}


def in_words(error: WirelaneGeoError, texts: Texts) -> str:
    """The sentence of an error."""
    if isinstance(error, OtherDialect):
        return texts("map.other_dialect", asked=error.asked, spoken=error.spoken)
    if isinstance(error, StoreBusy):
        return texts("trouble.busy")
    if isinstance(error, StoreTimeout):
        return texts("trouble.slow", seconds=texts.number(error.seconds, 1))
    if isinstance(error, ApiError | StoreError):
        return texts(CAUSES.get(cause := cause_of(error), "map.cause_http"), reason=error, cause=cause)
    return str(error)
