"""Orders that nobody has begun are planned again together, over the wire."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from inventory.audit import audit
from router.orders.service import OrderService
from router.rpc.call import Call
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb
from shipfrom.v1 import store_service_pb2 as store_pb
from tests.router.shop import Shop, new_id, refusal

DENVER, CHICAGO, NEW_YORK = "80202", "60601", "10001"


@dataclass
class Desk:
    """Orders of one test, which nobody else's pool meets."""

    shop: Shop
    orders: list[str] = field(default_factory=list)

    def order(self, sku: str, to: str) -> str:
        place = order_pb2.Destination(postal_code=to)
        held = self.shop.hold({sku: 1}, ship_to=place)
        self.orders.append(self.shop.commit(held.hold_id).order_id)
        return self.orders[-1]

    def reoptimise(self, *, seconds: float = 10, **fields: Any) -> pb.Reoptimisation:
        """What the last message says."""
        fields.setdefault("request_id", new_id())
        orders = self.shop.server.client().raw.orders
        stream = orders.Reoptimise(pb.ReoptimiseRequest(**fields), timeout=seconds)
        *_, last = stream
        self.shop.trailers = dict(stream.trailing_metadata())
        return last.result

    def read(self, order_id: str) -> pb.Order:
        request = pb.GetOrderRequest(order_id=order_id)
        found = self.shop.call("GetOrder", request).order
        assert isinstance(found, pb.Order)
        return found

    def nodes(self, *order_ids: str) -> list[str]:
        """Where each order's one live shipment is."""
        return [live(self.read(order_id)).node_id for order_id in order_ids]

    def explain(self, order_id: str, number: int) -> pb.ExplainOrderResponse:
        request = pb.ExplainOrderRequest(order_id=order_id, decision_number=number)
        found = self.shop.call("ExplainOrder", request)
        assert isinstance(found, pb.ExplainOrderResponse)
        return found


def live(order: pb.Order) -> order_pb2.Shipment:
    over = order_pb2.SHIPMENT_STATE_CANCELLED
    (shipment,) = [s for s in order.shipments if s.state != over]
    return shipment


@pytest.fixture
def desk(shop: Shop) -> Iterator[Desk]:
    used = Desk(shop)
    yield used
    for order_id in used.orders:
        request = pb.CancelOrderRequest(request_id=new_id(), order_id=order_id)
        shop.call("CancelOrder", request)


def two_that_should_swap(desk: Desk) -> tuple[str, str]:
    """The last unit of Chicago went to Denver, and then Chicago wanted one, too."""
    sku = desk.shop.sku(chi=1)
    denver = desk.order(sku, DENVER)
    desk.shop.count(sku, lax=1)
    chicago = desk.order(sku, CHICAGO)
    assert desk.nodes(denver, chicago) == ["chi", "lax"]
    return denver, chicago


def one_that_could_come_from_nearer(desk: Desk) -> str:
    """Only Los Angeles had it; then some came to Chicago."""
    sku = desk.shop.sku(lax=1)
    order_id = desk.order(sku, NEW_YORK)
    desk.shop.count(sku, chi=5)
    return order_id


def accept(desk: Desk, order_id: str) -> None:
    shipment = live(desk.read(order_id)).shipment_id
    request = store_pb.AcceptRequest(request_id=new_id(), shipment_id=shipment)
    desk.shop.call("Accept", request)


def day(message: Date) -> date:
    return date(message.year, message.month, message.day)


