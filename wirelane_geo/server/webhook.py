"""`POST /webhooks/wirelane`: the platform tells what changed. Answered at once; looked at behind."""

from collections.abc import Iterator

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.errors import StoreError
from wirelane_geo.live.metrics import Metrics
from wirelane_geo.live.webhook import LARGEST_BODY, NotTaken, Webhook
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._tokens import read_body

PATH = "/webhooks/wirelane"
HEADERS = ("x-wirelane-secret", "x-webhook-secret")
"""Where the secret may be given, beside `Authorization: Bearer` and the path's last part."""


def webhook_routes(webhook: Webhook, metrics: Metrics) -> list[BaseRoute]:
    """The webhook, the secret in a header or as the last part of the path. Who doesn't know it learns nothing."""

    async def receive(request: Request) -> Response:
        """An EventLog: 200 for one that is new or came before, 400 for what is no JSON object, 408 and 413 for what comes too
        slowly and too much of it, 422 for one that this network can make nothing of, 503 where the store can't be read now."""
        in_path = request.path_params.get("secret")
        if not any(webhook.admits(given) for given in _given(request)):
            metrics.webhook("refused")
            return Response(status_code=401 if in_path is None else 404)
        try:
            body = await read_body(request, LARGEST_BODY)
        except Refusal as refusal:
            metrics.webhook("unreadable")
            return JSONResponse({"error": refusal.message}, refusal.status, refusal.headers)
        try:
            outcome = await to_thread.run_sync(webhook.take, body)
        except NotTaken as reason:
            metrics.webhook("not_taken")
            return JSONResponse({"error": str(reason)}, 422)
        except StoreError as error:
            return JSONResponse({"error": str(error)}, 503)
        metrics.webhook(outcome)
        if outcome == "unreadable":
            return JSONResponse({"error": "the body has to be an EventLog, a JSON object"}, 400)
        return JSONResponse({"result": outcome})

    return [Route(PATH, receive, methods=["POST"]), Route(f"{PATH}/{{secret}}", receive, methods=["POST"])]


def _given(request: Request) -> Iterator[str]:
    """Everything that may be the secret."""
    yield request.path_params.get("secret", "")
    for name in HEADERS:
        yield request.headers.get(name, "")
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    yield value.strip() if kind.lower() == "bearer" else ""
