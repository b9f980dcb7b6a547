"""Orders of other systems: read from what they really send, placed once each."""

import copy
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shipfrom import (
    AsyncClient,
    Client,
    Destination,
    IdReused,
    IncomingOrder,
    Line,
    WrongOrder,
    json_order,
    shopify_order,
)
from shipfrom._incoming import placings
from shipfrom.cli.app import run
from shipfrom.testing import Server

Write = Callable[..., Path]
SAMPLE = Path(__file__).with_name("samples") / "shopify_order.json"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as started:
        yield started


@pytest.fixture
def sf(server: Server) -> Client:
    for sku in ("SKU-1", "SKU-9"):
        server.stock.set("nyc-01", sku, 100)
    return server.client()


@pytest.fixture
def payload() -> dict[str, Any]:
    return json.loads(SAMPLE.read_text())


@pytest.fixture
def name() -> str:
    return f"o-{uuid.uuid4().hex[:8]}"


def shipfrom(sf: Client, *arguments: str | Path) -> int:
    return run([*map(str, arguments), "--address", sf.address])


def allocated(sf: Client, sku: str) -> int:
    return next(sf.stock(sku, node_id="nyc-01")).allocated


def test_an_order_of_shopify_is_read_as_it_is_sent(payload: dict[str, Any]) -> None:
    assert shopify_order(payload) == IncomingOrder(
        order_id="820982911946154508",
        lines=(Line("SKU-1", 2),),
        ship_to=Destination("10001", "US"),
        channel="web",
        tags=("tag1", "Gift-wrap"),
        order_ref="#9999",
        customer_ref="115310627314723954",
    )


@pytest.mark.parametrize(
    ("path", "value", "field", "problem"),
    [
        (("shipping_address",), None, "shipping_address", "is missing"),
        (("shipping_address", "zip"), 2134, "shipping_address.zip", "is no text"),
        (("line_items", 0, "sku"), None, "line_items[0].sku", "is empty"),
        (("line_items", 0, "quantity"), "2", "line_items[0].quantity", "no quantity"),
        (("line_items",), [], "line_items", "nothing that ships"),
        (("line_items",), None, "line_items", "is no list"),
        (("cancelled_at",), "2026-11-16T12:00:00Z", "cancelled_at", "is cancelled"),
        (("test",), True, "test", "is a test"),
        (("id",), None, "id", "is no id"),
    ],
)
def test_what_cannot_be_read_is_named_by_order_and_field(
    payload: dict[str, Any], path: tuple[Any, ...], value: Any, field: str, problem: str
) -> None:
    broken: Any = copy.deepcopy(payload)
    *way, last = path
    place = broken
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(WrongOrder) as caught:
        shopify_order(broken)
    assert caught.value.order_id == "#9999"
    assert caught.value.path == field
    assert problem in caught.value.problem


def test_an_order_of_our_own_form_is_read() -> None:
    order = json_order(
        {
            "order_id": "web-1",
            "lines": [{"sku": "SKU-1", "quantity": 2}],
            "ship_to": {"postal_code": "10115", "region_code": "DE"},
            "service": "GROUND",
            "tags": ["gift"],
        }
    )
    assert order.ship_to == Destination("10115", "DE")
    assert (order.lines, order.service) == ((Line("SKU-1", 2),), "GROUND")
    with pytest.raises(WrongOrder, match="order web-2: ship_to: is missing"):
        json_order({"order_id": "web-2", "lines": []})


