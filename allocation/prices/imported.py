"""A forecast that somebody else made, and what was known of it when.

The same hour is forecast again and again, and the later the better. Each word is kept
with the hour in which it was said, so that a forecast is judged by what it said before
and never by what it says of the past.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from allocation.prices.volume import WEEK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BELIEVED_ORDERS = 30
"""The forecast is believed as if so many orders had come as it said: with few orders
observed beside it, what came is chance."""
FACTOR_MAX = 4.0
"""Of what is observed more or less than forecast. Beyond it the two do not speak of the
same shop."""


class Said(NamedTuple):
    """Orders that an hour was expected to have, and the hour in which that was said."""

    hour: int
    known: int
    orders: float


class Imported:
    """Hours since 1970, each with all that was said of it."""

    def __init__(self, said: Iterable[Said] = ()) -> None:
        self._of_hour: dict[int, tuple[list[int], list[float]]] = {}
        for each in sorted(said):
            known, orders = self._of_hour.setdefault(each.hour, ([], []))
            known.append(each.known)
            orders.append(each.orders)

    def __len__(self) -> int:
        """Hours of which anything was said."""
        return len(self._of_hour)

    def hour(self, hour: int, before: int | None = None) -> float | None:
        """The last word on an hour; None where there was none.

        Args:
            before: what was said in this hour and later is not known.
        """
        known, orders = self._of_hour.get(hour, ((), ()))
        at = len(known) if before is None else bisect_left(known, before)
        return orders[at - 1] if at else None

    def before(self, hour: int) -> Imported:
        """What was known when an hour began."""
        return Imported(
            Said(at, said, orders)
            for at, words in self._of_hour.items()
            for said, orders in zip(*words, strict=True)
            if said < hour
        )

    def covered(self, first: int, ahead: int) -> int:
        """Of so many hours, those of which something was said."""
        return sum(at in self._of_hour for at in range(first, first + ahead))

    def orders(self, first: int, ahead: int, before: int | None = None) -> float | None:
        """Orders of so many hours; None where one of them is missing."""
        total = 0.0
        for hour in range(first, first + ahead):
            said = self.hour(hour, before)
            if said is None:
                return None
            total += said
        return total

    def factor(self, by_hour: Mapping[int, int], hour: int) -> float:
        """What came in the week before an hour, for each order that was forecast there
        before its hour began: what the forecast is to be multiplied by.

        The mean of a rate that is Gamma distributed around 1 with the weight of
        `BELIEVED_ORDERS`, after the orders that came; within bounds.
        """
        forecast = observed = float(BELIEVED_ORDERS)
        for at in range(hour - WEEK, hour):
            said = self.hour(at, at)
            if said is not None:
                forecast += said
                observed += by_hour.get(at, 0)
        return min(FACTOR_MAX, max(1 / FACTOR_MAX, observed / forecast))
