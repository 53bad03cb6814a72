"""How a test looks at a wall and at its network."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import Server
from tests.browser.network import NETWORK
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

OpenWall = Callable[..., Page]
COUNT = "status => Number(document.querySelector(`.wl-tiles [data-status=${status}]`)?.dataset.count ?? 0)"
SUM = "() => [...document.querySelectorAll('.wl-tiles li')].reduce((sum, tile) => sum + Number(tile.dataset.count), 0)"
APART = """points => {
    const at = points.map(point => window.wirelaneGeo.project(...point)[0]);
    return Math.min(...at) > 150 && Math.max(...at) < document.querySelector('.wg-map').offsetWidth;
}"""
"""All of these [lon, lat] are beside each other on the map: it is fitted to them."""
PAINTED = "() => window.wirelaneGeo?.repaints.some(repaint => repaint.points > 0)"


def with_network(data: Path) -> Path:
    store = open_store(data / DATABASE)
    store.upsert(NETWORK, "irve")
    store.close()
    return data


def change(server: Server, point: ChargePoint, status: Status) -> None:
    store = open_store(server.data / DATABASE)
    assert store.set_statuses({point.id or "": status}) == 1
    store.close()
