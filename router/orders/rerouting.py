"""A new node for units of an order: planned as a hold is, granted within the step.

The plan is made for just these units, under the rules of today and the wishes of then,
without the nodes that failed; it arrives as promised if any node can do that. The
ledger grants it in the very step that takes the units off their node, or refuses the
step because stock moved, and then it is planned again.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from allocation.codec import asked_of, rules_version_of
from allocation.order import Line, Order
from allocation.plan import Plan
from allocation.policy import Policy
from allocation.problem import Problem
from inventory.errors import NoStock, PolicyNotFound, StockChanged
from inventory.orders.actions import Action, OrderStep, RouteLine, Routes, StepAnswer
from inventory.orders.reading import WholeOrder
from inventory.requests import RequestKey
from inventory.stock import Stock
from router.bundles import of_units
from router.capacity import Capacity, claims
from router.claims import cell_claims
from router.networks import Networks
from router.orders.messages import BEGUN, Plans, ordered
from router.planning import Planner, names_of, problem_of
from router.policies.in_force import PoliciesInForce
from router.policies.naming import number_of
from router.routing import Routing
from router.snapshot import Snapshot
from router.wishes import Wish

ROUNDS_MAX = 3
"""Plans of one step on stock that moves; then the units wait and are looked at."""
REROUTES_MAX = 3
"""Times that an order looks for another node by itself; then a person does."""


@dataclass(frozen=True, slots=True)
class Need:
    """Units by SKU that need a node, and where they may come from.

    `promise_by`: the day to keep if any node can; None where nothing was promised.
    """

    units: Mapping[str, int]
    cause: str
    without: Collection[str] = ()
    only: Collection[str] = ()
    promise_by: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A plan for a need; `kept` says whether it arrives as promised."""

    problem: Problem
    plan: Plan
    kept: bool


@dataclass(frozen=True, slots=True)
class Rerouter:
    """Plans for units of orders, and steps that carry them."""

    stock: Stock
    networks: Networks
    planner: Planner
    policies: PoliciesInForce
    capacity: Capacity
    now: Callable[[], datetime]

    async def find(self, whole: WholeOrder, need: Need) -> Found | None:
        """The best plan for the units, on the stock of now; None if nothing ships.

        What arrives as promised comes first, unless it would leave more units behind.
        """
        if not need.units:
            return None
        number, need = _one_part(whole, need)
        wish = await self.wish(whole.decisions[number].content, need)
        if need.promise_by is None:
            found = await self._plan(wish)
            return found if found and found.plan.shipments else None
        in_time = replace(wish.policy, promise_by=need.promise_by)
        kept = await self._plan(replace(wish, policy=in_time))
        if kept is not None and not kept.plan.unfilled:
            return kept
        late = await self._plan(wish)
        if late is None or not late.plan.shipments:
            return kept if kept and kept.plan.shipments else None
        if kept is not None and _missing(kept.plan) <= _missing(late.plan):
            return kept
        return replace(late, kept=_arrives_by(late.plan, need.promise_by))

    async def routes(self, found: Found | None, cause: str) -> Routes | None:
        """The plan as the ledger takes it; its decision is kept with it."""
        if found is None:
            return None
        problem, plan = found.problem, found.plan
        await self.networks.keep(problem.network)
        held = (*cell_claims(plan), *claims(problem, plan))
        lines = [RouteLine._make(line) for line in held]
        decision = await self.planner.record(problem, plan)
        return Routes(tuple(lines), decision, cause)

    async def carry_out(
        self,
        key: RequestKey,
        whole: WholeOrder,
        act: Callable[[Routes | None], Action],
        *,
        need: Need,
        deadline: float | None,
        must_route: bool = False,
    ) -> StepAnswer:
        """Take the step with the best plan for what it sets free.

        Args:
            must_route: rather refuse the step than leave units without a node.

        Raises:
            NoStock: a unit would have no node, and must have one.
            StockChanged: stock moved under every plan, and there must be one.
            Refusal: what the ledger refused of the step itself.
        """
        for _ in range(ROUNDS_MAX):
            found = await self.find(whole, need)
            missing = missing_of(found.plan if found else None, need)
            if must_route and missing:
                # The same request may just have taken the units, in another process.
                taken = await self.answered(key)
                if taken is not None:
                    return taken
                raise _no_node(missing)
            routes = await self.routes(found, need.cause)
            try:
                return await self.take(key, whole, act(routes), deadline=deadline)
            except NoStock:
                # The refusal's fresh cells are known to the next reading.
                continue
        if must_route:
            raise StockChanged(
                f"stock moved under {ROUNDS_MAX} plans",
                next_step="send the same request again",
                metadata={"rounds": str(ROUNDS_MAX)},
            )
        return await self.take(key, whole, act(None), deadline=deadline)

    async def take(
        self,
        key: RequestKey,
        whole: WholeOrder,
        action: Action,
        *,
        deadline: float | None,
    ) -> StepAnswer:
        """One step of the order."""
        step = OrderStep(key, whole.order.order_id, action, whole.order.owner)
        answer = await self.stock.submit(step, deadline=deadline)
        assert isinstance(answer, StepAnswer)
        return answer

    async def answered(self, key: RequestKey) -> StepAnswer | None:
        """What this request was answered before; nothing is planned for it again."""
        answer = await self.stock.stored_answer(key)
        return answer if isinstance(answer, StepAnswer) else None

    async def wish(self, decision: bytes, need: Need) -> Wish:
        """What the order asked, for these units, under the rules of today."""
        order, narrowed, _ = asked_of(decision)
        base = await self._base(rules_version_of(decision))
        wishes = Routing(promise_by=narrowed.promise_by, wanted_by=narrowed.wanted_by)
        if base is not None:
            wishes = Routing.between(base, narrowed)
        policy = wishes.narrow(self.policies.stable)
        lines = tuple(Line(sku, units) for sku, units in need.units.items())
        policy = replace(
            policy,
            allow_partial=True,
            ship_complete=False,
            only_node_ids=tuple(need.only) or policy.only_node_ids,
            exclude_node_ids=tuple(sorted({*policy.exclude_node_ids, *need.without})),
        )
        bundles = of_units(order.bundles, need.units)
        return Wish(Order(lines, order.destination, order.facts, bundles), policy)

    async def _base(self, rules: str | None) -> Policy | None:
        try:
            return (
                await self.policies.policy(number_of(rules))
                if rules
                else (self.policies.built_in)
            )
        except PolicyNotFound:
            return None

    async def problem(
        self, wish: Wish, snapshot: Snapshot, now: datetime, *, recorded: bool
    ) -> Problem:
        """The wish on the stock of now."""
        rooms = self.capacity.rooms(snapshot.network, now)
        reading = await self.stock.read(names_of(wish.order, snapshot, rooms))
        return problem_of(
            wish, snapshot, reading.available, now=now, rooms=rooms, recorded=recorded
        )

    async def _plan(self, wish: Wish) -> Found | None:
        snapshot, now = self.networks.snapshot, self.now()
        problem = await self.problem(wish, snapshot, now, recorded=True)
        decided, plan = await self.planner.plan(problem)
        return Found(decided, plan, kept=True)


