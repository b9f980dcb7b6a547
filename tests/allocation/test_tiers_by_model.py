"""Tiers with tolerances and limits: what `solve` chooses is what a plain model of every
possible parcel chooses, tier by tier, solved one after the other."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from allocation.learned import Learned
from allocation.network import Network
from allocation.policy import LineSplit
from allocation.problem import UNLIMITED, Problem
from allocation.rules.book import policy_in_force
from allocation.rules.document import Condition, Limits, PolicyDocument, Rule, Tier
from allocation.rules.fields import Op
from allocation.rules.words import Measure, Verb
from allocation.solve import solve
from allocation.status import PlanStatus
from tests.allocation.oracle import (
    FILLING,
    best_values,
    most_after,
    sent_by,
    tiers_of,
    values_of,
)
from tests.allocation.synthetic import GROUND, LANES, PLACES, problem_of

Rng = np.random.Generator

CHUNK = 150
CHUNKS = 6


def drawn(rng: Rng) -> Problem:
    """Two to four lines, three to six nodes, up to four tiers, some limits."""
    lines, count = int(rng.integers(2, 5)), int(rng.integers(3, 7))
    most = 2 if lines > 2 else 3
    names = list(PLACES)[:count]
    stock = {
        name: (rng.integers(0, most + 1, lines) * (rng.random(lines) < 0.7)).tolist()
        for name in names
    }
    wanted = {f"sku-{row}": int(rng.integers(1, most + 1)) for row in range(lines)}
    changes = {name: _terms(rng) for name in names}
    plain = problem_of(
        stock,
        wanted,
        lanes=LANES if lines < 4 and rng.random() < 0.4 else GROUND,
        changes=changes,
    )
    items = [
        replace(
            item,
            weight_g=int(rng.integers(1, 2_500)),
            volume_cm3=int(rng.integers(0, 9_000)),
            value_minor=int(rng.integers(1, 12)) * 100,
        )
        for item in plain.network.items
    ]
    network = Network.compile(plain.network.nodes, items, plain.network.lanes)
    room = [int(rng.integers(0, n.orders_per_day + 1)) for n in network.limited]
    left = np.full(network.size, UNLIMITED, dtype=np.int64)
    left[[node.number for node in network.limited]] = room
    policy = replace(
        policy_in_force(_document(rng, list(wanted)), "v1"),
        wanted_by=date(2026, 11, int(rng.integers(23, 26))),
    )
    learned = Learned(
        rng.choice([0, 0, 40, 900, 3_000], network.size),
        rng.choice([0, 3, 60, 365], (lines, network.size)),
    )
    return replace(plain, network=network, room=left, policy=policy, learned=learned)


def _terms(rng: Rng) -> dict[str, object]:
    """What a node charges, and how many orders a day it takes, if it counts them."""
    return {
        "parcel_handling_minor": int(rng.choice([0, 120, 250])),
        "line_handling_minor": int(rng.choice([0, 30])),
        "unit_handling_minor": int(rng.choice([0, 45])),
        "orders_per_day": int(rng.choice([0, 0, 3, 10])),
    }


def _document(rng: Rng, skus: list[str]) -> PolicyDocument:
    limits = Limits(
        shipments_per_order=int(rng.integers(1, 5)),
        shipments_per_line=int(rng.choice([0, 0, 0, 1, 2])),
        distance_km=int(rng.choice([1_500, 6_000, 6_000])),
        shipment_value_min_minor=int(rng.choice([0, 0, 0, 700, 1_500])),
        line_split=LineSplit(rng.choice(list(LineSplit))),
        ship_complete=bool(rng.random() < 0.1),
    )
    together = Rule(
        "pair",
        "These travel together",
        Verb.TOGETHER,
        (Condition("line.sku", Op.IN, tuple(skus[:2])),),
    )
    return PolicyDocument(
        "drawn",
        "Tiers and limits",
        objective=tuple(_tier(rng, measure) for measure in _measures(rng)),
        rules=(together,) if rng.random() < 0.15 else (),
        limits=limits,
    )


def _measures(rng: Rng) -> list[Measure]:
    """One to four; half of the time what is unfilled comes first, as policies have
    it."""
    drawn = [list(Measure)[n] for n in rng.permutation(len(Measure))]
    if rng.random() < 0.5:
        drawn.sort(key=lambda measure: measure not in FILLING)
    return drawn[: int(rng.integers(1, 5))]


def _tier(rng: Rng, measure: Measure) -> Tier:
    bps = int(rng.choice([0, 0, 300, 1_000, 4_000]))
    return Tier(measure, bps, int(rng.choice([-1, -1, 0, 50])))


def fault(problem: Problem) -> str:
    """In which tier the plan is not among the best; or ''."""
    best, plan = best_values(problem), solve(problem)
    if plan.status is not PlanStatus.OPTIMAL:
        return f"the plan is {plan.status}"
    if not best or not plan.shipments:
        return "" if bool(best) is bool(plan.shipments) else f"{best}, {plan.shipments}"
    values = values_of(problem, sent_by(problem, plan))
    for tier, value, least in zip(tiers_of(problem), values, best, strict=True):
        if not least <= value <= most_after(tier, least):
            return f"{tier}: {value}, the model finds {least}; {values} {best}"
    return ""


@pytest.mark.parametrize("seed", range(CHUNKS))
def test_every_tier_is_as_good_as_the_model_says(seed: int) -> None:
    found = {}
    for number in range(CHUNK):
        problem = drawn(np.random.default_rng([61, seed, number]))
        if said := fault(problem):
            found[number] = said
    assert found == {}
