"""What a reader of stock gets."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StockReading:
    """Available units of some SKUs at all nodes, at one moment.

    `available` has shape (len(skus), nodes): int64, column = node number; nodes beyond
    the width have none. `degraded` says that the figures come from behind a fault,
    `is_fresh` that they are those which decide, and no view's that may lag.
    """

    skus: tuple[str, ...]
    available: NDArray[np.int64]
    as_of: datetime
    degraded: bool = False
    is_fresh: bool = False
