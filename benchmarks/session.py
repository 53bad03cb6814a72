"""A visitor's session without a browser: the websocket and the protobuf messages that Streamlit's page exchanges with its server.

    async with visit(url, "lat=48.86&lon=2.35&zoom=9") as session:
        answer = await session.pan(Bounds(48, 2, 49, 3), 9.0)
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from wirelane_geo.geo import Bounds

MAP = "wirelane_geo_map"
TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Answer:
    """What came back for a message: seconds until the script had ended, bytes of all messages."""

    seconds: float
    received: int


@dataclass
class Session:
    """One open page. What it says of itself is what the browser says."""

    connection: ClientConnection
    query: str
    path: str = ""
    states: dict[str, str] = field(default_factory=dict)
    component: str = ""
    fragment: str = ""
    page: str = ""
    serial: int = 0

    async def open(self) -> Answer:
        """Run the page once, as a browser does that has just loaded it."""
        return await self._run("")

    async def pan(self, bounds: Bounds, zoom: float, width: int = 1280, height: int = 800) -> Answer:
        """Report a viewport and wait for the answer."""
        self.serial += 1
        viewport = {"west": bounds.west, "south": bounds.south, "east": bounds.east, "north": bounds.north, "zoom": zoom,
                    "width": width, "height": height, "serial": self.serial}
        self.states[self.component] = json.dumps({"viewport": viewport})
        return await self._run(self.fragment)

    def message(self, fragment: str = "") -> bytes:
        """What a browser sends that asks for a run of the page, or of a fragment of it."""
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.page_script_hash = self.page
        asked.rerun_script.page_name = self.path
        asked.rerun_script.context_info.timezone = "Europe/Berlin"
        asked.rerun_script.context_info.locale = "en-GB"
        asked.rerun_script.context_info.color_scheme = "light"
        asked.rerun_script.widget_states.widgets.extend(
            WidgetState(id=widget, json_value=value) for widget, value in self.states.items())
        return bytes(asked.SerializeToString())

    async def _run(self, fragment: str) -> Answer:
        start, received = time.perf_counter(), 0
        await self.connection.send(self.message(fragment))
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                data = await self.connection.recv()
                received += len(data)
                message = ForwardMsg.FromString(data)
                self._heard(message)
                if message.WhichOneof("type") == "script_finished":
                    return Answer(time.perf_counter() - start, received)

    def _heard(self, message: ForwardMsg) -> None:
        """Remember what later messages have to name."""
        if message.HasField("new_session"):
            self.page = message.new_session.page_script_hash
        component = message.delta.new_element.bidi_component
        if component.component_name == MAP:
            self.component, self.fragment = component.id, message.delta.fragment_id


@asynccontextmanager
async def visit(url: str, query: str = "", path: str = "") -> AsyncIterator[Session]:
    """An open page at an application's URL (http://...); `path` is the page's, "" for the map."""
    stream = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=TIMEOUT_S) as connection:
        session = Session(connection, query, path)
        await session.open()
        yield session
