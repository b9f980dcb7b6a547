"""The life of an order by the client, against the real server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import shipfrom
from shipfrom import AsyncClient, Client, Item, Line, Money, ReceivedLine, ReturnLine
from shipfrom._core import new_request_id
from shipfrom.cli.app import run
from shipfrom.testing import Server

DUO = (Line("SKU-1", 1), Line("SKU-9", 2))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        yield started


@pytest.fixture
def sf(server: Server) -> Client:
    for sku in ("SKU-1", "SKU-9"):
        for node_id in ("nyc-01", "chi-01", "lax-01"):
            server.stock.set(node_id, sku, 100)
    return server.client()


def bought(sf: Client, units: int = 2, **said: str) -> shipfrom.Order:
    return sf.hold(lines={"SKU-1": units}, ship_to="10001").commit(**said)


def sent(sf: Client) -> shipfrom.Order:
    """An order that its store has handed to a carrier."""
    order = bought(sf)
    [shipment] = order.shipments
    name = shipment.shipment_id
    sf.stores.accept(name)
    sf.stores.pick(name, {"SKU-1": 2})
    sf.stores.ready(name)
    sf.stores.shipped(name, carrier="UPS", tracking_number="1Z999")
    return sf.orders.get(order.order_id)


def test_a_commit_is_the_order_that_is_read_afterwards(sf: Client) -> None:
    order = bought(sf, customer_ref="c-1")
    read = sf.orders.get(order.order_id)
    assert (read.state, read.lines) == (order.state, order.lines)
    assert read.line_states == order.line_states
    assert (read.customer_ref, read.promised_date) == ("c-1", order.promised_date)
    assert [s.shipment_id for s in read.shipments] == [f"{order.order_id}:1"]
    assert [s.shipment_id for s in order.shipments] == [f"{order.order_id}:1"]


def test_an_order_waits_to_be_paid_and_is_somebodys_until_then(sf: Client) -> None:
    order = bought(sf, customer_ref="c-2", payment_state="pending")
    assert order.state is shipfrom.OrderState.PENDING
    [mine] = sf.orders.list(customer_ref="c-2")
    assert mine.payment_state is shipfrom.PaymentState.PENDING
    [need] = [n for n in sf.orders.exceptions() if n.order_id == order.order_id]
    assert need.kind is shipfrom.ExceptionKind.PAYMENT
    taken = sf.orders.review(order.order_id, assignee="ada")
    assert taken.assignee == "ada"
    paid = sf.orders.report_payment(order.order_id, "p-1", "AUTHORIZED")
    assert paid.state is shipfrom.OrderState.ALLOCATED
    assert [(p.payment_id, p.state) for p in paid.payments][-1] == (
        "p-1",
        shipfrom.PaymentState.AUTHORIZED,
    )
    assert not [n for n in sf.orders.exceptions() if n.order_id == order.order_id]


def test_a_change_is_tried_and_then_made(sf: Client) -> None:
    order = bought(sf)
    wanted = {"SKU-1": 1, "SKU-9": 2}
    tried = sf.orders.change(order.order_id, wanted, dry_run=True)
    assert tried.order is None
    assert tried.promise_kept
    assert sf.orders.get(order.order_id) == sf.order(order.order_id)
    assert sf.order(order.order_id).line_states == order.line_states
    made = sf.orders.change(order.order_id, wanted)
    assert made.order is not None
    assert (made.plan, made.cost_more) == (tried.plan, tried.cost_more)
    counts = {n.sku: (n.ordered, n.cancelled) for n in made.order.line_states}
    assert counts == {"SKU-1": (2, 1), "SKU-9": (2, 0)}
    less = sf.orders.change(order.order_id, {}, removed="SKU-9")
    assert less.order is not None
    assert [s.state for s in less.order.shipments] == ["ALLOCATED", "CANCELLED"]
    assert less.cost_more < Money(0, "USD")


def test_some_or_all_units_are_cancelled_and_never_all_by_mistake(sf: Client) -> None:
    order = bought(sf)
    with pytest.raises(shipfrom.InvalidField, match="is empty"):
        sf.orders.cancel(order.order_id, {})
    tried = sf.orders.cancel(order.order_id, dry_run=True)
    assert tried.state is shipfrom.OrderState.CANCELLED
    assert sf.orders.get(order.order_id).state is shipfrom.OrderState.ALLOCATED
    some = sf.orders.cancel(order.order_id, {"SKU-1": 1}, reason="twice")
    assert [(n.cancelled, n.open) for n in some.line_states] == [(1, 1)]
    assert (some.units, some.cost) == (1, order.cost)
    whole = sf.orders.cancel(order.order_id, request_id=(again := new_request_id()))
    assert whole.state is shipfrom.OrderState.CANCELLED
    assert (whole.units, whole.cost) == (0, Money(0, "USD"))
    assert sf.orders.cancel(order.order_id, request_id=again) == whole
    with pytest.raises(shipfrom.WrongState):
        sf.orders.cancel(order.order_id)


def test_a_shipment_moves_and_each_decision_explains_itself(sf: Client) -> None:
    order = bought(sf)
    name = order.shipments[0].shipment_id
    tried = sf.orders.reroute(order.order_id, name, dry_run=True)
    assert tried.cost_more == Money(200, "USD")
    made = sf.orders.reroute(
        order.order_id, [name], only=["lax-01"], reason="the customer moved"
    )
    assert made.order is not None
    assert [(s.node_id, s.cause) for s in made.order.shipments] == [
        ("nyc-01", ""),
        ("lax-01", "MANUAL"),
    ]
    assert made.order.cost == order.cost + Money(400, "USD")
    assert (made.order.reroutes, made.order.is_late) == (1, not made.promise_kept)
    whys = [sf.explain(order.order_id, decision=number) for number in (0, 1)]
    chosen = [[c.node_id for c in why.candidates if c.chosen] for why in whys]
    assert chosen == [["nyc-01"], ["lax-01"]]
    with pytest.raises(shipfrom.ShipmentNotFound):
        sf.orders.reroute(order.order_id, ["nobody"])


def test_what_is_on_its_way_comes_back_by_a_return(server: Server, sf: Client) -> None:
    order = sent(sf)
    [shipment] = order.shipments
    assert (shipment.state, shipment.carrier) == ("SHIPPED", "UPS")
    assert [(n.open, n.sent) for n in order.line_states] == [(0, 2)]
    with pytest.raises(shipfrom.PastPointOfNoReturn) as too_late:
        sf.orders.cancel(order.order_id)
    assert too_late.value.shipment_id == shipment.shipment_id
    assert (too_late.value.node_id, too_late.value.state) == ("nyc-01", "SHIPPED")
    before = server.stock.available("SKU-1")
    lines = [ReturnLine("SKU-1", 2, "too small")]
    back = sf.orders.create_return(order.order_id, lines, return_id="r-1")
    assert (back.node_id, back.state) == ("nyc-01", "OPEN")
    assert "cheapest way back" in back.verdict
    with pytest.raises(shipfrom.ReturnNotFound):
        sf.orders.receive_return(order.order_id, "r-9", [ReceivedLine("SKU-1", 1)])
    came = [ReceivedLine("SKU-1", 1, "AS_NEW")]
    done = sf.orders.receive_return(order.order_id, "r-1", came)
    assert done.state is shipfrom.ReturnState.RECEIVED
    assert done.lines[0].disposition is shipfrom.Disposition.RESTOCK
    assert server.stock.available("SKU-1") == before + 1
    assert sf.orders.get(order.order_id).returns == (done,)


def test_goods_that_are_not_as_new_are_no_stock(server: Server, sf: Client) -> None:
    order = sent(sf)
    before = server.stock.available("SKU-1")
    back = sf.orders.create_return(order.order_id, {"SKU-1": 2})
    assert back.return_id.startswith("r_")
    came = [ReceivedLine("SKU-1", 2, "OPENED", "refurbish")]
    done = sf.orders.receive_return(order.order_id, back.return_id, came)
    assert (done.lines[0].condition, done.lines[0].disposition) == (
        "OPENED",
        "REFURBISH",
    )
    assert server.stock.available("SKU-1") == before


def test_an_order_is_watched_until_it_is_over(sf: Client) -> None:
    order = bought(sf)
    watched = sf.orders.watch(order.order_id)
    assert next(watched).state is shipfrom.OrderState.ALLOCATED
    sf.orders.cancel(order.order_id)
    assert [seen.state for seen in watched] == ["CANCELLED"]


WAITING = """kind: Policy
name: waiting
say: What is not there waits
rules:
- id: preorder
  say: Preorders wait
  do: SEND_TO
  where: [{field: order.channel, op: EQ, value: preorder}]
  queue: BACKORDER
