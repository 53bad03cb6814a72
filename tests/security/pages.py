"""An operator's page without a browser: the websocket and messages that Streamlit's page exchanges with its server."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE_S = 60.0
HAND_OVER = "wirelane_geo_sign_in"


class Page:
    """An open page: what it was told, and the id of its session."""

    def __init__(self, connection: ClientConnection, path: str) -> None:
        self._connection, self._path = connection, path
        self.session, self.heard, self._hash = "", "", ""
        self.ticket: str | None = None
        self.ids: dict[str, str] = {}
        self.fragments: set[str] = set()

    async def run(self, widgets: Mapping[str, str | bool] | None = None, fragment: str = "") -> str:
        """Run the page, widgets set by their labels; answers all that it says, as text."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.page_script_hash = self._path, self._hash
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.context_info.locale = "en-GB"
        asked.rerun_script.context_info.timezone = "Europe/Berlin"
        for label, value in (widgets or {}).items():
            state = WidgetState(id=self.ids[label])
            if isinstance(value, str):
                state.string_value = value
            else:
                state.trigger_value = value
            asked.rerun_script.widget_states.widgets.append(state)
        await self._connection.send(asked.SerializeToString())
        return await self.hear()

    async def hear(self) -> str:
        """What is said until a run ends that is not followed by another one."""
        self.heard, self.ticket = "", None
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = ForwardMsg.FromString(bytes(await self._connection.recv()))
                self._take(message)
                if message.WhichOneof("type") == "script_finished" and message.script_finished in (
                        ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
                    return self.heard

    def _take(self, message: ForwardMsg) -> None:
        self.heard += str(message)
        if message.HasField("new_session"):
            self.session = message.new_session.initialize.session_id or self.session
        if message.HasField("navigation"):
            self._hash = message.navigation.page_script_hash
        if message.delta.fragment_id:
            self.fragments.add(message.delta.fragment_id)
        element = message.delta.new_element
        for widget in (element.text_input, element.button):
            if widget.id:
                self.ids[widget.label] = widget.id
        if element.bidi_component.component_name == HAND_OVER:
            component = element.bidi_component
            self.ticket = json.loads(component.mixed.json or component.json).get("ticket")


@asynccontextmanager
async def opened(url: str, path: str = "members", cookie: str | None = None, session: str | None = None,
                 **headers: str) -> AsyncIterator[Page]:
    """A page at an application's URL (http://...), with a browser's cookie, resuming a session."""
    protocols = [Subprotocol(name) for name in ("streamlit", *(("x", session) if session else ()))]
    given = {**headers, **({"Cookie": cookie} if cookie else {})}
    async with connect(f"{url.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=protocols, max_size=None, origin=None,
                       additional_headers=given) as connection:
        yield Page(connection, path)
