"""The story of a hold: plan on the view, ask the ledger, plan again on what it saw.

The view may lag, so a plan is only a proposal; the ledger decides. A refusal brings the
cells the ledger saw, and the next round plans on them. Nobody is refused before the
ledger was asked whether this very request has an answer already: the caller may be
repeating the hold that took the last unit. A long order that was quoted a moment ago is
proposed as it was quoted.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from allocation.codec import plan_of
from allocation.details import day_text
from allocation.network import Network
from allocation.order import Order
from allocation.plan import Plan
from allocation.problem import Problem
from inventory.errors import NoStock, QuoteStale, Refusal, StockChanged
from inventory.operations import (
    Answer,
    HoldAnswer,
    Operation,
    PlaceHold,
    RequestKey,
)
from inventory.reading import StockReading
from router.backorders import Room, room_claims, too_many
from router.capacity import Rooms
from router.claims import claimed
from router.money import Currency
from router.no_stock import no_stock
from router.planning import Units, fit, merged, names_of, problem_of
from router.queues import hold_lines, is_refused
from router.quotas import Quotas, fences
from router.recent import Known
from router.snapshot import Snapshot
from router.terms import Terms
from router.wishes import Wish

ROUNDS_MAX = 3
"""Plans of one hold: a cell that moves under three of them is a hot one."""


@dataclass(frozen=True, slots=True)
class HoldWish:
    """A checked request for a hold."""

    key: RequestKey
    hold_id: str
    wish: Wish
    terms: Terms
    ttl: timedelta
    order_ref: str
    parts: tuple[Wish, ...] = ()
    """Further parts of the order, with destinations of their own."""


class HeldStock(Protocol):
    """The stock that shows units and decides who gets them."""

    async def read(
        self, skus: Sequence[str], *, fresh: bool = False
    ) -> StockReading: ...
    async def submit(
        self, operation: Operation, *, deadline: float | None = None
    ) -> Answer: ...
    async def backorder_room(self, skus: Sequence[str]) -> Room: ...
    async def stored_answer(
        self, key: RequestKey, *, hold_id: str | None = None
    ) -> Answer | None: ...


class Decider(Protocol):
    """Who makes plans, and writes decisions down where `records` says so."""

    @property
    def records(self) -> bool: ...
    async def plan(self, problem: Problem) -> Known: ...
    def quoted(self, wish: Wish, network: Network, now: datetime) -> Known | None: ...
    async def record(self, problem: Problem, plan: Plan) -> bytes: ...


class Archive(Protocol):
    """Where the network of a decision is kept."""

    async def keep(self, network: Network) -> None: ...


class Names(Protocol):
    """Who knows which SKUs there are."""

    async def check_lines(
        self, order: Order, reading: StockReading, snapshot: Snapshot
    ) -> None: ...


class Capacities(Protocol):
    """Who knows which cells tell how many orders a node still takes."""

    def rooms(self, network: Network, now: datetime) -> Rooms: ...


@dataclass(frozen=True, slots=True)
class Holding:
    """Places holds: those of customers, and those of a simulation."""

    stock: HeldStock
    networks: Archive
    planner: Decider
    skus: Names
    capacity: Capacities
    currency: Currency

    async def place(
        self,
        wanted: HoldWish,
        *,
        snapshot: Snapshot,
        now: datetime,
        deadline: float | None,
    ) -> tuple[HoldAnswer, Plan]:
        """Set the units of the best acceptable plan aside.

        Raises:
            NoStock: no plan fills the order, or nothing of it.
            QuoteStale: the best plan breaks the caller's terms.
            StockChanged: the stock moved under every plan.
        """
        wish = wanted.wish
        submit = partial(
            self._submit, wanted, quotas=snapshot.quotas, deadline=deadline
        )
        quoted = self.planner.quoted(wish, snapshot.network, now)
        if quoted and not quoted.plan.unfilled and not self._objection(wanted, *quoted):
            with suppress(NoStock):
                return await submit(*quoted)
        rooms = self.capacity.rooms(snapshot.network, now)
        names = names_of(wish.order, snapshot, rooms)
        reading = await self.stock.read(names)
        await self.skus.check_lines(wish.order, reading, snapshot)
        available = fit(reading.available, snapshot.network.size)
        confirmed, refused = reading.is_fresh, 0
        while refused < ROUNDS_MAX:
            problem = self._problem(wanted, snapshot, available, now=now, rooms=rooms)
            decided, plan = await self.planner.plan(problem)
            no = self._objection(wanted, problem, plan)
            if no is None:
                try:
                    return await submit(decided, plan)
                except NoStock as moved:
                    available = merged(
                        available, moved.cells, skus=names, snapshot=snapshot
                    )
                    refused += 1
                    continue
            answered = await self.stock.stored_answer(
                wanted.key, hold_id=wanted.hold_id
            )
            if isinstance(answered, HoldAnswer):
                return answered, plan_of(answered.decision)
            if confirmed:
                raise await self._best_now(wanted, problem, no)
            # A view that lags must not refuse what the ledger would grant.
            reading = await self.stock.read(names, fresh=True)
            available, confirmed = fit(reading.available, snapshot.network.size), True
        raise _moving(wanted)

    def _problem(
        self,
        wanted: HoldWish,
        snapshot: Snapshot,
        available: Units,
        *,
        now: datetime,
        rooms: Rooms,
    ) -> Problem:
        """The problem, with the promised day as a hard limit.

        The cheapest plan may be later than what was promised while another is in time.
        """
        wish, by = wanted.wish, wanted.terms.promise_by
        limit = wish.policy.promise_by
        if by is not None and (limit is None or by < limit):
            wish = replace(wish, policy=replace(wish.policy, promise_by=by))
        return problem_of(
            wish,
            snapshot,
            available,
            now=now,
            rooms=rooms,
            recorded=self.planner.records,
        )

    async def _submit(
        self,
        wanted: HoldWish,
        problem: Problem,
        plan: Plan,
        *,
        quotas: Quotas,
        deadline: float | None,
    ) -> tuple[HoldAnswer, Plan]:
        room = await room_claims(self.stock, problem, plan)
        if room is None:
            answered = await self.stock.stored_answer(
                wanted.key, hold_id=wanted.hold_id
            )
            if not isinstance(answered, HoldAnswer):
                raise too_many(problem, plan)
            return answered, plan_of(answered.decision)
        await self.networks.keep(problem.network)
        decision = await self.planner.record(problem, plan)
        operation = PlaceHold(
            key=wanted.key,
            hold_id=wanted.hold_id,
            order_ref=wanted.order_ref,
            ttl=wanted.ttl,
            lines=(*hold_lines(problem.order, plan, claimed(problem, plan)), *room),
            decision=decision,
            fenced=fences(plan, quotas.at(problem.now)),
            gate=plan.queue,
            priority=wanted.wish.order.facts.priority,
        )
        answer = await self.stock.submit(operation, deadline=deadline)
        assert isinstance(answer, HoldAnswer)
        # A joined or repeated request is answered with the plan that was decided first.
        ours = answer.decision == decision
        return answer, plan if ours else plan_of(answer.decision)

    def _objection(
        self, wanted: HoldWish, problem: Problem, plan: Plan
    ) -> Refusal | None:
        """Why this plan cannot be held, or None."""
        if is_refused(problem, plan):
            return no_stock(problem, plan)
        terms = wanted.terms
        dear = terms.cost_max_minor is not None and (
            plan.cost.cash_minor > terms.cost_max_minor
        )
        late = terms.promise_by is not None and (
            plan.promise_date is None or plan.promise_date > terms.promise_by
        )
        return self._stale(wanted, plan) if dear or late else None

    async def _best_now(
        self, wanted: HoldWish, problem: Problem, no: Refusal
    ) -> Refusal:
        """The final refusal; if only the terms are in the way, what is possible."""
        if problem.policy == wanted.wish.policy or not isinstance(no, NoStock):
            return no
        without = replace(problem, policy=wanted.wish.policy)
        _, plan = await self.planner.plan(without)
        if is_refused(without, plan):
            return no_stock(without, plan)
        return self._stale(wanted, plan)

    def _stale(self, wanted: HoldWish, plan: Plan) -> QuoteStale:
        terms, cost = wanted.terms, self.currency.text(plan.cost.cash_minor)
        metadata = {"costNow": cost, "promiseDateNow": str(plan.promise_date or "")}
        said = []
        if terms.cost_max_minor is not None:
            metadata["costMax"] = self.currency.text(terms.cost_max_minor)
            said.append(f"at most {metadata['costMax']}")
        if terms.promise_by is not None:
            metadata["promiseBy"] = str(terms.promise_by)
            said.append(f"by {day_text(terms.promise_by)}")
        arrives = day_text(plan.promise_date) if plan.promise_date else "on no day"
        return QuoteStale(
            f"the best plan now costs {cost} and arrives {arrives}; "
            f"accepted was {' and '.join(said)}",
            next_step="quote again and ask the customer",
            metadata=metadata,
        )


def _moving(wanted: HoldWish) -> StockChanged:
    return StockChanged(
        f"stock moved under {ROUNDS_MAX} plans of hold {wanted.hold_id}",
        next_step="send the same request again",
        metadata={"holdId": wanted.hold_id, "rounds": str(ROUNDS_MAX)},
    )
