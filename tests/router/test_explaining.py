"""What look-ahead prices did is on the wire: beside the cost, never part of it."""

from allocation.explain import explain
from allocation.problem import Problem
from allocation.solve import solve
from router.explaining import write_explanation
from router.messages import write_plan
from router.money import Currency
from shipfrom.v1 import order_pb2 as pb
from tests.allocation.synthetic import problem_of

USD = Currency()


def scarce(worth_minor: int) -> Problem:
    return problem_of(
        {"albany": [2], "denver": [9]},
        {"a": 1},
        prices={"albany": [worth_minor], "denver": [0]},
    )


def explained(problem: Problem) -> pb.Explanation:
    out = pb.Explanation()
    write_explanation(explain(problem, solve(problem), money=USD.text), out, USD)
    return out


def test_spared_units_come_with_what_they_are_worth_and_what_that_costs_today() -> None:
    told = explained(scarce(400))

    assert told.spared.sentence == (
        "albany would have cost 2.80 USD less today; its last 2 units of a are worth "
        "4.00 USD each to orders expected."
    )
    assert told.spared.sentence in told.verdict
    assert list(told.spared.node_ids) == ["albany"]
    assert USD.text(280) == f"{told.spared.cost_less.units}.80 USD"
    [units] = told.spared.units
    assert (units.node_id, units.sku, units.units, units.available) == (
        *("albany", "a"),
        *(1, 2),
    )
    assert units.worth.units == 4


def test_the_opportunity_stands_beside_the_cost_of_a_candidate() -> None:
    albany = next(r for r in explained(scarce(400)).candidates if r.node_id == "albany")

    assert (albany.cost.units, albany.opportunity_cost.units) == (7, 4)
    assert [part.name for part in albany.components] == ["shipping"]


def test_a_plan_that_takes_units_of_worth_says_what_they_are_worth() -> None:
    told = explained(scarce(40))

    for sent in (told.plan, told.plan.shipments[0]):
        assert (sent.cost.units, sent.cost.nanos) == (7, 150_000_000)
        assert (sent.opportunity_cost.units, sent.opportunity_cost.nanos) == (
            0,
            400_000_000,
        )
    assert not told.HasField("spared")


def test_a_plan_of_several_shipments_adds_up_what_they_are_worth() -> None:
    prices = {"albany": [30, 0], "boston": [0, 20]}
    problem = problem_of(
        {"albany": [1, 0], "boston": [0, 1]}, {"a": 1, "b": 1}, prices=prices
    )
    out = pb.Plan()
    write_plan(solve(problem), out, USD)

    assert [s.opportunity_cost.nanos for s in out.shipments] == [
        300_000_000,
        200_000_000,
    ]
    assert out.opportunity_cost.nanos == 500_000_000


def test_without_prices_nothing_of_it_is_sent() -> None:
    told = explained(problem_of({"albany": [2], "denver": [9]}, {"a": 1}))

    assert not told.HasField("spared")
    assert not told.plan.HasField("opportunity_cost")
    assert not any(row.HasField("opportunity_cost") for row in told.candidates)
