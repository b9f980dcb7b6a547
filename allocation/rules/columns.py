"""What a network says of all its nodes, or of all its items, as arrays by field.

Only what does not change from order to order; a condition on anything else has no mask.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from allocation.rules.fields import FIELDS, Kind, Op
from allocation.rules.masks import numbers
from allocation.rules.seen import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from allocation.node import Item, Node
    from allocation.rules.condition import Condition
    from allocation.rules.document import PolicyDocument

Mask = NDArray[np.bool_]


class Columns:
    """Masks of conditions over rows of which some fields are known."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._texts: dict[str, tuple[NDArray[np.int64], dict[str, int]]] = {}
        self._tags: dict[str, dict[str, Mask]] = {}
        self._numbers: dict[str, NDArray[np.int64]] = {}

    def text(self, field: str, values: Iterable[str]) -> None:
        """Adds a field of one word a row."""
        index: dict[str, int] = {}
        codes = [index.setdefault(value, len(index)) for value in values]
        self._texts[field] = np.array(codes, dtype=np.int64), index

    def tags(self, field: str, values: Iterable[Iterable[str]]) -> None:
        """Adds a field of several words a row."""
        found: dict[str, Mask] = {}
        for row, words in enumerate(values):
            for word in words:
                if word not in found:
                    found[word] = np.zeros(self.size, dtype=np.bool_)
                found[word][row] = True
        self._tags[field] = found

    def number(self, field: str, values: Sequence[int]) -> None:
        """Adds a field of whole numbers."""
        self._numbers[field] = np.array(values, dtype=np.int64)

    def knows(self, condition: Condition) -> bool:
        """Whether the rows tell if the condition holds."""
        known = (self._texts, self._tags, self._numbers)
        return any(condition.field in columns for columns in known)

    def words(self, field: str) -> Iterable[str]:
        """Every word that a row has there."""
        return self._tags[field] if field in self._tags else self._texts[field][1]

    def mask(self, condition: Condition) -> Mask:
        """Rows of which the condition holds."""
        name = condition.field
        if name in self._numbers:
            return numbers(condition, self._numbers[name])
        if FIELDS[name].kind is Kind.TAGS:
            return self._tagged(condition)
        codes, index = self._texts[name]
        # A word is compared once, however many rows have it.
        held = np.zeros(len(index), dtype=np.bool_)
        for word in _candidates(condition, index):
            held[index[word]] = compare(condition.op, word, condition)
        if condition.op in (Op.NE, Op.NOT_IN):
            held = ~held
            for word in ("", *_values(condition)):
                if word in index:
                    held[index[word]] = False
        mask: Mask = held[codes]
        return mask

    def _tagged(self, condition: Condition) -> Mask:
        found = self._tags[condition.field]
        nothing = np.zeros(self.size, dtype=np.bool_)
        if condition.op is Op.IS_SET:
            return reduce(np.logical_or, found.values(), nothing)
        masks = [found.get(word, nothing) for word in _values(condition)]
        together = np.logical_and if condition.op is Op.HAS_ALL else np.logical_or
        return reduce(together, masks)


def _values(condition: Condition) -> tuple[str, ...]:
    value = condition.value
    return tuple(map(str, value if isinstance(value, tuple) else (value,)))


def _candidates(condition: Condition, index: dict[str, int]) -> Iterable[str]:
    """Words that may hold; of most operators the condition's own."""
    if condition.op in (Op.STARTS_WITH, Op.IS_SET):
        return index
    if condition.op in (Op.NE, Op.NOT_IN):
        return ()
    return [word for word in _values(condition) if word in index]


def node_columns(nodes: Sequence[Node], document: PolicyDocument) -> Columns:
    """What the network and the policy's groups say of nodes."""
    found = Columns(len(nodes))
    found.text("node.id", (node.node_id for node in nodes))
    found.text("node.kind", (node.kind.value for node in nodes))
    found.text("node.country", (node.region_code for node in nodes))
    found.text("node.postal_code", (node.postal_code for node in nodes))
    found.text("node.time_zone", (node.time_zone for node in nodes))
    found.tags("node.tags", (node.tags for node in nodes))
    found.tags("node.group", _groups(nodes, document))
    found.number("node.priority", [node.priority for node in nodes])
    return found


def _groups(nodes: Sequence[Node], document: PolicyDocument) -> list[list[str]]:
    members: dict[str, list[str]] = {}
    tagged: dict[str, list[str]] = {}
    for group in document.groups:
        for node_id in group.node_ids:
            members.setdefault(node_id, []).append(group.name)
        for tag in group.tags:
            tagged.setdefault(tag, []).append(group.name)
    return [
        [
            *members.get(node.node_id, ()),
            *(name for tag in node.tags for name in tagged.get(tag, ())),
        ]
        for node in nodes
    ]


def item_columns(items: Sequence[Item]) -> Columns:
    """What the network says of one unit of each item."""
    found = Columns(len(items))
    found.text("line.sku", (item.sku for item in items))
    found.tags("item.tags", (item.tags for item in items))
    found.number("item.weight_g", [item.weight_g for item in items])
    found.number("item.volume_cm3", [item.volume_cm3 for item in items])
    found.number("item.value", [item.value_minor for item in items])
    return found
