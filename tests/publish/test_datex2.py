"""DATEX II over HTTP: what is published, when it is sent again, and when only what has changed."""

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.publish.conftest import TOKEN, PublicationService
from tests.publish.networks import point
from tests.serving import serving
from wirelane_geo.model import PlugType, Status
from wirelane_geo.publish import Publication, Publisher
from wirelane_geo.server.publishing import publishing_routes
from wirelane_geo.sources import EmbeddedSource


def told(answer: httpx.Response) -> dict[str, str]:
    """The statuses of an answer by the points' names."""
    [payload] = answer.json()["messageContainer"]["payload"]
    return {one["reference"]["idG"]: one["status"]["value"]
            for site in payload["aegiEnergyInfrastructureStatusPublication"]["energyInfrastructureSiteStatus"]
            for station in site["energyInfrastructureStationStatus"]
            for wrapped in station["refillPointStatus"] for one in wrapped.values()}


def set_status(published: PublicationService, number: int, status: Status) -> None:
    """And a second passes."""
    published.store.set_statuses({published.store.get("evseid", f"DE*ABC*E{number}").id: status})  # type: ignore[union-attr]
    published.clock.go_on(1)


def protocol(answer: httpx.Response) -> str:
    word: str = answer.json()["messageContainer"]["exchangeInformation"]["exchangeContext"]["codedExchangeProtocol"]["value"]
    return word


def test_a_table_has_the_stations_with_their_points(published: PublicationService) -> None:
    published.put(point(1), point(2), point(3, plug_types=(PlugType.TYPE_2,), charging_type=None, power=None, cpo=None))
    sites = published.sites()
    stations = {station["idG"]: station for site in sites for station in site["energyInfrastructureStation"]}
    assert {name: station["numberOfRefillPoints"] for name, station in stations.items()} == {"S0": 1, "S1": 2}
    assert stations["S1"]["totalMaximumPower"] == 150_000
    found = published.points()
    assert found.keys() == {"DE*ABC*E1", "DE*ABC*E2", "DE*ABC*E3"}
    assert found["DE*ABC*E2"]["operator"]["afacAnOrganisation"]["name"]["values"][0]["value"] == "Ampera"
    assert "operator" not in found["DE*ABC*E3"], "nobody has said who runs it"
    assert "operator" not in stations["S1"]
    assert found["DE*ABC*E3"]["connector"] == [{"connectorType": {"value": "iec62196T2"}, "connectorFormat": {"value": "socket"},
                                                "maxPowerAtSocket": 0}]
    assert found["DE*ABC*E3"]["currentType"] == {"value": "ac"}


def test_what_says_the_whole_publication(published: PublicationService) -> None:
    published.put(point(1))
    body = published.get("/datex2/table").json()["payload"]
    assert (body["profileNameG"], body["profileVersionG"]) == ("AFIR Energy Infrastructure", "01-00-00")
    publication = body["aegiEnergyInfrastructureTablePublication"]
    assert publication["publicationCreator"] == {"country": "DE", "nationalIdentifier": "DE-NAP-Test"}
    assert publication["headerInformation"]["informationStatus"] == {"value": "real"}
    status = published.get("/datex2/status").json()["messageContainer"]["payload"][0]
    named = status["aegiEnergyInfrastructureStatusPublication"]["tableReference"]
    assert [one["idG"] for one in named] == [publication["energyInfrastructureTable"][0]["idG"]]


def test_made_up_points_are_a_test(published: PublicationService) -> None:
    published.put(point(1), origin="demo")
    publication = published.get("/datex2/table").json()["payload"]["aegiEnergyInfrastructureTablePublication"]
    assert publication["headerInformation"]["informationStatus"] == {"value": "test"}


@pytest.mark.parametrize("path", ["/datex2/table", "/datex2/status", "/datex2/status?deltas=on"])
def test_nothing_private_is_published(published: PublicationService, path: str) -> None:
    published.put(point(1))
    first = published.get(path)
    assert "SECRET" not in first.text
    set_status(published, 1, Status.IN_USE)
    assert "SECRET" not in published.get(path, if_none_match=first.headers["etag"], status=200 if "status" in path else 304).text


@pytest.mark.parametrize(("query", "names"), [
    ("?plug=CCS", {"DE*ABC*E1"}), ("?kw=-50", {"DE*ABC*E2"}), ("?cpo=deabc&status=FREE", {"DE*ABC*E1"}),
    ("?bbox=13.3815,52,14,53", {"DE*ABC*E2"}), ("?lat=1&lon=2&zoom=3&lang=de", {"DE*ABC*E1", "DE*ABC*E2"}),
])
def test_a_filter_link_says_what_is_published(published: PublicationService, query: str, names: set[str]) -> None:
    published.put(point(1), point(2, plug_types=(PlugType.TYPE_2,), charging_type=None, power=22.0, status=Status.FAULTED))
    assert published.points(query).keys() == names
    assert told(published.get(f"/datex2/status{query}")).keys() == names


