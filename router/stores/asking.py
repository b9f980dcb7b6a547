"""What rules say is to be offered: whose shipments, to whom, and asking them once.

A rule's offer is made as soon as the order may be picked: an order that is not paid yet
would let the minutes of an offer pass by, for nobody may accept it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allocation.codec import rules_version_of
from allocation.plan import PlannedOffer
from allocation.rules.offering import nodes_meant
from inventory.errors import PolicyNotFound
from inventory.instants import microseconds
from inventory.orders import actions
from inventory.orders.reading import WholeOrder
from inventory.orders.rows import ShipmentRow
from inventory.requests import RequestKey
from router.orders.messages import Plans
from router.orders.rerouting import Rerouter
from router.stores.offers import best_nodes

PRINCIPAL = "timer"


@dataclass(frozen=True, slots=True)
class RuledOffers:
    """Offers that nobody asks for by hand."""

    rerouter: Rerouter
    now: Callable[[], datetime]

    def nodes(self) -> frozenset[str]:
        """Nodes whose shipments a rule in force may have offered."""
        network = self.rerouter.networks.snapshot.network
        books = [policy.book for policy in self.rerouter.policies.deciding]
        named = [nodes_meant(book.document, network) for book in books if book]
        return frozenset().union(*named)

    async def offer(self, row: ShipmentRow) -> bool:
        """Ask the nodes that a rule wants asked; False where there is none, or nobody
        to ask, or it was done before."""
        name = row.shipment_id
        whole = await self.rerouter.stock.order_books.of_shipment(name)
        now, asked = whole.book.shipments[name], _planned(whole, row)
        if asked is None or now.state != "ALLOCATED" or now.due_us:
            return False
        never = await self._not_meant(whole, row, asked.rule_id)
        nodes = await best_nodes(
            self.rerouter, whole, row, most=asked.nodes, never=never
        )
        if not nodes:
            return False
        due_us = microseconds(self.now() + timedelta(minutes=asked.minutes))
        action = actions.Offer(name, nodes, due_us, rule=asked.rule_id)
        key = RequestKey(PRINCIPAL, "KeepTime", f"offer/{name}", "")
        answer = await self.rerouter.take(key, whole, action, deadline=None)
        return not answer.replayed

    async def _not_meant(
        self, whole: WholeOrder, row: ShipmentRow, rule_id: str
    ) -> frozenset[str]:
        """Nodes that the rule does not mean, as it was when the order was planned."""
        kept = next(d for d in whole.decisions if d.decision_no == row.decision_no)
        snapshot = self.rerouter.networks.snapshot
        every = frozenset(snapshot.nodes)
        try:
            book = await self.rerouter.policies.book(rules_version_of(kept.content))
        except PolicyNotFound:
            return every
        if book is None:
            return every
        return every - nodes_meant(book.document, snapshot.network, rule_id)


def _planned(whole: WholeOrder, row: ShipmentRow) -> PlannedOffer | None:
    plan = Plans(whole).plans[row.decision_no]
    return next((o for o in plan.offers if o.shipment == row.plan_no), None)
