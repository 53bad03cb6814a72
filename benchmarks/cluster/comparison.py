"""Whether a replica has what PostgreSQL has, row by row: asked while nobody writes, of a replica that has followed."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import zip_longest

import httpx
import psycopg

from wirelane_geo.model import PlugType, Status
from wirelane_geo.server.credentials import Credentials
from wirelane_geo.store import PointQuery, open_store

WORLD = "-180,-85,180,85"
MOST = 1_000_000
"""Points of a list."""

QUESTIONS: list[tuple[dict[str, str], PointQuery]] = [
    ({}, PointQuery()),
    ({"order_by": "power"}, PointQuery(order_by="power")),
    *(({"plug_types": str(plug)}, PointQuery(plugs=frozenset([plug]))) for plug in PlugType),
]
"""Lists of the API, whose points and order a replica has in its memory, and the same questions to the database. None of
them by status: such a list is of stations, it has points of other statuses, too."""


def differences(url: str, database: str, own: Credentials) -> Counter[str]:
    """How many points a replica at a URL has otherwise than a database, lacks, or has too many: of the `statuses` that it has in
    its memory, and of the lines of its `lists`. `own`: whose points they are."""
    with psycopg.connect(database) as connection:
        rows: set[tuple[str, int]] = set(connection.execute("SELECT id, status FROM points WHERE quadkey IS NOT NULL").fetchall())
    with httpx.Client(base_url=url, timeout=120) as web, closing(open_store(database)) as store:
        found = Counter(statuses=len(set(_statuses(web)) ^ rows), lists=0)
        form = {"grant_type": "password", "username": own.username, "password": own.password, "client_id": own.client_id,
                "client_secret": own.client_secret}
        bearer = {"Authorization": "Bearer " + web.post("/token", data=form).raise_for_status().json()["access_token"]}
        for asked, query in QUESTIONS:
            page = store.query(replace(query, page_size=MOST))
            answer = web.get(f"/apis/emc/organizations/id/{own.organization}/points", headers=bearer,
                             params={**asked, "page_size": MOST}).raise_for_status()
            if answer.content != b"[" + b",".join(page.bodies) + b"]":
                found["lists"] += sum(one != other for one, other in zip_longest(answer.json(), map(json.loads, page.bodies)))
    return found


def _statuses(web: httpx.Client) -> Iterator[tuple[str, int]]:
    """Each point of a replica's map, with the status by which it finds it."""
    for status in Status:
        text = web.get("/map/export.csv", params={"bbox": WORLD, "status": str(status)}).raise_for_status().text
        yield from ((row["id"], status.number) for row in csv.DictReader(io.StringIO(text)))
