"""What the live core needs of a source of points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wirelane_geo.live.interface import Mode
from wirelane_geo.live.observation import Identity, Publish
from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.model import Handle, Handles, PointId


@dataclass(frozen=True)
class RefreshResult:
    """A source answered: when it was asked, and how; up to when what it says is known to be true, None where it has
    nothing; ago: how many seconds ago the answer came, where it isn't one to a question of now."""

    asked_at: datetime
    mode: Mode
    true_at: datetime | None
    ago: float = 0.0


class LiveSource(Protocol):
    """A source of points whose changes can be followed. Everything may raise ApiError and StoreError."""

    def follow(self, publish: Publish) -> None:
        """From now on have everything that is seen published before it is shown."""

    def pace(self, refresh_seconds: float) -> float:
        """Seconds between two refreshes."""

    def hear(self, woken: Callable[[], object]) -> Callable[[], None]:
        """Have `woken` called, in another thread, when a refresh would find something sooner than at its pace; what is returned
        ends that."""

    def refresh(self) -> RefreshResult:
        """Find out what changed where somebody looks, and publish it."""

    def publish_again(self) -> None:
        """Publish all that is shown once more, for who knows less of it than was published."""

    def refusal(self, update: WebhookUpdate) -> str | None:
        """Why nothing can be made of what a webhook said; None where something can."""

    def apply_update(self, update: WebhookUpdate) -> None:
        """Look up what a webhook said, and publish what is new."""

    @property
    def network(self) -> str:
        """The id of the network, the same in every process and on every machine: handles are made from it."""

    @property
    def demo(self) -> bool:
        """Whether its points are made up; known once it has been asked."""

    def renumbered(self, handles: Handles) -> Handles:
        """What the handles are now that were given to points before they were made from network and id; NO_HANDLE where that
        isn't known."""

    def identify(self, handles: Sequence[Handle]) -> Sequence[Identity | None]:
        """Who handles are, None for those that are gone or not at hand."""

    def places(self, point_ids: Sequence[PointId]) -> dict[PointId, tuple[Handle, int]]:
        """Handle and quadkey of the points with these ids, without those that have no position or aren't at hand."""
