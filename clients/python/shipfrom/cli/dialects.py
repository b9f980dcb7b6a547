"""Files that other systems export, recognised by their header.

Shopify's inventory export has a row for each variant and location, with "not stocked"
where there is no such cell; its on hand counts committed units too, as ours does.
Google's local inventory feed is tab-separated, with one row for each item and store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shipfrom.cli.sheet import plain_name


@dataclass(frozen=True, slots=True)
class Dialect:
    """One export: what its columns are called here, and which rows are no cells."""

    name: str
    needs: frozenset[str]
    columns: Mapping[str, str]
    """Our name by theirs; of several that are ours the first one there is read."""
    no_cell: frozenset[str] = field(default_factory=frozenset)
    """What stands in the count of a cell that does not exist."""


SHOPIFY = Dialect(
    "Shopify inventory",
    frozenset({"handle", "sku", "location"}),
    {
        "sku": "sku",
        "location": "node_id",
        "on_hand_(current)": "on_hand",
        "on_hand": "on_hand",
    },
    frozenset({"not stocked"}),
)
GOOGLE = Dialect(
    "Google local inventory",
    frozenset({"store_code", "id", "quantity"}),
    {"store_code": "node_id", "id": "sku", "quantity": "on_hand"},
)
DIALECTS = (SHOPIFY, GOOGLE)


def dialect_of(header: Sequence[str]) -> Dialect | None:
    """Whose export this is; None for a file of our own columns."""
    names = {plain_name(cell, {}) for cell in header}
    return next((one for one in DIALECTS if one.needs <= names), None)


def columns_of(header: Sequence[str], dialect: Dialect) -> tuple[str, ...]:
    """Our names of an export's columns; '' for those that are not read."""
    plain = [plain_name(cell, {}) for cell in header]
    chosen: dict[str, str] = {}
    for theirs, ours in dialect.columns.items():
        if theirs in plain:
            chosen.setdefault(ours, theirs)
    by_theirs = {theirs: ours for ours, theirs in chosen.items()}
    return tuple(by_theirs.get(name, "") for name in plain)
