"""A server of feeds, a store, and a puller of one feed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.server import FeedServer, feed_server
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.store import Store, open_store


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "points.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def follow(tmp_path: Path, store: Store, server: FeedServer) -> Iterator[Callable[..., Puller]]:
    """Makes a puller of a feed; paths are those of the server. The first one made is named first."""
    made: list[Puller] = []
    (tmp_path / "feeds").mkdir()

    def make(name: str = "city", kind: str = "datex2", url: str | None = "/table", status_url: str | None = None,
             rank: tuple[str, ...] = (), **given: Any) -> Puller:
        at = {key: server.url + path for key, path in (("url", url), ("status_url", status_url)) if path}
        feed = Feed(name=name, kind=kind, **at, **given)  # type: ignore[arg-type]
        made.append(Puller(store, feed, tmp_path / "feeds", [f"feed:{one}" for one in rank] or [feed.origin]))
        return made[-1]

    yield make
    for puller in made:
        puller.close()
