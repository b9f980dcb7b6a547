"""A store's day by the client and the command line, against the real server."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import shipfrom
from shipfrom import AsyncClient, Client, Item, Lane, Line, Money, ShipmentState
from shipfrom._core import new_request_id
from shipfrom.cli.app import run
from shipfrom.testing import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        sf = started.client()
        started.node("bkn", kind="STORE", postal_code="11201")
        sf.upsert_lanes(
            [
                Lane("counter", service="PICKUP", zone=1, node_id="bkn", base=None),
                Lane("van", service="TRANSFER", zone=1, base=Money(300, "USD")),
            ]
        )
        yield started


@pytest.fixture
def sf(server: Server, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("SHIPFROM_ADDRESS", server.address)
    monkeypatch.setenv("COLUMNS", "200")
    for node_id in ("nyc-01", "chi-01", "lax-01"):
        server.stock.set(node_id, "SKU-1", 100)
    server.stock.set("bkn", "SKU-9", 100)
    return server.client()


def bought(sf: Client, sku: str = "SKU-1", **routing: object) -> str:
    """The first shipment of a fresh order of two."""
    hold = sf.hold(lines={sku: 2}, ship_to="10001", **routing)  # type: ignore[arg-type]  # fields of Routing
    return f"{hold.commit().order_id}:1"


def at_the_counter(sf: Client) -> str:
    name = bought(sf, "SKU-9", service="PICKUP")
    sf.stores.pick(name, {"SKU-9": 2})
    return name


def test_a_shipment_goes_from_the_list_to_the_door(sf: Client) -> None:
    name = bought(sf)
    task = next(t for t in sf.stores.tasks("nyc-01") if t.shipment_id == name)
    assert [(line.sku, line.left) for line in task.lines] == [("SKU-1", 2)]
    assert sf.stores.accept(name).task.state is ShipmentState.ACCEPTED
    assert sf.stores.pick(name, {"SKU-1": 2}).rerouted is None
    assert sf.stores.ready(name).pickup_code == ""
    done = sf.stores.shipped(name, carrier="UPS", tracking_number="1Z9")
    assert done.task.state is ShipmentState.SHIPPED
    assert sf.stores.delivered(name).task.state is ShipmentState.DELIVERED


def test_a_dry_run_shows_what_the_reject_does(sf: Client) -> None:
    name = bought(sf)
    shown = sf.stores.reject(name, "not-found", dry_run=True).rerouted
    assert shown is not None
    assert shown.sentence.startswith("goes to chi-01")
    assert shown.change.cost_more == Money(200, "USD")
    done = sf.stores.reject(name, "NOT_FOUND", plan_id=shown.plan_id).rerouted
    assert done is not None
    assert (done.differs, done.shipment_ids) == (False, (name[:-1] + "2",))
    with pytest.raises(shipfrom.WrongState):
        sf.stores.accept(name)


def test_part_is_accepted_and_the_rest_goes_elsewhere(
    sf: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    done = sf.stores.reject(bought(sf), "TOO_BUSY", {"SKU-1": 1})
    assert done.task.state is ShipmentState.ACCEPTED
    assert [line.quantity for line in done.task.lines] == [1]
    assert done.rerouted is not None
    assert done.rerouted.sentence.startswith("goes to chi-01")
    name = bought(sf)
    words = f"store accept {name} SKU-1=1 --reason too-busy --dry-run"
    assert run(words.split()) == 0
    out, err = capsys.readouterr()
    assert "goes to chi-01" in out
    confirm = err.partition("Next: shipfrom ")[2].split()
    assert run(confirm) == 0
    out, err = capsys.readouterr()
    assert f"{name} at nyc-01 is ACCEPTED" in out
    assert f"store pick {name} SKU-1=1" in err
    assert run(f"store reject {name} SKU-1=2 --reason damaged".split()) == 1
    assert "lines[0].quantity" in capsys.readouterr().err


def test_a_queue_may_send_its_writes_twice(sf: Client) -> None:
    name, request_id = bought(sf), new_request_id()
    missing = {"SKU-1": 1}
    first = sf.stores.pick(name, {"SKU-1": 1}, missing=missing, request_id=request_id)
    again = sf.stores.pick(name, {"SKU-1": 1}, missing=missing, request_id=request_id)
    assert replace(again.task, due=None) == replace(first.task, due=None)
    assert again.rerouted == first.rerouted


def test_only_who_knows_the_code_gets_it(sf: Client) -> None:
    name = at_the_counter(sf)
    code = sf.stores.ready(name).pickup_code
    with pytest.raises(shipfrom.WrongCode) as wrong:
        sf.stores.hand_over(name, "x")
    assert wrong.value.metadata["guessesLeft"] == "4"
    done = sf.stores.hand_over(name, code, {"SKU-9": 1})
    assert done.task.state is ShipmentState.COLLECTED


def test_nobody_came(sf: Client) -> None:
    name = at_the_counter(sf)
    sf.stores.ready(name)
    assert sf.stores.uncollected(name).task.state is ShipmentState.NO_SHOW


def test_several_are_asked(sf: Client) -> None:
    name = bought(sf)
    assert sf.stores.offer(name, minutes=5).offered_to == ("chi-01", "lax-01")
    won = sf.stores.accept(name, node_id="lax-01").task
    assert (won.node_id, won.state) == ("lax-01", ShipmentState.ACCEPTED)


def test_a_watch_goes_on_where_it_ended(sf: Client) -> None:
    name = bought(sf)
    for news in sf.stores.watch("nyc-01"):
        if name in {task.shipment_id for task in news.tasks}:
            break
    sf.stores.accept(name)
    for later in sf.stores.watch("nyc-01", resume_token=news.resume_token):
        states = {task.shipment_id: task.state for task in later.tasks}
        if name in states:
            break
    assert states[name] is ShipmentState.ACCEPTED


def test_the_twin_does_the_same(server: Server, sf: Client) -> None:
    name = at_the_counter(sf)
    other = bought(sf)

    async def day() -> None:
        async with AsyncClient(server.address) as twin:
            code = (await twin.stores.ready(name)).pickup_code
            await twin.stores.hand_over(name, code)
            tasks = {t.shipment_id async for t in twin.stores.tasks("nyc-01")}
            assert other in tasks
            async for news in twin.stores.watch("nyc-01"):
                if other in {task.shipment_id for task in news.tasks}:
                    break
            shown = await twin.stores.reject(other, "TOO_BUSY", dry_run=True)
            assert shown.rerouted
            there = shipfrom.Destination(node_id="bkn")
            hold = await twin.hold(lines={"SKU-1": 1}, ship_to=there)
            leg = f"{(await hold.commit()).order_id}:1"
            await twin.stores.pick(leg, {"SKU-1": 1})
            await twin.stores.shipped(leg)
            came = await twin.stores.receive_transfer(leg)
            assert came.task.node_id == "bkn"
            part = await twin.stores.accept(other, {"SKU-1": 1}, reason="FEWER")
            assert part.task.state is ShipmentState.ACCEPTED
            assert "SPECIMEN" in await twin.stores.page("LABEL", shipment_id=other)

    asyncio.run(day())


def test_the_command_line_tells_what_to_do_next(
    sf: Client, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    name = bought(sf)
    steps = (
        (f"tasks nyc-01|{name}", ""),
        (f"accept {name}|is ACCEPTED", f"store pick {name} SKU-1=2"),
        (f"pick {name} SKU-1=1|is PICKING", f"store pick {name} SKU-1=1"),
        (f"pick {name} SKU-1=1|is PICKING", f"store ready {name}"),
        (f"ready {name}|is READY", f"store shipped {name}"),
        (f"shipped {name} --carrier UPS|is SHIPPED", f"store delivered {name}"),
        (f"delivered {name}|is DELIVERED", "store tasks nyc-01"),
    )
    for step, next_step in steps:
        command, _, said = step.partition("|")
        assert run(["store", *command.split()]) == 0
        out, err = capsys.readouterr()
        assert said in out
        assert next_step in err
    page = tmp_path / "label.html"
    assert run(["store", "print", "label", name, "--out", str(page)]) == 0
    assert "SPECIMEN" in page.read_text()


def test_a_dry_run_says_how_to_confirm_it(
    sf: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    name = bought(sf)
    words = ["store", "reject", name, "--reason", "damaged", "--dry-run"]
    assert run(words) == 0
    out, err = capsys.readouterr()
    assert "goes to chi-01" in out
    assert "takes 2 of SKU-1 at nyc-01 off the books as damaged" in out
    assert "nothing has changed" in out
    confirm = err.partition("Next: shipfrom ")[2].split()
    assert "--dry-run" not in confirm
    assert run(confirm) == 0
    out, _ = capsys.readouterr()
    assert f"{name} at nyc-01 is CANCELLED" in out
    assert "Stock moved" not in out


def test_what_the_store_lacks_is_brought_there(
    sf: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    there = shipfrom.Destination(node_id="bkn")
    order = sf.hold(lines={"SKU-1": 1}, ship_to=there).commit()
    (shipment,) = order.shipments
    leg = shipment.shipment_id
    assert (shipment.service, shipment.destination_node_id) == ("TRANSFER", "bkn")
    sf.stores.pick(leg, {"SKU-1": 1})
    assert run(["store", "tasks", "nyc-01"]) == 0
    assert "to bkn" in capsys.readouterr().out
    assert run(["store", "shipped", leg]) == 0
    out, err = capsys.readouterr()
    assert f"{leg} at nyc-01 is IN_TRANSIT" in out
    assert f"store receive {leg}" in err
    assert run(["order", order.order_id]) == 0
    assert "is on its way to bkn; it arrives" in capsys.readouterr().out
    coming = next(t for t in sf.stores.tasks("bkn") if t.shipment_id == leg)
    assert (coming.incoming, coming.destination_node_id) == (True, "bkn")
    assert run(["store", "receive", leg]) == 0
    out, err = capsys.readouterr()
    here = f"{leg[:-1]}2"
    assert f"{here} at bkn is ACCEPTED" in out
    assert f"store pick {here} SKU-1=1" in err
    sf.stores.pick(here, {"SKU-1": 1})
    code = sf.stores.ready(here).pickup_code
    assert sf.stores.hand_over(here, code).task.state is ShipmentState.COLLECTED
    assert sf.orders.get(order.order_id).state is shipfrom.OrderState.COMPLETED


def test_a_quote_may_be_for_a_store(
    sf: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["quote", "--to", "@bkn", "SKU-9=1", "SKU-1=1"]) == 0
    out, _ = capsys.readouterr()
    assert "PICKUP" in out
    assert "TRANSFER" in out
    assert run(["quote", "--to", "@bkm", "SKU-9=1"]) == 1
    assert "bkm is no node" in capsys.readouterr().err


def test_the_counter_by_the_command_line(
    sf: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    name = at_the_counter(sf)
    assert run(["store", "ready", name]) == 0
    out, err = capsys.readouterr()
    code = out.partition("Pickup code: ")[2].strip()
    assert f"store handover {name} CODE" in err
    assert run(["store", "handover", name, "nope"]) == 1
    _, err = capsys.readouterr()
    assert "4 guesses are left" in err
    assert run(["store", "handover", name, code]) == 0
    other = bought(sf)
    assert run(["store", "offer", other, "lax-01", "--json"]) == 0
    assert '"offered_to": ["lax-01"]' in capsys.readouterr().out


def test_a_substitute_is_shown_picked_and_told(
    sf: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "items.csv"
    rows.write_text("sku,substitutes\nBLACK,GREEN|WHITE\nGREEN,\nWHITE,\n")
    assert run(["import", "items", str(rows)]) == 0
    assert next(x for x in sf.items() if x.sku == "BLACK").substitutes == (
        "GREEN",
        "WHITE",
    )
    sf.set_stock({("BLACK", "nyc-01"): 3, ("GREEN", "nyc-01"): 5})
    words = "hold --to 10001 BLACK=2 --hold-id tea-1 --allow-substitutes"
    assert run(words.split()) == 0
    assert run(["commit", "tea-1", "--order-id", "tea-1"]) == 0
    (task,) = [x for x in sf.stores.tasks("nyc-01") if x.shipment_id == "tea-1:1"]
    assert [(x.sku, x.available) for x in task.lines[0].substitutes] == [
        ("GREEN", 5),
        ("WHITE", 0),
    ]
    capsys.readouterr()
    assert run(["store", "tasks", "nyc-01"]) == 0
    assert "BLACK x2 (or GREEN: 5, WHITE: 0)" in capsys.readouterr().out
    pick = "store pick tea-1:1 BLACK=1 --missing BLACK=1 --substitute"
    assert run([*pick.split(), "BLACK=COFFEE:1"]) == 1
    assert "COFFEE is no substitute of BLACK" in capsys.readouterr().err
    assert run([*pick.split(), "GREEN"]) == 2
    assert run([*pick.split(), "BLACK=GREEN:1"]) == 0
    assert "1 of GREEN goes instead of BLACK" in capsys.readouterr().out
    assert run(["order", "tea-1"]) == 0
    assert "GREEN x1 in place of BLACK." in capsys.readouterr().out


async def test_the_twin_sends_substitutes_too(server: Server, sf: Client) -> None:
    sf.upsert_items([Item("OAT"), Item("RYE", substitutes=("OAT",))])
    sf.set_stock({("RYE", "nyc-01"): 4, ("OAT", "nyc-01"): 5})
    async with AsyncClient(server.address) as twin:
        await twin.place_order(
            "bread-1",
            lines={"RYE": 1},
            ship_to="10001",
            customer_ref="c-1",
            allow_substitutes=True,
        )
        no = bought(sf, "RYE", only_node_ids=("nyc-01",))
        instead = {"RYE": {"OAT": 1}}
        with pytest.raises(shipfrom.SubstituteNotAllowed) as refused:
            await twin.stores.pick(no, {}, missing={"RYE": 1}, substitutes=instead)
        assert refused.value.violations[0].field == "lines[0].substitutes[0].sku"
        done = await twin.stores.pick(
            "bread-1:1", {}, missing={"RYE": 1}, substitutes=instead
        )
        assert done.rerouted is not None
        order = await twin.orders.get("bread-1")
    assert order.allow_substitutes
    assert order.line_states[0].substituted_by == (Line("OAT", 1),)
