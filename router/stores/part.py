"""A part of a shipment, as an associate names it: SKUs and units."""

from collections.abc import Mapping, Sequence

from inventory.orders.reading import WholeOrder
from inventory.orders.states import FROM, Step
from router.stores.failed import to_send
from router.validate import QUANTITY_MAX, Violations, count, sku, whole
from shipfrom.v1 import order_pb2

LINES_MAX = 500
Units = Mapping[str, int]


def units_named(
    lines: Sequence[order_pb2.Line], found: Violations, *, least: int
) -> dict[str, int] | None:
    """Units by SKU; None, which is everything, where no line is given."""
    if lines:
        count(len(lines), "lines", found, most=LINES_MAX)
    units: dict[str, int] = {}
    for number, line in enumerate(lines):
        path = f"lines[{number}]"
        name = sku(line.sku, f"{path}.sku", found)
        if name in units:
            found.add(f"{path}.sku", f"names {name} again", "name it once")
        path = f"{path}.quantity"
        units[name] = whole(line.quantity, path, found, least=least, most=QUANTITY_MAX)
    return units or None


def check_named(
    book: WholeOrder, shipment_id: str, units: Units | None, *, step: Step
) -> None:
    """Raises InvalidField for units that the shipment does not have.

    A shipment that is past the step is left to the step, which says what it is.
    """
    if units is None or book.book.shipments[shipment_id].state not in FROM[step]:
        return
    there, found = to_send(book, shipment_id), Violations()
    for number, (name, wanted) in enumerate(units.items()):
        left = there.get(name, 0)
        if not left:
            said = f"{name} is not in {shipment_id}"
            found.add(f"lines[{number}].sku", said, f"name {', '.join(sorted(there))}")
        elif wanted > left:
            said = f"is {wanted}, {shipment_id} has {left}"
            found.add(f"lines[{number}].quantity", said, f"name {left} at most")
    found.check()
