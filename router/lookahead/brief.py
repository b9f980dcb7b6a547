"""What a solver's process is given: it has neither ledger nor view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from allocation.order import Order
from allocation.policy import Policy
from allocation.prices.forecast import Forecast


@dataclass(frozen=True, slots=True, eq=False)
class Brief:
    """One solve. `network` is the part that the orders ask for, as `to_json` writes
    it."""

    network: bytes
    orders: tuple[tuple[Order, Policy], ...]
    """In order of time, each under the policy that it would meet now."""
    skus: tuple[str, ...]
    stock: NDArray[np.int64]
    """(skus, node numbers) available units."""
    expected: float
    """Orders to come."""
    now: datetime
    node_by_number: Mapping[int, str]
    forecast: Forecast | None = None
    """Where `expected` is from and what it is good for; None: all of the prices."""
    is_hurried: bool = True
    """Whether no further future is begun once their time is over. If not, the same
    brief has the same prices on every machine."""
