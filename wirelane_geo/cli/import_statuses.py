"""What a file says of statuses, on its way into the store."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wirelane_geo.cli.import_summary import Summary

if TYPE_CHECKING:
    from wirelane_geo.importers import Note, Reader, ReaderAhead
    from wirelane_geo.model import PlaceReport, StatusReport
    from wirelane_geo.store import Store


class StatusesOfFile:
    """Tells the store what a file says, counts it in its summary, and has `say` note what became of it."""

    def __init__(self, store: "Store", reader: "Reader | ReaderAhead", summary: Summary, say: "Callable[[Note], None]") -> None:
        self._store, self._reader, self._summary, self._say = store, reader, summary, say
        self._places = set[str]()

    def tell(self, reports: "Sequence[StatusReport | PlaceReport]") -> None:
        """Tell a part of it. Raises StoreError."""
        from wirelane_geo.importers import Note
        from wirelane_geo.model import StatusReport

        told, summary = self._store.tell(self._reader.origin, reports), self._summary
        summary.statuses += told.told
        summary.changed += told.changed
        summary.unmatched += told.unmatched
        summary.older_statuses += told.older
        of_points = [report for report in reports if isinstance(report, StatusReport)]
        self._places.update(place for report in of_points for place in report.places if place is not None)
        for ref, count in Counter(report.ref for report in of_points).items() if told.told < len(reports) else ():
            for _ in range(count - 1):
                self._say(Note(None, ref, "status", "another status of the same point, of which the newest counts"))
        for ref in told.ambiguous:
            self._say(Note(None, ref, "status", "several statuses of an EVSE ID that points share, kept as UNKNOWN"))
        for place in told.nowhere:
            self._say(Note(None, place, "", "shut or out of operation, but no point here is at that station or site"))

    def end(self, path: Path) -> None:
        """The file is read to its end. Unless it is a delta, it says all that there is to say of the places that its statuses are
        of: what was said of them as a whole before isn't so any more. What is said to be made in the future says so of nothing.
        Raises StoreError."""
        from wirelane_geo.feeds.pulling import is_delta
        from wirelane_geo.importers import parsed_date
        from wirelane_geo.model import PlaceReport, Status

        made = parsed_date(self._reader.published or "")
        if self._places and made is not None and made <= datetime.now(UTC) and not is_delta(path, False):
            opened = [PlaceReport(place, status=Status.FREE, at=made) for place in self._places]
            self._summary.changed += self._store.tell(self._reader.origin, opened).changed
