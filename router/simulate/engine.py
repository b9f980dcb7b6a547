"""All orders in their order through every policy, each policy on its own stock."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allocation.policy import Policy
from inventory.instants import EPOCH
from router.simulate.arm import Arm
from router.simulate.clock import VirtualClock
from router.simulate.foresight import Ahead, Foresight, MadeList
from router.simulate.orders import Setting, SimulatedOrder, StockChange, in_order
from router.simulate.outcome import Outcome

if TYPE_CHECKING:
    from allocation.solvers.instance import Frontier, Instance

SLICE_SECONDS = 0.05
"""Work between two reports of progress, at each of which others may use the loop."""

Event = tuple[datetime, SimulatedOrder | StockChange]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: orders, and seconds as a clock on the wall counts them."""

    done: int
    total: int
    orders_per_second: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """The outcomes of every policy, by its name: one an order, in order of time."""

    orders: tuple[SimulatedOrder, ...]
    outcomes: Mapping[str, tuple[Outcome, ...]]
    lists: tuple[MadeList, ...] = ()
    """Price lists that were made."""


async def run(
    setting: Setting,
    orders: Iterable[SimulatedOrder],
    policies: Mapping[str, Policy],
    *,
    ahead: Ahead | None = None,
) -> AsyncGenerator[Progress | Runs, None]:
    """Progress at once and again each 50 ms, then the outcomes.

    Args:
        ahead: that one of the policies decides with prices.

    Raises:
        InvalidField: an order's id is used twice, or there are too many.
        SolverDied: prices could not be made.
    """
    given = in_order(orders)
    yield Progress(0, len(given))
    events = _events(given, setting.changes)
    clock = VirtualClock(events[0][0] if events else EPOCH)
    answers: list[tuple[Instance, Frontier]] = []
    arms = {
        name: Arm(policy, setting, clock, answers=answers)
        for name, policy in policies.items()
    }
    outcomes: dict[str, list[Outcome]] = {name: [] for name in arms}
    foresight = _foresight(ahead, arms, given)
    started = told = time.monotonic()
    done = 0
    for number, (at, event) in enumerate(events):
        clock.move_to(at)
        answers.clear()
        if foresight is not None and isinstance(event, SimulatedOrder):
            async with aclosing(foresight.look(clock())) as signs:
                async for _ in signs:
                    yield _progress(done, len(given), time.monotonic() - started)
        await _happen(event, number, arms, outcomes)
        done += isinstance(event, SimulatedOrder)
        if foresight is not None and isinstance(event, SimulatedOrder):
            foresight.note(event, outcomes)
        if time.monotonic() - told >= SLICE_SECONDS:
            await asyncio.sleep(0)
            told = time.monotonic()
            yield _progress(done, len(given), told - started)
    yield _progress(done, len(given), time.monotonic() - started)
    answered = {name: tuple(each) for name, each in outcomes.items()}
    yield Runs(tuple(given), answered, tuple(foresight.made) if foresight else ())


async def _happen(
    event: SimulatedOrder | StockChange,
    number: int,
    arms: Mapping[str, Arm],
    outcomes: Mapping[str, list[Outcome]],
) -> None:
    """Let every policy meet an event."""
    first: Outcome | None = None
    for name, arm in arms.items():
        await arm.stock.sweep()
        if isinstance(event, StockChange):
            await arm.restock(event, number)
            continue
        outcome = await arm.route(event)
        # Most orders come out alike: one value of many policies is kept.
        first = outcome if first is None or outcome != first else first
        outcomes[name].append(first)


def _foresight(
    ahead: Ahead | None, arms: Mapping[str, Arm], orders: Sequence[SimulatedOrder]
) -> Foresight | None:
    if ahead is None:
        return None
    return Foresight(ahead, arms[ahead.policy], [order.at for order in orders])


def _events(
    orders: Sequence[SimulatedOrder], changes: Sequence[StockChange]
) -> list[Event]:
    """By time; what was delivered at the instant of an order is there for it."""
    found: list[Event] = [(change.at, change) for change in changes]
    found += [(order.at, order) for order in orders]
    return sorted(found, key=lambda event: event[0])


def _progress(done: int, total: int, seconds: float) -> Progress:
    rate = done / seconds if seconds > 0 else 0.0
    return Progress(done, total, rate, (total - done) / rate if rate else None)