@pytest.mark.parametrize(("path", "word"), [("/datex2/table?plugg=CCS", "plug"), ("/datex2/table?kw=x", "kw"),
                                            ("/datex2/status?bbox=1,2", "bbox"), ("/datex2/status?deltas=1", "on or off")])
def test_what_cannot_be_read_is_refused_in_words(published: PublicationService, path: str, word: str) -> None:
    assert word in published.get(path, 400).json()["error"]


def test_a_table_of_nothing_is_none(published: PublicationService) -> None:
    assert "No charge point" in published.get("/datex2/table", 404).json()["error"]
    assert told(published.get("/datex2/status")) == {}


def test_statuses_are_sent_again_only_when_something_has_changed(published: PublicationService) -> None:
    published.put(point(1), point(2))
    first = published.get("/datex2/status")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    published.clock.go_on(30)
    assert not published.get("/datex2/status", 304, if_none_match=etag).content
    assert not published.get("/datex2/status", 304, if_modified_since=modified).content
    set_status(published, 1, Status.IN_USE)
    for headers in ({"if_none_match": etag}, {"if_modified_since": modified}):
        again = published.get("/datex2/status", **headers)
        assert told(again) == {"DE*ABC*E1": "charging", "DE*ABC*E2": "available"}
        assert protocol(again) == "snapshotPull"
    assert again.headers["last-modified"] != modified


def test_a_change_elsewhere_is_none_of_a_selection(published: PublicationService) -> None:
    published.put(point(1), point(2, plug_types=(PlugType.CHADEMO,)))
    first = published.get("/datex2/status?plug=CCS")
    set_status(published, 2, Status.FAULTED)
    published.get("/datex2/status?plug=CCS", 304, if_modified_since=first.headers["last-modified"])
    assert told(published.get("/datex2/status?plug=CHADEMO")) == {"DE*ABC*E2": "faulted"}


@pytest.mark.parametrize("by", ["etag", "last-modified"])
def test_deltas_have_what_has_changed_since(published: PublicationService, by: str) -> None:
    published.put(*(point(number) for number in range(1, 6)))
    name = "if_none_match" if by == "etag" else "if_modified_since"

    def ask(mark: str | None, status: int = 200) -> httpx.Response:
        return published.get("/datex2/status?deltas=on&plug=CCS", status, **({} if mark is None else {name: mark}))

    first = ask(None)
    assert (len(told(first)), protocol(first)) == (5, "snapshotPull")
    assert ask(first.headers[by], 304).headers[by] == first.headers[by]
    mark = first.headers[by]
    for number, status, word in ((1, Status.IN_USE, "charging"), (2, Status.FAULTED, "faulted"), (1, Status.FREE, "available")):
        id = published.store.get("evseid", f"DE*ABC*E{number}").id  # type: ignore[union-attr]
        published.store.set_statuses({id: status})
        published.clock.go_on(1)
        delta = ask(mark)
        assert (told(delta), protocol(delta)) == ({f"DE*ABC*E{number}": word}, "deltaPull")
        mark = delta.headers[by]
    assert told(ask(first.headers[by])) == {"DE*ABC*E1": "available", "DE*ABC*E2": "faulted"}


def test_another_process_goes_on_with_the_deltas(published: PublicationService, tmp_path: Path) -> None:
    other = Publication(EmbeddedSource(published.store, published.clock), published.store, published.clock)
    routes = publishing_routes(other, Publisher(), tmp_path / "other", 1_000.0, TOKEN)
    published.put(point(1), point(2))
    first = published.get("/datex2/status?deltas=on")
    with serving(Starlette(routes=routes), log_level="critical") as url:
        assert told(published.get(f"{url}/datex2/status?deltas=on")) == told(first), "it knows the network, too"
        set_status(published, 1, Status.IN_USE)
        second = published.get(f"{url}/datex2/status?deltas=on", if_none_match=first.headers["etag"])
        assert (told(second), protocol(second)) == ({"DE*ABC*E1": "charging"}, "deltaPull")
        published.get("/datex2/status?deltas=on", 304, if_none_match=second.headers["etag"])
        set_status(published, 2, Status.FAULTED)
        third = published.get("/datex2/status?deltas=on", if_none_match=second.headers["etag"])
        assert (told(third), protocol(third)) == ({"DE*ABC*E2": "faulted"}, "deltaPull")
    other.close()


