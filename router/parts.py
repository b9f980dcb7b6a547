"""An order of several parts: to another address, or collected, under one hold.

Each part is a problem and a plan of its own; all are held together or none is. A SKU is
in one part only, so that units which need another node later know where they go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allocation.codec import plan_of
from allocation.plan import Plan
from allocation.problem import Problem
from inventory.errors import (
    BackorderLimit,
    InvalidField,
    NoStock,
    QuoteStale,
    Refusal,
    StockChanged,
)
from inventory.operations import HoldAnswer, HoldLine, OrderAnswer, PlaceHold
from inventory.parts import pack, shipment_no
from inventory.reserved import is_day
from router.backorders import room_claims, too_many
from router.bundles import all_names
from router.capacity import claims
from router.claims import cell_claims
from router.holding import ROUNDS_MAX, Holding, HoldWish
from router.narrowing import routing_content
from router.no_stock import no_stock
from router.planning import fit, names_of, problem_of
from router.queues import hold_lines, is_refused
from router.quota_claims import quota_claims
from router.quotas import Quotas, fences
from router.snapshot import Snapshot
from router.validate import Violations
from router.wishes import Wish, WishReader
from shipfrom.v1 import checkout_service_pb2 as pb

PARTS_MAX = 4
"""Further places that one order goes to."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One part's problem and plan."""

    problem: Problem
    plan: Plan


def read_parts(
    request: pb.HoldRequest,
    found: Violations,
    reader: WishReader,
    *,
    snapshot: Snapshot,
    now: datetime,
) -> tuple[Wish, ...]:
    """The further parts; what is wrong with them is added to `found` by its path."""
    if len(request.parts) > PARTS_MAX:
        found.add("parts", f"has {len(request.parts)}", f"send at most {PARTS_MAX}")
        return ()
    wishes, seen = [], all_names(request.lines, snapshot.items)
    for number, part in enumerate(request.parts):
        names = all_names(part.lines, snapshot.items)
        for sku in sorted(names & seen):
            said = "is in another part too"
            found.add(f"parts[{number}].lines", f"{sku} {said}", "name it in one part")
        seen |= names
        asked = pb.HoldRequest(
            lines=part.lines,
            ship_to=part.ship_to,
            facts=request.facts,
            allow_substitutes=request.allow_substitutes,
        )
        if part.HasField("routing"):
            asked.routing.CopyFrom(part.routing)
        inner = Violations()
        try:
            wishes.append(reader.read(asked, inner, snapshot=snapshot, now=now))
        except InvalidField as no:
            for wrong in no.violations:
                path = f"parts[{number}].{wrong.field}"
                found.add(path, wrong.problem, wrong.suggestion)
    return tuple(wishes)


def parts_content(request: pb.HoldRequest) -> list[object]:
    """What a repeat of the request must say again beside its first part."""
    agreed = ["substitutes"] if request.allow_substitutes else []
    return agreed + [
        (
            [(line.sku, line.quantity) for line in part.lines],
            (part.ship_to.postal_code, part.ship_to.region_code or "US"),
            (part.ship_to.location.latitude, part.ship_to.location.longitude),
            routing_content(part.routing),
            *([part.ship_to.node_id] if part.ship_to.node_id else ()),
        )
        for part in request.parts
    ]


async def place_all(
    holding: Holding,
    wanted: HoldWish,
    *,
    snapshot: Snapshot,
    now: datetime,
    deadline: float | None,
) -> tuple[HoldAnswer, tuple[Plan, ...]]:
    """Set the units of the order aside, of one part as almost always or of several.

    Raises:
        NoStock, QuoteStale, StockChanged: as `Holding.place` and `place_parts`.
    """
    if wanted.parts:
        return await place_parts(
            holding, wanted, snapshot=snapshot, now=now, deadline=deadline
        )
    answer, plan = await holding.place(
        wanted, snapshot=snapshot, now=now, deadline=deadline
    )
    return answer, (plan,)