def dollars(cents: int) -> Money:
    return Money(currency_code="USD", units=cents // 100, nanos=cents % 100 * 10**7)


def test_two_orders_swap_the_last_units_of_two_nodes(desk: Desk) -> None:
    denver, chicago = two_that_should_swap(desk)

    answer = desk.reoptimise()

    assert answer.verdict == "2 of 2 orders moved and save 4.00 USD."
    assert desk.nodes(denver, chicago) == ["lax", "chi"]
    assert {move.order_id: move.done for move in answer.moves} == {
        denver: True,
        chicago: True,
    }
    moved = next(move for move in answer.moves if move.order_id == chicago)
    assert [s.node_id for s in moved.before] == ["lax"]
    assert [s.node_id for s in moved.after] == ["chi"]
    assert moved.saving == dollars(400)
    assert f"together with {denver} it saves 4.00 USD" in moved.reason
    server = desk.shop.server
    report = server.run(audit(server.ledger_url, server.view_url))
    assert (report.violations, report.oversold_units) == ((), 0)


def test_with_units_to_spare_one_order_moves_by_itself(desk: Desk) -> None:
    order_id = one_that_could_come_from_nearer(desk)

    answer = desk.reoptimise()

    (move,) = answer.moves
    assert (move.saving, answer.saving) == (dollars(200), dollars(200))
    assert desk.nodes(order_id) == ["chi"]
    sku = move.after[0].lines[0].sku
    assert desk.shop.cell(sku, "lax").available == 1
    assert desk.shop.cell(sku, "chi").available == 4


def test_an_order_tells_why_it_moved_and_its_decision_replays(desk: Desk) -> None:
    order_id = one_that_could_come_from_nearer(desk)
    promised = desk.read(order_id).promise_date
    desk.reoptimise()

    order = desk.read(order_id)
    cause = "REOPTIMISED: saves 2.00 USD"
    assert live(order).cause == cause
    assert (order.reroutes, order.state) == (0, pb.ORDER_STATE_ALLOCATED)
    assert day(order.promise_date) <= day(promised)
    explained = desk.explain(order_id, 1)
    assert (explained.cause, explained.explanation.replayed) == (cause, True)
    assert desk.explain(order_id, 0).cause == ""
    assert [s.node_id for s in explained.explanation.plan.shipments] == ["chi"]


def test_a_rehearsal_shows_the_moves_and_makes_none(desk: Desk) -> None:
    denver, chicago = two_that_should_swap(desk)

    answer = desk.reoptimise(validate_only=True)

    assert answer.verdict == "2 of 2 orders would move and save 4.00 USD."
    assert not any(move.done for move in answer.moves)
    assert desk.nodes(denver, chicago) == ["chi", "lax"]


def test_the_same_request_is_told_the_same(desk: Desk) -> None:
    two_that_should_swap(desk)
    request_id = new_id()
    first = desk.reoptimise(request_id=request_id)
    again = desk.reoptimise(request_id=request_id)

    assert desk.shop.trailers["shipfrom-replayed"] == "true"
    assert again == first
    other = refusal(lambda: desk.reoptimise(request_id=request_id, most_moved=3))
    assert other.reason == "ID_REUSED"


def test_a_repeat_of_nothing_moves_nothing_either(desk: Desk) -> None:
    request_id = new_id()
    first = desk.reoptimise(request_id=request_id)
    order_id = one_that_could_come_from_nearer(desk)

    assert desk.reoptimise(request_id=request_id) == first
    assert desk.nodes(order_id) == ["lax"]


def test_an_order_that_a_node_has_begun_is_left_alone(desk: Desk) -> None:
    denver, chicago = two_that_should_swap(desk)
    accept(desk, chicago)

    answer = desk.reoptimise()

    assert not answer.moves
    said = "Nothing to move: no saving among 1 order is large enough."
    assert answer.verdict == said
    assert desk.nodes(denver, chicago) == ["chi", "lax"]


def test_a_saving_that_is_too_small_moves_nothing(desk: Desk) -> None:
    order_id = one_that_could_come_from_nearer(desk)

    assert not desk.reoptimise(least_saving=dollars(201)).moves
    assert not desk.reoptimise(least_total=dollars(201)).moves
    assert len(desk.reoptimise(least_total=dollars(200)).moves) == 1
    assert desk.nodes(order_id) == ["chi"]


def test_no_more_orders_move_than_are_allowed(desk: Desk) -> None:
    two_that_should_swap(desk)
    alone = one_that_could_come_from_nearer(desk)

    (move,) = desk.reoptimise(most_moved=1).moves
    assert move.order_id == alone


def test_only_orders_at_the_named_nodes_are_looked_at(desk: Desk) -> None:
    one_that_could_come_from_nearer(desk)

    nowhere = desk.reoptimise(node_ids=["nyc"])
    assert nowhere.orders_looked_at == 0
    said = "Nothing to move: there is no order that nobody has begun."
    assert nowhere.verdict == said
    assert desk.reoptimise(node_ids=["lax"]).orders_looked_at == 1


def test_no_order_arrives_later_than_it_was_promised(desk: Desk) -> None:
    """A centre beside Chicago would be cheaper, and takes its time."""
    server = desk.shop.server
    server.node("slow", postal_code="60601", handling_days=9)
    sku = desk.shop.sku(lax=1)
    order_id = desk.order(sku, NEW_YORK)
    desk.shop.count(sku, slow=5)

    assert not desk.reoptimise(least_saving=dollars(0)).moves
    desk.shop.count(sku, chi=5)
    (move,) = desk.reoptimise().moves
    assert (move.order_id, move.after[0].node_id) == (order_id, "chi")


def test_an_order_moves_in_no_more_shipments_and_what_need_not_go_stays(
    desk: Desk,
) -> None:
    here, far = desk.shop.sku(nyc=1), desk.shop.sku(lax=2)
    held = desk.shop.hold({here: 1, far: 2})
    desk.orders.append(order_id := desk.shop.commit(held.hold_id).order_id)
    before = {s.node_id: s.shipment_id for s in desk.read(order_id).shipments}
    assert set(before) == {"nyc", "lax"}
    desk.shop.count(far, chi=1, nyc=1)

    assert not desk.reoptimise(least_saving=dollars(0)).moves
    desk.shop.count(far, chi=2, nyc=0)
    desk.reoptimise()

    shipments = desk.read(order_id).shipments
    over = order_pb2.SHIPMENT_STATE_CANCELLED
    kept = {s.node_id: s.shipment_id for s in shipments if s.state != over}
    assert set(kept) == {"nyc", "chi"}
    assert kept["nyc"] == before["nyc"]


def test_nobody_else_moves_the_orders_of_a_shop(desk: Desk) -> None:
    one_that_could_come_from_nearer(desk)
    server = desk.shop.server
    service = server.app.services["shipfrom.v1.OrderService"]
    request = pb.ReoptimiseRequest(request_id=new_id())
    stranger = Call(principal="stranger")

    assert isinstance(service, OrderService)
    (answer,) = server.run(all_of(service.Reoptimise(request, stranger)))
    assert answer.result.orders_looked_at == 0


async def all_of(steps: AsyncIterator[Any]) -> list[Any]:
    return [step async for step in steps]


def test_wrong_limits_are_named(desk: Desk) -> None:
    wrong = refusal(
        lambda: desk.reoptimise(
            request_id="",
            node_ids=["lax", "moon"],
            most_moved=501,
            least_saving=Money(currency_code="EUR", units=1),
        )
    )

    assert wrong.code == "INVALID_ARGUMENT"
    assert set(wrong.fields) == {
        "request_id",
        "node_ids[1]",
        "most_moved",
        "least_saving",
    }
