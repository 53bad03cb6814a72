"""What a search is about, in PostgreSQL's words: a tsvector of a point's words, a tsquery of those that somebody typed."""

import re

from wirelane_geo.model.evse_ids import cpo_of, evse_key
from wirelane_geo.store._rows import MOST_TEXT, wanted_words

_separators = re.compile(r"[\W_]+")
_LONGEST = 200
"""Characters of a word that are kept: nobody looks for longer ones, and PostgreSQL takes some more."""


def vector_of(words: str) -> str:
    """The parts of folded words with their places, so that parts that follow each other are found."""
    parts = [part[:_LONGEST] for part in _separators.split(words) if part]
    return " ".join(f"'{part}':{min(place, 16_383)}" for place, part in enumerate(parts, 1))


def query_of(text: str) -> str:
    """Every wanted word of a text as the beginning of a word, "DE*ABC*E1" as words in a row or as one; or all of the text as one
    word, where it is an EVSE ID: "DE ABC E1"."""
    words = " & ".join(_one_or_closed_up(word) for word in wanted_words(text))
    whole = evse_key(text[:MOST_TEXT]).lower()
    return f"({words}) | '{whole}':*" if " " in text.strip() and cpo_of(whole) else words


def _one_or_closed_up(word: str) -> str:
    row = " <-> ".join(f"'{part}'" for part in _separators.split(word) if part) + ":*"
    short = evse_key(word).lower()
    return f"({row})" if short == word or not short.isalnum() else f"({row} | '{short}':*)"