unfilled: BACKORDER
"""


@pytest.mark.parametrize(
    ("channel", "counts"), [("web", (0, 30, 2)), ("preorder", (0, 0, 32))]
)
def test_a_commit_knows_what_waits_as_well_as_the_ledger_does(
    channel: str, counts: tuple[int, int, int]
) -> None:
    with Server(valkey=False) as own:
        sf = own.client()
        draft = sf.policies.push(WAITING)
        sf.policies.publish(1, draft.etag, override_reason="test")
        facts = shipfrom.OrderFacts(channel=channel)
        hold = sf.hold(lines={"SKU-1": 32}, ship_to="10001", facts=facts)
        order = hold.commit()
        read = sf.orders.get(order.order_id)
        [line] = order.line_states
        assert (line.sent, line.open, line.waiting) == counts
        assert read.line_states == order.line_states
        assert (read.state, read.promise_date) == (order.state, order.promise_date)
        names = [shipment.shipment_id for shipment in order.shipments]
        assert [shipment.shipment_id for shipment in read.shipments] == names


def test_each_command_leads_to_the_next(
    server: Server,
    sf: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    order = sent(sf)
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)

    def told(command: str) -> tuple[str, str]:
        assert run(command.split()) == 0
        out, err = capsys.readouterr()
        return out, err.splitlines()[-1].removeprefix("Next: shipfrom ")

    out, command = told(f"order {order.order_id}")
    assert "is on its way" in out
    assert command == f"order watch {order.order_id}"
    _, command = told(f"returns create {order.order_id} SKU-1=1 --reason small")
    out, command = told(command)
    assert "1 unit of r_" in out
    out, _ = told(command)
    assert "RECEIVED" in out


def test_orders_are_planned_again_together(
    server: Server, sf: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """New York was on fire when it was bought, and sends again."""
    sf.pause_node("nyc-01", reason="fire")
    order = bought(sf)
    sf.resume_node("nyc-01")
    tried = sf.orders.reoptimise([order.shipments[0].node_id], dry_run=True)
    (move,) = [m for m in tried.moves if m.order_id == order.order_id]
    assert (move.after[0].node_id, move.done) == ("nyc-01", False)
    assert move.saving == Money(200, "USD")

    none = sf.orders.reoptimise(least_saving=Money(500, "USD"), most_moved=1)
    assert (none.moves, none.saving) == ((), Money(0, "USD"))
    done = sf.orders.reoptimise(least_total=Money(1, "USD"))
    assert order.order_id in {m.order_id for m in done.moves if m.done}
    why = sf.explain(order_id=order.order_id, decision=1)
    assert why.cause.startswith("REOPTIMISED: saves 2.00 USD")
    asked = ["explain", order.order_id, "--decision", "1", "--address", server.address]
    assert run(asked) == 0
    assert capsys.readouterr().out.startswith("Planned again: REOPTIMISED: saves 2.00")
    with pytest.raises(shipfrom.InvalidField, match="most_moved"):
        sf.orders.reoptimise(most_moved=501)


def test_the_twin_for_asyncio_does_the_same(server: Server, sf: Client) -> None:
    order = bought(sf, customer_ref="c-3")
    name = order.order_id
    there = sent(sf).order_id

    async def story() -> None:
        async with AsyncClient(server.address, deadline_s=10) as twin:
            hold = await twin.hold(lines={"SKU-1": 1}, ship_to="10001")
            made = await hold.commit(customer_ref="c-4", payment_state="PENDING")
            assert made.state == "PENDING"
            paid = await twin.orders.report_payment(made.order_id, "p-2", "CAPTURED")
            assert paid.payment_state == "CAPTURED"
            assert [o.order_id async for o in twin.orders.list(customer_ref="c-3")] == [
                name
            ]
            tried = await twin.orders.change(name, {"SKU-1": 3}, dry_run=True)
            moved = await twin.orders.reroute(name, [f"{name}:1"])
            assert (tried.order, moved.order is None) == (None, False)
            assert (await twin.orders.review(name, assignee="bob")).assignee == "bob"
            assert isinstance([e async for e in twin.orders.exceptions()], list)
            seen = await twin.orders.reoptimise(dry_run=True)
            assert (seen.orders_looked_at > 0, seen.saving.currency) == (True, "USD")
            watched = twin.orders.watch(name)
            assert (await anext(watched)).assignee == "bob"
            await twin.orders.cancel(name)
            assert [seen.state async for seen in watched] == ["CANCELLED"]
            assert (await twin.orders.get(name)).state == "CANCELLED"
            back = await twin.orders.create_return(there, {"SKU-1": 1})
            came = [ReceivedLine("SKU-1", 1, "DAMAGED")]
            done = await twin.orders.receive_return(there, back.return_id, came)
            assert done.lines[0].disposition == "SCRAP"

    asyncio.run(story())


def test_a_bundle_is_written_bought_and_given_back(
    sf: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "items.csv"
    rows.write_text("sku,components,kept_together\nDUO,SKU-1*1;SKU-9*2,yes\n")
    assert run(["import", "items", str(rows), "--address", sf.address]) == 0
    duo = next(item for item in sf.items() if item.sku == "DUO")
    assert (duo.components, duo.kept_together) == (DUO, True)
    assert sf.availability(["DUO"])["DUO"] == 150

    order = sf.hold(lines={"DUO": 2}, ship_to="10001").commit()
    (bundle,) = sf.orders.get(order.order_id).bundles
    assert bundle.components == (Line("SKU-1", 2), Line("SKU-9", 4))
    assert (order.bundles, order.plan.bundles) == ((bundle,), (bundle,))
    after = sf.orders.cancel(order.order_id, lines={"DUO": 1})
    assert [line.cancelled for line in after.line_states] == [1, 2]
    capsys.readouterr()
    assert run(["order", order.order_id, "--address", sf.address]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "DUO x2 = SKU-1 x2 + SKU-9 x4, kept together, 1 cancelled." in said


async def test_the_asynchronous_client_knows_bundles_too(server: Server) -> None:
    for sku in ("SKU-1", "SKU-9"):
        server.stock.set("nyc-01", sku, 100)
    async with AsyncClient(server.address) as sf:
        await sf.upsert_items([Item("TRIO", components=DUO)])
        (found,) = [item async for item in sf.items() if item.sku == "TRIO"]
        assert found.components == DUO
        quote = await sf.quote(lines={"TRIO": 1}, ship_to="10001")
        assert [bundle.sku for bundle in quote.best.bundles] == ["TRIO"]
        with pytest.raises(shipfrom.InvalidField, match="no stock of its own"):
            await sf.set_stock({("TRIO", "nyc-01"): 1})