def test_a_file_of_orders_goes_in_once(
    sf: Client, name: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    before = allocated(sf, "SKU-1")
    path = write(
        "order_id,created_time,postal_code,country,service,sku,quantity,unit_price,"
        "channel,customer_ref\n"
        f"{name}-1,2026-11-16T12:00:00Z,10001,US,,SKU-1,2,9.90,web,c-1\n"
        f"{name}-1,2026-11-16T12:00:00Z,10001,US,,SKU-9,1,4.50,web,c-1\n"
        f"{name}-2,2026-11-16T12:05:00Z,10001,US,GROUND,SKU-1,1,9.90,app,c-2\n"
    )
    for _ in range(2):
        assert shipfrom(sf, "import", "orders", path) == 0
        assert capsys.readouterr().out == "2 orders placed, 0 refused\n"
        assert allocated(sf, "SKU-1") == before + 3
    order = sf.order(f"{name}-1")
    assert order.customer_ref == "c-1"
    assert {(line.sku, line.quantity) for line in order.lines} == {
        ("SKU-1", 2),
        ("SKU-9", 1),
    }


def test_refused_orders_are_named_and_go_in_when_they_are_mended(
    sf: Client, name: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "order_id,postal_code,sku,quantity\n"
        f"{name}-1,10001,SKU-2,1\n{name}-2,10001,SKU-1,1\n{name}-3,10001,SKU-1,x\n"
        f"{name}-4,10001,SKU-1,9999\n"
    )
    path = write(text)
    assert shipfrom(sf, "import", "orders", path) == 1
    out, err = capsys.readouterr()
    assert out == "1 order placed, 3 refused\n"
    assert f"order {name}-1: lines[0].sku: is an unknown SKU" in err
    assert "did you mean SKU-" in err
    assert f"order {name}-3: quantity: 'x' is not a whole number (line 4)" in err
    assert f"order {name}-4: NO_STOCK: " in err
    mended = text.replace("SKU-2", "SKU-9").replace(",x", ",1").replace("9999", "2")
    path.write_text(mended)
    assert shipfrom(sf, "import", "orders", path) == 0
    assert capsys.readouterr().out == "4 orders placed, 0 refused\n"


def test_an_order_with_one_wrong_row_is_left_out_whole(
    sf: Client, name: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        "order_id,postal_code,sku,quantity\n"
        f"{name},10001,SKU-1,1\n{name},10001,SKU-9,\n"
        f"{name}-b,10001,SKU-1,1\n{name}-c,10001,SKU-1,1\n{name}-b,10001,SKU-9,1\n"
        f"{name}-d,10001,SKU-1,1\n{name}-d,60601,SKU-9,1\n"
    )
    assert shipfrom(sf, "import", "orders", path) == 1
    out, err = capsys.readouterr()
    assert out == "1 order placed, 3 refused\n"
    assert f"order {name}: quantity: is empty (line 3)" in err
    assert f"order {name}-b: order_id: its rows do not stand together" in err
    assert f"order {name}-d: postal_code: differs between the rows" in err


def test_an_order_that_changed_after_it_was_placed_is_refused(
    sf: Client, name: str
) -> None:
    order = IncomingOrder(name, (Line("SKU-1", 1),), Destination("10001"))
    assert sf.import_orders([order]).placed == 1
    other = IncomingOrder(name, (Line("SKU-1", 2),), Destination("10001"))
    report = sf.import_orders([other])
    assert (report.placed, len(report.failed)) == (0, 1)
    assert report.failed[0].field == IdReused.reason


def test_an_order_whose_hold_ended_before_its_commit_is_placed_again(
    server: Server, sf: Client, name: str
) -> None:
    order = IncomingOrder(name, (Line("SKU-1", 1),), Destination("10001"))
    sf._shell.send(next(placings(order)).hold)
    server.clock.advance("6m")
    assert sf.import_orders([order]).placed == 1
    assert sf.import_orders([order]).placed == 1
    assert len([one for one in sf.orders() if one.order_id == name]) == 1


@pytest.mark.parametrize("form", ["one", "list", "orders", "lines"])
def test_orders_of_shopify_are_placed_from_every_form_of_json(
    sf: Client, payload: dict[str, Any], write: Write, form: str
) -> None:
    payload["id"] = uuid.uuid4().int >> 66
    another = payload | {"id": payload["id"] + 1}
    text = {
        "one": json.dumps(payload, indent=2),
        "list": json.dumps([payload, another]),
        "orders": json.dumps({"orders": [payload, another]}),
        "lines": "\n".join(map(json.dumps, (payload, another))),
    }[form]
    assert shipfrom(sf, "import", "orders", write(text, name="orders.json")) == 0
    assert sf.order(str(payload["id"])).order_id == str(payload["id"])


def test_json_that_cannot_be_read_says_where(
    sf: Client, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write('{"order_id": "a"}\n{nothing\n', name="orders.ndjson")
    assert shipfrom(sf, "import", "orders", path) == 2
    assert f"{path}:2:1 is no JSON object" in capsys.readouterr().err


async def test_the_asynchronous_client_places_orders_too(sf: Client, name: str) -> None:
    good = IncomingOrder(name, (Line("SKU-1", 1),), Destination("10001"))
    bad = IncomingOrder(f"{name}-b", (Line("SKU-2", 1),), Destination("10001"))
    seen: list[int] = []
    async with AsyncClient(sf.address, deadline_s=10.0) as client:
        report = await client.import_orders([good, bad], progress=seen.append)
    assert (report.placed, [one.order_id for one in report.failed]) == (
        1,
        [bad.order_id],
    )
    assert seen == [1, 2]
