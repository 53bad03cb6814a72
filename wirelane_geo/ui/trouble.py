"""What went wrong, in the visitor's language where there are words for it."""

from wirelane_geo.errors import ApiError, OtherDialect, StoreBusy, StoreError, StoreTimeout, WirelaneGeoError, cause_of
from wirelane_geo.ui.text import Texts

CAUSES = {"unreachable": "map.cause_unreachable", "bad answer": "map.cause_unreadable", "store": "map.cause_store",
          "incomplete": "map.cause_incomplete"}
"""By the word for a cause that is no HTTP status; static/trouble.js has the same."""
HTTP = "map.cause_http"


def in_words(error: WirelaneGeoError, texts: Texts) -> str:
    """The sentence of an error."""
    if isinstance(error, OtherDialect):
        return texts("map.other_dialect", asked=error.asked, spoken=error.spoken)
    if isinstance(error, StoreBusy):
        return texts("trouble.busy")
    if isinstance(error, StoreTimeout):
        return texts("trouble.slow", seconds=texts.number(error.seconds, 1))
    if isinstance(error, ApiError | StoreError):
        return reason(str(error), cause_of(error), texts)
    return str(error)


def reason(problem: str, cause: str | None, texts: Texts) -> str:
    """Why data could not be renewed: the problem's sentence, which is English, or its cause in the visitor's language."""
    return texts(CAUSES.get(cause, HTTP), reason=problem, cause=cause) if cause else problem
