"""A text that nothing was found by, in words that there are: a street or a town that is spelled nearly so."""

from collections.abc import Iterable
from itertools import islice, product

from wirelane_geo.places.similar_names import SimilarNames, mistakes_in
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._rows import parts_of, wanted_words

MOST_TEXTS, MOST_WRONG = 3, 2
"""So many texts are made of one; a text with more words that nothing begins with is no slip of the hand."""
PREFIXES_FROM = 6
"""Letters of a word that may be the beginning of one: "Fridrichstr". A shorter one is like the beginning of too many."""
_LAST = "\U0010ffff"


def respelled(connection: Connection, text: str) -> list[str]:
    """See `Store.respelled`."""
    words = [part for word in wanted_words(text) for part in parts_of(word)]
    wrong = [word for word in words if mistakes_in(word) and not _is_beginning(connection, word)]
    if not 0 < len(wrong) <= MOST_WRONG:
        return []
    right = {word: nearest(word, _about(connection, word)) for word in wrong}
    return [" ".join(chosen) for chosen in islice(product(*(right.get(word, [word]) for word in words)), MOST_TEXTS)]


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """Of some words those, and else their beginnings, that are nearest to one; none where none is near."""
    near = mistakes_in(word)
    names = dict.fromkeys(words)
    if len(word) >= PREFIXES_FROM:
        lengths = range(len(word) - near, len(word) + near + 1)
        names.update(dict.fromkeys(name[:length] for name in list(names) for length in lengths))
    listed = list(names)
    return [listed[number] for number in SimilarNames(listed).find(word)]


def _is_beginning(connection: Connection, word: str) -> bool:
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM vocabulary WHERE word >= ? AND word < ?)",
                                   (word, word + _LAST)).fetchone()[0])


def _about(connection: Connection, word: str) -> list[str]:
    """What is no shorter than the word could be."""
    return [name for [name] in connection.execute("SELECT word FROM vocabulary WHERE length(word) >= ? ORDER BY word",
                                                  (len(word) - mistakes_in(word),))]

