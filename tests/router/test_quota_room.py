"""How many units may be kept: added up once for each place, however many are set."""

import time

import pytest

from allocation.network import Network, Node
from inventory.errors import QuotaTooLarge
from inventory.operations import Cell
from router.quota_room import Places, check_room
from router.quotas import QuotaRow
from router.snapshot import snapshot_of

NODES = 1_000
ROWS = 500
SECONDS_MAX = 0.7
"""Of the processor. Adding up anew for each quota took twice as long and more."""


def node(number: int, tag: str) -> Node:
    return Node(f"n{number}", number, 40.0, -75.0, "CENTRE", tags=(tag,))


def test_hundreds_of_quotas_over_a_thousand_nodes_are_checked_at_once() -> None:
    nodes = [node(n, f"t{n % 9}") for n in range(NODES)]
    places = Places(snapshot_of(Network.compile(nodes, [], [])))
    cells = {("a", each.node_id): Cell("a", each.node_id, 2) for each in nodes}
    rows = [QuotaRow("a", each.node_id, "web", True) for each in nodes]
    rows += [QuotaRow("a", "n0", "web", True, True, f"t{n}") for n in range(9)]
    left = dict.fromkeys(rows, 1)
    started = time.process_time()

    check_room(left, dict.fromkeys(rows[-ROWS:], 1), cells, places)

    assert time.process_time() - started < SECONDS_MAX
    one_more = QuotaRow("a", "n0", "shop", True, True)
    most = 2 * NODES - len(rows)
    check_room(left | {one_more: most}, {one_more: most}, cells, places)
    more = {one_more: most + 1}
    with pytest.raises(QuotaTooLarge, match=f"{len(rows)} kept for other channels"):
        check_room(left | more, more, cells, places)


def test_a_quota_of_a_node_fits_the_places_around_it() -> None:
    nodes = [node(n, "east") for n in range(2)]
    places = Places(snapshot_of(Network.compile(nodes, [], [])))
    cells = {("a", each.node_id): Cell("a", each.node_id, 3) for each in nodes}
    east = QuotaRow("a", "n0", "web", True, True, "east")
    here = {QuotaRow("a", "n1", "shop", True): 2}

    check_room({east: 4, **here}, here, cells, places)
    with pytest.raises(QuotaTooLarge) as refused:
        check_room({east: 5, **here}, here, cells, places)

    assert refused.value.metadata["free"] == "1"
