"""What a wall says: numbers, curve, lists, and what a redacted one keeps to itself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest

from tests.live.clocks import ManualClock
from tests.live.networks import EmbeddedNetwork, a_point, embedded
from tests.ui.walls import ENGLISH, GERMAN, parts, read, shown, text
from wirelane_geo.filters import Filters
from wirelane_geo.geo import quadkey
from wirelane_geo.map.service import MapService
from wirelane_geo.map.tiles import MapTile, TileService, tile_content
from wirelane_geo.model import ChargingType, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.wall import board, choice, redact, times
from wirelane_geo.ui.wall.curve import sparkline

EVIL = "<script>alert(1)</script>"
AC, DC = ChargingType.AC, ChargingType.DC
POINTS = [
    a_point(0, Status.FREE, charging_type=DC), a_point(1, Status.FREE, charging_type=AC),
    a_point(2, Status.IN_USE, charging_type=DC), a_point(3, Status.FAULTED, charging_type=DC),
    a_point(4, Status.UNAVAILABLE, charging_type=AC), a_point(5, Status.UNKNOWN, charging_type=DC),
    a_point(6, Status.RESERVED, evseid=EVIL, city=EVIL, street=EVIL, owner="OWNER-SECRET", serial_number="SERIAL-SECRET"),
]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[EmbeddedNetwork]:
    with embedded(tmp_path, points=POINTS) as made:
        yield made


@pytest.mark.parametrize("query", ["", "current=DC", "current=AC", "status=FREE,FAULTED", "current=DC&status=IN_USE"])
def test_the_numbers_are_the_maps_for_the_same_filters(network: EmbeddedNetwork, query: str) -> None:
    state = read(query).state
    assert not state.ignored
    extent = network.source.extent()
    assert extent is not None
    by_status = MapService(network.source).view(state, extent.padded(0.1), 8.0).by_status
    wanted = {status.value: int(by_status[status.number]) for status in Status if by_status[status.number]}
    assert {status: count for status, count in shown(parts(network, query)["wall-numbers"]).items() if count} == wanted


def test_the_part_available_counts_what_is_known(network: EmbeddedNetwork) -> None:
    assert "66.7 % available" in text(parts(network)["wall-numbers"])
    assert "66,7 % verfügbar" in text(parts(network, "", GERMAN)["wall-numbers"])
    assert ENGLISH.percentage(2999.9 / 3000) == "99.9 %", "100 % is said where it is all"


def test_a_change_over_an_hour_is_told_and_what_was_not_recorded_too(network: EmbeddedNetwork) -> None:
    begun = network.clock.now()
    for passed in (0, 700, 2800):
        network.pass_(passed)
        html = parts(network)["wall-numbers"]
        assert "recording since 12:00 24 h" in text(html)
        assert f'data-time="{1000 * begun.timestamp():.0f}"' in html
    assert "Aufzeichnung seit 12:00" in text(parts(network, "", GERMAN)["wall-numbers"])
    network.pass_(200)
    network.after(10, p0=Status.FAULTED)
    said = text(parts(network)["wall-numbers"])
    assert "−16.7 pts in 1 h" in said
    assert "2 Faulted +1 in 1 h" in said
    assert "1 In use ±0 in 1 h" in said
    assert "1 Free −1 in 1 h" in said


def test_after_a_gap_it_is_told_since_when_there_is_a_record_again(network: EmbeddedNetwork) -> None:
    network.pass_(7200)
    assert "pts in 1 h" in text(parts(network)["wall-numbers"])
    network.clock.go_on(5400)  # nobody looked
    assert "not recorded" in text(parts(network)["wall-numbers"])
    network.live.refresh()
    network.pass_(600)
    assert "recording since 15:30" in text(parts(network)["wall-numbers"])


def test_the_feed_and_the_worst_name_points_and_how_long_ago(network: EmbeddedNetwork) -> None:
    network.after(10, p0=Status.FAULTED)
    network.clock.go_on(125)
    side = text(parts(network)["wall-side"])
    assert "DE*ABC*E0000 10115 Berlin, Torstr. 0 Free → Faulted 2 min" in side
    assert "3 out in all" in side


def test_what_data_says_is_escaped_and_private_fields_are_not_there(network: EmbeddedNetwork) -> None:
    network.after(10, p6=Status.FAULTED)
    html = "".join(parts(network).values())
    assert EVIL not in html
    assert "&lt;script&gt;" in html
    assert "SECRET" not in html


def test_a_redacted_wall_tells_no_faults(network: EmbeddedNetwork) -> None:
    network.after(10, p0=Status.FAULTED)
    made = parts(network, "redacted=1")
    assert made.keys() == {"wall-head", "wall-numbers"}
    assert shown(made["wall-numbers"]) == {"FREE": 1, "IN_USE": 1, "RESERVED": 1, "UNAVAILABLE": 4}
    html = "".join(made.values())
    for word in ("FAULTED", "UNKNOWN", "Faulted", "Unknown", "DE*ABC"):
        assert word not in html
    assert "4 Not available" in text(html)


@pytest.mark.parametrize("status", ["FAULTED", "UNKNOWN", "UNAVAILABLE"])
def test_a_redacted_wall_cant_be_asked_for_faults_by_a_filter(network: EmbeddedNetwork, status: str) -> None:
    assert shown(parts(network, f"redacted=1&status={status}")["wall-numbers"]) == {"UNAVAILABLE": 3}


def test_a_redacted_map_has_one_colour_for_what_is_not_available(network: EmbeddedNetwork) -> None:
    hidden = [Status.FAULTED.number, Status.UNKNOWN.number]
    there, shown_one_by_one = set[int](), 0
    for zoom, point in ((1, POINTS[3]), (13, POINTS[3]), (13, POINTS[5])):
        key = quadkey.encode(np.float64(point.longitude or 0), np.float64(point.latitude or 0))
        tile = MapTile.of(zoom, int(quadkey.prefix(key, zoom)))
        seen = tile_content(TileService(network.source).around(tile), tile, Filters())
        told = redact.tile(seen)
        assert not told.clusters.by_status[:, hidden].any()
        assert not set(told.marks.status.tolist()) & set(hidden)
        assert (told.clusters.by_status.sum(axis=1) == seen.clusters.count).all()
        shown_one_by_one += len(seen.marks)
        there |= set(seen.marks.status.tolist()) | set(np.flatnonzero(seen.clusters.by_status.sum(axis=0)).tolist())
    assert there >= set(hidden), "what everybody shares stays as it was"
    assert shown_one_by_one


def test_a_link_is_the_configuration() -> None:
    asked = choice.read({"refresh": "30", "redacted": "1", "plug": "CCS", "lang": "de"})
    assert (asked.refresh_s, asked.redacted, asked.state.lang, asked.state.ignored) == (30.0, True, "de", ())
    assert asked.state.filters.plugs == {"CCS"}
    assert choice.read({}) == choice.WallChoice(MapState(filters=Filters()))


def test_a_repeated_key_means_all_of_it_and_what_others_add_is_dropped() -> None:
    asked = choice.read({"status": ["FREE", "faulted"], "tour": ["Berlin", "Hamburg;Paris"], "LAYOUT": "map", "fbclid": "x"})
    assert asked.state.filters.statuses == {"FREE", "FAULTED"}
    assert [stop.title for stop in asked.tour] == ["Berlin", "Hamburg", "Paris"]
    assert (asked.layout, asked.state.ignored) == ("map", ())


@pytest.mark.parametrize(("key", "value"), [
    *(("refresh", value) for value in ("0", "-1", "nan", "inf", "often", "1e9", "")),
    ("layout", "wide"), ("theme", "Dark"), ("qr", "yes"), ("dwell", "1"), ("dwell", "x"), ("jump", "1"), ("jump", "-5"),
    ("tour", "Qwxyzzy"), ("tour", "1,2,3"), ("tour", "13,95,14,96"), ("tour", "Berlin@1"), ("tour", "plug=GARDENA"),
])
def test_what_makes_no_sense_is_named_and_the_rest_applies(network: EmbeddedNetwork, key: str, value: str) -> None:
    asked = choice.read({key: value, "current": "DC"})
    assert [part.key for part in asked.state.ignored] == [key]
    assert replace(asked, tour=()) == choice.read({"current": "DC"})
    assert key in text(parts(network, urlencode({key: value, "current": "DC"}))["wall-notice"])


def test_every_parameter_of_the_wall_is_documented() -> None:
    root = Path(__file__).parent.parent.parent
    readme, page = ((root / name).read_text(encoding="utf-8") for name in ("README.md", "docs/wall.md"))
    for row in choice.WALL_PARAMETERS:
        line = f"| `{row.key}` | {row.what} | {row.values} |"
        assert line in page
        assert f"`{row.key}`" in readme


def test_redacted_in_other_words_is_redacted_all_the_same() -> None:
    asked = choice.read({"redacted": "yes"})
    assert asked.redacted
    assert [part.key for part in asked.state.ignored] == ["redacted"]


def test_a_gap_is_drawn_as_a_gap() -> None:
    drawing = sparkline([None, None, 0.5, 0.6, None, 0.9], "Availability")
    assert drawing.count("<polyline") == 2
    gaps = re.findall(r'wl-gap" x="([\d.]+)" y="0" width="([\d.]+)"', drawing)
    assert gaps == [("0.0", "96.0"), ("192.0", "48.0")]
    ends = [(run.split()[0].split(",")[0], run.split()[-1].split(",")[0]) for run in re.findall(r'points="([^"]+)"', drawing)]
    assert ends == [("96.0", "192.0"), ("240.0", "288.0")]
    assert "<polyline" not in sparkline([None] * 4, "Availability")


@pytest.mark.parametrize("parts", [[0.0] * 3, [1.0] * 3, [0.999, 1.0], [0.0, 1.0], [0.5]])
def test_a_curve_stays_in_its_frame(parts: list[float]) -> None:
    drawn = re.findall(r"[\d.-]+,([\d.-]+)", sparkline(parts, ""))
    assert all(0 <= float(y) <= 60 for y in drawn)


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "0 s"), (40, "40 s"), (60, "1 min"), (125, "2 min"), (5399, "89 min"), (5400, "1 h"), (7300, "2 h"), (90_000, "25 h"),
    (172_799, "47 h"), (172_800, "2 d"), (400_000, "4 d")])
def test_how_long_ago(seconds: int, words: str) -> None:
    now = datetime(2025, 7, 1, 12, tzinfo=UTC)
    assert times.ago(now - timedelta(seconds=seconds), now, ENGLISH) == words


@pytest.mark.parametrize(("when", "now", "words"), [
    ("2026-03-29T00:30", "2026-03-29T01:30", "60 min"),  # 01:30 and 03:30 in Berlin
    ("2026-10-25T00:30", "2026-10-25T01:30", "60 min"),  # 02:30 and 02:30 again
    ("2026-03-28T12:00", "2026-03-29T11:00", "23 h"),  # noon and 13:00
    ("2026-01-31T22:50", "2026-01-31T23:20", "30 min"),  # midnight between them
])
def test_what_clocks_do_changes_nothing_of_how_long_ago_it_was(when: str, now: str, words: str) -> None:
    before, after = (datetime.fromisoformat(f"{time}+00:00") for time in (when, now))
    assert times.ago(before, after, GERMAN) == words


def test_a_record_is_told_by_the_clock_across_midnight(tmp_path: Path) -> None:
    with embedded(tmp_path, ManualClock(datetime(2026, 3, 28, 23, 50, tzinfo=UTC)), POINTS) as network:
        network.pass_(1800)
        html = parts(network)["wall-numbers"]
    assert "recording since 23:50" in text(html)
    assert 'data-time="1774741800000"' in html


def test_a_long_evse_id_breaks_between_its_parts_and_is_escaped(network: EmbeddedNetwork) -> None:
    network.after(10, p0=Status.FAULTED)
    for query in ("", "feed=faults"):
        side = parts(network, query)["wall-side"]
        assert side.count("DE*<wbr>ABC*<wbr>E0000") == 2
        assert EVIL not in side


@pytest.mark.parametrize("query", ["cpo=nobody-has-that-name", "feed=faults&cpo=nobody-has-that-name", "status=RESERVED"])
def test_that_nothing_is_out_can_be_read_from_where_faults_can(network: EmbeddedNetwork, query: str) -> None:
    said = re.findall(r'<li class="wl-muted">(.*?)</li>', parts(network, query)["wall-side"])
    assert said
    assert all(line.startswith('<span class="wl-far">') for line in said)


def test_a_redacted_wall_names_no_feed() -> None:
    for query, named in (("", True), ("redacted=1", False), ("redacted=1&layout=lists", False)):
        assert ("city: late" in board.head(read(query), None, ENGLISH, demo=False, feeds="city: late")) is named
