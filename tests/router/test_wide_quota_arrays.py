"""Whatever an order takes within what it is shown, the ledger grants."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.order import OrderFacts
from allocation.plan import Cost, Plan, Shipment, ShipmentLine
from allocation.policy import Objective
from allocation.status import PlanStatus
from inventory.books import Books, CellRow
from inventory.fencing import check_fences
from inventory.operations import HoldLine
from router.quota_claims import quota_claims
from router.quotas import QuotaRow, Quotas, fences
from tests.allocation.synthetic import NOON_FRIDAY, problem_of
from tests.inventory.sentences import place

NODES = {"albany": 0, "boston": 1, "chicago": 2, "denver": 3}
TAGS = {
    "albany": ("east",),
    "boston": ("east", "sea"),
    "chicago": ("lake", "sea"),
    "denver": ("lake",),
}
CHANNELS = ("web", "shop")
PLACES = ("", "east", "sea", "lake", "albany", "boston")
"""All nodes, nodes by tag, single ones: within one another, apart or overlapping."""


@st.composite
def rows(draw: st.DrawFn) -> list[QuotaRow]:
    places = st.tuples(st.sampled_from(PLACES), st.sampled_from(CHANNELS))
    drawn = draw(st.lists(places, unique=True, min_size=1, max_size=7))
    return [
        QuotaRow("a", where, channel, draw(st.booleans()))
        if where in NODES
        else QuotaRow("a", "albany", channel, draw(st.booleans()), True, where)
        for where, channel in drawn
    ]


def plan_of(units: dict[str, int]) -> Plan:
    """A plan that sends so many units of the item from each node."""
    nothing = Cost(*(0,) * len(Cost._fields))
    shipments = tuple(
        Shipment(
            node,
            *("GROUND", 1, 0, (ShipmentLine("a", n),)),
            ship_by=NOON_FRIDAY,
            promise_date=NOON_FRIDAY.date(),
            cost=nothing,
        )
        for node, n in units.items()
    )
    status = PlanStatus.OPTIMAL
    return Plan(Objective.CHEAPEST, shipments, (), nothing, status, 0, "v", "n")


@settings(max_examples=400, deadline=None)
@given(
    rows=rows(),
    channel=st.sampled_from([*CHANNELS, ""]),
    wanted=st.integers(1, 12),
    seed=st.integers(0, 999),
)
def test_what_is_shown_is_granted(
    rows: list[QuotaRow], channel: str, wanted: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    quotas = Quotas.of(rows, NODES, TAGS)
    stock = random.integers(0, 7, len(NODES))
    names = quotas.names(["a"])
    left = {name: np.zeros(len(NODES), dtype=np.int64) for name in names}
    for row in quotas.rows:
        left[row.name][NODES[row.node_id]] = random.integers(0, 5)
    problem = problem_of({node: [int(stock[n])] for node, n in NODES.items()}, {"a": 1})

    taken, fence = quotas.fenced(["a"], channel, stock[None, :], left, wanted=[wanted])
    drawn = random.permutation(len(NODES))
    chosen, rest = {}, wanted
    for number in drawn.tolist():
        units = min(rest, int(taken[0, number]))
        if units:
            chosen[list(NODES)[number]] = units
        rest -= units

    order = replace(problem.order, facts=OrderFacts(channel))
    problem = replace(problem, order=order, fence=fence)
    plan = plan_of(chosen)
    claims = quota_claims(problem, plan)
    books = Books(generation=1, now_us=0)
    for node, number in NODES.items():
        books.cells["a", node] = CellRow("a", node, on_hand=int(stock[number]))
    for row in quotas.rows:
        units = int(left[row.name][NODES[row.node_id]])
        books.cells[row.name, row.node_id] = CellRow(row.name, row.node_id, units)
    held = replace(
        place("h"),
        lines=(*(HoldLine("a", node, n, 1) for node, n in chosen.items()), *claims),
        fenced=fences(plan, quotas),
    )
    # Raises where a channel would lose what is kept for it.
    check_fences(books, held, ())
    for line in claims:
        assert line.quantity <= books.cells[line.sku, line.node_id].free
    own = {claim.sku for claim in claims}
    assert own <= {row.name for row in rows if row.channel == channel}


def test_an_order_that_fits_meets_no_bound_at_all() -> None:
    quotas = Quotas.of([QuotaRow("a", "albany", "web", True, True)], NODES, TAGS)
    stock, left = np.array([[3, 2, 4, 0]]), np.array([5, 0, 0, 0])

    counted = {quotas.names(["a"])[0]: left}

    taken, fence = quotas.fenced(["a"], "", stock, counted, wanted=[4])

    assert taken.tolist() == stock.tolist()
    assert not fence.kept.any()
    five, _ = quotas.fenced(["a"], "", stock, counted, wanted=[5])
    assert five.tolist() == [[0, 0, 4, 0]], "all of it where most is"


def test_what_a_group_has_left_counts_once_in_the_places_around_it() -> None:
    east = QuotaRow("a", "albany", "web", True, True, "east")
    everywhere = QuotaRow("a", "albany", "shop", True, True)
    quotas = Quotas.of([east, everywhere], NODES, TAGS)
    counted = {
        east.name: np.array([2, 0, 0, 0]),
        everywhere.name: np.array([6, 0, 0, 0]),
    }

    # Ten are there and eight kept: two of its own in the east, two that nobody keeps.
    taken, _ = quotas.fenced(["a"], "web", np.array([[5, 0, 5, 0]]), counted)

    assert taken.sum() == 4
    assert taken[0, 0] >= 2


def test_what_one_tag_gives_a_channel_another_tag_must_spare() -> None:
    east = QuotaRow("a", "albany", "web", True, True, "east")
    sea = QuotaRow("a", "albany", "shop", True, True, "sea")
    quotas = Quotas.of([east, sea], NODES, TAGS)
    counted = {row.name: np.array([5, 0, 0, 0]) for row in (east, sea)}

    # Boston is both, and has all that is kept.
    none, _ = quotas.fenced(["a"], "web", np.array([[0, 5, 0, 0]]), counted)
    two, _ = quotas.fenced(["a"], "web", np.array([[0, 5, 2, 0]]), counted)

    assert none.sum() == 0
    assert two.sum() == 2, "as many as the sea has beyond the five of the shop"
