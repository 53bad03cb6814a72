"""Answers as servers and brokers pack, cut and page them."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.feeds.server import FeedServer, datex_status, datex_table, location
from wirelane_geo.cli import main
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.model import Status
from wirelane_geo.store import Store

Follow = Callable[..., Puller]


def statuses(store: Store) -> list[Status | None]:
    columns = store.columns()
    found = store.records(columns.handle[columns.arrival.argsort()].tolist())
    return [point.status for point in sorted(found, key=lambda point: point.evseid or "")]


def zipped(**files: Any) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return packed.getvalue()


def test_all_files_of_an_archive_count(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": zipped(table=datex_table(1, 2), readme="words only", status=datex_status({1: "available"}),
                                       tariffs={"data": [{"id": "1", "elements": [{"price_components": []}]}]})}
    puller = follow()
    state = puller.pull(static=True, live=True)
    assert (state.problem, state.points, state.statuses) == (None, 2, 1)
    assert statuses(store) == [Status.FREE, Status.UNKNOWN]


def test_an_archive_of_nothing_that_is_known_is_named(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": zipped(readme="words only", other="more words")}
    assert "neither IRVE" in (follow().pull(static=True, live=True).problem or "")
    assert statuses(store) == []


@pytest.mark.parametrize("pack", [
    gzip.compress, lambda raw: zipped(status=raw.decode()), lambda raw: raw.decode().encode("utf-16")])
def test_a_delta_is_one_however_it_is_packed(server: FeedServer, store: Store, follow: Follow,
                                             pack: Callable[[bytes], bytes]) -> None:
    whole = datex_status(dict.fromkeys(range(1, 6), "available"))
    server.answers = {"/table": datex_table(*range(1, 6)), "/status": whole}
    puller = follow(status_url="/status")
    puller.pull(static=True, live=True)
    late = datex_status({3: "charging"}, at="2026-03-02T12:00:00Z", made="2026-03-02T12:00:00Z", delta=True)
    server.answers["/status"] = pack(json.dumps(late).encode())
    state = puller.pull(static=False, live=True)
    assert (state.problem, state.drop) == (None, None)
    assert statuses(store) == [Status.FREE, Status.FREE, Status.IN_USE, Status.FREE, Status.FREE]


def rows(count: int) -> bytes:
    return "".join(["id_pdc_itinerance,etat_pdc,occupation_pdc,horodatage\n", *(
        f"FRABCE{number},en_service,libre,2026-03-01T12:00:00Z\n" for number in range(count))]).encode()


@pytest.mark.slow
def test_a_gzip_that_is_cut_off_is_no_whole_answer(server: FeedServer, store: Store, follow: Follow) -> None:
    packed = gzip.compress(rows(20_000))
    headers = {"Content-Encoding": "gzip"}
    server.answers = {"/status": Response(packed, headers=headers)}
    puller = follow(kind="irve", url=None, status_url="/status")
    assert puller.pull(static=False, live=True).statuses == 20_000
    server.answers = {"/status": Response(packed[:-len(packed) // 5], headers=headers)}
    state = puller.pull(static=False, live=True)
    assert "breaks off: its gzip is not there to its end" in (state.problem or "")
    assert store.reports("feed:city")[0] == 20_000
    server.answers = {"/status": Response(gzip.compress(rows(5)) + gzip.compress(rows(5)[:0]), headers=headers)}
    assert puller.pull(static=False, live=True).problem is None


def test_what_is_not_as_its_encoding_says_is_told(server: FeedServer, follow: Follow) -> None:
    server.answers = {"/table": Response(json.dumps(datex_table(1)), headers={"Content-Encoding": "gzip"})}
    problem = follow().pull(static=True, live=False).problem or ""
    assert "something else than its Content-Encoding says" in problem
    assert "reached" not in problem


def test_pages_shorter_than_asked_for_lose_nothing(server: FeedServer, store: Store, follow: Follow) -> None:
    def answer(request: Request) -> Response:
        offset = int(request.query_params["offset"])
        found = [location(number, "AVAILABLE") for number in range(25)][offset:offset + 10]
        return Response(json.dumps({"status_code": 1000, "data": found}), headers={"X-Total-Count": "25"})

    server.answers = {"/locations": answer}
    assert follow(kind="ocpi", url="/locations").pull(static=True, live=False).points == 25
    assert [query["offset"] for query in server.queries("/locations")] == ["0", "10", "20"]


def test_statuses_beside_the_points_are_not_believed_for_ever(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": zipped(table=datex_table(1), status=datex_status({1: "available"}))}
    puller = follow()
    puller.pull(static=True, live=False)
    assert not puller.silence_if_due(datetime.now(UTC))
    assert puller.silence_if_due(datetime.now(UTC) + timedelta(days=2))
    assert statuses(store) == [Status.UNKNOWN]
    puller.pull(static=True, live=False)
    assert statuses(store) == [Status.FREE]


def test_a_feed_of_points_alone_has_nothing_to_be_silent_about(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": datex_table(1)}
    puller = follow()
    puller.pull(static=True, live=False)
    assert not puller.silence_if_due(datetime.now(UTC) + timedelta(days=2))


@pytest.mark.parametrize(("path", "says", "never"), [
    ("/ahead", "which is ahead: its clock is wrong, or ours", "ago"),
    ("/half", "it breaks off", "nothing in it"), ("/empty", "nothing in it", "breaks off"),
    ("/refused", "has no data, but says what went wrong: No offer.", "web page"),
    ("/later", "It has nothing to give yet", "token"),
    ("/paged", "the first of several pages, of 3 locations in all", "breaks off")])
def test_the_test_says_in_plain_words_what_is_wrong(server: FeedServer, run: Any, path: str, says: str, never: str) -> None:
    fault = b'<s:Envelope xmlns:s="x"><s:Fault><faultstring>No offer</faultstring></s:Fault></s:Envelope>'
    several = location(1, "AVAILABLE") | {"evses": [location(number, "AVAILABLE")["evses"][0] for number in range(9)]}
    server.answers = {
        "/ahead": datex_status({1: "available"}, made="2090-01-01T00:00:00Z"), "/later": Response(status_code=204),
        "/half": json.dumps(datex_table(1)).encode()[:-300], "/empty": {"messageContainer": {"payload": []}}, "/refused": fault,
        "/paged": Response(json.dumps({"data": [several]}), headers={"X-Total-Count": "3"})}
    said = run("feed", "test", server.url + path).output
    assert says in said
    assert never not in said


@pytest.mark.parametrize(("answer", "code", "says"), [
    ({"data": [], "status_code": 1000}, 0, "nothing in it"), ([], 0, "nothing in it"),
    ({"messageContainer": {"payload": []}}, 0, "nothing in it"), (datex_status({}), 0, "no charge point in it"),
    ({"data": [location(1, "AVAILABLE") | {"evses": []}]}, 0, "no charge point in it"),
    (b"id_pdc_itinerance,etat_pdc,occupation_pdc,horodatage\n", 0, "nothing in it"), ({"EVSEStatuses": []}, 0, "nothing in it"),
    ([location(1, "AVAILABLE")], 0, "1 points"),
    ([location(1, "AVAILABLE") | {"coordinates": None}], 1, "would be rejected"), (b"", 1, "is empty"),
    (b"<html></html>", 1, "a web page"), ({"status_code": 2001, "status_message": "Invalid"}, 1, "2001, Invalid"),
    (json.dumps(datex_table(1)).encode()[:-300], 1, "breaks off")])
def test_a_right_answer_with_nothing_in_it_is_no_failure(server: FeedServer, run: Any, answer: Any, code: int, says: str) -> None:
    server.answers = {"/x": answer}
    result = run("feed", "test", server.url + "/x", "--kind", "ocpi")
    assert (result.exit_code, says in result.output) == (code, True), result.output


@pytest.fixture
def run(tmp_path: Any) -> Any:
    from click.testing import CliRunner

    return lambda *arguments: CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path / "data")}).invoke(main, list(arguments))
