"""The ASGI application: the pages, the files and answers that they ask for, and the embedded Wirelane API.

`python app.py`, `streamlit run app.py` and `uvicorn app:app` all serve it.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from wirelane_geo import logs
from wirelane_geo.errors import StoreError, WirelaneGeoError
from wirelane_geo.feeds.ocpi_push import PushedLocations
from wirelane_geo.installation import installation
from wirelane_geo.operator.sign_in import sign_ins
from wirelane_geo.server import embedded
from wirelane_geo.server.feeds import feed_routes
from wirelane_geo.server.health import health_routes
from wirelane_geo.server.ocpi_receiver import receiver_routes
from wirelane_geo.server.publishing import publishing_routes
from wirelane_geo.server.webhook import webhook_routes
from wirelane_geo.store.private_file import why_unwritable
from wirelane_geo.ui import assets, page_setup, process
from wirelane_geo.ui.basemap import style_url
from wirelane_geo.ui.embed.routes import embed_routes
from wirelane_geo.ui.insides import PAGE, end_closed_pages, log_to_the_root, open_pages, read_configuration, serve_visitors_only
from wirelane_geo.ui.missing_page import MissingPage
from wirelane_geo.ui.news import news_routes
from wirelane_geo.ui.operator.routes import sign_in_routes
from wirelane_geo.ui.page_routes import pages
from wirelane_geo.ui.routes import map_routes
from wirelane_geo.ui.streets import street_routes
from wirelane_geo.ui.tiles import Access, tile_routes
from wirelane_geo.web.admission import Admission, Rules
from wirelane_geo.web.first_routes import FirstRoutes
from wirelane_geo.web.headers import Policy, SecurityHeaders, basemap_origins, script_hashes
from wirelane_geo.web.listening import bind, prepare, serve
from wirelane_geo.web.packed_files import PackedFiles
from wirelane_geo.web.sign_ins import SignInHeader
from wirelane_geo.web.worker import worker_of

SWEEP_S = 30.0
"""Seconds between two looks for pages that were closed, and sign-ins that have ended."""
ENTRY = Path(__file__).with_name("pages") / "main.py"

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while it starts, and once it has served, ends it without a traceback

try:
    here = installation()
    streets = street_routes(here.settings.basemap)
except WirelaneGeoError as error:
    raise SystemExit(f"Wirelane Geo can't start. {error}") from None

logs.catch()
read_configuration(Path(__file__))
serve_visitors_only()
worker = worker_of()
listening: socket.socket | None = None
"""Where `python app.py` listens; under the other commands that is theirs."""
tiles = tile_routes(lambda: here.tiles, Access(here.settings.cors, here.settings.requests_per_address))
packed = PackedFiles(here.settings.data / "packed")
rules = Rules(here.settings.hosts, here.settings.pages, here.settings.pages_per_address)
policy = Policy(here.settings.frames, script_hashes(PAGE.read_text(encoding="utf-8")),
                basemap_origins(style_url(here.settings.basemap)))


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Says where the map is, as soon as it is there. Under uvicorn's own command only uvicorn knows, and says it."""
    if worker is None and Path(sys.argv[0]).stem != "uvicorn":
        host = here.settings.host if listening else st.get_option("server.address") or "localhost"
        port = listening.getsockname()[1] if listening else st.get_option("server.port")
        print(f"\n  Wirelane Geo is at http://{host}:{port}\n", file=sys.stderr, flush=True)
    prepare()
    log_to_the_root()
    logs.adopt()
    process.begin()
    packed.prepare(assets.first_visit())
    if worker is not None:
        worker.serves()
    sweeping = asyncio.create_task(_sweep())
    try:
        yield
    finally:
        sweeping.cancel()
        here.stop()


async def _sweep() -> None:
    while True:
        await asyncio.sleep(SWEEP_S)
        end_closed_pages()
        with suppress(StoreError):
            await asyncio.to_thread(sign_ins().sweep)


app = st.App(
    ENTRY,
    on_script_error=page_setup.fail,
    middleware=[Middleware(SecurityHeaders, policy), Middleware(Admission, rules), Middleware(SignInHeader, sign_ins().meet),
                Middleware(FirstRoutes, tiles), Middleware(assets.StreamlitFiles, packed)],
    lifespan=lifespan,
    routes=[
        *pages(),
        *assets.routes(packed),
        *map_routes(lambda: here.service),
        *embed_routes(lambda: here.service, lambda: here.watch, here.settings.basemap),
        *streets,
        *tiles,
        *news_routes(here.live.status, here.live.notifier, here.tiles),
        *sign_in_routes(sign_ins()),
        *health_routes(here.live, open_pages, partial(why_unwritable, here.settings.data), here.feeds),
        *feed_routes(here.receiver),
        *receiver_routes(PushedLocations(here.store, here.receiver)),
        *publishing_routes(here.publication, here.publisher, here.settings.data / "published",
                           here.settings.requests_per_address, here.ocpi_token),
        *webhook_routes(here.webhook, here.live.metrics),
        *embedded(here.store, here.credentials, here.attempts, here.lists).routes,
        MissingPage(),
    ],
)

if __name__ == "__main__":
    try:
        listening = worker.socket() if worker else bind(here.settings.host, here.settings.port)
    except OSError as error:
        raise SystemExit(f"Wirelane Geo can't listen on port {here.settings.port} of {here.settings.host}: {error.strerror}. "
                         "Choose others: STREAMLIT_SERVER_PORT, STREAMLIT_SERVER_ADDRESS.") from None
    serve(app, listening)
