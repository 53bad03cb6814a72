"""No false all-clear: what nobody knows is not called good, and how much is known stands beside it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.networks import a_point, embedded
from tests.ui.walls import ENGLISH, GERMAN, parts, text
from wirelane_geo.live.curve import available, known
from wirelane_geo.model import ChargingType, Status

HOUR, DAY = 3600, 86_400


def points(*statuses: Status) -> list:
    return [a_point(number, status, charging_type=ChargingType.DC) for number, status in enumerate(statuses)]


UNKNOWN, CLOSED, FREE, IN_USE, FAULTED = Status.UNKNOWN, Status.CLOSED, Status.FREE, Status.IN_USE, Status.FAULTED


@pytest.mark.parametrize(("statuses", "query", "numbers", "out"), [
    ([UNKNOWN] * 4, "", "— available No status is known", "No status is known"),
    ([UNKNOWN] * 4, "lang=de", "— verfügbar Kein Status bekannt", "Kein Status bekannt"),
    ([FREE] + [UNKNOWN] * 3, "", "100 % available of the 25 % known", "None of the 25 % known is out"),
    ([FREE] + [UNKNOWN] * 3, "lang=de", "100 % verfügbar der bekannten 25 %", "Von den bekannten 25 % ist nichts gestört"),
    ([FREE, IN_USE, CLOSED], "", "100 % available all known", "Nothing is out"),
    ([FREE, FAULTED, UNKNOWN, CLOSED], "", "50 % available of the 67 % known", "1 out in all · 33 % unknown"),
    ([FREE] * 1999 + [UNKNOWN], "", "100 % available of the 99 % known", "None of the 99 % known is out"),
    ([UNKNOWN] * 1999 + [FREE], "", "100 % available of the 1 % known", "None of the 1 % known is out"),
    ([CLOSED] * 2, "", "— available", "All points are closed"),
    ([FREE] * 2, "current=AC", "— available", "No charge point meets the filters"),
    ([FREE] * 2, "lat=1&lon=1&zoom=12", "— available", "No charge points here"),
])
def test_how_much_is_known_stands_beside_what_is_said(
        tmp_path: Path, statuses: list[Status], query: str, numbers: str, out: str) -> None:
    with embedded(tmp_path, points=points(*statuses)) as network:
        made = parts(network, query, GERMAN if "de" in query else ENGLISH)
    assert numbers in text(made["wall-numbers"])
    assert out in text(made["wall-side"])
    if statuses != [FREE, IN_USE, CLOSED]:
        assert "Nothing is out" not in text(made["wall-side"])


@pytest.mark.parametrize(("query", "said"), [
    ("current=AC", "No charge point meets the filters"),
    ("status=RESERVED", "No charge point meets the filters"),
    ("lat=1&lon=1&zoom=12", "No charge points here"),
    ("current=AC&layout=numbers", "No charge point meets the filters"),
    ("current=AC&redacted=1", "No charge point meets the filters"),
    ("current=DC", ""), ("status=FREE", ""), ("", ""),
])
def test_a_filter_that_matches_nothing_says_so(tmp_path: Path, query: str, said: str) -> None:
    with embedded(tmp_path, points=points(FREE, FAULTED)) as network:
        numbers = text(parts(network, query)["wall-numbers"])
    assert numbers.startswith(said) if said else "No charge point" not in numbers


@pytest.mark.slow
def test_no_change_in_24_h_is_said_after_24_h(tmp_path: Path) -> None:
    with embedded(tmp_path, points=points(FREE, FAULTED)) as network:
        assert "No change seen since 12:00" in text(parts(network)["wall-side"])
        assert "Keine Änderung gesehen seit 12:00" in text(parts(network, "", GERMAN)["wall-side"])
        network.pass_(DAY - 60, every=28)
        assert "No change seen since 12:00" in text(parts(network)["wall-side"])
        network.pass_(120)
        assert "No change seen in 24 h" in text(parts(network)["wall-side"])
        network.clock.go_on(HOUR)  # nobody looked
        assert "Changes are not recorded now" in text(parts(network)["wall-side"])
        network.after(6)
        assert "No change seen since 13:01" in text(parts(network)["wall-side"])
        assert "No charge point meets" in text(parts(network, "current=AC")["wall-side"])


def test_a_redacted_wall_counts_what_it_does_not_tell_apart_as_not_available(tmp_path: Path) -> None:
    with embedded(tmp_path, points=points(FREE, UNKNOWN, UNKNOWN, FAULTED)) as network:
        network.pass_(2 * HOUR)
        said = text(parts(network, "redacted=1")["wall-numbers"])
        assert "25 % available ±0 pts" in said, "as its own tiles say: 1 free, 3 not available"
        assert "known" not in said
        network.after(1, p1=FREE)
        assert "50 % available +25 pts in 1 h" in text(parts(network, "redacted=1")["wall-numbers"])


@given(st.lists(st.integers(0, 1000), min_size=len(Status), max_size=len(Status)))
def test_where_nothing_is_known_nothing_is_available(counts: list[int]) -> None:
    now = np.array(counts)
    part = known(now)
    assert (available(now) is None) == (not part)
    assert part is None or 0 <= part <= 1
    assert part != 1 or not now[UNKNOWN.number]
