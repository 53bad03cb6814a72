"""DATEX II says that a station or a site is shut, and names none of its points: none is free, until it is open again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.feeds.server import FeedServer, location
from tests.feeds.test_pulling import statuses
from wirelane_geo.cli import main
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.feeds.state import now
from wirelane_geo.store import Store, open_store

Follow = Callable[..., Puller]
Object = dict[str, Any]
ALL_FREE = dict.fromkeys(range(1, 5), "available")
SITES = {"P1": {"S1": (1, 2), "S2": (3,)}, "P2": {"S3": (4,)}}
SHUT, DEFECT, WORKS = ({"operationStatus": {"value": word}} for word in ("notInOperation", "technicalDefect", "inOperation"))
CLOSED, OPEN = ({"openingStatus": {"value": word}} for word in ("closed", "open"))


def table(sites: dict[str, dict[str, tuple[int, ...]]] = SITES) -> Object:
    place = {"locPointLocation": {"coordinatesForDisplay": {"latitude": 48.718544, "longitude": 9.611829}}}
    found = [{"idG": site, "energyInfrastructureStation": [
        {"idG": station, "locationReference": place, "refillPoint": [
            {"aegiElectricChargingPoint": {"idG": f"DE*ABC*E{number}", "currentType": {"value": "ac"}}} for number in numbers]}
        for station, numbers in stations.items()]} for site, stations in sites.items()]
    publication = {"publicationTime": "2026-03-01T00:00:00Z", "energyInfrastructureTable": [
        {"idG": "T", "energyInfrastructureSite": found}]}
    return {"payload": {"aegiEnergyInfrastructureTablePublication": publication}}


def site(id: str, *stations: Object, **said: Any) -> Object:
    return {"reference": {"idG": id}} | said | ({"energyInfrastructureStationStatus": list(stations)} if stations else {})


def station(id: str, words: dict[int, str] | None = None, **said: Any) -> Object:
    points = [{"aegiElectricChargingPointStatus": {"reference": {"idG": f"DE*ABC*E{number}"}, "status": {"value": word}}}
              for number, word in (words or {}).items()]
    return {"reference": {"idG": id}} | said | ({"refillPointStatus": points} if points else {})


def told(*sites: Object, minute: int = 0, delta: bool = True, bare: bool = False) -> Object:
    """A publication of sites; `bare`: of stations without a site around them."""
    name = "energyInfrastructureStationStatus" if bare else "energyInfrastructureSiteStatus"
    publication = {"publicationTime": f"2026-03-01T12:{minute:02}:00Z", name: list(sites)}
    protocol = {"value": "deltaPull" if delta else "snapshotPull"}
    return {"messageContainer": {"payload": [{"aegiEnergyInfrastructureStatusPublication": publication}],
                                 "exchangeInformation": {"exchangeContext": {"codedExchangeProtocol": protocol}}}}


def all_told(words: dict[int, str], *, minute: int = 0, delta: bool = False, **said: Any) -> Object:
    """Statuses of all sites; `said`: what is said of P1."""
    return told(*(site(id, *(station(one, {number: words[number] for number in numbers if number in words})
                             for one, numbers in stations.items()), **(said if id == "P1" else {}))
                  for id, stations in SITES.items()), minute=minute, delta=delta)


def letters(store: Store) -> str:
    found = statuses(store)
    return "".join({"UNKNOWN": "?", "FAULTED": "X"}.get(found[number], found[number][0]) for number in sorted(found))


@pytest.fixture
def hear(server: FeedServer, store: Store, follow: Follow) -> Callable[..., str]:
    """Has the feed say things, one after the other; what its points are then."""
    server.answers["/table"] = table()
    puller = follow(status_url="/status")

    def said(*messages: Object, static: bool = False) -> str:
        for message in messages:
            server.answers["/status"] = message
            state = puller.pull(static=static, live=True)
            assert state.problem is None
        return letters(store)

    return said


@pytest.mark.parametrize(("shut", "opened", "expected"), [
    (site("P1", **SHUT), site("P1", **WORKS), "UUUF"), (site("P1", **DEFECT), site("P1", **WORKS), "XXXF"),
    (site("P1", **CLOSED), site("P1", **OPEN), "UUUF"), (site("P2", **CLOSED), site("P2", **OPEN), "FFFU"),
    (site("P1", station("S1", isAvailable=False)), site("P1", station("S1", isAvailable=True)), "UUFF"),
    (site("P1", station("S2", **DEFECT)), site("P1", station("S2", **WORKS)), "FFXF"),
    (site("P1", station("S1"), station("S2"), **SHUT), site("P1", **WORKS), "UUUF"),
    (site("P1", station("S1", **CLOSED), **DEFECT), site("P1", station("S1", **OPEN), **WORKS), "XXXF"),
    (site("P9", **SHUT), site("P9", **WORKS), "FFFF")])
@pytest.mark.parametrize("within", [False, True])
def test_a_delta_that_shuts_a_place_and_one_that_opens_it(hear: Callable[..., str], shut: Object, opened: Object, expected: str,
                                                          within: bool) -> None:
    """`within`: what is said of points meanwhile, where nothing else is said of the place, opens nothing."""
    assert hear(all_told(ALL_FREE), told(shut, minute=1), static=True) == expected
    if within:
        assert hear(all_told(ALL_FREE, minute=2, delta=True)) == expected
    assert hear(told(opened, minute=3)) == "FFFF"


def test_a_point_s_own_word_within_a_place_that_is_shut(hear: Callable[..., str]) -> None:
    words = {1: "charging", 2: "available", 3: "faulted", 4: "available"}
    assert hear(all_told(words, **SHUT), static=True) == "IUXF"
    assert hear(told(site("P1", station("S1", {1: "available"})), minute=1)) == "UUXF"
    assert hear(told(site("P1", **WORKS), minute=2)) == "FFXF"
    assert hear(told(site("P1", station("S1", {2: "charging"}, **DEFECT)), minute=3)) == "XIXF"


def test_that_a_place_is_open_is_no_word_of_its_points(hear: Callable[..., str]) -> None:
    assert hear(told(site("P1", **SHUT)), static=True) == "UUU?"
    assert hear(told(site("P1", station("S1", isAvailable=True), **WORKS), minute=1)) == "????"


def test_what_opens_in_the_morning_is_as_broken_as_at_night(hear: Callable[..., str]) -> None:
    assert hear(all_told(ALL_FREE), told(site("P1", **CLOSED, **DEFECT), minute=1), static=True) == "XXXF"
    assert hear(told(site("P1", **OPEN), minute=2)) == "XXXF"
    assert hear(told(site("P1", **WORKS), minute=3)) == "FFFF"


def test_a_snapshot_says_all_that_is_shut(hear: Callable[..., str]) -> None:
    assert hear(all_told(ALL_FREE), static=True) == "FFFF"
    assert hear(told(site("P1", **SHUT), site("P2", station("S3", {4: "available"})), minute=1, delta=False)) == "UUUF"
    assert hear(all_told(ALL_FREE, minute=2)) == "FFFF"
    assert hear(all_told(ALL_FREE, minute=3, **CLOSED)) == "UUUF"
    assert hear(all_told({4: "available"}, minute=4)) == "UUUF"  # it lacks too much, and is held


def test_a_place_is_shut_before_its_table_comes(server: FeedServer, store: Store, follow: Follow) -> None:
    puller = follow(status_url="/status")
    for number, message in enumerate((told(site("P1", **SHUT)), all_told(ALL_FREE, minute=1, delta=True))):
        server.answers["/status"] = message
        puller.pull(static=False, live=True)
        assert store.counts().points == 0, number
    server.answers["/table"] = table()
    puller.pull(static=True, live=False)
    assert letters(store) == "UUUF"


def test_a_station_that_the_table_has_alone_and_its_site_is_shut(server: FeedServer, store: Store, follow: Follow) -> None:
    """The site's status names the station, and no point; the table doesn't know the site."""
    bare = table({"P1": {"S1": (1, 2)}})
    [publication] = bare["payload"].values()
    [around] = publication["energyInfrastructureTable"]
    around["energyInfrastructureStation"] = around.pop("energyInfrastructureSite")[0]["energyInfrastructureStation"]
    server.answers = {"/table": bare, "/status": told(station("S1", {1: "available", 2: "available"}), bare=True)}
    puller = follow(status_url="/status")
    puller.pull(static=True, live=True)
    assert letters(store) == "FF"
    for minute, (message, expected) in enumerate([
            (told(site("P9", station("S1"), **SHUT), minute=1), "UU"), (told(site("P9", **WORKS), minute=2), "FF"),
            (told(station("S1", **DEFECT), minute=3, bare=True), "XX"),
            (told(station("S1", **WORKS), minute=4, bare=True), "FF")]):
        server.answers["/status"] = message
        puller.pull(static=False, live=True)
        assert letters(store) == expected, minute


def test_a_site_without_stations_has_its_points_all_the_same(server: FeedServer, store: Store, follow: Follow) -> None:
    given = table({"P1": {"S1": (1, 2)}})
    [publication] = given["payload"].values()
    [around] = publication["energyInfrastructureTable"][0]["energyInfrastructureSite"]
    [alone] = around.pop("energyInfrastructureStation")
    around |= {"refillPoint": alone["refillPoint"], "locationReference": alone["locationReference"]}
    points = station("S1", {1: "available", 2: "charging"})["refillPointStatus"]
    server.answers = {"/table": given, "/status": told(site("P1") | {"refillPointStatus": points})}
    puller = follow(status_url="/status")
    puller.pull(static=True, live=True)
    server.answers["/status"] = told(site("P1", **SHUT), minute=1)
    puller.pull(static=False, live=True)
    assert letters(store) == "UI"


def test_a_feed_of_statuses_alone_shuts_points_whose_facts_another_one_has(server: FeedServer, store: Store,
                                                                           follow: Follow) -> None:
    both = ("facts", "live")
    server.answers["/locations"] = [location(number, "UNKNOWN", "2026-03-01T11:00:00Z") for number in range(1, 5)]
    follow("facts", "ocpi", "/locations", rank=both).pull(static=True, live=False)
    live = follow("live", url=None, status_url="/status", rank=both)
    for message, expected in ((all_told(ALL_FREE), "FFFF"), (told(site("P1", **SHUT), minute=1), "UUUF"),
                              (told(site("P1", **WORKS), minute=2), "FFFF")):
        server.answers["/status"] = message
        live.pull(static=False, live=True)
        assert letters(store) == expected


def test_a_place_in_a_table_is_shut_though_another_feed_has_the_facts_of_its_points(server: FeedServer, store: Store,
                                                                                     follow: Follow) -> None:
    """And no status of them was ever told with it."""
    both = ("facts", "live")
    server.answers = {"/locations": [location(number, "AVAILABLE", "2026-03-01T11:00:00Z") for number in range(1, 5)],
                      "/table": table(), "/status": told(site("P1", **SHUT))}
    facts, live = follow("facts", "ocpi", "/locations", rank=both), follow("live", status_url="/status", rank=both)
    facts.pull(static=True, live=True)
    live.pull(static=True, live=False)
    assert letters(store) == "FFFF"
    live.pull(static=False, live=True)
    assert letters(store) == "UUUF"
    for number, expected in ((1, {"feed:live": "UNAVAILABLE", "feed:facts": "FREE"}), (4, {"feed:facts": "FREE"})):
        point = store.get("evseid", f"DE*ABC*E{number}")
        assert point is not None
        assert point.id is not None
        told_by = store.told_by(point.id)
        assert told_by is not None
        assert {feed: str(status) for feed, status, *_ in told_by.statuses} == expected
    live.pull(static=True, live=False)
    assert letters(store) == "UUUF"
    server.answers["/status"] = told(site("P1", **WORKS), minute=1)
    live.pull(static=False, live=True)
    assert letters(store) == "FFFF"


def test_a_silent_feed_shuts_nothing_until_it_is_heard_again(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": table(), "/status": all_told(ALL_FREE, delta=True, **SHUT)}
    puller = follow(status_url="/status", silent_after=1.0, stale_after=1.0, every=1.0)
    state = puller.pull(static=True, live=True)
    assert letters(store) == "UUUF"
    assert state.answered_at is not None
    at = state.believed_until()
    assert at is not None
    assert puller.silence_if_due(max(at, now()))
    assert letters(store) == "????"
    server.answers["/status"] = told(site("P2", station("S3", {4: "charging"})), minute=1)
    puller.pull(static=False, live=True)
    assert letters(store) == "UUUI"


def test_what_is_pushed_shuts_and_opens(store: Store, follow: Follow, tmp_path: Path) -> None:
    puller, path = follow(url=None, push_key="secret of sixteen"), tmp_path / "pushed.json"
    for message, expected in ((table(), "????"), (all_told(ALL_FREE), "FFFF"), (told(site("P1", **SHUT), minute=1), "UUUF"),
                              (told(site("P1", station("S1", {1: "available"})), minute=2), "UUUF"),
                              (all_told(ALL_FREE, minute=3), "FFFF")):
        path.write_text(json.dumps(message), encoding="utf-8")
        puller.take_pushed(path)
        assert letters(store) == expected


def imported(data: Path, *contents: Object) -> tuple[str, str]:
    """What points are once files were imported, and what was said of that."""
    paths = []
    for number, content in enumerate(contents):
        paths.append(data.parent / f"{data.name}-{number}.json")
        paths[-1].write_text(json.dumps(content), encoding="utf-8")
    result = CliRunner().invoke(main, ["import", *map(str, paths)], env={"WIRELANE_GEO_DATA": str(data)})
    assert result.exit_code == 0, result.output
    store = open_store(data / "points.sqlite")
    try:
        return letters(store), result.output
    finally:
        store.close()


def test_files_say_so_too_and_an_unknown_place_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert imported(data, table(), all_told(ALL_FREE))[0] == "FFFF"
    shown, output = imported(data, told(site("P1", **DEFECT), site("P9", **SHUT), minute=1))
    assert shown == "XXXF"
    assert "2 statuses: 3 changed a point, 0 are of points that are not here" in output
    assert "1 noted: shut or out of operation, but no point here is at that station or site (P9" in output
    assert imported(data, all_told({1: "available"}, minute=2, delta=True))[0] == "XXXF"
    assert imported(data, told(site("P1", **WORKS), minute=3))[0] == "FFFF"


def test_a_file_that_has_all_statuses_says_of_their_places_all_that_is_shut(tmp_path: Path) -> None:
    data, other = tmp_path / "data", told(site("P2", station("S3", {4: "available"})), minute=3, delta=False)
    assert imported(data, table(), all_told(ALL_FREE, **SHUT))[0] == "UUUF"
    assert imported(data, all_told(ALL_FREE, minute=1, **DEFECT))[0] == "XXXF"
    assert imported(data, other)[0] == "XXXF"
    assert imported(data, all_told(ALL_FREE, minute=4))[0] == "FFFF"
    assert imported(data, told(site("P1", station("S1", {1: "available"}, **CLOSED)), minute=5, delta=False))[0] == "UUFF"
    assert imported(data, all_told(ALL_FREE, minute=2))[0] == "UUFF"  # which is older
    late = json.loads(json.dumps(all_told(ALL_FREE)).replace('"publicationTime": "2026', '"publicationTime": "2099'))
    assert imported(data, late)[0] == "UUFF"
