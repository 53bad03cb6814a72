"""The handles of an account's points. No store knows them: each is made from network and id when the point is seen."""

from collections.abc import Callable, Collection, Iterable, Mapping

from wirelane_geo.model import ChargePoint, Handle, PointId
from wirelane_geo.model.identity import free_handle, handle_of

Ids = Mapping[Handle, PointId]


class PointHandles:
    """`held` says which points have some handles now. Of two points with one handle the second gets its next one, for as long as
    this process runs; so neither is taken for the other. Callers see to it that one thread at a time calls `by_handle`."""

    def __init__(self, network: str, held: Callable[[Collection[Handle]], Ids]) -> None:
        self._network, self._contents = network, held
        self._moved: dict[PointId, Handle] = {}

    def of(self, point_id: PointId) -> Handle:
        """The handle of a point, whether it is held or not."""
        return self._moved[point_id] if point_id in self._moved else handle_of(self._network, point_id)

    def by_handle(self, points: Iterable[ChargePoint]) -> dict[Handle, ChargePoint]:
        """Points by handle, those without an id left out; of several with one id, the last."""
        named = {point.id: point for point in points if point.id}
        handles = [self.of(point_id) for point_id in named]
        ids: dict[Handle, PointId] = dict(self._contents(set(handles)))
        for point_id, handle in zip(named, handles, strict=True):
            if ids.setdefault(handle, point_id) != point_id:
                self._moved[point_id] = free_handle(self._network, point_id, ids)
                ids[self._moved[point_id]] = point_id
        return {self.of(point_id) if self._moved else handle: point
                for (point_id, point), handle in zip(named.items(), handles, strict=True)}
