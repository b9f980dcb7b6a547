"""What an item says of other items, as far as its own row tells; `item_writes` asks
the rest."""

from allocation.order import Line
from router.validate import Violations, sku, whole
from shipfrom.v1 import network_service_pb2 as pb

COMPONENTS_MAX = 20
"""SKUs of a bundle: a line of it is so many lines of the order."""
SUBSTITUTES_MAX = 10
COMPONENT_MAX = 1_000
"""Units of one of them."""


def components(row: pb.Item, field: str, found: Violations) -> tuple[Line, ...]:
    """What a bundle is made of, as far as the row itself tells."""
    if len(row.components) > COMPONENTS_MAX:
        found.add(field, "has too many SKUs", f"send at most {COMPONENTS_MAX}")
        return ()
    parts, before = [], len(found.found)
    for index, part in enumerate(row.components):
        path = f"{field}[{index}]"
        sku(part.sku, f"{path}.sku", found)
        whole(part.quantity, f"{path}.quantity", found, least=1, most=COMPONENT_MAX)
        if part.sku == row.sku:
            found.add(f"{path}.sku", "is the bundle itself", "name what it is made of")
        if part.sku in {known.sku for known in row.components[:index]}:
            found.add(f"{path}.sku", f"names {part.sku} again", "name it once")
        parts.append((part.sku, part.quantity))
    return () if len(found.found) > before else tuple(Line(*part) for part in parts)


def substitutes(row: pb.Item, field: str, found: Violations) -> tuple[str, ...]:
    """What may stand in for the item, as far as the row itself tells."""
    if len(row.substitutes) > SUBSTITUTES_MAX:
        found.add(field, "has too many SKUs", f"send at most {SUBSTITUTES_MAX}")
    if row.components and row.substitutes:
        found.add(field, "is of a bundle", "give its components substitutes")
    for index, name in enumerate(row.substitutes[:SUBSTITUTES_MAX]):
        path = f"{field}[{index}]"
        sku(name, path, found)
        if name == row.sku:
            found.add(path, "is the item itself", "name another one")
        if name in row.substitutes[:index]:
            found.add(path, f"names {name} again", "name it once")
    return tuple(row.substitutes)