async def place_parts(
    holding: Holding,
    wanted: HoldWish,
    *,
    snapshot: Snapshot,
    now: datetime,
    deadline: float | None,
) -> tuple[HoldAnswer, tuple[Plan, ...]]:
    """Set the units of all parts aside.

    Raises:
        NoStock: a part cannot be sent.
        QuoteStale: together they cost more than was accepted, or arrive later.
        StockChanged: the stock moved under every plan.
    """
    wishes = (wanted.wish, *wanted.parts)
    for attempt in range(ROUNDS_MAX):
        made = await _planned(holding, wishes, snapshot, now=now, fresh=attempt > 0)
        no = _objection(holding, wanted, made)
        if no is None:
            try:
                return await _submit(
                    holding, wanted, made, quotas=snapshot.quotas, deadline=deadline
                )
            except NoStock:
                continue
            except BackorderLimit as full:
                no = full
        answered = await holding.stock.stored_answer(wanted.key, hold_id=wanted.hold_id)
        if isinstance(answered, HoldAnswer):
            return answered, plans_of(answered)
        if attempt:
            # This one was planned on the ledger's own figures.
            raise no
    raise StockChanged(
        f"stock moved under {ROUNDS_MAX} plans of hold {wanted.hold_id}",
        next_step="send the same request again",
        metadata={"holdId": wanted.hold_id, "rounds": str(ROUNDS_MAX)},
    )


def plans_of(answer: HoldAnswer | OrderAnswer) -> tuple[Plan, ...]:
    """The plan of each part."""
    return tuple(plan_of(decision) for decision in answer.decisions)


async def _planned(
    holding: Holding,
    wishes: Sequence[Wish],
    snapshot: Snapshot,
    *,
    now: datetime,
    fresh: bool,
) -> list[Planned]:
    rooms, made = holding.capacity.rooms(snapshot.network, now), []
    for wish in wishes:
        names = names_of(wish.order, snapshot, rooms)
        reading = await holding.stock.read(names, fresh=fresh)
        await holding.skus.check_lines(wish.order, reading, snapshot)
        units = fit(reading.available, snapshot.network.size)
        problem = problem_of(wish, snapshot, units, now=now, rooms=rooms, recorded=True)
        made.append(Planned(*await holding.planner.plan(problem)))
    return made


def _objection(
    holding: Holding, wanted: HoldWish, made: Sequence[Planned]
) -> Refusal | None:
    for part in made:
        if is_refused(part.problem, part.plan):
            return no_stock(part.problem, part.plan)
    terms = wanted.terms
    cost = sum(part.plan.cost.cash_minor for part in made)
    last = max([d for part in made if (d := part.plan.promise_date)], default=None)
    dear = terms.cost_max_minor is not None and cost > terms.cost_max_minor
    by = terms.promise_by
    if not dear and (by is None or (last is not None and last <= by)):
        return None
    said, arrives = holding.currency.text(cost), str(last or "on no day")
    return QuoteStale(
        f"all parts together cost {said} and arrive {arrives}",
        next_step="quote again and ask the customer",
        metadata={"costNow": said, "promiseDateNow": str(last or "")},
    )


async def _submit(
    holding: Holding,
    wanted: HoldWish,
    made: Sequence[Planned],
    *,
    quotas: Quotas,
    deadline: float | None,
) -> tuple[HoldAnswer, tuple[Plan, ...]]:
    decisions, lines = [], list[HoldLine]()
    for number, part in enumerate(made):
        await holding.networks.keep(part.problem.network)
        decisions.append(await holding.planner.record(part.problem, part.plan))
        room = await room_claims(holding.stock, part.problem, part.plan)
        if room is None:
            raise too_many(part.problem, part.plan)
        lines += (*part_claims(part, number, already=lines), *room)
    operation = PlaceHold(
        key=wanted.key,
        hold_id=wanted.hold_id,
        order_ref=wanted.order_ref,
        ttl=wanted.ttl,
        lines=tuple(lines),
        decision=pack(decisions),
        gate=next((part.plan.queue for part in made if part.plan.queue), ""),
        priority=wanted.wish.order.facts.priority,
        fenced=tuple(
            cell
            for part in made
            for cell in fences(part.plan, quotas.at(part.problem.now))
        ),
    )
    answer = await holding.stock.submit(operation, deadline=deadline)
    assert isinstance(answer, HoldAnswer)
    return answer, plans_of(answer)


def part_claims(
    part: Planned, number: int, already: Sequence[HoldLine]
) -> tuple[HoldLine, ...]:
    """The part's cells under its own shipment numbers; a node's day is claimed once,
    in whichever slot of it was the first with room."""
    problem, plan = part.problem, part.plan
    known = {line.node_id for line in already if is_day(line.sku)}
    new = [day for day in claims(problem, plan) if day.node_id not in known]
    claimed = (*cell_claims(plan), *new, *quota_claims(problem, plan))
    lines = hold_lines(problem.order, plan, claimed)
    return tuple(
        line._replace(shipment_no=shipment_no(number, line.shipment_no))
        if line.shipment_no
        else line
        for line in lines
    )
