"""Names that only the ledger itself gives to SKUs: they begin with a tilde.

A node's orders of one day are stock of that day: the cell of such a name at the node
holds as many units as the node takes orders, and every hold that ships from there on
that day claims one. Units that a node keeps for a channel are counted likewise: a hold
of the channel claims as many as it takes. Whatever is true of stock is then true of
capacity and of quotas.
"""

from datetime import date

RESERVED = "~"
AFTER_RESERVED = chr(ord(RESERVED) + 1)
"""In the order of code points no reserved name lies at or behind it."""

OF_DAYS = f"{RESERVED}capacity{RESERVED}"


def is_reserved(sku: str) -> bool:
    """Whether the name is the ledger's own."""
    return sku.startswith(RESERVED)


def is_day(sku: str) -> bool:
    """Whether it counts the orders of a ship day."""
    return sku.startswith(OF_DAYS)


def capacity_sku(day: date, slot: str = "") -> str:
    """The name under which the orders of a ship day are counted, or of a part of it
    that ends at that time."""
    return f"{OF_DAYS}{day.isoformat()}" + (f"/{slot}" if slot else "")


def capacity_day(sku: str) -> date:
    """The ship day of such a name."""
    return date.fromisoformat(sku.rpartition(RESERVED)[2].partition("/")[0])


def quota_sku(channel: str, sku: str) -> str:
    """The name under which a channel's units of a SKU are counted."""
    return f"{RESERVED}quota{RESERVED}{channel}{RESERVED}{sku}"


WIDE_QUOTA = f"{RESERVED}quotas{RESERVED}"


def wide_quota_sku(node_tag: str, channel: str, sku: str) -> str:
    """The name under which units are counted that several nodes keep together; '' is
    all nodes. Its cell is at one of them and says nothing of that one."""
    parts = f"{len(sku)}", sku, node_tag, channel
    return WIDE_QUOTA + RESERVED.join(parts)


def is_wide_quota(sku: str) -> bool:
    """Whether the name counts units that several nodes keep together."""
    return sku.startswith(WIDE_QUOTA)


def kept_sku(name: str) -> str:
    """Of which SKU such a name counts units."""
    length, _, rest = name.removeprefix(WIDE_QUOTA).partition(RESERVED)
    return rest[: int(length)]


BACKORDER = f"{RESERVED}backorder{RESERVED}"


def backorder_sku(sku: str) -> str:
    """The name under which units of a SKU are counted that may be sold before they are
    there: on_hand of such a cell is the limit, and an order that waits claims its units
    of it."""
    return f"{BACKORDER}{sku}"


def is_backorder(sku: str) -> bool:
    """Whether the name counts units that wait."""
    return sku.startswith(BACKORDER)
