"""The dialects of the Wirelane API, by the year of their documents."""

from collections.abc import Mapping

from wirelane_geo.api import _dialect_2023, _dialect_2026
from wirelane_geo.api._dialect import Dialect
from wirelane_geo.errors import BadInput

DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (_dialect_2023.DIALECT, _dialect_2026.DIALECT)}


def dialect(name: str) -> Dialect:
    """The dialect of this name. Raises BadInput."""
    if name not in DIALECTS:
        raise BadInput(f"{name!r} is no dialect of the Wirelane API: it is one of {', '.join(DIALECTS)}.")
    return DIALECTS[name]
