"""Orders from a file: good lines are taken, bad ones are named by line and field."""

import json
from datetime import UTC, date, datetime

import pytest

from allocation.order import Line
from allocation.policy import Policy
from router.geography import Postcodes
from router.simulate.order_file import OrderFile, read_orders
from router.wishes import WishReader
from tests.router.simulation import SKUS, outcomes, setting

WORLD = setting({"nyc": dict.fromkeys(SKUS, 9)})
READER = WishReader(Postcodes(), Policy())
GOOD = {
    "order_id": "1001",
    "time": "2026-11-20T09:30:00-05:00",
    "postal_code": "10001",
    "lines": [{"sku": "sku-0", "quantity": 2}],
}


def read(*rows: object) -> OrderFile:
    lines = [
        row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows
    ]
    return read_orders(
        lines, file="week.ndjson", reader=READER, snapshot=WORLD.snapshot
    )


def test_row_is_an_order_at_its_time() -> None:
    row = GOOD | {
        "lines": [{"sku": "sku-0", "quantity": 2}, {"sku": "sku-0", "quantity": 1}],
        "residential": True,
        "abandoned": True,
        "routing": {
            "max_shipments": 2,
            "wanted_by": {"year": 2026, "month": 11, "day": 24},
        },
    }

    (order,) = read(row).orders

    assert order.order_id == "1001"
    assert order.at == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert order.order.lines == (Line("sku-0", 3),), "lines of one SKU are one demand"
    assert order.order.destination.postal_code == "10001"
    assert order.order.destination.residential
    assert order.routing.max_shipments == 2
    assert order.routing.wanted_by == date(2026, 11, 24)
    assert order.abandoned


def test_day_of_a_wish_is_judged_at_the_time_of_its_order() -> None:
    """A file of last year holds days that are long over."""
    wish = {"promise_by": {"year": 2020, "month": 3, "day": 9}}
    old = GOOD | {"time": "2020-03-02T10:00:00Z", "routing": wish}

    assert read(old).orders[0].routing.promise_by == date(2020, 3, 9)
    assert read(GOOD | {"routing": wish}).rejected[0].field == "routing.promise_by"


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"order_id": ""}, "order_id", "is required"),
        ({"order_id": 7}, "order_id", "is not a text"),
        ({"time": "noon"}, "time", "is no time"),
        ({"time": "2026-11-20T09:30:00"}, "time", "has no time zone"),
        ({"postal_code": "00000"}, "postal_code", "has no known place"),
        ({"postal_code": ""}, "postal_code", "has no place"),
        ({"lines": []}, "lines", "is empty"),
        ({"lines": [{"sku": "sku-0"}]}, "lines[0].quantity", "is 0"),
        ({"lines": [{"sku": "sku-x", "quantity": 1}]}, "lines[0].sku", "is an unknown"),
        ({"lines": [{"sku": "sku-0", "qty": 1}]}, "lines[0].qty", "Line has no such"),
        ({"routing": {"service": "AIR"}}, "routing.service", "is an unknown service"),
        ({"abandoned": "yes"}, "abandoned", "is not true or false"),
        ({"postcode": "10001"}, "postcode", "is no field of an order"),
    ],
)
def test_wrong_row_is_named_by_file_line_and_field(
    change: dict[str, object], field: str, problem: str
) -> None:
    found = read(GOOD, GOOD | {"order_id": "1002"} | change)

    assert [order.order_id for order in found.orders] == ["1001"]
    assert found.rejected_lines == 1
    rejected = next(each for each in found.rejected if each.field == field)
    assert (rejected.file, rejected.line) == ("week.ndjson", 2)
    assert rejected.problem.startswith(problem)
    assert rejected.suggestion


def test_all_that_is_wrong_with_a_row_is_named_at_once() -> None:
    found = read(GOOD | {"time": "", "postal_code": "00000", "order_id": "a b"})

    assert [each.field for each in found.rejected] == [
        "order_id",
        "time",
        "postal_code",
    ]
    assert found.rejected_lines == 1


def test_line_that_is_no_json_object_is_rejected_and_empty_lines_are_not() -> None:
    found = read(b"{", b"", b"[1]", GOOD)

    assert [(each.line, each.field) for each in found.rejected] == [
        (1, "line"),
        (3, "line"),
    ]
    assert len(found.orders) == 1


def test_second_row_of_one_order_is_rejected() -> None:
    found = read(GOOD, GOOD)

    assert found.rejected[0].problem == "is the order of line 1 already"
    assert len(found.orders) == 1


def test_many_wrong_rows_are_counted_and_the_first_hundred_named() -> None:
    found = read(*[GOOD | {"time": ""}] * 130)

    assert (found.rejected_lines, len(found.rejected)) == (130, 100)


async def test_orders_of_a_file_can_be_simulated() -> None:
    orders = read(GOOD, GOOD | {"order_id": "1002"}).orders

    assert await outcomes(WORLD, orders) == {"1001": ("nyc",), "1002": ("nyc",)}
