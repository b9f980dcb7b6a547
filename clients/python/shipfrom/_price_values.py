"""Opportunity prices of stock as values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shipfrom._forecast_values import Forecast
from shipfrom._money import Money


@dataclass(frozen=True, slots=True)
class CellPrice:
    """What one more unit of a SKU at a node is worth to orders expected: as it was
    made, and what of it counts now. Nobody pays it."""

    sku: str
    node_id: str
    price: Money
    counted: Money


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices that were made at one moment from recent orders and the stock of then.

    They count in full until `fresh_until` and not at all from `faded_at`; `share_bps`
    is the share that counts now. `version` is empty for a list that is not in force.
    `bound` is what serving the orders of the `horizon` costs at least, `verdict` what
    serving the recent orders again with these prices came to, `forecast` how many
    orders it was made for.
    """

    version: str
    made_at: datetime
    fresh_until: datetime
    faded_at: datetime
    share_bps: int
    horizon: timedelta
    orders: int
    futures: int
    bound: Money
    cells: int
    verdict: str
    dearest: tuple[CellPrice, ...]
    forecast: Forecast | None = None