def promised(whole: WholeOrder, shipment_ids: Collection[str]) -> date | None:
    """The day by which these shipments were promised."""
    plans, rows = Plans(whole), whole.book.shipments
    days = [plans.of(rows[name]).promise_date for name in shipment_ids]
    return max(days, default=plans.promised)


def _one_part(whole: WholeOrder, need: Need) -> tuple[int, Need]:
    """The decision that says where the units go, and those that go there.

    An order of several parts has a SKU in one of them only; units of another part are
    planned by themselves.
    """
    plans = Plans(whole)
    parts = {
        number: ordered(plan)
        for number, plan in plans.plans.items()
        if plans.causes[number] in BEGUN
    }
    if len(parts) == 1:
        return 0, need
    for number, known in parts.items():
        units = {sku: n for sku, n in need.units.items() if sku in known}
        if units:
            return number, replace(need, units=units)
    return 0, need


def sent_by(plan: Plan | None) -> Counter[str]:
    """Units by SKU that have a node by the plan."""
    sent: Counter[str] = Counter()
    for shipment in plan.shipments if plan else ():
        for sku, units in shipment.lines:
            sent[sku] += units
    return sent


def missing_of(plan: Plan | None, need: Need) -> Mapping[str, int]:
    """Units that have no node by the plan."""
    sent = sent_by(plan)
    left = {sku: units - sent[sku] for sku, units in need.units.items()}
    return {sku: units for sku, units in left.items() if units > 0}


def _no_node(missing: Mapping[str, int]) -> NoStock:
    said = ", ".join(f"{units} of {sku}" for sku, units in missing.items())
    return NoStock(
        f"no other node can send {said}",
        next_step="allow other nodes, or leave it where it is",
        metadata={"missing": said},
    )


def _missing(plan: Plan) -> int:
    return sum(line.quantity for line in plan.unfilled)


def _arrives_by(plan: Plan, day: date) -> bool:
    return plan.promise_date is not None and plan.promise_date <= day
