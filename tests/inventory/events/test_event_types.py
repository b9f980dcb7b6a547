"""Names of events: one rule, few exceptions, all of them explained to readers."""

import re
from pathlib import Path

import pytest

from inventory.events.types import KINDS, type_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("ORDER_COMMITTED", "shipfrom.order.allocated.v1"),
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
    written = re.compile(r'"((?:HOLD|ORDER|STOCK|CAPACITY|WEBHOOK)_[A-Z_]+)"')
    told = {
        kind
        for name in ("holding", "shelving", "events/deliveries")
        for kind in written.findall((ROOT / f"inventory/{name}.py").read_text())
    }

    assert told <= set(KINDS)
    assert {"ORDER_COMMITTED", "STOCK_SHORT", "WEBHOOK_DISABLED"} <= told
