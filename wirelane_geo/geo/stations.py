"""Which points of a table make up each station."""

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.intp]


class StationIndex:
    """From station numbers (0..n-1, one per position of a table) to the positions of each station."""

    def __init__(self, station: npt.NDArray[np.integer]) -> None:
        self._positions: Positions = np.argsort(station, kind="stable")
        self._offsets = np.concatenate([[0], np.cumsum(np.bincount(station))])

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def positions(self, stations: npt.NDArray[np.integer]) -> tuple[Positions, Positions]:
        """The positions of these stations' points, station after station, and where each station starts in them."""
        begin = self._offsets[stations]
        lengths = self._offsets[stations + 1] - begin
        starts = np.cumsum(lengths) - lengths
        inside = np.arange(lengths.sum(), dtype=np.intp) + np.repeat(begin - starts, lengths)
        return self._positions[inside], starts
