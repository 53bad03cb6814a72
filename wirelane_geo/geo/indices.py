"""Where a point is within the arrays of one table: three kinds of numbers, each array type with a name of its own."""

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
"""Where points are in one `PointTable`, in quadkey order; good for as long as one snapshot."""

Rows = npt.NDArray[np.int64]
"""Where points were in the arrays that `PointTable.from_arrays` was given."""

MatchNumbers = npt.NDArray[np.int64]
"""Where points are among those of a table that meet a filter, in quadkey order."""
