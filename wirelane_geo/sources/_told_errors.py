"""Why an upstream could not be asked, as one process tells it to the others: they say the same, and don't ask for themselves."""

import msgspec

from wirelane_geo.errors import ApiError, ApiPaused, ApiRefused, ApiUnreachable, StoreError, WirelaneGeoError


class ToldError(msgspec.Struct, omit_defaults=True):
    """kind: which error it is, as far as callers tell them apart; text: its sentence, in which nothing is secret."""

    kind: str
    text: str
    request: str = ""
    status: int = 0


def told_error(error: WirelaneGeoError) -> ToldError:
    """What is told of an error."""
    if isinstance(error, ApiPaused) and error.cause is not None:
        told = told_error(error.cause)
        return ToldError(told.kind, str(error), error.request, told.status)
    if isinstance(error, ApiRefused):
        return ToldError("refused", str(error), error.request, error.status)
    if isinstance(error, ApiError):
        return ToldError("unreachable" if isinstance(error, ApiUnreachable) else "api", str(error), error.request)
    return ToldError("store" if isinstance(error, StoreError) else "other", str(error))


def error_of(told: ToldError) -> WirelaneGeoError:
    """The error that was told."""
    if told.kind == "refused":
        return ApiRefused(told.text, request=told.request, status=told.status)
    if told.kind in ("unreachable", "api"):
        return (ApiUnreachable if told.kind == "unreachable" else ApiError)(told.text, request=told.request)
    return (StoreError if told.kind == "store" else WirelaneGeoError)(told.text)
