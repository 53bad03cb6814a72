"""Who is signed in on this page: whose cookie came with its websocket, asked at each run.

The password and the token are in the client, the client is with the sign-ins of this process (`web.sign_ins`). What a page
keeps in `st.session_state` is of one sign-in, and goes with it.
"""

from collections.abc import MutableMapping
from typing import Any

from wirelane_geo.errors import (
    ApiError,
    ApiForbidden,
    ApiNotFound,
    ApiRefused,
    ApiUnauthorized,
    TooManyAttempts,
    WirelaneGeoError,
)
from wirelane_geo.operator.sign_in import NOT_THE_PERSONS, Account, reason_beside, sign_ins
from wirelane_geo.ui.page_setup import LANG
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.trouble import in_words

Session = MutableMapping[Any, Any]

OF, SAID = "operator-of", "operator-said"
"""The digest of the sign-in that the rest of the session is of; what is said beside the form to sign in."""


def signed_in(session: Session, key: str | None, ended: str) -> Account | None:
    """Whose page this is by the digest that came with it, None: nobody's. What it kept for anybody else is dropped, and
    `ended` said next."""
    account = sign_ins().find(key)
    if session.get(OF, key) != key or (OF in session and account is None):
        drop(session, ended)
    if account is not None:
        session[OF] = key
    return account


def drop(session: Session, said: str) -> None:
    """Drop everything in the session but the language; `said` is shown next."""
    for name in list(session):
        if name != LANG:
            del session[name]
    session[SAID] = said


def forget(session: Session, said: str) -> None:
    """Sign out, on all pages of this browser; `said` is shown next."""
    sign_ins().end(session.get(OF))
    drop(session, said)


def words(error: WirelaneGeoError, texts: Texts, organization: str) -> str:
    """What went wrong, plainly."""
    if isinstance(error, ApiUnauthorized):
        return texts("operator.expired")
    if isinstance(error, ApiForbidden):
        return texts("operator.no_scope", organization=organization, reason=error.error_message or error.status)
    if isinstance(error, ApiNotFound):
        return texts("operator.missing")
    if isinstance(error, ApiRefused) and error.status < 500 and error.status != 429:
        return texts("operator.refused", reason=error.error_message or in_words(error, texts))
    said = in_words(error, texts)
    return texts("operator.down", reason=said) if isinstance(error, ApiError) else said


def refusal(error: WirelaneGeoError, texts: Texts, organization: str) -> str:
    """Why nobody could be signed in, with what the token endpoint says of it."""
    if isinstance(error, ApiUnauthorized):
        reason = error.error_message or error.error_code or error.status
        if error.error_code == "invalid_scope":
            return texts("operator.no_scope", organization=organization, reason=reason)
        if error.error_code == "invalid_client":
            return texts("operator.wrong_client", reason=reason)
        if error.error_code in NOT_THE_PERSONS:
            return texts("operator.no_token", reason=reason)
        said = reason_beside(error)
        return texts("operator.wrong") + (f" ({said})" if said else "")
    if isinstance(error, TooManyAttempts):
        return texts("operator.too_often", seconds=texts.number(error.seconds))
    return words(error, texts, organization)
