"""A client of the embedded service in the same process, through the whole of client and service, tokens included."""

from wirelane_geo.api import Hosts, WirelaneClient
from wirelane_geo.api.in_process import InProcess
from wirelane_geo.server import API_PATHS, Credentials, Lists, embedded
from wirelane_geo.store import Store

EMBEDDED = "http://embedded"
"""What the embedded service is called by a client in the same process; nothing is looked up."""


def embedded_client(store: Store, own: Credentials, username: str, password: str, hosts: Hosts | None = None,
                    dialect: str = "2023", lists: Lists | None = None) -> WirelaneClient:
    """A client with the password grant of this person, in a dialect; `lists` as in `embedded`. The caller closes it."""
    return WirelaneClient(
        f"{EMBEDDED}{API_PATHS[dialect]}", f"{EMBEDDED}/token", own.organization, own.client_id, own.client_secret, username,
        password, dialect=dialect, hosts=hosts, transport=InProcess(embedded(store, own, lists=lists)))
