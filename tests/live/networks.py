"""Small networks with a live core on them, in the test's own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.live.clocks import ManualClock
from wirelane_geo.live import Live, NetworkHistory
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store


def a_point(number: int, status: Status = Status.FREE, **changes: object) -> ChargePoint:
    values: dict[str, object] = {
        "charge_point_id": f"P-{number}", "id": f"id-{number}", "charging_station_id": f"S-{number // 2}", "cpo": "abc",
        "evseid": f"DE*ABC*E{number:04}", "status": status, "power": 22.0, "city": "Berlin", "street": "Torstr.",
        "house_number": str(number), "zip_code": "10115", "longitude": 13.0 + number / 100, "latitude": 52.0 + number / 100}
    return ChargePoint(**{**values, **changes})  # type: ignore[arg-type]


@dataclass
class EmbeddedNetwork:
    """A store, the live core on it, and the clock that both go by."""

    store: Store
    live: Live
    watch: WallService
    source: EmbeddedSource
    clock: ManualClock

    def change(self, **statuses: Status) -> None:
        """Points (`p3=Status.FREE`) come to statuses now, in one transaction."""
        self.store.set_statuses({f"id-{name[1:]}": status for name, status in statuses.items()}, at=self.clock.now())

    def after(self, seconds: float, **statuses: Status) -> None:
        """Time passes, statuses change, and the refresher looks."""
        self.clock.go_on(seconds)
        if statuses:
            self.change(**statuses)
        self.live.refresh()

    def pass_(self, seconds: float, every: float = 25.0) -> None:
        """Time passes while the refresher looks."""
        while seconds > 0:
            self.after(min(every, seconds))
            seconds -= every

    def everything(self) -> NetworkHistory:
        return self.watch.board(MapState()).history

    def shown(self) -> dict[str, Status]:
        """What a page sees."""
        snapshot = self.source.snapshot(None, 0)  # type: ignore[arg-type]
        records = self.source.records(snapshot.handles.tolist())
        return {point.id: tuple(Status)[number]
                for point, number in zip(records, snapshot.table.status.tolist(), strict=True)}


@contextmanager
def embedded(directory: Path, clock: ManualClock | None = None, points: list[ChargePoint] | None = None,
             **options: float) -> Iterator[EmbeddedNetwork]:
    """A live core on the store of a directory, which gets four points if it is empty; the first look is taken."""
    clock = clock or ManualClock()
    store = open_store(directory / "points.sqlite")
    if not store.counts().points:
        store.upsert(points if points is not None else [a_point(number) for number in range(4)], "irve")
    source = EmbeddedSource(store, clock)
    live = Live(source, directory / "history.sqlite", clock=clock, **options)
    live.refresh()
    try:
        yield EmbeddedNetwork(store, live, WallService(source, live), source, clock)
    finally:
        live.stop()
        store.close()


def counted(counts: np.ndarray) -> dict[Status, int]:
    """Counts by status without the zeros."""
    return {status: int(count) for status, count in zip(Status, counts, strict=True) if count}
