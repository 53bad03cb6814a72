"""While another program has locked the database, the API is busy: it says so, with when to ask again, and reads go on."""

from pathlib import Path

import pytest

from tests.server.serving import serving
from tests.store.locks import WRITES, held
from wirelane_geo.store import sqlite_file
from wirelane_geo.wire.points import decode_points

POINT = {"charge_point_id": "new", "longitude": 10.0, "latitude": 50.0}


@pytest.mark.slow
def test_a_write_is_busy_and_a_read_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    with serving(tmp_path) as service:
        assert service.client.post(service.points, json=POINT).status_code == 200
        with held(tmp_path / "points.sqlite", *WRITES):
            busy = service.client.post(service.points, json=POINT | {"charge_point_id": "later"})
            assert (busy.status_code, busy.json()["error_code"]) == (503, "busy")
            assert int(busy.headers["retry-after"]) > 0
            assert str(tmp_path) not in busy.text
            listed = service.client.get(service.points)
            assert [point.charge_point_id for point in decode_points(listed.content).points] == ["new"]
        assert service.client.post(service.points, json=POINT | {"charge_point_id": "later"}).status_code == 200
