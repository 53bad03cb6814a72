"""What goes wrong, as the contract answers it: an HttpError body, whoever noticed."""

import logging
from collections.abc import Mapping

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from wirelane_geo.errors import AlreadyThere, BadInput, StoreBusy, StoreError

logger = logging.getLogger(__name__)

_FRAMEWORK = {
    404: ("not_found", "There is no such resource."),
    405: ("method_not_allowed", "This resource does not know that method."),
}


class HttpError(msgspec.Struct, frozen=True):
    """The contract's body of every error."""

    error_code: str
    error_message: str


class Refusal(Exception):
    """A request is not carried out: HTTP status, a code for programs, a sentence for people."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The answer that says so."""
        return _response(self.status, self.code, self.message, self.headers)


def bad_parameter(name: str, value: str, expected: str) -> Refusal:
    """400: a parameter is not what it should be."""
    shown = value if len(value) <= 80 else value[:80] + "…"
    return Refusal(400, "invalid_parameter", f"{name}: {shown!r} can't be used, expected {expected}.")


def install(api: FastAPI) -> None:
    """Have every error of an application answered with an HttpError body."""
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(AlreadyThere, _already_there)
    api.add_exception_handler(BadInput, _bad_input)
    api.add_exception_handler(RequestValidationError, _bad_input)
    api.add_exception_handler(StoreBusy, _busy)
    api.add_exception_handler(StoreError, _failed)
    api.add_exception_handler(HTTPException, _framework)
    api.add_exception_handler(Exception, _failed)


def _response(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    body = msgspec.json.encode(HttpError(code, message))
    return Response(body, status, headers=dict(headers or {}), media_type="application/json")


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for nothing else
    return error.response()


async def _already_there(_: Request, error: Exception) -> Response:
    return _response(400, "already_exists", str(error))


async def _bad_input(_: Request, error: Exception) -> Response:
    return _response(400, "bad_request", str(error))


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    code, message = _FRAMEWORK.get(error.status_code, ("bad_request", str(error.detail)))
    headers = {"Allow": _methods(request)} if error.status_code == 405 else error.headers
    return _response(error.status_code, code, message, headers)


def _methods(request: Request) -> str:
    """All methods of a path; Starlette tells those of its first route only."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    here = [route.methods or set() for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted(set().union(*here)))


async def _busy(request: Request, error: Exception) -> Response:
    logger.warning("%s %s was not done: %s", request.method, request.url.path, error)
    return _response(503, "busy", "The service is busy. Try again.", {"Retry-After": "5"})


async def _failed(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _response(500, "internal_error", "The service could not do this. The reason is in its log.")
