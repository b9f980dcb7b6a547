"""A policy that asks sends from where units are found, and from where stock lasts."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shipfrom.testing import Server
from shipfrom.v1 import policy_service_pb2 as policy_pb
from shipfrom.v1 import store_service_pb2 as pb
from tests.router.policies.test_policy_service import published, written
from tests.router.stores.counter import Counter, assert_books_are_right, open_stores
from tests.router.stores.test_cool_off import ships_from

SEEN_S = 5.0
FEWER = pb.REJECT_REASON_FEWER
TIERS = """
kind: Policy
name: shop
say: By what was learned
objective: [{{minimise: unfilled_units}}, {{minimise: {measure}}}]
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(empty=True, valkey=False) as started:
        open_stores(started)
        yield started
        assert_books_are_right(started)


def until(found: Callable[[], Any]) -> None:
    deadline = time.monotonic() + SEEN_S
    while not found():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def test_orders_avoid_a_store_that_does_not_find_its_units(counter: Counter) -> None:
    sku, there = counter.sku(nyc=50), counter.sku(bkn=50)
    other = counter.sku(nyc=9, bkn=9)
    # Brooklyn is as near and as cheap as New York, which comes first by its distance.
    assert ships_from(counter, other) == ["nyc"]
    name = counter.ordered({sku: 10})
    counter.picked(name, {sku: 4}, missing={sku: 6}, reason=FEWER)
    counter.picked(counter.ordered({there: 10}), {there: 10})

    published(counter, TIERS.format(measure="pick_risk"))

    until(lambda: ships_from(counter, other) == ["bkn"])


def test_orders_prefer_where_the_stock_lasts_longest(counter: Counter) -> None:
    sku = counter.sku(nyc=20, chi=20)
    assert ships_from(counter, sku) == ["nyc"]
    counter.ordered({sku: 2})

    published(counter, TIERS.format(measure="days_of_cover"))

    until(lambda: ships_from(counter, sku) == ["chi"])
    # Of what nobody bought yet the cheapest goes first, as it lasts everywhere.
    assert ships_from(counter, counter.sku(nyc=5, chi=5)) == ["nyc"]


def test_what_orders_took_since_is_learned_within_minutes(counter: Counter) -> None:
    sku = counter.sku(nyc=20, chi=20)
    counter.ordered({sku: 2})
    published(counter, TIERS.format(measure="days_of_cover"))
    until(lambda: ships_from(counter, sku) == ["chi"])

    counter.ordered({sku: 4})
    counter.server.clock.advance("6m")

    until(lambda: ships_from(counter, sku) == ["nyc"])


def test_a_draft_is_simulated_with_what_only_it_asks_for(counter: Counter) -> None:
    sku = counter.sku(nyc=20, chi=20)
    for _ in range(2):
        counter.ordered({sku: 1})
    counter.server.clock.advance("1m")
    draft = written(counter, TIERS.format(measure="days_of_cover"))

    source = policy_pb.PolicySource(version=draft.version)
    stub = counter.server.client().raw.policies
    *_, last = stub.SimulatePolicy(
        policy_pb.SimulatePolicyRequest(source=source), timeout=60
    )

    assert last.report.changed_orders == 2
    assert last.report.changed[0].candidate.node_ids == ["chi"]
