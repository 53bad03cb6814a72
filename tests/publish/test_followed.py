"""One installation of ours follows what another one publishes: DATEX II by deltas, to the end."""

import json
from pathlib import Path

from tests.publish.conftest import TOKEN, PublicationService
from tests.publish.networks import point
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.model import Status
from wirelane_geo.store import PointQuery, Store, open_store


def statuses(store: Store) -> dict[str, str]:
    found = [json.loads(body) for body in store.query(PointQuery(page_size=10_000)).bodies]
    return {one["evseid"]: one["status"] for one in found}


def test_a_follower_of_datex_shows_what_is_published(published: PublicationService, tmp_path: Path) -> None:
    published.put(*(point(number, status=list(Status)[number % len(Status)]) for number in range(20)))
    there = open_store(tmp_path / "other.sqlite")
    (tmp_path / "feeds").mkdir()
    url = str(published.client.base_url)
    feed = Feed(name="other", kind="datex2", url=f"{url}/datex2/table", status_url=f"{url}/datex2/status?deltas=on")
    puller = Puller(there, feed, tmp_path / "feeds", [feed.origin])
    try:
        state = puller.pull(static=True, live=True)
        assert (state.problem, state.points) == (None, 20)
        assert statuses(there) == statuses(published.store)
        for number, status in ((3, Status.IN_USE), (4, Status.FAULTED), (3, Status.FREE)):
            id = published.store.get("evseid", f"DE*ABC*E{number}").id  # type: ignore[union-attr]
            published.store.set_statuses({id: status})
            published.clock.go_on(1)
            assert puller.pull(static=False, live=True).problem is None
            assert statuses(there) == statuses(published.store)
        before = there.last_seq()
        assert puller.pull(static=True, live=True).problem is None
        assert there.last_seq() == before, "nothing has changed"
        assert puller.state.drop is None
    finally:
        puller.close()
        there.close()


def test_a_follower_of_ocpi_shows_what_is_published(published: PublicationService, tmp_path: Path) -> None:
    published.put(*(point(number, status=list(Status)[number % len(Status)]) for number in range(20)))
    there = open_store(tmp_path / "other.sqlite")
    (tmp_path / "feeds").mkdir()
    feed = Feed(name="other", kind="ocpi", url=f"{published.client.base_url}/ocpi/2.2.1/locations", version="2.2.1", token=TOKEN)
    puller = Puller(there, feed, tmp_path / "feeds", [feed.origin])
    try:
        state = puller.pull(static=True, live=True)
        assert (state.problem, state.points) == (None, 20)
        assert statuses(there) == statuses(published.store)
        for number, status in ((3, Status.IN_USE), (4, Status.FAULTED)):
            id = published.store.get("evseid", f"DE*ABC*E{number}").id  # type: ignore[union-attr]
            published.store.set_statuses({id: status})
            published.clock.go_on(1)
            assert puller.pull(static=False, live=True).problem is None
            assert statuses(there) == statuses(published.store)
    finally:
        puller.close()
        there.close()
