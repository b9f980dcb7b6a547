"""Under which policy an order is planned, kept up with the pointer in the ledger.

Every router polls the pointer. One that cannot reach SQL keeps what it knew. While a
canary runs, an order's name decides for good which side it is on, on every router.
"""

import asyncio
from collections import OrderedDict
from hashlib import blake2b
from typing import Protocol

from allocation.plan import Plan
from allocation.policy import Policy
from allocation.rules.book import RuleBook
from inventory.policies import Policies
from inventory.policy_publishing import in_force
from inventory.policy_rows import BUILT_IN, Pointer
from router.policies.guard import Guard
from router.policies.naming import number_of, policy_of
from router.wishes import Asking, Wish

KEPT_MAX = 32
"""Policies kept compiled; a document has at most some hundred kilobytes."""
WHOLE_BPS = 10_000


class Named(Asking, Protocol):
    """An order that may have a name of the shop's own."""

    @property
    def order_ref(self) -> str: ...


class PoliciesInForce:
    """The policies of this process."""

    def __init__(self, policies: Policies, built_in: Policy) -> None:
        self.built_in = built_in
        self.pointer = Pointer(revision=-1, published=BUILT_IN)
        self._policies = policies
        self._stable = built_in
        self._canary: Policy | None = None
        self._guard = Guard(policies)
        self._known: OrderedDict[int, Policy] = OrderedDict()
        self._refreshing = asyncio.Lock()

    @classmethod
    async def open(cls, policies: Policies, built_in: Policy) -> "PoliciesInForce":
        """What decides now."""
        in_force = cls(policies, built_in)
        await in_force.refresh()
        return in_force

    def choose(self, asked: Named) -> Policy:
        """The policy of an order; the same one for its quote and its hold."""
        canary = self._canary
        if canary is None:
            return self._stable
        share = share_of(self.pointer.canary_era, name_of_order(asked))
        return canary if share < self.pointer.canary_bps else self._stable

    @property
    def stable(self) -> Policy:
        """What decides for every order that is on no canary."""
        return self._stable

    @property
    def deciding(self) -> tuple[Policy, ...]:
        """Every policy that decides some orders."""
        return (self._stable, *filter(None, [self._canary]))

    def note(self, wish: Wish, plan: Plan | None) -> None:
        """Count a hold, or one that was refused for want of units."""
        if self._canary is not None:
            self._guard.note(wish, plan)

    async def refresh(self) -> bool:
        """Follow the pointer; whether something else decides now.

        Raises:
            StorageUnavailable: SQL cannot be reached; the known policies stay.
        """
        async with self._refreshing:
            changed = await self._follow()
            if await self._guard.watch(self.pointer):
                changed = await self._follow() or changed
            return changed

    async def policy(self, version: int) -> Policy:
        """The policy of a version. Raises PolicyNotFound."""
        if version == BUILT_IN:
            return self.built_in
        known = self._known.get(version)
        if known is not None:
            self._known.move_to_end(version)
            return known
        found = await self._policies.version(version)
        policy = await asyncio.to_thread(policy_of, found)
        if found.published_at is not None:
            # A draft may be written again under the same number.
            self._known[version] = policy
            if len(self._known) > KEPT_MAX:
                self._known.popitem(last=False)
        return policy

    async def book(self, name: str | None) -> RuleBook | None:
        """The rules that a decision was made with. Raises PolicyNotFound."""
        return (await self.policy(number_of(name))).book if name else None

    async def _follow(self) -> bool:
        pointer, now = await self._policies.pointer()
        due = pointer.scheduled if pointer.is_due(now) else None
        if due is not None:
            pointer = in_force(pointer, due)
        if pointer == self.pointer:
            return False
        stable = await self.policy(pointer.published)
        canary = pointer.canary
        self._canary = None if canary is None else await self.policy(canary)
        self._stable, self.pointer = stable, pointer
        if due is not None:
            # It decides here by now; whoever is first also writes it down.
            await self._policies.start_scheduled(due)
        return True


def name_of_order(asked: Named) -> str:
    """What tells an order from others: its name, else what it is."""
    if asked.order_ref:
        return asked.order_ref
    place = asked.ship_to
    wanted: dict[str, int] = {}
    for line in asked.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    where = place.postal_code, place.location.latitude, place.location.longitude
    return repr((where, sorted(wanted.items())))


def share_of(era: int, name: str) -> int:
    """Where an order stands among ten thousand, the same on every router."""
    raw = blake2b(f"{era}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(raw) % WHOLE_BPS
