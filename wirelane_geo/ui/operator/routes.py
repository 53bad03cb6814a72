"""What an operator's page asks for beside Streamlit, which can't write cookies that no script reads."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.operator.sign_in import Account
from wirelane_geo.web.sign_ins import SignIns, give, key_of, take_back

TICKET = "X-Wirelane-Geo-Ticket"
"""A header of our own: a page of another site can't send it without asking first, and is told no."""


def sign_in_routes(sign_ins: SignIns[Account]) -> list[BaseRoute]:
    """`operator/session`: GET tells {"seconds": until this browser is signed out by itself; 0: nobody is signed in}.
    POST with a ticket signs in, and out who was before; without one it says that somebody is at the keys."""

    def session(request: Request) -> Response:
        if request.method == "POST" and (ticket := request.headers.get(TICKET)):
            return begun(request, ticket)
        key = key_of(request.scope)
        if request.method == "POST":
            sign_ins.find(key)
        seconds = sign_ins.left(key)
        response = _answer({"seconds": seconds})
        if not seconds and key:
            take_back(response, request.scope)
        return response

    def begun(request: Request, ticket: str) -> Response:
        secret = sign_ins.begin(ticket)
        if secret is None:
            return _answer({"error": "This ticket is not good any more. Sign in again."}, 403)
        sign_ins.end(key_of(request.scope))
        response = _answer({"seconds": sign_ins.idle})
        give(response, request.scope, secret)
        return response

    return [Route("/operator/session", session, methods=["GET", "POST"])]


def _answer(content: dict[str, object], status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})
