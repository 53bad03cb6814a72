"""What the platform tells a callback of ours."""

from datetime import datetime

from wirelane_geo.model._privacy import Record


class EventLog(Record, kw_only=True, frozen=True, omit_defaults=True):
    """An organization event, the body of the webhook.

    `action` happened to the resource (`resource_type`, `resource_id`) at `event_date`, an aware datetime, by the actor.
    `data` and `core_data` are texts, the resource as JSON where the platform writes it there; the contract says no more.
    They can hold all of an account, so they are not shown; neither is the id, which can be an account's.
    """

    PERSONAL = frozenset({"resource_id", "resource_owner", "actor_id", "data", "core_data"})

    id: str | None = None
    tenant: str | None = None
    resource_id: str | None = None
    resource_type: str | None = None
    resource_owner: str | None = None
    correlation_id: str | None = None
    action: str | None = None
    source: str | None = None
    actor_tenant: str | None = None
    actor_type: str | None = None
    actor_id: str | None = None
    event_date: datetime | None = None
    event_name: str | None = None
    data: str | None = None
    core_data: str | None = None
