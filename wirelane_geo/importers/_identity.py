"""The id that a point of a file gets: made from where it comes from, whose it is and what it is called there.

The same point has the same id in every file and in every import; two operators' points never meet in one.
"""

import re
from functools import lru_cache
from hashlib import blake2b

from wirelane_geo.model import PointId
from wirelane_geo.model.spelling import without_accents

NO_ID = re.compile("nonconcern.*|nonapplicable|nonrenseigne.*|notapplicable|notavailable|sansobjet|neant|inconnue?|unknown"
                   "|aucune?|null|none|nil|nan|nc|na|nd|undefined|tbd|keine?")
"""What people write for an id that there is none of; the French schema has them write "Non concerné"."""

_DIGIT = re.compile(r"\d")


def point_id(origin: str, operator: str, *own: str) -> PointId:
    """32 hexadecimal digits. `own` is what the operator calls the point, in as many parts as it takes."""
    name = "\0".join((origin, operator, *own))
    return PointId(blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest())


@lru_cache(maxsize=10_000)
def folded(text: str | None) -> str:
    """A name without case, accents, spaces and signs: "Mairie d'Évry" and "MAIRIE D EVRY" are "mairiedevry"."""
    return "".join(letter for letter in without_accents(text or "") if letter.isalnum())


def says_none(given: str) -> bool:
    """Whether an id says that there is none: by a word for that, or by signs alone. One with a digit is an id."""
    return not _DIGIT.search(given) and (not (word := folded(given)) or NO_ID.fullmatch(word) is not None)
