"""What a store may pick in place of what it does not find, and how much of it is free.

Three have to agree: the item's list, the customer, and the shelf. The ledger watches
over the shelf within the step; here it is asked before, so that a preview says it too,
and so that what is kept for channels stays there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allocation.codec import asked_of
from allocation.network import Item
from inventory.errors import FieldViolation, NoStock, SubstituteNotAllowed
from inventory.orders.actions import Picked
from inventory.orders.reading import WholeOrder
from inventory.stock import Stock
from router.networks import Networks
from router.orders.messages import Plans
from router.planning import fit
from shipfrom.v1 import store_service_pb2 as pb

Wanted = tuple[WholeOrder, pb.Task]


@dataclass(frozen=True, slots=True)
class Substitutes:
    """Checks what stands in, and shows what may."""

    stock: Stock
    networks: Networks

    async def check(
        self, whole: WholeOrder, shipment_id: str, lines: Sequence[Picked]
    ) -> None:
        """Whether these units may be sent instead of those that are missing.

        Raises:
            SubstituteNotAllowed: not by the item, or not by the customer.
            NoStock: the node has too few that this order may take.
        """
        items = self.networks.snapshot.items
        wrong = [
            FieldViolation(f"lines[{number}].substitutes[{place}].sku", *fault)
            for number, line in enumerate(lines)
            for place, (sku, _) in enumerate(line.instead)
            for fault in [
                _no_consent(whole, shipment_id) or _fault(line.sku, sku, items)
            ]
            if fault
        ]
        if wrong:
            raise SubstituteNotAllowed(wrong)
        units: dict[str, int] = {}
        for line in lines:
            for sku, quantity in line.instead:
                units[sku] = units.get(sku, 0) + quantity
        node_id = whole.book.shipments[shipment_id].node
        there = await self._free(units, whole, node_id, fresh=True)
        for sku, wanted in units.items():
            if wanted > there[sku]:
                raise _too_few(sku, node_id, wanted=wanted, there=there[sku])

    async def show(self, tasks: Sequence[Wanted]) -> None:
        """Write into tasks what may stand in for the units that are left to pick."""
        items = self.networks.snapshot.items
        for whole, task in tasks:
            left = [line for line in task.lines if line.quantity > line.picked]
            names = {line.sku: _listed(line.sku, items) for line in left}
            every = list(dict.fromkeys(sku for of in names.values() for sku in of))
            # Nearly no item has any; and an offer is of units at another node.
            if not every or task.offered or _no_consent(whole, task.shipment_id):
                continue
            there = await self._free(dict.fromkeys(every, 1), whole, task.node_id)
            for line in left:
                for sku in names[line.sku]:
                    shown = line.substitutes.add(sku=sku, available=there[sku])
                    known = items.get(sku)
                    shown.display_name = known.display_name if known else ""

    async def _free(
        self,
        wanted: Mapping[str, int],
        whole: WholeOrder,
        node_id: str,
        *,
        fresh: bool = False,
    ) -> Mapping[str, int]:
        """Units at the node that the order may take, by SKU, where it wants so many."""
        snapshot, skus = self.networks.snapshot, list(wanted)
        node = snapshot.nodes.get(node_id)
        if not skus or node is None:
            return dict.fromkeys(skus, 0)
        kept = snapshot.quotas.names(skus)
        reading = await self.stock.read([*skus, *kept], fresh=fresh)
        units = fit(reading.available, snapshot.network.size)
        there, counted = units[: len(skus)], units[len(skus) :]
        if counted.size:
            channel = asked_of(whole.decisions[0].content)[0].facts.channel
            left = dict(zip(kept, counted, strict=True))
            quotas, most = snapshot.quotas.at(reading.as_of), list(wanted.values())
            there, _ = quotas.fenced(skus, channel, there, left, wanted=most)
        return dict(zip(skus, there[:, node.number].tolist(), strict=True))


def _listed(sku: str, items: Mapping[str, Item]) -> tuple[str, ...]:
    known = items.get(sku)
    return known.substitutes if known else ()


def _no_consent(whole: WholeOrder, shipment_id: str) -> tuple[str, str] | None:
    """Why nothing may stand in, and what to do."""
    plans, instead = Plans(whole), "report the units missing: they go to another node"
    if not plans.first.allow_substitutes:
        return "the customer of this order takes no substitutes", instead
    row = whole.book.shipments[shipment_id]
    if plans.of(row).to_node not in ("", row.node):
        return "the shipment goes to a store, which sends what was ordered", instead
    return None


def _fault(missing: str, sku: str, items: Mapping[str, Item]) -> tuple[str, str] | None:
    """Why the one may not stand in for the other, and what to do."""
    listed = _listed(missing, items)
    if sku in listed:
        return None
    known = f"use {', '.join(listed)}" if listed else "report the units missing"
    return f"{sku} is no substitute of {missing}", known


def _too_few(sku: str, node_id: str, *, wanted: int, there: int) -> NoStock:
    return NoStock(
        f"{node_id} has {there} of {sku} that this order may take,"
        f" {wanted} are to stand in",
        next_step="Report them missing: they go to another node.",
        metadata={
            "sku": sku,
            "nodeId": node_id,
            "available": str(there),
            "wanted": str(wanted),
        },
    )
