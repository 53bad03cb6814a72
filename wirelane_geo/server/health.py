"""What whoever runs this asks it: is it alive, is its data fresh, what do its meters say."""

from collections.abc import Callable, Sequence
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.errors import StoreError
from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.live import Live, LiveStatus
from wirelane_geo.live.metrics import CONTENT_TYPE, Metrics


def health_routes(live: Live, sessions: Callable[[], float], unwritable: Callable[[], str | None],
                  feeds: Callable[[], Sequence[FeedRow]] = lambda: ()) -> list[BaseRoute]:
    """`/healthz`, `/readyz` and `/metrics`, for anybody who can reach them: there is nothing secret in them.

    `sessions` counts the open pages; `unwritable`: why nothing can be written to the data directory, None where it can;
    `feeds`: how each feed is. A feed that fails is told, and makes nothing else unready.
    """
    _measure(live.metrics, feeds)
    live.metrics.gauge("wirelane_geo_sessions", "Open pages.", sessions)

    own = CapacityLimiter(1)

    async def healthz(_: Request) -> Response:
        """200: the process answers and its refresher runs. 503: it should be started anew. `Server-Time`: seconds since 1970."""
        clock = {"Server-Time": f"{live.now().timestamp():.3f}"}
        return PlainTextResponse("ok", 200, clock) if live.alive else PlainTextResponse("the refresher has ended", 503, clock)

    async def readyz(_: Request) -> Response:
        """200: the data is fresh enough to be shown, and can be written. 503: it isn't; the reason is in the body."""
        status = live.status()
        known = await to_thread.run_sync(_told, feeds, limiter=own)
        reason = _why_not(status, await to_thread.run_sync(unwritable, limiter=own))
        body: dict[str, Any] = {"ready": reason is None, "reason": reason, "problem": status.problem, "cause": status.cause,
                "age_s": round(status.age_s, 3),
                "fetched_at": status.fetched_at.isoformat() if status.fetched_at else None, "number": status.number,
                "mode": status.mode, "refresh_s": status.refresh_seconds}
        if known:
            body |= {"feeds": [row.in_public() for row in known],
                     "oldest_feed_s": max((round(row.age_s, 3) for row in known if row.age_s is not None), default=None)}
        return JSONResponse(body, 200 if reason is None else 503, headers={"Cache-Control": "no-store"})

    async def metrics(_: Request) -> Response:
        """Prometheus' text format."""
        return Response(live.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _why_not(status: LiveStatus, unwritable: str | None) -> str | None:
    """Why the service is not ready."""
    if unwritable:
        return f"the data directory can't be written to: {unwritable}"
    if status.answered and status.level != "stale":
        return None
    since = f"no answer for {status.silent_s:.0f} s, the data is {status.age_s:.0f} s old" if status.answered else \
        "nothing has been answered yet"
    return f"{since}: {status.problem}" if status.problem else since


def _told(feeds: Callable[[], Sequence[FeedRow]]) -> Sequence[FeedRow]:
    """How each feed is; nothing where the store can't say."""
    try:
        return feeds()
    except StoreError:
        return ()


def _measure(metrics: Metrics, feeds: Callable[[], Sequence[FeedRow]]) -> None:
    """Age, health and counts of each feed."""
    def counts() -> dict[tuple[str, str], float]:
        found: dict[tuple[str, str], float] = {}
        for row in _told(feeds):
            state = row.state
            found |= {(row.name, "points"): state.points, (row.name, "statuses"): state.statuses,
                      (row.name, "unmatched"): state.unmatched, (row.name, "elsewhere"): state.elsewhere,
                      (row.name, "rejected"): sum(state.rejected.values())}
        return found

    metrics.gauge("wirelane_geo_feed_age_seconds", "Time since the last good answer of each feed.",
                  lambda: {row.name: row.age_s for row in _told(feeds) if row.age_s is not None}, "feed")
    metrics.gauge("wirelane_geo_feed_health", "Each feed and how it is: good, late, failing, held, silent or new.",
                  lambda: {(row.name, str(row.health)): 1.0 for row in _told(feeds)}, ("feed", "health"))
    metrics.gauge("wirelane_geo_feed_entries", "What each feed has: points, statuses, unmatched, elsewhere, rejected.", counts,
                  ("feed", "what"))
