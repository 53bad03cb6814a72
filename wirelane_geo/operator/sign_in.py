"""Who signs in with a Wirelane account: a client in that person's name, to the account's own upstream or to the embedded network,
and the sign-ins of this installation."""

import time
from dataclasses import dataclass, field, replace
from functools import cache

from wirelane_geo.api import Hosts, WirelaneClient
from wirelane_geo.errors import ApiForbidden, ApiUnauthorized
from wirelane_geo.installation import Installation, installation
from wirelane_geo.server import NO_USER
from wirelane_geo.server.client import embedded_client
from wirelane_geo.web.sealed_sign_ins import SealedSignIns
from wirelane_geo.web.sign_ins import SignIns

NOT_THE_PERSONS = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
                             "invalid_request"})
"""OAuth's words for a refused token that say nothing of user name and password."""


@dataclass(frozen=True)
class Account:
    """A person who is signed in, the organization, the client that asks in this person's name, and what it signs in with."""

    username: str
    organization: str
    client: WirelaneClient = field(repr=False)
    password: str = field(repr=False)


@cache
def sign_ins() -> SignIns[Account]:
    """Everybody who is signed in, to whichever process of this installation."""
    here = installation()

    def unpack(words: dict[str, str]) -> Account:
        username, password = words["username"], words["password"]
        return Account(username, words["organization"], _client(here, username, password), password)

    return SignIns(here.settings.idle_minutes * 60, lambda account: account.client.close(), time.time,
                   SealedSignIns(here.records, _pack, unpack))


def _pack(account: Account) -> dict[str, str]:
    return {"username": account.username, "organization": account.organization, "password": account.password}


def sign_in(here: Installation, username: str, password: str, address: str | None = None) -> WirelaneClient:
    """A client with the password grant of this person, who asks from an address (None: this machine), tried with one
    request. The caller closes it.

    Raises ApiUnauthorized for wrong credentials, TooManyAttempts after too many of them, ApiForbidden where the account may
    not use the organization's operations, another ApiError where the upstream doesn't answer.
    """
    attempt = here.attempts.begin(username, address)
    client = _client(here, username, password)
    try:
        client.points(page=1, page_size=1)
    except BaseException as error:
        client.close()
        if isinstance(error, ApiForbidden):
            attempt.right()
        elif not isinstance(error, ApiUnauthorized) or error.error_code in NOT_THE_PERSONS:
            attempt.void()
        raise
    attempt.right()
    return client


def reason_beside(error: ApiUnauthorized) -> str | None:
    """What the token endpoint says of a name and a password that are not right, where that is more than just this."""
    return None if error.error_message == NO_USER else error.error_message


def _client(here: Installation, username: str, password: str) -> WirelaneClient:
    if not here.settings.embedded:
        return WirelaneClient.from_settings(replace(here.settings, username=username, password=password))
    return embedded_client(here.store, here.credentials, username, password, _hosts(), here.settings.dialect, here.lists)


@cache
def _hosts() -> Hosts:
    """Shared by all who sign in to the embedded network."""
    return Hosts()
