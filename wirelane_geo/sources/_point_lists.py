"""Lists of an embedded network's points: from the table in memory where that has what is asked for, else from the database."""

import threading

from wirelane_geo.sources._beside import Beside, beside
from wirelane_geo.sources._embedded import EmbeddedSource
from wirelane_geo.sources._list_snapshot import ListSnapshot
from wirelane_geo.sources._matching import answerable
from wirelane_geo.store import Page, PointQuery, Store

ATTEMPTS = 3
"""So often is the table asked while somebody writes; then the database."""


class PointLists:
    """Answers as `Store.query` does, to the byte. What any process has written is in the next answer. Thread-safe."""

    def __init__(self, source: EmbeddedSource, store: Store) -> None:
        self._source, self._store = source, store
        self._lock = threading.Lock()
        self._beside: Beside | None = None
        self._listing: ListSnapshot | None = None

    def query(self, query: PointQuery, most: int | None = None) -> Page:
        """See `Store.query`."""
        if answerable(query):
            for _ in range(ATTEMPTS):
                if (listing := self._current()) is None:
                    break
                total, points = listing.page(query)
                seq, bodies = self._store.objects(points.part(0, most), status=not query.infrastructure_only)
                if seq == listing.seq:
                    return Page(total, bodies, None if most is None or len(points) <= most else points.part(most, None))
        return self._store.query(query, most)

    def _current(self) -> ListSnapshot | None:
        """All points as they are now; None before they are read, or where the table is too far behind."""
        with self._lock:
            placed, known = self._source.placed, self._listing
            if placed is None:
                return None
            if known and known.placed.table.version == placed.table.version and known.seq == self._store.last_seq():
                return known
            self._beside = beside(self._store, placed, self._beside)
            self._listing = None if self._beside is None else ListSnapshot(placed, self._beside)
            return self._listing
