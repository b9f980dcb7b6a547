"""The wishes of one order, and every policy that they may meet."""

from dataclasses import replace
from datetime import date

import pytest

from allocation.policy import LineSplit, Objective, Policy
from router.narrowing import narrow
from router.routing import UNASKED, Routing
from router.validate import Violations
from shipfrom.v1 import order_pb2
from tests.router.simulation import NOON, setting

PUBLISHED = Policy(
    version="published",
    objective=Objective.FEWEST_SHIPMENTS,
    max_shipments=3,
    node_tags=("open",),
    exclude_node_ids=("c",),
)


def test_nothing_asked_leaves_the_very_policy() -> None:
    assert UNASKED.narrow(PUBLISHED) is PUBLISHED


def test_what_is_not_asked_is_left_to_the_policy() -> None:
    narrowed = Routing(keep_back=2).narrow(PUBLISHED)

    assert narrowed == replace(PUBLISHED, keep_back=2)


def test_option_left_out_of_a_request_is_the_policys_own() -> None:
    """A wish about something else must not turn the objective back to CHEAPEST."""
    request = order_pb2.Routing(max_shipments=2)
    found = Violations()
    snapshot = setting({}).snapshot

    narrowed = narrow(PUBLISHED, request, found, snapshot=snapshot, now=NOON)

    assert not found.found
    assert narrowed == replace(PUBLISHED, max_shipments=2)


def test_tags_and_excluded_nodes_add_up() -> None:
    asked = Routing(node_tags=("cold",), exclude_node_ids=("a",))

    narrowed = asked.narrow(PUBLISHED)

    assert narrowed.node_tags == ("open", "cold")
    assert narrowed.exclude_node_ids == ("a", "c")


@pytest.mark.parametrize(
    "asked",
    [
        UNASKED,
        Routing(max_shipments=1, max_distance_km=200, keep_back=3),
        Routing(objective=Objective.FASTEST, line_split=LineSplit.NEVER),
        Routing(node_tags=("cold",), only_node_ids=("a",), exclude_node_ids=("b",)),
        Routing(allow_partial=True, service="GROUND"),
        Routing(promise_by=date(2026, 12, 1), wanted_by=date(2026, 11, 30)),
    ],
)
def test_wishes_are_told_by_what_they_made_of_the_policy(asked: Routing) -> None:
    assert Routing.between(PUBLISHED, asked.narrow(PUBLISHED)) == asked
