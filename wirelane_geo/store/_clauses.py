"""What the lists of members and sessions have in common: conditions put together, searched words, a page of the rest."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from wirelane_geo.store._connection import Clause, Connection
from wirelane_geo.store._people import Page
from wirelane_geo.store._rows import wanted_words, words_of

_separators = re.compile(r"[\W_]+")


@lru_cache(32768)
def searchable(*texts: str | None) -> str:
    """What `words_match` looks through: every text's words as they are, closed up, and in their parts; each once.

    Remembered: many sessions are at one place, or of one customer.
    """
    words: dict[str, None] = {}
    for word in words_of(" ".join(text for text in texts if text)):
        parts = _separators.split(word)
        words.update(dict.fromkeys((word, "".join(parts), *parts) if len(parts) > 1 else (word,)))
    return " " + " ".join(words)


def words_match(connection: Connection, search: str, text: str = "text") -> Clause | None:
    """Whether a text (an SQL expression) has, for every word that is searched for, one that begins with it. Signs alone
    are nowhere."""
    if words := wanted_words(search):
        return connection.holds_all(text, [f" {word}" for word in words])
    return ("FALSE", ()) if search.strip() else None


def one_of(connection: Connection, column: str, values: Iterable[str]) -> Clause | None:
    """Whether a column has one of these values; any will do where there are none."""
    wanted = sorted(values)
    return connection.one_of(column, wanted) if wanted else None


def page_of(connection: Connection, table: str, bodies: str, clauses: Sequence[Clause | None], order: str | None,
            descending: bool, page: int, page_size: int) -> Page:
    """A page of a table's rows for which all clauses hold, with their bodies from `bodies`; unknown values come last."""
    given = [clause for clause in clauses if clause]
    where = " AND ".join(sql for sql, _ in given) or "TRUE"
    parameters = tuple(value for _, values in given for value in values)
    direction = "DESC" if descending else "ASC"
    by = f"{order} {direction} NULLS LAST, rowid" if order else f"rowid {direction}"
    offset = (page - 1) * page_size
    rows: list[tuple[bytes]] = [] if offset >= 2**62 else connection.execute(
        f"SELECT body FROM (SELECT rowid AS number, row_number() OVER () AS place FROM (SELECT rowid FROM {table} "
        f"WHERE {where} ORDER BY {by} LIMIT ? OFFSET ?) AS chosen) AS placed "
        f"JOIN {bodies} ON {bodies}.rowid = number ORDER BY place",
        (*parameters, page_size, offset)).fetchall()
    if 0 < len(rows) < page_size or (not rows and offset == 0):
        total = offset + len(rows)
    else:
        [total] = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", parameters).fetchone()
    return Page(total, [row[0] for row in rows])
