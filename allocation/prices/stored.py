"""The prices of a list as bytes: only cells with a price, by names that last.

Rows and columns without any are left out. Nodes are named by their ids: their numbers
are the network's.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.solvers.instance import Integers

_KINDS = ("<i4", "<i4", "<i8")
"""Row, column and price of each cell."""


class Prices(NamedTuple):
    """Prices with the names of their rows and columns."""

    skus: tuple[str, ...]
    node_ids: tuple[str, ...]
    price_minor: Integers
    """(skus, nodes)"""


def priced_part(
    price_minor: Integers, skus: Sequence[str], node_by_number: Mapping[int, str]
) -> Prices:
    """The rows and columns with a price in them, rows by SKU.

    Args:
        price_minor: (skus, node numbers).
    """
    priced = np.flatnonzero(price_minor.any(axis=1)).tolist()
    rows = sorted(priced, key=lambda row: skus[row])
    columns = np.flatnonzero(price_minor.any(axis=0))
    return Prices(
        tuple(skus[row] for row in rows),
        tuple(node_by_number[number] for number in columns.tolist()),
        price_minor[np.ix_(np.array(rows, np.int64), columns)],
    )


def to_bytes(prices: Prices) -> bytes:
    """What `from_bytes` reads."""
    row, column = np.nonzero(prices.price_minor)
    cells = row, column, prices.price_minor[row, column]
    names = {"skus": prices.skus, "nodes": prices.node_ids, "cells": row.size}
    tables = [
        each.astype(kind).tobytes() for each, kind in zip(cells, _KINDS, strict=True)
    ]
    return zlib.compress(b"".join([json.dumps(names).encode(), b"\n", *tables]), 1)


def from_bytes(raw: bytes) -> Prices:
    """The prices of `to_bytes`."""
    head, _, rest = zlib.decompress(raw).partition(b"\n")
    names, at, columns = json.loads(head), 0, []
    for kind in _KINDS:
        column = np.frombuffer(rest, kind, names["cells"], at)
        columns.append(column.astype(np.int64))
        at += column.nbytes
    skus, node_ids = tuple(names["skus"]), tuple(names["nodes"])
    price_minor = np.zeros((len(skus), len(node_ids)), np.int64)
    price_minor[columns[0], columns[1]] = columns[2]
    return Prices(skus, node_ids, price_minor)
