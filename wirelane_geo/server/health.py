"""What whoever runs this asks it: is it alive, is its data fresh, what do its meters say."""

from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.live import Live, LiveStatus
from wirelane_geo.live.metrics import CONTENT_TYPE


def health_routes(live: Live, sessions: Callable[[], float], unwritable: Callable[[], str | None]) -> list[BaseRoute]:
    """`/healthz`, `/readyz` and `/metrics`, for anybody who can reach them: there is nothing secret in them.

    `sessions` counts the open pages; `unwritable`: why nothing can be written to the data directory, None where it can.
    """
    live.metrics.gauge("wirelane_geo_sessions", "Open pages.", sessions)

    own = CapacityLimiter(1)

    async def healthz(_: Request) -> Response:
        """200: the process answers and its refresher runs. 503: it should be started anew. `Server-Time`: seconds since 1970."""
        clock = {"Server-Time": f"{live.now().timestamp():.3f}"}
        return PlainTextResponse("ok", 200, clock) if live.alive else PlainTextResponse("the refresher has ended", 503, clock)

    async def readyz(_: Request) -> Response:
        """200: the data is fresh enough to be shown, and can be written. 503: it isn't; the reason is in the body."""
        status = live.status()
        reason = _why_not(status, await to_thread.run_sync(unwritable, limiter=own))
        body = {"ready": reason is None, "reason": reason, "problem": status.problem, "cause": status.cause,
                "age_s": round(status.age_s, 3),
                "fetched_at": status.fetched_at.isoformat() if status.fetched_at else None, "number": status.number,
                "mode": status.mode, "refresh_s": status.refresh_seconds}
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
