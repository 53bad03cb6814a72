"""The application as a visitor starts it: three commands, the first start, wrong settings."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sys.executable).parent
WHERE = re.compile(r"(?: is at |Uvicorn running on )(http://[\w.:]+)")


def environment(data: Path, **settings: str) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("WIRELANE", "STREAMLIT"))}
    ours = {"WIRELANE_GEO_DATA": str(data), "WIRELANE_GEO_DEMO_STATIONS": "200", "WIRELANE_GEO_SIMULATOR": "off",
            "STREAMLIT_SERVER_PORT": "0"}
    return inherited | ours | settings


def running(data: Path, *command: str, **settings: str) -> AbstractContextManager[tuple[str, list[str]]]:
    """An application of this checkout, started: its address and what it has printed until then."""
    return serving(ROOT, environment(data, **settings), *command)


@contextmanager
def serving(directory: Path, settings: dict[str, str], *command: str) -> Iterator[tuple[str, list[str]]]:
    """What a command serves, started in a directory with an environment: its address and what it has printed until then."""
    process = subprocess.Popen(command, cwd=directory, env=settings, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    printed: list[str] = []
    try:
        for line in process.stderr:
            printed.append(line)
            if found := WHERE.search(line):
                yield found[1], printed
                break
        else:
            pytest.fail("it did not start:\n" + "".join(printed))
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.mark.parametrize("command", [
    (sys.executable, "app.py"),
    (str(SCRIPTS / "streamlit"), "run", "app.py"),
    (str(SCRIPTS / "uvicorn"), "app:app", "--port", "0"),
], ids=["python", "streamlit", "uvicorn"])
def test_each_command_serves_all_of_it(data: Path, command: tuple[str, ...]) -> None:
    with running(data, *command) as (url, _), httpx.Client(base_url=url, timeout=60) as web:
        assert "<title>" in web.get("/").text
        assert web.get("/healthz").status_code == 200
        assert web.get("/pydeck/index.js").status_code == 200
        assert web.get("/assets/panels.js").status_code == 200
        assert web.get("/map/search", params={"q": "Berlin"}).json()[0]["label"] == "Berlin"
        assert web.get("/apis/emc/openapi.json").json()["openapi"].startswith("3.")
        assert web.post("/token", data={"grant_type": "password"}).status_code in (400, 401)
        for path in ("/foo", "/map/foo", "/wall/foo", "/live/foo", "/datex2/foo"):
            assert web.get(path, headers={"Accept": "text/html,*/*"}).status_code == 404, path
        for path in ("/wall", "/embed", "/_stcore/health", "/_stcore/host-config", "/favicon.png"):
            assert web.get(path, headers={"Accept": "text/html,*/*"}).status_code == 200, path
        assert web.get("/wall/").headers["Location"].endswith("/wall")
        for path in ("/", "/map/counts?bbox=1", "/nothing", f"/{'x' * 17_000}", "/_stcore/upload_file/a"):  # refusals, too
            assert "Content-Security-Policy" in web.get(path).headers, path
        export = web.get("/map/export.csv", params={"bbox": "-10,40,20,60"})
        assert len(export.text.splitlines()) > 200


def test_the_first_start_says_what_it_makes_and_the_second_has_it(tmp_path: Path) -> None:
    with running(tmp_path / "new", sys.executable, "app.py") as (first_url, printed):
        first = "".join(printed)
        assert "200 stations" in first
        assert "charge points" in first
        assert first.rstrip().endswith(first_url), "the last line says where the map is"
    with running(tmp_path / "new", sys.executable, "app.py") as (_, printed):
        assert "First start" not in "".join(printed)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").glob("credentials*"))


def test_a_second_one_on_the_same_data_says_so(data: Path) -> None:
    with running(data, sys.executable, "app.py") as (first_url, printed):
        assert "Another Wirelane Geo" not in "".join(printed)
        with running(data, sys.executable, "app.py") as (url, printed):
            assert f"Another Wirelane Geo works on {data} already" in "".join(printed)
            assert url != first_url
            assert httpx.get(f"{url}/readyz", timeout=60).status_code == 200


def test_it_listens_where_it_is_told_and_by_default_to_this_machine_alone(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with running(data, sys.executable, "app.py", STREAMLIT_SERVER_PORT=str(port)) as (url, _):
        assert url == f"http://localhost:{port}"
        for _, _, _, _, address in socket.getaddrinfo(socket.gethostname(), port, type=socket.SOCK_STREAM):
            if not str(address[0]).startswith("127.") and address[0] != "::1":
                with pytest.raises(OSError), socket.create_connection(address[:2], timeout=5):
                    pass


def test_a_wrong_setting_is_told_in_a_sentence(data: Path) -> None:
    ended = subprocess.run([sys.executable, "app.py"], cwd=ROOT, text=True, capture_output=True, timeout=120,
                           env=environment(data, WIRELANE_ENVIRONMENT="moon"))
    assert ended.returncode == 1
    assert "WIRELANE_ENVIRONMENT" in ended.stderr
    assert "staging" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_nobody_is_told_that_it_runs() -> None:
    shown = subprocess.run([SCRIPTS / "streamlit", "config", "show"], cwd=ROOT, text=True, capture_output=True, timeout=60,
                           env=environment(ROOT), check=True).stdout
    for line in ("gatherUsageStats = false", "showEmailPrompt = false", "headless = true"):
        assert line in shown


def test_a_port_that_is_taken_is_named_and_another_one_offered(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run([str(SCRIPTS / "wirelane-geo"), "run", "--host", "127.0.0.1", "--port", str(port)],
                              env=environment(data), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 is in use" in done.stderr
    assert "STREAMLIT_SERVER_PORT=" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("said", ["First start", " is at "])
def test_ctrl_c_ends_all_of_it_without_a_traceback(tmp_path: Path, said: str) -> None:
    settings = environment(tmp_path, WIRELANE_GEO_DEMO_STATIONS="5000" if said == "First start" else "20")
    command = [str(SCRIPTS / "wirelane-geo"), "run"]
    with subprocess.Popen(command, cwd=ROOT, env=settings, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          start_new_session=True) as process:
        assert process.stderr is not None
        try:
            assert any(said in line for line in process.stderr)
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: this process and those that it started
            assert "Traceback" not in process.stderr.read()  # its end: nobody of them is there any more
            assert process.wait(30) in (-signal.SIGINT, 128 + signal.SIGINT)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
