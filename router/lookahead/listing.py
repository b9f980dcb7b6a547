"""From what a solve found to a list as it is stored, and from that to one in use."""

from datetime import timedelta

from allocation.prices.forecast import from_text, to_text
from allocation.prices.outlook import Foreseen
from allocation.prices.published import PriceList
from allocation.prices.stored import Prices, from_bytes, priced_part, to_bytes
from inventory.instants import instant, microseconds
from inventory.prices.lists import StoredPrices
from router.lookahead.brief import Brief
from router.lookahead.briefing import HORIZON

PREFIX = "prices-"
FRESH_LEAST = timedelta(minutes=15)
FRESH_TIMES = 3
"""A list is fresh until the third solve after it has failed."""
FADES_TIMES = 3
"""And fades over three times as long."""


def stored_of(brief: Brief, found: Foreseen, every: timedelta) -> StoredPrices:
    """The row that a solve makes."""
    priced = found.price_minor > 0
    prices: Prices = priced_part(found.price_minor, brief.skus, brief.node_by_number)
    fresh = max(FRESH_LEAST, FRESH_TIMES * every)
    return StoredPrices(
        made_at_us=microseconds(brief.now),
        fresh_s=int(fresh.total_seconds()),
        fades_s=int((FADES_TIMES * fresh).total_seconds()),
        horizon_s=int(HORIZON.total_seconds()),
        orders=found.orders,
        futures=found.futures,
        bound_minor=found.bound_minor,
        cells=int(priced.sum()),
        units=int(brief.stock[priced].sum()),
        verdict=found.verdict,
        forecast="" if brief.forecast is None else to_text(brief.forecast),
        body=to_bytes(prices),
    )


def listed_of(stored: StoredPrices) -> PriceList:
    """The list that a row of the ledger holds."""
    prices = from_bytes(stored.body)
    return PriceList(
        version=f"{PREFIX}{stored.version}",
        made_at=instant(stored.made_at_us),
        fresh_for=timedelta(seconds=stored.fresh_s),
        fades_over=timedelta(seconds=stored.fades_s),
        horizon=timedelta(seconds=stored.horizon_s),
        futures=stored.futures,
        bound_minor=stored.bound_minor,
        price_minor=prices.price_minor,
        skus=prices.skus,
        node_ids=prices.node_ids,
        orders=stored.orders,
        units=stored.units,
        verdict=stored.verdict,
        forecast=from_text(stored.forecast),
    )