def test_two_changes_within_a_second_are_told_in_the_next(published: PublicationService) -> None:
    published.put(point(1), point(2))
    ids = {number: published.store.get("evseid", f"DE*ABC*E{number}").id for number in (1, 2)}  # type: ignore[union-attr]
    first = published.get("/datex2/status?deltas=on")
    published.clock.go_on(1)
    published.store.set_statuses({ids[1]: Status.IN_USE})
    second = published.get("/datex2/status?deltas=on", if_modified_since=first.headers["last-modified"])
    published.store.set_statuses({ids[2]: Status.IN_USE})
    published.get("/datex2/status?deltas=on", 304, if_modified_since=second.headers["last-modified"])
    published.clock.go_on(1)
    third = published.get("/datex2/status?deltas=on", if_modified_since=second.headers["last-modified"])
    assert told(third) == {"DE*ABC*E2": "charging"}


def change_power(published: PublicationService) -> str:
    published.put(point(1, power=50.0), point(2))
    return "another power"


def remove(published: PublicationService) -> str:
    published.store.remove("api", [published.store.get("evseid", "DE*ABC*E2").id])  # type: ignore[union-attr, list-item]
    published.clock.go_on(1)
    return "one is gone"


@pytest.mark.parametrize("change", [change_power, remove])
def test_everything_is_told_where_more_than_statuses_differ(published: PublicationService, change: Any) -> None:
    published.put(point(1), point(2))
    first = published.get("/datex2/status?deltas=on")
    change(published)
    assert protocol(published.get("/datex2/status?deltas=on", if_none_match=first.headers["etag"])) == "snapshotPull"


@pytest.mark.parametrize("mark", ['W/"seq-999999"', '"of another kind"', 'W/"seq-0"'])
def test_a_mark_that_nobody_knows_gets_everything(published: PublicationService, mark: str) -> None:
    published.put(point(1))
    assert protocol(published.get("/datex2/status?deltas=on", if_none_match=mark)) == "snapshotPull"
    unknown = format_datetime(published.clock.now() - timedelta(days=300), usegmt=True)
    assert protocol(published.get("/datex2/status?deltas=on", if_modified_since=unknown)) == "snapshotPull"


def test_free_points_are_told_as_all_that_there_are(published: PublicationService) -> None:
    """One that is no longer free leaves the selection: what has changed couldn't say so."""
    published.put(point(1), point(2))
    first = published.get("/datex2/status?deltas=on&status=FREE")
    set_status(published, 1, Status.IN_USE)
    again = published.get("/datex2/status?deltas=on&status=FREE", if_none_match=first.headers["etag"])
    assert (told(again), protocol(again)) == ({"DE*ABC*E2": "available"}, "snapshotPull")


def test_a_table_does_not_change_with_statuses_but_with_facts(published: PublicationService) -> None:
    published.put(point(1))
    etag = published.get("/datex2/table").headers["etag"]
    published.store.set_statuses({published.store.get("evseid", "DE*ABC*E1").id: Status.IN_USE})  # type: ignore[union-attr]
    published.clock.go_on(60)
    published.get("/datex2/table", 304, if_none_match=etag)
    published.put(point(1, street="Chausseestraße"))
    again = published.get("/datex2/table", if_none_match=etag)
    assert "Chausseestraße" in again.text


def test_points_that_share_an_id_have_names_of_their_own(published: PublicationService) -> None:
    given = [(1, "DE*ABC*E7", "a"), (2, "DEABCE7", "b"), (3, None, "1"), (4, None, "1"), (5, None, "c")]
    twins = [point(number, evseid=evseid, charge_point_id=label, charging_station_id="1", owner=f"SECRET-{number}",
                   id=f"id{number}") for number, evseid, label in given]
    published.put(*twins)
    names = published.points().keys()
    assert names == {"id:id1", "id:id2", "id:id3", "id:id4", "c"}
    assert published.points("?bbox=13.3805,52,13.3815,53").keys() == {"id:id1"}, "whatever is published beside it"
    stations = [station["idG"] for site in published.sites() for station in site["energyInfrastructureStation"]]
    assert len(set(stations)) == len(stations) == 5


@pytest.mark.slow
def test_it_travels_packed_or_plain_and_whole(published: PublicationService) -> None:
    published.put(*(point(number) for number in range(400)))
    packed = published.get("/datex2/table", accept_encoding="gzip")
    plain = published.get("/datex2/table", accept_encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert len(plain.content) == int(plain.headers["content-length"]) > 4 * int(packed.headers["content-length"])
    assert not list(published.directory.iterdir()), "files have no names"
