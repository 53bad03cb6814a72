"""What lies in the data directory is its owner's alone, and a directory that can't be written to is told."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.browser.conftest import start_server, stop_server
from tests.live.networks import embedded
from tests.serving import serving
from wirelane_geo.server.health import health_routes
from wirelane_geo.store.private_file import why_unwritable


@pytest.mark.slow
def test_everything_is_its_owners_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        process, server = start_server(tmp_path / "new" / "data", WIRELANE_GEO_DEMO_STATIONS="50")
        httpx.get(f"{server.url}/healthz")
        bad = tmp_path / "rows.csv"
        bad.write_text("id_pdc_itinerance,coordonneesXY\nFRABCE1,\"[200, 99]\"\n")
        subprocess.run([sys.executable, "-c", "from wirelane_geo.cli import main; main()", "import", str(bad)],
                       env={**os.environ, "WIRELANE_GEO_DATA": str(server.data)}, capture_output=True)
        stop_server(process)
    finally:
        os.umask(before)
    found = [server.data, *server.data.rglob("*")]
    assert {path.suffix for path in found} >= {".sqlite"}
    assert {str(path): oct(path.stat().st_mode & 0o077) for path in found if path.stat().st_mode & 0o077} == {}


def test_a_directory_that_can_be_written_to_says_nothing(tmp_path: Path) -> None:
    assert why_unwritable(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_gone_or_full_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_unwritable(tmp_path / "gone") == os.strerror(errno.ENOENT)
    if Path("/dev/full").exists():
        descriptor = os.open("/dev/full", os.O_WRONLY)
        real = os.open
        monkeypatch.setattr(os, "open", lambda path, *rest: os.dup(descriptor) if ".writable" in str(path) and
                            os.close(real(path, *rest)) is None else real(path, *rest))
        assert why_unwritable(tmp_path) == os.strerror(errno.ENOSPC)
        os.close(descriptor)


def test_ready_says_that_writing_fails(tmp_path: Path) -> None:
    says: list[str | None] = [None]
    with embedded(tmp_path) as here, serving(Starlette(routes=health_routes(here.live, lambda: 0, lambda: says[0]))) as url:
        here.live.refresh()
        assert httpx.get(f"{url}/readyz").status_code == 200
        says[0] = "No space left on device"
        answer = httpx.get(f"{url}/readyz")
        assert answer.status_code == 503
        assert "can't be written to: No space left on device" in answer.json()["reason"]
