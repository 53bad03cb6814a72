"""The wheel on a machine that has no checkout: installed by the Dockerfile's own steps, started in an empty directory."""

import asyncio
import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import httpx
import pytest
import streamlit

from benchmarks.session import visit
from tests.test_app import environment, serving
from wirelane_geo import __version__
from wirelane_geo.api import WirelaneClient
from wirelane_geo.geo import Bounds
from wirelane_geo.web import columns

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
INSTALL = "tools/install-wheel.sh"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel. It sees the packages that the tests run on, so that pip finds its pins there
    instead of fetching them again; of the package itself it sees the wheel alone."""
    place = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(place, with_pip=True, symlinks=True)
    packages = place / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (packages / "tests.pth").write_text(f"{Path(streamlit.__file__).parents[1]}\n", encoding="utf-8")
    done = subprocess.run([ROOT / INSTALL, place, "--no-build-isolation"], cwd=place, env=clean(), text=True,
                          capture_output=True, timeout=500)
    assert done.returncode == 0, f"the wheel could not be built or installed:\n{done.stdout}{done.stderr}"
    return place


@dataclass(frozen=True)
class Application:
    """An application that runs: its address and its data directory."""

    url: str
    data: Path


@pytest.fixture(scope="module")
def started(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """What the container runs, started in an empty directory by somebody without any settings of Streamlit."""
    directory, data = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("data")
    settings = clean(environment(data)) | {"HOME": str(directory)}
    program, *arguments = command("CMD")
    with serving(directory, settings, str(installed / "bin" / program), *arguments) as (url, printed):
        assert "usage statistics" not in "".join(printed)
        yield Application(url, data)
    assert list(directory.iterdir()) == [], "without its configuration Streamlit notes an id of the machine, to report usage"


def clean(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment without what makes the checkout importable."""
    return {key: value for key, value in variables.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}


def command(instruction: str) -> list[str]:
    """What the Dockerfile's last CMD or HEALTHCHECK runs."""
    arguments = re.findall(rf"^{instruction}\b(?:[^\[]|\\\n)*(\[.*\])$", DOCKERFILE, re.MULTILINE)
    return json.loads(arguments[-1])


def python(installed: Path, program: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([installed / "bin" / "python", "-c", program], cwd=installed, env=clean() | settings, text=True,
                          capture_output=True, timeout=60)


def test_the_package_is_the_wheels(installed: Path) -> None:
    where = python(installed, "import sys, wirelane_geo; print(wirelane_geo.__file__, *sys.path, sep='\\n')").stdout.splitlines()
    assert Path(where[0]).is_relative_to(installed)
    assert str(ROOT) not in where
    assert python(installed, "import tests").returncode != 0


def test_the_map_comes_with_all_its_files(started: Application) -> None:
    with httpx.Client(base_url=started.url, timeout=60) as web:
        assert web.get("/healthz").text == "ok"
        page = web.get("/")
        assert "<title>" in page.text
        files = re.findall(r"<\./([^>]+)>", page.headers["Link"])
        assert len(files) >= 2
        for name in ("assets/world.json.gz", "assets/villages.json.gz", *files):
            assert web.get(f"/{name}").status_code == 200, name
        assert web.get("/map/search", params={"q": "Berlin"}).json()[0]["label"] == "Berlin"
        assert "<title>" in web.get("/wall").text


@pytest.mark.parametrize("path", ["", "wall"])
def test_each_page_draws_the_network(started: Application, path: str) -> None:
    async def has_map() -> bool:
        async with visit(started.url, "lat=48&lon=8&zoom=5", path) as session:
            await session.pan(Bounds(40.0, -5.0, 56.0, 20.0), 5.0)
            return bool(session.component)

    assert asyncio.run(has_map())
    tile = columns.decode(httpx.get(f"{started.url}/map/tiles/3/4/2", timeout=60).content)[1]
    assert len(tile["stations"]["handle"]) + len(tile["clusters"]["stations"]) > 0


def test_the_api_answers_whom_the_command_names(started: Application, installed: Path, tmp_path: Path) -> None:
    printed = subprocess.run([installed / "bin" / "wirelane-geo", "credentials", "--json"], cwd=tmp_path, text=True,
                             env=clean(environment(started.data)), capture_output=True, timeout=60, check=True).stdout
    account = json.loads(printed)
    with WirelaneClient(
        f"{started.url}/apis/emc", f"{started.url}/token", account["organization"], account["client_id"],
        account["client_secret"], account["username"], account["password"],
    ) as client:
        assert len(list(client.points(limit=10))) == 10


def test_the_containers_health_check_tells_life_from_death(started: Application, installed: Path) -> None:
    program, option, code = command("HEALTHCHECK")
    assert (program, option) == ("python", "-c")
    port = started.url.rpartition(":")[2]
    assert python(installed, code, STREAMLIT_SERVER_PORT=port).returncode == 0
    assert python(installed, code, STREAMLIT_SERVER_PORT="1").returncode != 0


def test_the_container_is_made_by_the_same_steps() -> None:
    assert f"RUN /source/{INSTALL} " in DOCKERFILE
    assert command("CMD") == ["wirelane-geo", "run"]
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1] != "root"
    assert re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE) == ["/data"]


def test_the_wheel_says_what_it_is(installed: Path) -> None:
    told = python(installed, "from importlib.metadata import distribution as d; print(d('wirelane-geo').read_text('METADATA'))")
    metadata = message_from_string(told.stdout)
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert "Operating System :: POSIX" in metadata.get_all("Classifier", [])
    carried = python(installed, "from importlib.metadata import files; print(*files('wirelane-geo'), sep='\\n')")
    files = carried.stdout.splitlines()
    assert {Path(file).name for file in files} >= {"LICENSE", "NOTICE", "py.typed", "cities.txt.gz"}
    tops = {Path(file).parts[0] for file in files if not file.startswith("..")}
    assert tops == {"wirelane_geo", f"wirelane_geo-{__version__}.dist-info"}
