"""What would another policy have done? The one place that asks the simulation.

It runs in a thread with an event loop of its own: calls of customers wait for no slice
of it. One runs at a time in a router.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from allocation.policy import Policy
from allocation.rules.book import policy_in_force
from allocation.rules.document import PolicyDocument
from inventory.stock import Stock
from router.money import Currency
from router.networks import Networks
from router.policies.in_force import PoliciesInForce
from router.simulate import (
    Ahead,
    Before,
    Effect,
    Progress,
    Report,
    effects,
    simulate,
)
from router.simulate.recorded import Recorded, came_before, recorded

T = TypeVar("T")
SEED = 1
"""Two runs on the same orders give the same report."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """Runs policies on the orders of the ledger."""

    stock: Stock
    networks: Networks
    in_force: PoliciesInForce
    currency: Currency
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def window(self, start: datetime, end: datetime) -> Recorded:
        """The orders of a stretch of time, and the stock of its first moment."""
        history, snapshot = self.stock.history, self.networks.snapshot
        known = await self._policies()
        return await recorded(
            history,
            snapshot,
            start=start,
            end=end,
            policy_of=known.get,
            currency=self.currency,
        )

    async def compare(
        self,
        window: Recorded,
        baseline: Policy,
        draft: Policy,
        *,
        before: Before | None = None,
    ) -> AsyncIterator[Progress | Report]:
        """Progress, then the report.

        Args:
            before: that the draft decides with look-ahead prices, and what came before
                the window.
        """
        ahead = None if before is None else Ahead("draft", before)
        async with self._turn:
            async for step in aside(
                lambda: simulate(
                    window.setting,
                    window.orders,
                    baseline=baseline,
                    draft=draft,
                    seed=SEED,
                    ahead=ahead,
                )
            ):
                yield step

    async def before(self, start: datetime, end: datetime) -> Before:
        """What had been ordered until a moment, and forecast until another one."""
        known = await self._policies()
        prices = self.stock.prices
        return await came_before(prices, start, end=end, policy_of=known.get)

    async def cover(
        self, window: Recorded, draft: Policy
    ) -> AsyncIterator[Progress | tuple[Effect, ...]]:
        """Progress, then what each rule does: the policy against itself without it."""
        without = variants(draft)
        async with self._turn:
            async for step in aside(
                lambda: effects(
                    window.setting,
                    window.orders,
                    base=draft,
                    variants=without,
                    seed=SEED,
                )
            ):
                yield step

    async def _policies(self) -> dict[str, Policy]:
        """Every policy that decided something, by the name that plans record."""
        built_in = self.in_force.built_in
        found = {built_in.version: built_in}
        before: int | None = None
        while page := await self.stock.policies.page(before=before, limit=50):
            for row in page:
                if row.published_at is not None:
                    policy = await self.in_force.policy(row.version)
                    found[policy.version] = policy
            before = page[-1].version
        return found


def variants(draft: Policy) -> dict[str, Policy]:
    """The policy without each of its rules, by the rule."""
    if draft.book is None:
        return {}
    document = draft.book.document
    return {
        rule.id: policy_in_force(
            _without(document, rule.id), f"{draft.version}-without-{rule.id}"
        )
        for rule in document.rules
        if rule.enabled
    }


def _without(document: PolicyDocument, rule_id: str) -> PolicyDocument:
    """A rule that is switched off may still be named by a step of `relax`."""
    rules = tuple(
        replace(rule, enabled=False) if rule.id == rule_id else rule
        for rule in document.rules
    )
    return replace(document, rules=rules)


async def aside(make: Callable[[], AsyncGenerator[T, None]]) -> AsyncIterator[T]:
    """The steps of a generator that runs in a thread; it ends when nobody listens."""
    loop, stop = asyncio.get_running_loop(), threading.Event()
    steps: asyncio.Queue[tuple[T, ...]] = asyncio.Queue()

    async def pump() -> None:
        async with aclosing(make()) as made:
            async for step in made:
                loop.call_soon_threadsafe(steps.put_nowait, (step,))
                if stop.is_set():
                    return

    def work() -> None:
        try:
            asyncio.run(pump())
        finally:
            loop.call_soon_threadsafe(steps.put_nowait, ())

    running = loop.run_in_executor(None, work)
    try:
        while step := await steps.get():
            yield step[0]
    finally:
        stop.set()
        await running
