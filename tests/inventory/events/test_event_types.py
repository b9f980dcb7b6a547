"""Names of events: one rule, few exceptions, all of them explained to readers."""

import re
from pathlib import Path

import pytest

from inventory.events.deliveries import DISABLED_KIND
from inventory.events.types import KINDS, type_of
from inventory.orders.tables import ORDER_STATES, SHIPMENT_STATES

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("ORDER_ALLOCATED", "shipfrom.order.allocated.v1"),
        ("HOLD_EXPIRED", "shipfrom.hold.expired.v1"),
        ("STOCK_SHORT", "shipfrom.cell.short.v1"),
        ("CAPACITY_SHORT", "shipfrom.node.capacity_short.v1"),
        ("SHIPMENT_SHORT_PICKED", "shipfrom.shipment.short_picked.v1"),
        ("NEVER_HEARD_OF", "shipfrom.never.heard_of.v1"),
        ("ALONE", "shipfrom.alone.v1"),
    ],
)
def test_a_kind_becomes_a_type(kind: str, said: str) -> None:
    assert type_of(kind) == said


def test_no_two_kinds_share_a_type() -> None:
    assert len({type_of(kind) for kind in KINDS}) == len(KINDS)


def test_every_type_is_explained() -> None:
    page = (ROOT / "docs" / "events.md").read_text()
    explained = set(re.findall(r"^\| `([a-z_.]+)` \|", page, re.M))

    told = {type_of(kind).split(".", 1)[1].removesuffix(".v1") for kind in KINDS}

    assert told == explained


def test_every_kind_that_the_ledger_tells_is_listed() -> None:
    files = (ROOT / "inventory").rglob("*.py")
    text = "".join(f.read_text() for f in files if f.name != "types.py")
    plain = re.findall(r'tell\([^()"]*"([A-Z]+_[A-Z_]+)"', text)
    of_shipments = re.findall(r'tell_shipment\(\w+, "([A-Z_]+)"', text)
    told = {
        *plain,
        DISABLED_KIND,
        *(f"ORDER_{state}" for state in ORDER_STATES),
        *(f"SHIPMENT_{word}" for word in (*SHIPMENT_STATES, *of_shipments)),
    }

    assert told <= set(KINDS)
    assert {"HOLD_EXPIRED", "STOCK_SHORT", "REFUND_DUE", "SHIPMENT_OFFERED"} <= told
