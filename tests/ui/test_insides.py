"""What we use of Streamlit and pydeck that they don't promise: here it is said what has changed, and what is to be done."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import httpx
import pydeck
import pytest
import streamlit
from websockets.sync.client import connect

from tests.live.test_application import until
from tests.test_app import running
from tests.test_layers import ROOT
from wirelane_geo.ui import assets, insides, page_setup
from wirelane_geo.ui.operator import frame
from wirelane_geo.ui.wall import component, first_page
from wirelane_geo.web.admission import UNUSED

STREAMLIT = f"Streamlit {streamlit.__version__}"
SELECTORS = (assets.STATIC / "streamlit.js").read_text(encoding="utf-8")
TESTIDS = sorted({*insides.ELEMENTS.values(), *re.findall(r"data-testid=(\w+)", SELECTORS)})
STYLES = {"style.css": page_setup.style(), "wall.css": component.style("dark"), "operator.css": frame.style(),
          "first.css": insides.read_style(page_setup.FIRST_STYLE), "wall/first.css": insides.read_style(first_page.STYLE)}


@cache
def frontend() -> str:
    """Streamlit's page, as it is shipped."""
    scripts = Path(streamlit.__file__).parent.glob("static/static/js/*.js")
    return "\n".join(script.read_text(encoding="utf-8") for script in scripts)


@pytest.mark.slow
@pytest.mark.parametrize("testid", TESTIDS)
def test_streamlits_page_has_the_parts_that_our_styles_are_for(testid: str) -> None:
    assert any(f"{quote}{testid}{quote}" in frontend() for quote in "`'\""), (
        f"{STREAMLIT} has no part with the data-testid {testid} any more. Find out what it is called now, look at the pages, "
        "and correct ui/insides.py or static/streamlit.js.")


@pytest.mark.parametrize("kind", insides.BUTTON_KINDS.values())
def test_streamlits_buttons_tell_their_kind(kind: str) -> None:
    stem, _, name = kind.partition("-")
    assert re.search(rf"[`'\"]{stem}-\$\{{", frontend()), (
        f"{STREAMLIT} doesn't make the data-testid of a button of {stem} and its kind any more: correct ui/insides.py.")
    assert re.search(rf"[`'\"]{name}[`'\"]", frontend()), f"{STREAMLIT} has no buttons of the kind {name} any more."


@pytest.mark.slow
def test_streamlit_keeps_the_choice_of_a_theme_where_we_put_it() -> None:
    found = re.search(r"(\w+)=(\d+),(\w+)=`stActiveTheme-\$\{window\.location\.pathname\}`", frontend())
    assert found, (f"{STREAMLIT} keeps the visitor's choice of light or dark under another key: look for ACTIVE_THEME in its "
                   "scripts, and correct themeKey in static/streamlit.js.")
    version, number, key = found.groups()
    assert f"ACTIVE_THEME:`${{{key}}}-v${{{version}}}`" in frontend(), f"{STREAMLIT} makes the key of the theme another way."
    assert f"`stActiveTheme-${{location.pathname}}-v{number}`" in SELECTORS, (
        f"{STREAMLIT} keeps the theme in version {number} of its key: correct themeKey in static/streamlit.js.")


@pytest.mark.slow
def test_streamlit_takes_where_it_is_from_the_page() -> None:
    for name in ("window.__streamlit", "BACKEND_BASE_URL"):
        assert name in frontend(), f"{STREAMLIT} is told another way where it answers: correct sayWhere in static/streamlit.js."
        assert name.removeprefix("window.") in SELECTORS


def test_streamlit_serves_the_page_whose_scripts_we_allow() -> None:
    assert insides.PAGE.is_file(), f"{STREAMLIT} has its page elsewhere: find it, and correct ui/insides.py."
    page = insides.PAGE.read_text(encoding="utf-8")
    assert '<div id="root">' in page, f"{STREAMLIT}'s {insides.PAGE} is no page any more."
    assert page.count(insides.TITLE) == page.count(insides.ITS_LANGUAGE) == 1, (
        f"{STREAMLIT}'s page has another title or language: correct TITLE and ITS_LANGUAGE in ui/insides.py.")


def test_streamlit_takes_files_where_we_refuse_them() -> None:
    source = (Path(streamlit.__file__).parent / "web/server/starlette/starlette_routes.py").read_text(encoding="utf-8")
    assert UNUSED.rpartition("/")[2] in source, f"{STREAMLIT} takes uploads elsewhere: correct UNUSED in web/admission.py."


def test_what_streamlit_serves_beside_its_page_is_left_to_it() -> None:
    from streamlit.web.server.starlette import starlette_app
    from streamlit.web.server.starlette import starlette_auth_routes as sign_ins

    auth = (sign_ins._ROUTE_AUTH_LOGIN, sign_ins._ROUTE_AUTH_LOGOUT, sign_ins._ROUTE_OAUTH_CALLBACK)
    files = {path.name for path in insides.PAGE.parent.iterdir() if path.is_file()} - {insides.PAGE.name}
    served = [*(f"{prefix}x" for prefix in starlette_app._RESERVED_ROUTE_PREFIXES), *(f"/{path}" for path in (*auth, *files))]
    assert [path for path in served if not insides.SERVED.match(path)] == [], (
        f"{STREAMLIT} serves more than ui/insides.py says: correct SERVED.")


