"""Who is signed in, in this visitor's own session on the server and nowhere else.

The password and the token are in the client, the client is in `st.session_state`; signing out closes it and empties that.
Both end with the session: when the page is closed or loaded anew.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import (
    ApiError,
    ApiForbidden,
    ApiNotFound,
    ApiRefused,
    ApiUnauthorized,
    TooManyAttempts,
    WirelaneGeoError,
)
from wirelane_geo.operator.sign_in import NOT_THE_PERSONS
from wirelane_geo.ui.page_setup import LANG
from wirelane_geo.ui.text import Texts

Session = MutableMapping[Any, Any]

ACCOUNT, SAID = "operator-account", "operator-said"


@dataclass(frozen=True)
class Account:
    """A person who is signed in, the organization, and the client that asks in this person's name."""

    username: str
    organization: str
    client: WirelaneClient = field(repr=False)


def signed_in(session: Session) -> Account | None:
    """Who is signed in here."""
    account: Account | None = session.get(ACCOUNT)
    return account


def forget(session: Session, said: str) -> None:
    """Sign out: close the client, drop everything in the session but the language; `said` is shown next."""
    account = signed_in(session)
    for key in list(session):
        if key != LANG:
            del session[key]
    session[SAID] = said
    if account:
        account.client.close()


def words(error: WirelaneGeoError, texts: Texts, organization: str) -> str:
    """What went wrong, plainly."""
    if isinstance(error, ApiUnauthorized):
        return texts("operator.expired")
    if isinstance(error, ApiForbidden):
        return texts("operator.no_scope", organization=organization, reason=error.error_message or error.status)
    if isinstance(error, ApiNotFound):
        return texts("operator.missing")
    if isinstance(error, ApiRefused) and error.status < 500 and error.status != 429:
        return texts("operator.refused", reason=error.error_message or error)
    return texts("operator.down", reason=error) if isinstance(error, ApiError) else str(error)


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
        return texts("operator.wrong") + (f" ({error.error_message})" if error.error_message else "")
    if isinstance(error, TooManyAttempts):
        return texts("operator.too_often", seconds=texts.number(error.seconds))
    return words(error, texts, organization)
