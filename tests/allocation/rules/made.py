"""Rules drawn at random, and problems that carry them."""

from collections.abc import Sequence
from dataclasses import replace

import hypothesis.strategies as st
import numpy as np

from allocation.cooling import Refusals
from allocation.learned import Learned
from allocation.order import OrderFacts
from allocation.policy import Objective, Policy
from allocation.problem import Problem
from allocation.rules.book import policy_in_force
from allocation.rules.document import (
    Condition,
    Group,
    Limits,
    PolicyDocument,
    Relax,
    Rule,
    Setting,
    Tier,
)
from allocation.rules.fields import FIELDS, OPS, SEVERAL, Field, Kind, Op, Scope
from allocation.rules.parameters import LOCAL
from allocation.rules.words import LimitName, Measure, Per, Strength, Verb
from tests.allocation.synthetic import NOON_FRIDAY, PLACES, problems

VALUES: dict[str, Sequence[str | int]] = {
    "order.channel": ("web", "app"),
    "order.country": ("US", "CA"),
    "order.postal_code": ("10001", "60601"),
    "order.service": ("GROUND", "TWO_DAY"),
    "order.customer_tier": ("gold", "silver"),
    "order.tags": ("gift", "rush", "fragile"),
    "line.sku": ("sku-0", "sku-1", "sku-2"),
    "item.tags": ("hazmat", "cold"),
    "clock.date": ("2026-11-20", "2026-11-21"),
    "node.id": tuple(PLACES),
    "node.country": ("US", "CA"),
    "node.postal_code": ("12", "02"),
    "node.tags": ("east", "west"),
    "node.group": ("coast", "inland"),
    "node.time_zone": ("America/New_York", "UTC"),
    "lane.service": ("GROUND", "TWO_DAY", "NEXT_DAY"),
}
"""What a text or a tag may be compared with; numbers are drawn near what they are."""
NUMBERS = {
    "lane.distance_km": (100, 1_500, 4_000),
    "order.value": (0, 500, 2_000),
    "line.value": (0, 500, 1_000),
    "item.value": (0, 250, 500),
    "order.weight_g": (400, 1_200, 3_000),
    "line.weight_g": (400, 800, 1_200),
    "item.weight_g": (300, 400),
    "item.volume_cm3": (500, 501),
    "clock.time": (600, 1_000, 1_300),
    "node.local_time": (600, 1_000, 1_300),
}
GROUPS = (
    Group("coast", node_ids=("boston", "fresno")),
    Group("inland", tags=("west",)),
)


def value_of(field: Field, op: Op, choose: Sequence[str | int]) -> object:
    """A value of the right shape for the operator."""
    if op is Op.IS_SET:
        return ()
    if op is Op.BETWEEN:
        return tuple(sorted(choose, key=str if isinstance(choose[0], str) else int)[:2])
    if op in SEVERAL:
        return tuple(choose[:2])
    return choose[0]


@st.composite
def conditions(
    draw: st.DrawFn, scopes: Sequence[Scope], *, lanes: bool = True
) -> Condition:
    """A condition of one of the scopes."""
    names = [
        field.name
        for field in FIELDS.values()
        if field.scope in scopes
        and (lanes or field.scope is not Scope.LANE or "distance" in field.name)
    ]
    field = FIELDS[draw(st.sampled_from(names))]
    op = draw(st.sampled_from(OPS[field.kind]))
    if field.kind is Kind.FLAG:
        return Condition(field.name, op, draw(st.booleans()))
    known = field.values or VALUES.get(field.name)
    numbers = NUMBERS.get(field.name, (0, 1, 2, 3))
    pool = list(known or numbers)
    chosen = draw(st.lists(st.sampled_from(pool), min_size=2, max_size=3))
    return Condition(field.name, op, value_of(field, op, chosen))  # type: ignore[arg-type]


def is_still(asked: Condition) -> bool:
    return asked.field not in LOCAL


WHOLE = (Scope.ORDER, Scope.CLOCK)
PLACE = (Scope.NODE, Scope.LANE)


@st.composite
def rules(draw: st.DrawFn, name: str) -> Rule:
    """One valid rule of any verb."""
    do = draw(st.sampled_from(Verb))
    when = st.lists(conditions((*WHOLE, Scope.LINE)), max_size=1)
    which = st.lists(conditions((*PLACE, Scope.CELL)), max_size=2)
    strength = draw(st.sampled_from(Strength))
    made = {"id": name, "say": f"sentence of {name}", "do": do, "strength": strength}
    match do:
        case Verb.ONLY:
            some = conditions((*PLACE, Scope.CELL))
            where = [*draw(when), *draw(st.lists(some, min_size=1, max_size=2))]
            return Rule(**made, where=tuple(where))
        case Verb.NEVER:
            any_of = st.lists(conditions((*PLACE, Scope.LINE)), max_size=2)
            where = (*draw(when), *draw(which))
            return Rule(**made, where=where, any_of=tuple(draw(any_of)))
        case Verb.KEEP_BACK:
            at = st.lists(conditions((Scope.NODE, Scope.CELL), lanes=False), max_size=1)
            share = draw(st.booleans())
            return Rule(
                **made,
                where=(*draw(when), *draw(at)),
                units=0 if share else draw(st.integers(1, 3)),
                percent=draw(st.integers(1, 100)) if share else 0,
            )
        case Verb.CHARGE | Verb.CREDIT | Verb.PREFER:
            per = draw(st.sampled_from(Per))
            scopes = (*WHOLE, *PLACE)
            if per is Per.UNIT:
                scopes = (*scopes, Scope.LINE, Scope.CELL)
            where = draw(st.lists(conditions(scopes), max_size=2))
            amount = draw(st.integers(1, 400))
            return Rule(**made, where=tuple(where), per=per, amount_minor=amount)
        case Verb.LIMIT:
            limit = draw(
                st.sampled_from([LimitName.DISTANCE_KM, LimitName.SHIPMENTS_PER_ORDER])
            )
            far = limit is LimitName.DISTANCE_KM
            scopes = (*WHOLE, Scope.NODE) if far else WHOLE
            to = draw(st.sampled_from([300, 1_200, 3_500] if far else [1, 2, 3]))
            where = draw(st.lists(conditions(scopes), max_size=1))
            return Rule(**made, where=tuple(where), limit=limit, to=to)
        case Verb.COOL_OFF:
            at = st.lists(conditions((Scope.NODE, Scope.CELL), lanes=False), max_size=1)
            return Rule(
                **made,
                where=(*draw(when), *draw(at)),
                rejections=draw(st.integers(1, 3)),
                within_hours=draw(st.integers(1, 2)),
                for_minutes=draw(st.sampled_from([30, 600])),
            )
        case Verb.TOGETHER:
            return Rule(**made, where=tuple(draw(when)))
        case Verb.OFFER:
            at = st.lists(conditions((Scope.NODE,)).filter(is_still), max_size=1)
            return Rule(**made, where=(*draw(when), *draw(at)), nodes=2)
        case _:
            return Rule(**made, queue="REVIEW", where=tuple(draw(when)))


