"""What a policy believes of the orders to come.

A forecast is asked at each re-solve, with the arrivals so far and how many periods are
left, and answers the expected number of each order. None of them sees what will come,
except `knowing`, which shows how far prices alone can go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from allocation.solvers.instance import Integers
    from benchmarks.experiments.network import Reals, Setting


class Forecast(Protocol):
    """Expected number of each order in the periods that are left."""

    def expected(self, seen: Integers, left: int) -> Reals:
        """`seen` are the order numbers that have arrived, in their order."""

    def future(self, seen: Integers, left: int, rng: Generator) -> Reals:
        """How many of each order may come: one draw."""


def _drawn(expected: Reals, rng: Generator) -> Reals:
    """Counts of each order, as many in all as are expected."""
    total = float(expected.sum())
    if total <= 0:
        return expected
    return rng.multinomial(round(total), expected / total).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Fixed rates, true or not; `volume` multiplies how many are expected."""

    rates: Reals
    volume: float = 1.0

    def expected(self, seen: Integers, left: int) -> Reals:
        """The rates, whatever has arrived."""
        return self.rates * (left * self.volume)

    def future(self, seen: Integers, left: int, rng: Generator) -> Reals:
        """A draw from what is expected."""
        return _drawn(self.expected(seen, left), rng)


@dataclass(frozen=True, slots=True, eq=False)
class Knowing:
    """Knows the very numbers that will come: a ceiling for prices, no policy."""

    drawn: Integers
    orders: int

    def expected(self, seen: Integers, left: int) -> Reals:
        """The orders that will really come."""
        rest = self.drawn[seen.size :]
        return np.bincount(rest, minlength=self.orders).astype(np.float64)

    def future(self, seen: Integers, left: int, rng: Generator) -> Reals:
        """There is one future."""
        return self.expected(seen, left)


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """Rates from the stream alone, without any history.

    What is asked for and where it goes are counted apart and multiplied: the two need
    far fewer orders to be known than each pair does. Before the first order everything
    is equally likely. A future is drawn from what the rates may be after what was seen,
    so that early prices know how little is known.
    """

    kinds: int
    regions: int

    def expected(self, seen: Integers, left: int) -> Reals:
        """Shrunk frequencies of what has arrived."""
        kind, region = self._counted(seen)
        product = np.outer(kind / kind.sum(), region / region.sum())
        return np.asarray(product.ravel() * left)

    def future(self, seen: Integers, left: int, rng: Generator) -> Reals:
        """Rates from their posterior, counts from the rates."""
        kind, region = (rng.dirichlet(each) for each in self._counted(seen))
        drawn = rng.multinomial(left, np.outer(kind, region).ravel())
        return drawn.astype(np.float64)

    def _counted(self, seen: Integers) -> tuple[Reals, Reals]:
        """How often each type and each region came, and once more."""
        pairs = np.bincount(seen, minlength=self.kinds * self.regions)
        pairs = pairs.reshape(self.kinds, self.regions)
        return pairs.sum(axis=1) + 1.0, pairs.sum(axis=0) + 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """A forecast whose volume is corrected by the volume that is observed.

    The believed volume counts for `certainty` orders, as a gamma prior of the arrival
    rate: after as many real ones, half of its error is gone.
    """

    believed: Rates
    periods: int
    certainty: float = 25.0

    def expected(self, seen: Integers, left: int) -> Reals:
        """The mix as believed, the volume by the posterior mean."""
        past = (self.periods - left) / self.periods
        prior = self.certainty / (self.periods * self.believed.volume)
        rate = (self.certainty + seen.size) / (prior + past)
        return self.believed.rates * (rate * (1.0 - past))

    def future(self, seen: Integers, left: int, rng: Generator) -> Reals:
        """A draw from what is expected."""
        return _drawn(self.expected(seen, left), rng)


def true_rates(setting: Setting) -> Reals:
    """The rates that arrivals are drawn with."""
    flat = setting.rates.ravel()
    return np.asarray(flat / flat.sum())


def noisy(rates: Reals, sigma: float, rng: Generator) -> Reals:
    """Rates with lognormal noise on each, of the same sum."""
    wrong = rates * np.exp(sigma * rng.standard_normal(rates.size))
    return np.asarray(wrong / wrong.sum())
