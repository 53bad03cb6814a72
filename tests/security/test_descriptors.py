"""What many ask at once costs a bounded number of descriptors, while it lasts and after."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.store.points import point
from wirelane_geo.store import open_store
from wirelane_geo.store.connections import MOST_READERS


def descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_readers_that_come_together_share_what_is_open(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([point("a")], "test")
    before, most = descriptors(), 0

    def read(_: int) -> int:
        nonlocal most
        with store._connections.read() as connection:  # type: ignore[attr-defined]
            most = max(most, descriptors())
            return int(connection.execute("SELECT count(*) FROM points").fetchone()[0])

    with ThreadPoolExecutor(200) as pool:
        assert set(pool.map(read, range(1_000))) == {1}
    assert most <= before + 3 * MOST_READERS
    assert descriptors() <= before + 3 * MOST_READERS
    store.close()
    assert descriptors() <= before