@st.composite
def documents(draw: st.DrawFn) -> PolicyDocument:
    """Up to four rules and two steps of giving up."""
    count = draw(st.integers(1, 4))
    made = tuple(draw(rules(f"rule-{number}")) for number in range(count))
    ids = [rule.id for rule in made]
    steps = st.one_of(
        st.builds(lambda name: Relax(lift=(name,)), st.sampled_from(ids)),
        st.just(Relax(widen=LimitName.DISTANCE_KM, to=6_000)),
        st.just(Relax(widen=LimitName.SHIPMENTS_PER_ORDER, to=5)),
        st.just(
            Relax(
                lift=(ids[0],),
                set_to=(
                    Setting(LimitName.DISTANCE_KM, 5_000),
                    Setting(LimitName.SHIPMENTS_PER_ORDER, 1),
                    Setting(LimitName.SHIPMENTS_PER_LINE, 1),
                    Setting(LimitName.SHIPMENT_VALUE_MIN, 400),
                ),
            )
        ),
    )
    return PolicyDocument(
        "drawn",
        "whatever",
        rules=made,
        relax=tuple(draw(st.lists(steps, max_size=2))),
        groups=GROUPS,
        limits=Limits(
            shipments_per_order=draw(st.integers(1, 3)),
            distance_km=3_000,
            shipments_per_line=draw(st.sampled_from([0, 0, 1, 2])),
            shipment_value_min_minor=draw(st.sampled_from([0, 0, 0, 900])),
        ),
        objective=draw(objectives()),
    )


@st.composite
def objectives(draw: st.DrawFn) -> tuple[Tier, ...]:
    """The plain one, or up to three tiers."""
    plain = (Tier(Measure.UNFILLED_UNITS), Tier(Measure.COST))
    if draw(st.booleans()):
        return plain
    chosen = draw(st.lists(st.sampled_from(Measure), max_size=3, unique=True))
    tolerances = st.sampled_from([0, 0, 300, 2_000])
    return tuple(Tier(measure, draw(tolerances)) for measure in chosen) or plain


FACTS = st.builds(
    OrderFacts,
    channel=st.sampled_from(["", "web", "app"]),
    customer_tier=st.sampled_from(["", "gold"]),
    tags=st.sampled_from([(), ("gift",), ("gift", "rush")]),
    priority=st.integers(0, 3),
)


@st.composite
def refusals(draw: st.DrawFn) -> Refusals:
    """What some nodes turned down in the last hours."""
    ago_s = st.lists(st.integers(0, 3 * 3600), min_size=1, max_size=4)
    by_node = draw(st.dictionaries(st.sampled_from(list(PLACES)), ago_s))
    now_s = int(NOON_FRIDAY.timestamp())
    return Refusals(
        {node: tuple(sorted(now_s - s for s in ago)) for node, ago in by_node.items()}
    )


@st.composite
def lessons(draw: st.DrawFn, problem: Problem) -> Learned:
    """What past orders taught of the nodes."""
    rng = np.random.default_rng(draw(st.integers(0, 50)))
    return Learned(
        rng.choice([0, 40, 900], problem.network.size),
        rng.choice([0, 3, 60, 365], problem.available.shape),
    )


def _objective(asked: Objective, document: PolicyDocument) -> Objective:
    own = policy_in_force(document, "v1").objective
    return own if own is Objective.POLICY else asked


def under(problem: Problem, document: PolicyDocument) -> Problem:
    """The problem under the document, asking for what it asked."""
    policy = replace(
        policy_in_force(document, "v1"),
        wanted_by=problem.policy.wanted_by,
        promise_by=problem.policy.promise_by,
        objective=_objective(problem.policy.objective, document),
        line_split=problem.policy.line_split,
        ship_complete=problem.policy.ship_complete,
        keep_back=problem.policy.keep_back,
    )
    return replace(problem, policy=policy)


@st.composite
def ruled_problems(draw: st.DrawFn, **fixed: object) -> Problem:
    """A problem with facts, tagged nodes and items, under a drawn document."""
    plain = draw(problems(**fixed))
    order = replace(plain.order, facts=draw(FACTS))
    made = replace(plain, order=order, refusals=draw(refusals()))
    made = replace(made, learned=draw(lessons(made)))
    return under(made, draw(documents()))


__all__ = ["Policy", "conditions", "documents", "ruled_problems", "under"]
