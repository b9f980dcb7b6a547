"""How the lines of a hold are kept: one JSON array in the hold's own row.

They are written once and never change, so nothing is gained by rows of their own; the
audit takes them apart with the databases' JSON functions.
"""

import json
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as quoted

from inventory.books import LineRow


def write_lines(lines: Iterable[LineRow]) -> str:
    """`[[sku, node, quantity, shipment number, ship by], …]`; holds of before have no
    moment."""
    texts = [
        f"[{quoted(sku)},{quoted(node)},{units},{shipment_no},{ship_by_us}]"
        for sku, node, units, shipment_no, ship_by_us in lines
    ]
    return f"[{','.join(texts)}]"


def read_lines(text: str) -> tuple[LineRow, ...]:
    """The lines as they were written."""
    return tuple(LineRow(*values) for values in json.loads(text))
