"""Units that a node does not send: which, where they may not come from, what to ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from inventory.orders.actions import Action, Routes
from inventory.orders.moves import REOPTIMISED
from inventory.orders.reading import WholeOrder
from inventory.orders.states import Step
from router.orders.rerouting import REROUTES_MAX, Need, promised


@dataclass(frozen=True, slots=True)
class Failed:
    """Units that a node does not send, and the step that says so."""

    shipment_id: str
    cause: str
    reason: str
    note: str
    act: Callable[[Routes | None], Action]
    missing: Mapping[str, int] | None = None
    """None is everything in the shipment; after the step, always what it was."""
    step: Step = Step.REJECT
    named: Mapping[str, int] | None = None
    """A part of the shipment, as the request names it."""
    instead: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Units of other SKUs that stand in for missing ones, by these."""


def units_failed(book: WholeOrder, failed: Failed) -> Mapping[str, int]:
    """What is not sent."""
    if failed.missing is not None:
        return failed.missing
    return to_send(book, failed.shipment_id)


def to_send(book: WholeOrder, shipment_id: str) -> dict[str, int]:
    """What nobody has picked of a shipment."""
    units: dict[str, int] = {}
    for part in book.book.of_shipment(shipment_id, "ALLOCATED"):
        units[part.sku] = units.get(part.sku, 0) + part.qty
    return units


def failed_nodes(book: WholeOrder) -> set[str]:
    """Nodes that did not send what the order had there; not those that gave it away,
    nor those whose transfer arrived, nor those that it left for a saving."""
    shipments = book.book.shipments.values()
    # What a move ends and what it decides are of one instant.
    moved_at = {d.at_us for d in book.decisions if d.cause.startswith(REOPTIMISED)}
    left = {
        each.shipment_id
        for each in shipments
        if each.state == "CANCELLED" and each.changed_at_us in moved_at
    }
    sent = {each.shipment_id for each in shipments if each.state == "RECEIVED"}
    given = {
        name
        for name, offers in book.book.offers.items()
        if any(
            offer.state == "WON" and offer.node != book.book.shipments[name].node
            for offer in offers.values()
        )
    }
    return {
        row.node
        for row in book.book.allocations.values()
        if row.state in ("SHORT", "MOVED")
        and row.shipment_id not in given | sent | left
    }


def need_of(book: WholeOrder, failed: Failed) -> Need:
    """What has to be planned, and by when it was promised."""
    row = book.book.shipments[failed.shipment_id]
    units = {
        sku: count - sum(failed.instead.get(sku, {}).values())
        for sku, count in units_failed(book, failed).items()
    }
    return Need(
        {sku: count for sku, count in units.items() if count},
        failed.cause,
        without={row.node} | failed_nodes(book),
        promise_by=promised(book, (failed.shipment_id,)),
    )


def asked_of(book: WholeOrder, need: Need) -> Need:
    """What to look for: nothing, where the order has been moved too often."""
    if book.order.reroutes < REROUTES_MAX:
        return need
    return Need({}, need.cause)
