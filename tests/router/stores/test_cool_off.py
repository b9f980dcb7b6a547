"""What stores turn down makes the policy leave them alone, on every router, for a
while."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest

from shipfrom.cli.app import run
from shipfrom.testing import NOON, Server
from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import store_service_pb2 as store_pb
from tests.router.policies.test_policy_service import published
from tests.router.shop import refusal
from tests.router.stores.counter import Counter, assert_books_are_right, open_stores

BUSY = store_pb.REJECT_REASON_TOO_BUSY
SEEN_S = 2.0
REST = """
kind: Policy
name: shop
say: Stores that cannot keep up rest
rules:
- id: rest
  say: Two rejections within two hours are too many
  do: COOL_OFF
  where: [{field: node.kind, op: EQ, value: STORE}]
  rejections: 2
  within_hours: 2
  for_minutes: 60
  strength: SOFT
"""
LIFTED = REST + "relax: [{lift: [rest]}]\n"


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


def ships_from(counter: Counter, sku: str) -> list[str]:
    return [each.node_id for each in counter.quote({sku: 1}).best.shipments]


def nodes(counter: Counter) -> dict[str, network_pb.Node]:
    found = counter.call("ListNodes", network_pb.ListNodesRequest()).nodes
    return {node.node_id: node for node in found}


def turned_down(counter: Counter, sku: str, times: int) -> None:
    """Orders that New York rejects because it is too busy."""
    names = [counter.ordered({sku: 1}) for _ in range(times)]
    for name in names:
        counter.ask("Reject", name, reason=BUSY)


def test_a_store_that_rejects_too_much_gets_no_orders_until_its_rest_is_over(
    counter: Counter,
) -> None:
    published(counter, REST)
    sku = counter.sku(nyc=9, chi=9)
    turned_down(counter, sku, 1)
    counter.server.run(counter.server.app.refresh())
    assert ships_from(counter, sku) == ["nyc"]

    turned_down(counter, sku, 1)

    until(lambda: ships_from(counter, sku) == ["chi"])
    rest = nodes(counter)["nyc"]
    assert rest.cooling_off_until.ToDatetime(UTC) == NOON + timedelta(hours=1)
    assert rest.cooling_off_reason == "2 rejections within 2 hours: rule rest"
    assert not nodes(counter)["chi"].HasField("cooling_off_until")
    counter.items("NEW-IN-THE-NETWORK")
    assert ships_from(counter, sku) == ["chi"]
    counter.server.clock.advance("1h")
    assert ships_from(counter, sku) == ["nyc"]
    assert not nodes(counter)["nyc"].HasField("cooling_off_until")


def test_a_store_that_lets_its_time_pass_counts_as_rejecting(counter: Counter) -> None:
    published(counter, REST)
    sku = counter.sku(nyc=9, chi=9)
    for _ in range(2):
        counter.ordered({sku: 1})
    counter.server.run(counter.server.app.keep_time())

    counter.server.clock.advance("16m")

    until(lambda: ships_from(counter, sku) == ["chi"])


def test_a_refusal_names_the_rule_and_a_step_may_lift_it(counter: Counter) -> None:
    published(counter, REST)
    sku = counter.sku(nyc=9)
    turned_down(counter, sku, 2)
    until(lambda: not ships_from(counter, sku))

    refused = refusal(lambda: counter.hold({sku: 1}))
    assert (refused.reason, refused.metadata["line0Reason"]) == (
        "NO_STOCK",
        "COOLING_OFF",
    )
    assert "rule rest lets the nodes that have them rest" in refused.message
    assert not counter.quote({sku: 1}, why_not_node_ids=["nyc"]).best.shipments

    published(counter, LIFTED)
    until(lambda: ships_from(counter, sku) == ["nyc"])
    assert list(counter.quote({sku: 1}).best.relaxed) == ["lifted rest"]


def test_another_router_heeds_it_too_and_so_does_a_new_one(postgres_url: str) -> None:
    with (
        Server(empty=True, valkey=False, ledger_url=postgres_url) as one,
        Server(empty=True, valkey=False, ledger_url=postgres_url) as other,
    ):
        open_stores(one)
        here, there = Counter(one), Counter(other)
        published(here, REST)
        sku = here.sku(nyc=9, chi=9)
        until(lambda: ships_from(there, sku) == ["nyc"])

        turned_down(here, sku, 2)

        until(lambda: ships_from(there, sku) == ["chi"])
        with Server(empty=True, valkey=False, ledger_url=postgres_url) as third:
            assert ships_from(Counter(third), sku) == ["chi"]


def test_people_see_it_in_the_list_of_nodes(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    published(counter, REST)
    sku = counter.sku(nyc=9, chi=9)
    turned_down(counter, sku, 2)
    until(lambda: ships_from(counter, sku) == ["chi"])
    monkeypatch.setenv("SHIPFROM_ADDRESS", counter.server.address)
    monkeypatch.setenv("COLUMNS", "120")

    assert run(["node", "list"]) == 0

    row = next(r for r in capsys.readouterr().out.splitlines() if r.startswith("nyc"))
    assert "2026-11-16 18:00:00Z" in row
    assert "2 rejections within 2 hours: rule rest" in row
