"""What lists tell that have nothing else to say: how the points of each operator are."""

from pathlib import Path

from tests.live.networks import EmbeddedNetwork, a_point, embedded
from tests.ui.walls import ENGLISH, GERMAN, read, text
from wirelane_geo.model import PlugType, Status
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.viewport import MapEvent
from wirelane_geo.ui.wall import picture, screen

FREE, FAULTED, UNKNOWN = Status.FREE, Status.FAULTED, Status.UNKNOWN
EVIL = "<script>alert(1)</script>"
POINTS = [
    *(a_point(number, status, cpo="Strom AG", plug_types=(PlugType.CCS,))
      for number, status in enumerate([FREE, FREE, FREE, UNKNOWN])),
    a_point(4, Status.IN_USE, cpo=EVIL), a_point(5, FREE, cpo=EVIL, longitude=20.0), a_point(6, UNKNOWN, cpo="Dunkel GmbH"),
    a_point(7, Status.CLOSED, cpo=None, evseid=None),
]


def said(network: EmbeddedNetwork, query: str = "layout=lists", texts: Texts = ENGLISH) -> str:
    asked, watch = read(query), network.watch
    here = screen.view_at(asked, None, MapEvent(), 0.0)
    return picture.side(watch, asked, here, watch.board(here.state, here.bounds), network.clock.now(), texts)


def test_a_calm_screen_of_lists_tells_of_each_operator(tmp_path: Path) -> None:
    with embedded(tmp_path, points=POINTS) as network:
        html = said(network)
        assert EVIL not in html
        assert text(html).partition("Available, by operator ")[2].partition(" Out for")[0] == (
            "Strom AG 4 points · 25 % unknown 100 % &lt;script&gt;alert(1)&lt;/script&gt; 2 points 100 % "
            "operator not known 1 point — Dunkel GmbH 1 point · No status is known —")
        assert "Verfügbar, nach Betreiber Strom AG 4 Punkte · 25 % unbekannt 100 %" in text(said(network, texts=GERMAN))
        assert "Strom AG 4 points" in text(said(network, "layout=lists&feed=faults"))
        assert "by operator" not in said(network, ""), "beside a map there is no room for it"
        network.after(10, p0=FAULTED)
        assert "by operator" not in said(network), "now there is something to say"
        assert "by operator" not in said(network, "layout=lists&feed=faults")
        network.after(10, p0=FREE)
        network.after(10, p1=Status.UNAVAILABLE)
        network.after(10, p1=FREE)
        assert "Strom AG" in said(network, "layout=lists&feed=faults"), "all of it works again"


def test_filters_and_place_hold_for_it_and_one_operator_is_told_by_plug(tmp_path: Path) -> None:
    with embedded(tmp_path, points=POINTS) as network:
        assert "Strom AG" not in text(said(network, "layout=lists&lat=52.05&lon=20&zoom=14"))
        east = text(said(network, "layout=lists&status=FAULTED"))
        assert "Strom AG 4 points · 25 % unknown 100 %" in east, "an availability is of all statuses"
        assert "Available, by" not in said(network, "layout=lists&cpo=strom ag"), "one plug of one operator is no list"
    more = [*POINTS[:4], a_point(8, FAULTED, cpo="Strom AG", plug_types=(PlugType.CCS, PlugType.TYPE_2))]
    with embedded(tmp_path / "more", points=more) as network:
        network.pass_(10)
        calm = text(said(network, "layout=lists&cpo=strom ag"))
        assert "Available, by plug CCS 5 points · 1 out · 20 % unknown 75 % Type 2 1 point · 1 out 0 %" in calm
