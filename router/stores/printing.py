"""Pages to print: a pick list of a node, a packing list, a specimen of a label.

Every page is whole, nothing is fetched from elsewhere, and whatever somebody typed is
escaped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from string import Template

from allocation.details import day_text
from inventory.orders.reading import WholeOrder
from inventory.orders.rows import ShipmentRow
from inventory.stock import Stock
from router.orders.messages import Plans
from router.rpc.call import Call
from router.stores.pickup import is_pickup
from router.stores.tasks import TaskList, open_tasks, write_task
from router.validate import Violations, identifier
from shipfrom.v1 import store_service_pb2 as pb

PICKS_MAX = 200
"""Shipments on one pick list: more than anybody carries."""
TO_PICK = ("ALLOCATED", "ACCEPTED", "PICKING")
PAGE = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<style>
body { font: 12pt/1.4 sans-serif; margin: 1.5cm }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #999; padding: 4pt; text-align: left }
td.count { text-align: right; width: 4em }
.specimen { border: 3px solid; font-size: 28pt; letter-spacing: .2em; padding: 6pt;
  text-align: center }
</style></head><body>
<h1>$title</h1>
$body
</body></html>
"""
)


@dataclass(frozen=True, slots=True)
class Printing:
    """Makes the pages."""

    stock: Stock
    tasks: TaskList

    async def page(
        self, request: pb.PrintDocumentRequest, call: Call
    ) -> pb.PrintDocumentResponse:
        """The page that is asked for."""
        found = Violations()
        if request.kind == pb.DOCUMENT_KIND_PICK_LIST:
            node = self.tasks.known(request.node_id, found)
            html = await self._pick_list(node)
        else:
            name = identifier(request.shipment_id, "shipment_id", found)
            kinds = pb.DOCUMENT_KIND_PACKING_LIST, pb.DOCUMENT_KIND_LABEL
            if request.kind not in kinds:
                found.add("kind", "is required", "use PICK_LIST, PACKING_LIST or LABEL")
            found.check()
            whole = await self.stock.order_books.of_shipment(name)
            row = whole.book.shipments[name]
            is_label = request.kind == pb.DOCUMENT_KIND_LABEL
            html = _label(whole, row) if is_label else self._packing_list(whole, row)
        return pb.PrintDocumentResponse(html=html)

    async def _pick_list(self, node_id: str) -> str:
        """One line a SKU, with the shipments that it is for."""
        books = await self.stock.order_books.tasks(node_id, limit=PICKS_MAX)
        units: dict[tuple[str, str], dict[str, int]] = {}
        for whole in books:
            for row in open_tasks(whole, node_id):
                task = self._task(whole, row)
                if row.state not in TO_PICK or row.node != node_id or not task.released:
                    continue
                for line in task.lines:
                    left = line.quantity - line.picked
                    if left:
                        part = units.setdefault((line.sku, line.display_name), {})
                        part[row.shipment_id] = left
        rows = [
            (sku, name, sum(parts.values()), _places(parts))
            for (sku, name), parts in sorted(units.items())
        ]
        table = _table(("SKU", "Item", "Units", "For"), rows)
        return _page(f"Pick list {node_id}", table)

    def _packing_list(self, whole: WholeOrder, row: ShipmentRow) -> str:
        task = self._task(whole, row)
        rows = [(line.sku, line.display_name, line.quantity) for line in task.lines]
        order = whole.order_ref or row.order_id
        said = _paragraphs(f"Order {order}", f"From {row.node}")
        table = _table(("SKU", "Item", "Units"), rows)
        return _page(f"Packing list {row.shipment_id}", said + table)

    def _task(self, whole: WholeOrder, row: ShipmentRow) -> pb.Task:
        task = pb.Task()
        items = self.tasks.networks.snapshot.items
        write_task(whole, row, task, items=items)
        return task


def _label(whole: WholeOrder, row: ShipmentRow) -> str:
    """No carrier takes it: it says so in the largest letters."""
    planned = Plans(whole).of(row)
    day = day_text(planned.promise_date)
    by = "Collected by the customer" if is_pickup(planned) else planned.service
    if planned.to_node:
        by = f"{by} to {planned.to_node}"
    said = _paragraphs(
        f"From {row.node}",
        f"{by}, arrives {day}",
        f"Tracking {row.tracking}" if row.tracking else "",
    )
    return _page(f"{row.shipment_id}", '<p class="specimen">SPECIMEN</p>' + said)


def _page(title: str, body: str) -> str:
    return PAGE.substitute(title=escape(title), body=body)


def _paragraphs(*lines: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f'<td class="count">{value:,}</td>'
    return f"<td>{escape(str(value))}</td>"


def _places(parts: dict[str, int]) -> str:
    return ", ".join(f"{units} to {name}" for name, units in parts.items())
