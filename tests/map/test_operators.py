"""Who runs the points in view: counted as brute force does, whatever else is chosen."""

from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given

from tests.map.test_tiles import AtHand
from tests.store.points import point
from tests.strategies import all_filters as any_filters
from tests.strategies import bounds as any_bounds
from tests.strategies import charge_points
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.map.operators import operators
from wirelane_geo.map.shares import shares
from wirelane_geo.model import ChargePoint, PlugType
from wirelane_geo.model.operators import folded, is_chosen, operator_of
from wirelane_geo.sources import EmbeddedSource, Snapshot
from wirelane_geo.store import open_store


def at_hand(points: list[ChargePoint]) -> Snapshot:
    return AtHand(points).snapshot(WORLD, 0.0)


@given(charge_points().filter(bool), any_bounds(), any_filters)
def test_they_are_what_brute_force_counts(points: list[ChargePoint], here: Bounds, chosen: Filters) -> None:
    alone = of_points_alone(chosen)
    expected = Counter(folded(p.cpo) for p in points
                       if p.cpo and here.contains(p.longitude, p.latitude) and alone.without("operators").meets(p))
    found = operators(at_hand(points), here, alone)
    assert {each.word: each.points for each in found} == dict(expected)
    assert [each.points for each in found] == sorted(expected.values(), reverse=True)


def of_points_alone(chosen: Filters) -> Filters:
    """Without what is asked of a whole station, of hours, or of places."""
    for name in ("at_least", "free_at_least", "open", "area", "route", "named"):
        chosen = chosen.without(name)
    return chosen


def test_what_is_offered_is_what_the_filter_chooses() -> None:
    points = [point("a", cpo="IONITY GmbH"), point("b", cpo="Ionity  GmbH"), point("c", cpo="Aral, pulse"),
              point("d", evseid="DE*XYZ*E1"), point("e")]
    offered = operators(at_hand(points), WORLD, EVERYTHING)
    assert [(each.name, each.points) for each in offered] == [("IONITY GmbH", 2), ("Aral, pulse", 1), ("DEXYZ", 1)]
    for each in offered:
        assert sum(is_chosen(operator_of(one), [each.word]) for one in points) == each.points


def test_a_text_is_the_beginning_of_a_word_of_a_name() -> None:
    points = [point("a", cpo="Stadtwerke Köln"), point("b", cpo="Kölner Ladenetz"), point("c", cpo="Ökoköln")]
    found = operators(at_hand(points), WORLD, EVERYTHING, "kol")
    assert {each.name for each in found} == {"Stadtwerke Köln", "Kölner Ladenetz"}
    assert len(operators(at_hand(points), WORLD, EVERYTHING, "", limit=2)) == 2


def test_the_network_that_is_kept_has_them(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([point("a", cpo="Aral", plug_types=(PlugType.CCS,)), point("b", cpo="Aral"), point("c", cpo="Ionity")], "irve")
    snapshot = EmbeddedSource(store).snapshot(WORLD, 0.0)
    chosen = Filters(plugs=frozenset({PlugType.CCS}), operators=frozenset({"ionity"}))
    assert [(each.name, each.points) for each in operators(snapshot, WORLD, chosen)] == [("Aral", 1)]
    store.close()


def test_the_spelling_of_most_points_names_an_operator_on_a_wall_too() -> None:
    names = ("ARAL  PULSE", "Aral pulse", "Aral pulse", "EnBW", None)
    snapshot, everywhere = at_hand([point(f"p{number}", cpo=name) for number, name in enumerate(names)]), np.arange(len(names))
    told = [(share.name, share.points) for share in shares(snapshot.table, everywhere)]
    assert sorted(told) == [("", 1), ("Aral pulse", 3), ("EnBW", 1)]
    assert told[0] == ("Aral pulse", 3), "most points first"
    assert [(each.name, each.points) for each in operators(snapshot, WORLD, EVERYTHING)] == [("Aral pulse", 3), ("EnBW", 1)]
    assert all(isinstance(share.name, PlugType) for share in shares(snapshot.table, everywhere[:1])), "one operator: by plug"
