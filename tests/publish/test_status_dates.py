"""A status is published with the date of which it was said, and in an order that a reader who compares dates can follow."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.publish.conftest import TOKEN, PublicationService
from tests.publish.networks import point
from tests.publish.test_followed import statuses
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.model import OfferedPoint, Status, StatusReport
from wirelane_geo.store import Store, open_store

APRIL, JUNE = datetime(2026, 4, 14, 8, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
EVSE = "DE*ABC*E1"
FEED = "feed:city"


def date(text: str) -> datetime:
    return datetime.fromisoformat(text)


def in_datex(published: PublicationService) -> datetime:
    """`lastUpdated` of the one point."""
    published.clock.go_on(60)
    [payload] = published.get("/datex2/status").json()["messageContainer"]["payload"]
    [site] = payload["aegiEnergyInfrastructureStatusPublication"]["energyInfrastructureSiteStatus"]
    [wrapped] = site["energyInfrastructureStationStatus"][0]["refillPointStatus"]
    return date(wrapped["aegiElectricChargingPointStatus"]["lastUpdated"])


def in_ocpi(published: PublicationService) -> tuple[datetime, datetime, datetime]:
    """`last_updated` of the one location, its EVSE, and that one's connector."""
    token = base64.b64encode(TOKEN.encode()).decode()
    [location] = published.get("/ocpi/2.2.1/locations", authorization=f"Token {token}").json()["data"]
    [evse] = location["evses"]
    return date(location["last_updated"]), date(evse["last_updated"]), date(evse["connectors"][0]["last_updated"])


def take(published: PublicationService, **fields: object) -> OfferedPoint:
    given = point(1, **({"status": Status.UNKNOWN} | fields))
    published.store.take([given], "bnetza")
    return given


def tell(published: PublicationService, status: Status, at: datetime | None, feed: str = FEED) -> None:
    published.store.tell(feed, [StatusReport(EVSE, status, at)])


def silent(published: PublicationService, *, again: bool = False, feed: str = FEED) -> None:
    """Believe a feed no longer, or `again`."""
    if again:
        published.store.set_feed_state(feed, False, "{}")
        published.store.tell(feed, [], again=True)
    else:
        published.store.silence(feed)


@pytest.mark.parametrize("recorded", [None, JUNE])
@pytest.mark.parametrize("before", [True, False])
def test_a_status_of_april_is_of_april_whenever_its_point_was_imported(
        published: PublicationService, recorded: datetime | None, before: bool) -> None:
    if before:
        tell(published, Status.FREE, APRIL)
    begin = datetime.now(UTC) if recorded is None else recorded
    given = take(published, update_date=recorded)
    if not before:
        tell(published, Status.FREE, APRIL)
    facts, evse, connector = in_ocpi(published)
    assert (in_datex(published), evse, connector) == (APRIL, APRIL, APRIL)
    assert facts >= begin - timedelta(seconds=1)
    published.store.take([msgspec.structs.replace(given, power=50.0, update_date=recorded and recorded + timedelta(days=1))],
                         "bnetza")
    changed, evse, _ = in_ocpi(published)
    assert (in_datex(published), evse) == (APRIL, APRIL)
    assert changed >= facts, "of a reader who asks by date"
    tell(published, Status.IN_USE, JUNE)
    assert in_datex(published) == JUNE


def test_what_a_record_says_of_its_status_is_of_its_date(published: PublicationService) -> None:
    take(published, status=Status.FREE, update_date=APRIL)
    assert (in_datex(published), *in_ocpi(published)) == (APRIL,) * 4


def test_a_status_without_a_date_is_of_when_it_was_told(published: PublicationService) -> None:
    take(published)
    begin = datetime.now(UTC)
    tell(published, Status.FREE, None)
    assert in_datex(published) >= begin - timedelta(milliseconds=1)


def test_dates_never_go_back(published: PublicationService) -> None:
    """A reader that compares them would keep what he has, which may be FREE."""
    take(published)
    tell(published, Status.FREE, JUNE)
    tell(published, Status.IN_USE, APRIL, feed="feed:other")
    dates = [in_datex(published)]
    for change in (lambda: silent(published), lambda: silent(published, feed="feed:other"), lambda: silent(published, again=True),
                   lambda: tell(published, Status.FAULTED, JUNE + timedelta(days=1)),
                   lambda: take(published, status=Status.IN_USE, update_date=JUNE + timedelta(days=2))):
        change()
        dates.append(in_datex(published))
        assert in_ocpi(published)[1] <= dates[-1]
    assert dates == sorted(dates)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "other.sqlite")
    (tmp_path / "feeds").mkdir()
    yield store
    store.close()


@pytest.mark.parametrize("kind", ["datex2", "ocpi"])
def test_who_follows_shows_what_is_known_again_after_a_silence(published: PublicationService, there: Store, tmp_path: Path,
                                                              kind: str) -> None:
    take(published)
    url = str(published.client.base_url)
    feed = (Feed(name="us", kind="datex2", url=f"{url}/datex2/table", status_url=f"{url}/datex2/status") if kind == "datex2"
            else Feed(name="us", kind="ocpi", url=f"{url}/ocpi/2.2.1/locations", version="2.2.1", token=TOKEN))
    puller = Puller(there, feed, tmp_path / "feeds", [feed.origin])
    changes: list[tuple[Callable[[], None], str]] = [
        (lambda: tell(published, Status.FREE, JUNE), "FREE"), (lambda: silent(published), "UNKNOWN"),
        (lambda: silent(published, again=True), "FREE"),
        (lambda: tell(published, Status.IN_USE, JUNE + timedelta(hours=1)), "IN_USE"),
        (lambda: tell(published, Status.FREE, JUNE + timedelta(hours=2)), "FREE")]
    try:
        for change, expected in changes:
            change()
            published.clock.go_on(60)
            assert puller.pull(static=True, live=True).problem is None
            assert statuses(there) == {EVSE: expected}
    finally:
        puller.close()