@pytest.mark.slow
def test_pydeck_brings_deck_gl_as_one_script() -> None:
    where = f"pydeck {pydeck.__version__}"
    assert insides.BUNDLE.is_file(), f"{where} has its bundle elsewhere: find it, and correct ui/insides.py."
    script = insides.BUNDLE.read_text(encoding="utf-8")
    for name in ("createDeck", "deck", "luma"):
        assert re.search(rf"\b{name}\b", script), f"{where}'s bundle doesn't set {name} any more: static/deckgl.js needs it."


@pytest.mark.slow
def test_streamlit_counts_its_open_pages(tmp_path: Path) -> None:
    with running(tmp_path, sys.executable, "app.py") as (url, _), httpx.Client(base_url=url, timeout=60) as web:
        def count() -> float:
            [told] = re.findall(r"^wirelane_geo_sessions (\S+)$", web.get("/metrics").text, re.MULTILINE)
            return float(told)

        assert count() == 0, f"{STREAMLIT} tells its sessions another way: correct open_pages in ui/insides.py."
        address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        with connect(address, subprotocols=["streamlit"]), connect(address, subprotocols=["streamlit"]):  # type: ignore[list-item]
            until(lambda: count() == 2)
        until(lambda: count() == 0)


@pytest.mark.slow
def test_streamlit_reads_the_configuration_beside_the_program(tmp_path: Path) -> None:
    code = ("import sys; from pathlib import Path; from streamlit import config; from wirelane_geo.ui import insides; "
            "asked = lambda: [config.get_option(name) for name in ('browser.gatherUsageStats', 'runner.magicEnabled')]; "
            "before = asked(); insides.read_configuration(Path(sys.argv[1])); print(before, asked())")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    done = subprocess.run([sys.executable, "-c", code, ROOT / "app.py"], cwd=tmp_path, text=True, capture_output=True, check=True,
                          env=clean | {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}, timeout=60)
    assert done.stdout == "[True, True] [False, False]\n", f"{STREAMLIT} is told elsewhere: correct read_configuration."


# --- one place -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STYLES)
def test_a_style_sheet_has_its_own_words_for_them(name: str) -> None:
    assert not re.search(r":--[a-z]", STYLES[name]), "all are replaced"
    assert "[data-testid=st" in STYLES[name]
    assert STYLES[name].count("{") == STYLES[name].count("}")


def test_a_part_that_there_is_not_is_told(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text(":--sidebar, :--sidebra { color: red; }")
    with pytest.raises(KeyError, match="sidebra"):
        insides.read_style(tmp_path / "style.css")


def test_every_part_is_styled_somewhere() -> None:
    everything = "".join(STYLES.values())
    unused = [name for name, testid in insides.ELEMENTS.items() if f"[data-testid={testid}]" not in everything]
    assert unused == []


def test_nothing_else_knows_how_streamlits_page_is_made() -> None:
    inside = re.compile(r"data-testid|\.st[A-Z]|stActiveTheme|_session_mgr|st-emotion|nbextension")
    files = [path for ending in ("py", "js", "css", "html") for path in (ROOT / "wirelane_geo").rglob(f"*.{ending}")]
    files += [ROOT / "app.py", *(ROOT / "pages").glob("*.py")]
    knowing = {path.name for path in files if inside.search(path.read_text(encoding="utf-8"))}
    assert knowing == {"insides.py", "streamlit.js"}


def test_streamlit_forgets_closed_pages_the_way_we_have_it_do_so() -> None:
    from streamlit.runtime.memory_session_storage import MemorySessionStorage

    assert hasattr(MemorySessionStorage()._cache, "expire"), (
        f"{STREAMLIT} keeps closed pages another way: find out how their event loops end, and correct end_closed_pages.")


@pytest.mark.slow
def test_a_page_that_was_closed_gives_its_descriptors_back(tmp_path: Path) -> None:
    """In a process of its own: Streamlit's runtime with a storage whose time passes when it is told to."""
    script = tmp_path / "closed.py"
    script.write_text(CLOSED, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.stdout.split() == ["20", "ended", "0", "left", "True"], done.stderr


CLOSED = """
import asyncio, time
from pathlib import Path
import streamlit as st, uvicorn
from streamlit import runtime
from websockets.asyncio.client import connect
from wirelane_geo.ui.insides import end_closed_pages

page = Path(__file__).with_name("page.py")
page.write_text("")
app = st.App(page)

def descriptors():
    return len(list(Path("/dev/fd").iterdir()))

async def main():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]

    async def visit(count):
        pages = [await connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"]) for _ in range(count)]
        for each in pages:
            await each.close()
        kept = runtime.get_instance()._session_mgr._session_storage
        while len(kept.list()) < count:
            await asyncio.sleep(0)

    await visit(1)
    end_closed_pages(time.monotonic() + 1_000)
    before = descriptors()
    await visit(20)
    more = descriptors() - before
    assert end_closed_pages() == 0, "who comes back within two minutes finds the page as it was"
    print(end_closed_pages(time.monotonic() + 1_000), "ended", max(0, descriptors() - before), "left", more >= 60)
    server.should_exit = True
    await serving

asyncio.run(main())
"""
